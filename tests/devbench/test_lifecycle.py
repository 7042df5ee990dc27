"""Benches start beside each other, and leave nothing behind, however they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests

from devbench import ROOT
from devbench.runs import all_runs
from devbench.site import Bench, app_template
from tests.support.processes import processes_naming, wait_until

pytestmark = pytest.mark.usefixtures("only_without_a_bench")

STARTER = """
import signal
from devbench.processes import stopping_on_signals
from devbench.site import Bench
with stopping_on_signals(), Bench() as bench:
	bench.worker()
	print(bench.folder, bench.serve(), flush=True)
	signal.pause()
"""


@pytest.fixture
def starter() -> Iterator[tuple[subprocess.Popen[str], str, str]]:
	"""A process that has started a bench, the bench's folder, and its URL."""
	process = subprocess.Popen(
		[sys.executable, "-c", STARTER],
		cwd=ROOT,
		stdout=subprocess.PIPE,
		text=True,
		start_new_session=True,
		# what runs in the background of a shell ignores interrupts, and so would its children
		preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
	)
	folder, url = process.stdout.readline().split()
	yield process, folder, url
	process.kill()
	process.communicate()


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_runs_on_after_the_starter(starter, number):
	process, folder, url = starter
	assert requests.get(f"{url}/api/method/ping", timeout=300).ok
	assert len(processes_naming(folder)) >= 2
	process.send_signal(number)
	process.wait(300)
	assert wait_until(lambda: not processes_naming(folder)), processes_naming(folder)
	with pytest.raises(requests.ConnectionError):
		requests.get(f"{url}/api/method/ping", timeout=300)
	if number == signal.SIGKILL:
		with Bench():  # the next one tidies up
			pass
	assert not os.path.exists(folder)


def test_two_benches_at_the_same_time():
	with Bench() as one, Bench() as other:
		assert {one.folder, other.folder} <= set(all_runs())
		count = "print(frappe.db.count('Brand'))"
		insert = "frappe.get_doc({'doctype': 'Brand', 'brand': 'Mine'}).insert(); frappe.db.commit()"
		assert one.python(insert).wait(300) == 0
		assert one.python(count).communicate()[0].split() == ["1"]
		assert other.python(count).communicate()[0].split() == ["0"]
	assert not {one.folder, other.folder} & set(all_runs())


def test_template_is_built_once():
	template = app_template()
	built_at = (template / "sites" / "apps.txt").stat().st_mtime
	assert app_template() == template
	assert (template / "sites" / "apps.txt").stat().st_mtime == built_at


def test_redis_starts_again_on_its_port():
	with Bench() as bench:
		port = bench.redis.port
		with bench.redis.stopped():
			assert not bench.redis.program
		assert bench.redis.port == port
		assert bench.python("frappe.cache.set_value('key', 1); print(frappe.cache.ping())").wait(300) == 0

"""The second processes of tests: what they say, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.support.processes import wait_until

WAITING = "import os, signal; print(os.getpid(), flush=True); signal.pause()"
STARTER = """
import os, signal, sys
from pathlib import Path
from tests.support.site_process import SiteProcess
process = SiteProcess(sys.argv[1], sys.argv[2], Path(sys.argv[3]), dict(os.environ))
print(process.stdout.readline(), flush=True)
signal.pause()
"""


@pytest.mark.parametrize(
	("code", "last", "returncode"),
	[
		("print(frappe.session.user, frappe.db.exists('DocType', 'User'))", "Administrator User", 0),
		("import sys; print('said'); sys.exit('the reason')", "the reason", 1),
		("print('said'); 1 / 0", "ZeroDivisionError: division by zero", 1),
		("import os; print('said', flush=True); os.kill(os.getpid(), 9)", "said", -signal.SIGKILL),
	],
)
def test_what_it_says_and_how_it_ends(run_on_site, code, last, returncode):
	process = run_on_site(code)
	said, _ = process.communicate(timeout=300)
	assert said.splitlines()[-1] == last
	assert process.returncode == process.wait() == returncode
	assert process.communicate() == (said, None)


def test_it_is_read_line_by_line_then_as_a_whole(run_on_site):
	process = run_on_site("print('one'); print('two'); print('three')")
	assert process.stdout.readline() == "one\n"
	assert process.communicate(timeout=300) == ("two\nthree\n", None)


def test_waiting_for_it_ends_in_time(run_on_site):
	process = run_on_site(WAITING)
	with pytest.raises(subprocess.TimeoutExpired):
		process.wait(timeout=0)
	with pytest.raises(subprocess.TimeoutExpired):
		process.communicate(timeout=0)
	assert process.returncode is None
	process.kill()
	process.communicate(timeout=300)
	assert process.returncode == -signal.SIGKILL


def test_one_knows_nothing_of_another(run_on_site):
	assert run_on_site("frappe.of_a_test = 1").wait(300) == 0
	assert run_on_site("print(hasattr(frappe, 'of_a_test'))").communicate(timeout=300)[0] == "False\n"


def test_it_ends_with_the_tests(site_under_test):
	"""Also if these are killed."""
	arguments = (WAITING, site_under_test.name, site_under_test.sites_path)
	tests = subprocess.Popen(
		[sys.executable, "-c", STARTER, *arguments],
		cwd=site_under_test.sites_path,
		env=site_under_test.env,
		stdout=subprocess.PIPE,
		text=True,
	)
	pid = int(tests.stdout.readline())
	assert os.path.exists(f"/proc/{pid}")
	tests.kill()
	tests.communicate()
	assert wait_until(lambda: not os.path.exists(f"/proc/{pid}"))

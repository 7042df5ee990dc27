"""The shared cache when many ask at once, other processes change something, or values are just settling."""

from __future__ import annotations

import threading
from contextlib import suppress

import frappe
import pytest
from werkzeug.wrappers import Request

from medusa_integration import shared_cache
from tests.storefront.catalogue import names_of_values
from tests.support.processes import wait_until

OTHER = """
from medusa_integration import shared_cache
frappe.db.commit()
key = {key!r}
def name():
	return frappe.db.get_value("Website Item", {item!r}, "web_item_name")
for line in iter(input, "end"):
	if line == "read":
		print("=>", shared_cache.shared((key,), name), flush=True)
	else:
		doc = frappe.get_doc("Website Item", {item!r})
		doc.web_item_name = line
		doc.save()
		frappe.db.commit()
		print("=> saved", flush=True)
"""


@pytest.fixture
def other(shop, site_under_test):
	"""Another process on the site that reads a name through the cache, and changes it, as it is told."""
	import subprocess
	import sys

	item, key = shop.website_item(web_item_name="first"), frappe.generate_hash()
	frappe.db.commit()
	code = OTHER.format(item=item.name, key=key)
	start = (
		"import sys, frappe\n"
		f"frappe.init({site_under_test.name!r}, sites_path={str(site_under_test.sites_path)!r})\n"
		"frappe.connect()\nframe = sys.stdin\n"
		"input = lambda: frame.readline().strip() or 'end'\n" + code
	)
	started = []

	def begin():
		process = subprocess.Popen(
			[sys.executable, "-c", start],
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
			env=site_under_test.env,
			cwd=site_under_test.sites_path,
		)
		started.append(process)

		def tell(line):
			process.stdin.write(line + "\n")
			process.stdin.flush()
			while not (answer := process.stdout.readline()).startswith("=>"):
				assert answer, "the other process has ended"
			return answer.removeprefix("=>").strip()

		return tell

	yield begin
	for process in started:
		process.kill()
		process.communicate()


def test_each_process_sees_what_another_has_changed(other):
	"""One that has changed something itself remembers no generation of its own."""
	first, second = other(), other()
	assert [first("read"), second("read")] == ["first", "first"]
	first("second")
	assert [first("read"), second("read")] == ["second", "second"]
	second("third")
	assert [first("read"), second("read")] == ["third", "third"]
	first("fourth")
	assert [second("read"), first("read")] == ["fourth", "fourth"]


def eight_at_once(shop, ask):
	"""Each on a connection of its own."""
	threads = [threading.Thread(target=shop.elsewhere, args=(ask,)) for _number in range(8)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()


def test_many_at_once_compute_it_once(shop, counted, settled, waiting):
	"""The others wait for the first one."""
	key, calls, values = (frappe.generate_hash(),), [], []

	def compute():
		calls.append(1)
		wait_until(lambda: len(waiting) == 7 or len(calls) > 1)
		return "value"

	eight_at_once(shop, lambda: values.append(shared_cache.shared(key, compute)))
	assert values == ["value"] * 8
	assert len(calls) == 1


@pytest.mark.parametrize("why", ["LARGEST", "MOST", "fails"])
def test_nobody_queues_for_what_is_not_stored(shop, counted, settled, waiting, monkeypatch, why):
	"""After the first one has found that out the others compute at the same time."""
	if why != "fails":
		monkeypatch.setattr(shared_cache, why, 10)
	key, calls, third_begins, met = (frappe.generate_hash(),), [], threading.Event(), []

	def compute():
		calls.append(1)
		if len(calls) == 1:
			wait_until(lambda: len(waiting) == 7 or len(calls) > 1)
		else:
			if len(calls) > 2:
				third_begins.set()
			met.append(third_begins.wait(120))
		if why == "fails":
			raise frappe.DoesNotExistError
		return "longer than ten bytes"

	def ask():
		with suppress(frappe.DoesNotExistError):
			assert shared_cache.shared(key, compute) == "longer than ten bytes"

	eight_at_once(shop, ask)
	assert met == [True] * 7, "the second one had not ended when the third one began"


def test_who_fails_to_compute_it_keeps_nobody_waiting(counted):
	key = (frappe.generate_hash(),)

	def fail():
		raise ZeroDivisionError

	with pytest.raises(ZeroDivisionError):
		shared_cache.shared(key, fail)
	assert shared_cache.shared(key, lambda: "value") == "value"


def test_it_sees_what_was_committed_before_it_was_asked(shop, counted):
	"""A snapshot that began before a change would store the old value for everybody."""
	frappe.db.get_value("Website Item", {"name": "begins a snapshot"})
	name = frappe.generate_hash()

	def write():
		frappe.db.set_default(name, "1")
		frappe.db.commit()

	shop.elsewhere(write)
	seen = shared_cache.shared((name,), lambda: bool(frappe.db.exists("DefaultValue", {"defkey": name})))
	frappe.db.delete("DefaultValue", {"defkey": name})
	frappe.db.commit()
	assert seen is True


def test_what_was_computed_while_another_committed_is_found_by_nobody(shop, counted):
	"""The value may be from before the commit: it belongs to the generation that the commit ended."""

	def change():
		shared_cache.forget()
		frappe.db.commit()

	def compute():
		counted.calls.append(1)
		shop.elsewhere(change)
		return "from before"

	assert shared_cache.shared(counted.key, compute) == "from before"
	assert counted("from after") == "from after"


def test_right_after_a_change_values_are_stored_for_moments(counted, settled, monkeypatch):
	"""Frappe's own caches are dropped a moment after the commit: what was computed with them goes soon."""
	monkeypatch.setattr(shared_cache, "SETTLING_TIME", 100)
	shared_cache.forget()
	frappe.db.commit()
	before = names_of_values()
	counted("computed with a document of before the change")
	(soon,) = names_of_values() - before
	assert 0 < frappe.cache.ttl(soon) <= 100
	settled()
	counted("another", 1)
	(late,) = names_of_values() - before - {soon}
	assert 500 < frappe.cache.ttl(late) <= 600


@pytest.fixture
def request_begins(monkeypatch):
	"""Begin a request of a guest who reads, each time it is called."""
	monkeypatch.setattr(frappe.local, "request", Request({"HTTP_HOST": "shop.example.com"}), raising=False)
	monkeypatch.setitem(frappe.local.flags, shared_cache.READS, True)

	def begin():
		frappe.local.flags.pop("medusa_shared_seen", None)

	begin()
	yield begin
	begin()


def test_what_was_computed_with_values_of_before_a_change_is_found_by_no_later_request(
	shop, counted, settled, request_begins
):
	"""A request that has waited for longer than the caches need to settle."""

	def change():
		shared_cache.forget()
		frappe.db.commit()

	counted("the tree")
	shop.elsewhere(change)
	settled()
	assert counted("a list made with that tree", 1) == "a list made with that tree"
	assert counted("computed once more", 1) == "a list made with that tree", "the request itself finds it"
	request_begins()
	assert counted("a list of after the change", 1) == "a list of after the change"
	request_begins()
	assert counted("computed once more", 1) == "a list of after the change"

"""What is the same for everybody is computed once, and anew when something changes."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from types import SimpleNamespace

import frappe
import pytest
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer
from werkzeug.wrappers import Request

from medusa_integration import shared_cache
from tests.support.processes import wait_until


@pytest.fixture
def counted(shop):
	"""Make a value, and count how often it is computed."""
	frappe.db.commit()
	key = (frappe.generate_hash(),)
	calls = []

	def ask(value="value", *more):
		return shared_cache.shared((*key, *more), lambda: calls.append(1) or value)

	ask.calls, ask.key = calls, key
	return ask


@pytest.fixture
def settled(shop):
	"""As if the last change were long ago."""
	shared_cache.forget()
	frappe.db.rollback()

	def settle():
		frappe.cache.delete(frappe.cache.make_key(shared_cache.SETTLING))

	settle()
	return settle


@pytest.fixture
def waiting(monkeypatch):
	"""The threads that wait, or have waited, for another one that computes the value; they do so for long."""
	threads = set()

	def sleep(seconds):
		threads.add(threading.get_ident())
		time.sleep(seconds)

	monkeypatch.setattr(shared_cache, "time", SimpleNamespace(monotonic=time.monotonic, sleep=sleep))
	monkeypatch.setattr(shared_cache, "LONGEST_TURN", 3600)
	return threads


def names_of_values():
	"""Of all that are stored."""
	return set(frappe.cache.keys(frappe.cache.make_key("medusa_shared:") + b"*"))


@pytest.mark.parametrize("value", ["value", None, [], 0, {"a": [1, None], 2: (3,)}])
def test_is_computed_once(counted, value):
	assert [counted(value), counted(value)] == [value, value]
	assert len(counted.calls) == 1


def test_is_computed_anew_when_what_is_shown_was_saved(shop, counted):
	item = shop.website_item()
	frappe.db.commit()
	counted()
	item.web_item_name = "another"
	item.save()
	assert len(counted.calls) == 1
	counted()
	assert len(counted.calls) == 2, "this transaction sees what it has written"
	frappe.db.commit()
	counted()
	assert len(counted.calls) == 3
	counted()
	assert len(counted.calls) == 3


def test_is_computed_anew_when_what_is_shown_was_renamed(shop, counted):
	item = shop.website_item()
	counted()
	shop.rename(item, f"Renamed {shop.mark}")
	counted()
	assert len(counted.calls) == 2


def test_a_transaction_that_has_written_stores_nothing(shop, counted):
	shop.website_item(commit=False)
	assert counted("of this transaction alone") == "of this transaction alone"
	frappe.db.rollback()
	assert counted("what everybody sees") == "what everybody sees"


def test_after_a_rollback_everything_is_computed_anew(shop, counted):
	"""Frappe's document cache had what was never committed: others may have computed with it."""
	counted()
	item = shop.website_item(commit=False)
	item.save()
	frappe.db.rollback()
	counted()
	assert len(counted.calls) == 2


def test_what_writes_while_it_computes_is_not_stored(counted):
	def compute():
		counted.calls.append(1)
		frappe.db.delete("ToDo", {"name": "written while computing"})

	for _time in range(2):
		shared_cache.shared(counted.key, compute)
		frappe.db.rollback()
	assert len(counted.calls) == 2


def test_file_of_another_document_changes_nothing(shop, counted):
	counted()
	file = {"doctype": "File", "file_name": "note.txt", "content": "x", "is_private": 1}
	file = shop.site.added(frappe.get_doc(file).insert())
	frappe.db.commit()
	counted()
	assert len(counted.calls) == 1
	item = shop.website_item()
	frappe.db.commit()
	counted()
	for times, shown in ((3, item), (4, frappe.get_doc("Item", item.item_code))):
		file.attached_to_doctype, file.attached_to_name = shown.doctype, shown.name
		file.save()
		frappe.db.commit()
		counted()
		assert len(counted.calls) == times, "it became an image, then it was none any more"


# -- other processes -----------------------------------------------------------------------------------------

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


# -- what must not be lost -----------------------------------------------------------------------------------


def test_what_waits_for_the_commit_is_not_lost(counted):
	done = []
	frappe.db.after_commit.add(lambda: done.append(1))
	assert [counted("one"), counted("two")] == ["one", "two"], "nothing is stored"
	frappe.db.commit()
	assert done == [1]


def test_in_a_request_that_saves_the_locks_are_kept(counted, monkeypatch):
	"""Frappe locks the document that it is about to save: a hook of another app may ask for a list then."""
	monkeypatch.setattr(frappe.local, "request", Request({"HTTP_HOST": "shop.example.com"}), raising=False)
	begun = []
	frappe.db.after_rollback.add(lambda: begun.append(1))
	counted()
	assert begun == []
	monkeypatch.setitem(frappe.local.flags, shared_cache.READS, True)
	counted()
	assert begun == [1]
	counted()
	assert len(counted.calls) == 2


# -- keys and values -----------------------------------------------------------------------------------------


def test_languages_addresses_sites_and_days_are_kept_apart(counted, monkeypatch):
	counted()
	for target, name, value in (
		(frappe.local, "lang", "xx"),
		(shared_cache, "get_url", lambda: "https://another.example.com"),
		(shared_cache, "today", lambda: "1999-12-31"),
		(shared_cache, "__version__", "another"),
	):
		with monkeypatch.context() as patch:
			patch.setattr(target, name, value)
			before = len(counted.calls)
			counted()
			counted()
			assert len(counted.calls) == before + 1, name
	before = frappe.local.conf.db_name
	frappe.local.conf.db_name = "another_site"
	try:
		counted("of another site")
		assert counted() == "of another site"
	finally:
		for name in frappe.cache.keys(frappe.cache.make_key("medusa_shared") + b"*"):
			frappe.cache.delete(name)
		frappe.local.conf.db_name = before
	assert counted() == "value"


def test_parameters_are_kept_apart(counted):
	parameters = [("1",), (1,), (True,), (None,), ("",), ((), ()), (["a", "b"],), (["a"], "b"), ("\ud800",)]
	for number, one in enumerate(parameters):
		counted(number, *one)
	assert [counted("none", *one) for one in parameters] == list(range(len(parameters)))


def test_a_viewer_is_no_part_of_a_key(counted):
	"""Nothing of one customer is stored, whoever tries."""
	from medusa_integration.storefront.viewers import Viewer

	with pytest.raises(TypeError):
		counted("negotiated", Viewer("cus_1"))


def test_a_caller_may_change_what_it_gets(counted):
	counted({"prices": [1]})["prices"].append(2)
	counted()["prices"].append(3)
	assert counted() == {"prices": [1]}


def test_long_values_and_many_values_are_not_stored(counted, settled, monkeypatch):
	monkeypatch.setattr(shared_cache, "LARGEST", 1000)
	monkeypatch.setattr(shared_cache, "MOST", 3000)
	counted("x" * 1001, "too long")
	assert counted("again", "too long") == "again"
	frappe.cache.delete(frappe.cache.make_key(shared_cache.SPENT + counted.key[0]))
	for number in range(5):
		counted("x" * 900, number)
	stored = [counted("", number) != "" for number in range(5)]
	assert stored == [True, True, True, False, False]
	spent = frappe.cache.make_key(shared_cache.SPENT + counted.key[0])
	assert 0 < frappe.cache.ttl(spent) <= 600
	other = (frappe.generate_hash(),)
	shared_cache.shared(other, lambda: "of another function")
	assert shared_cache.shared(other, lambda: "computed again") == "of another function"


def test_what_another_version_has_stored_is_computed_anew(counted, settled):
	counted()
	for name in names_of_values():
		frappe.cache.set(name, b"\x80\x04 nothing that can be read")
	assert counted("anew") == "anew"


# -- Redis ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [NoConnection("refused"), NoAnswer("timed out"), OSError("no route")])
def test_without_redis_everything_is_computed(counted, monkeypatch, error):
	def fail(*args, **kwargs):
		raise error

	for name in ("mget", "get", "set"):
		monkeypatch.setattr(frappe.cache, name, fail)
	monkeypatch.setattr(frappe.cache, "pipeline", fail)
	shared_cache.forget()
	frappe.db.commit()
	assert [counted(), counted()] == ["value", "value"]
	assert len(counted.calls) == 2


def test_redis_that_goes_away_and_comes_back(counted, redis_stopped, waiting):
	counted("before")
	with redis_stopped():
		assert counted("without") == "without"
		assert not waiting
		shared_cache.forget()
		frappe.db.commit()
	assert counted("after") == "after"
	assert counted("not computed") == "after"

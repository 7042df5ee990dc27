"""What is the same for everybody is computed once, and anew when something changes; never for one viewer."""

from __future__ import annotations

import frappe
import pytest
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer
from werkzeug.wrappers import Request

from medusa_integration import shared_cache
from tests.storefront.catalogue import names_of_values


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

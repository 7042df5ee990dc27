"""What is the same for everybody is computed once, and anew when something changes."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import shared_cache


@pytest.fixture
def counted(shop):
	"""Make a value, and count how often it is computed."""
	frappe.db.commit()
	key = (frappe.generate_hash(),)
	calls = []

	def ask(value="value"):
		return shared_cache.shared(key, lambda: calls.append(1) or value)

	ask.calls = calls
	return ask


@pytest.mark.parametrize("value", ["value", None, [], 0, {"a": [1, None]}])
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


def test_file_of_another_document_changes_nothing(shop, counted):
	counted()
	frappe.get_doc({"doctype": "File", "file_name": "note.txt", "content": "x", "is_private": 1}).insert()
	frappe.db.commit()
	counted()
	assert len(counted.calls) == 1


def test_without_redis_everything_is_computed(counted, monkeypatch):
	monkeypatch.setattr(frappe.cache, "get_value", lambda *args, **kwargs: None)
	monkeypatch.setattr(frappe.cache, "set_value", lambda *args, **kwargs: None)
	assert [counted(), counted()] == ["value", "value"]
	assert len(counted.calls) == 2


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

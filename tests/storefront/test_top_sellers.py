"""`add_top_selling_items_to_collection`: what sold best in each category."""

from __future__ import annotations

import frappe
import pytest
import requests

from medusa_integration.api import add_top_selling_items_to_collection, get_top_selling_items
from medusa_integration.medusa_integration.doctype.medusa_configuration import buttons

COLLECTION = "Product Collection"
SETTINGS = "Medusa Configuration"
METHOD = "medusa_integration.api.add_top_selling_items_to_collection"


@pytest.fixture
def group(lists, categories):
	"""A group with another below it, as the category Dental."""
	parent = lists.item_group(is_group=1)
	child = lists.item_group(parent_item_group=parent.name)
	categories(Dental=parent.name)
	return parent, child


def run():
	answer = add_top_selling_items_to_collection()
	frappe.db.commit()
	return answer


def rows(table="dental_items", fields=("item_code", "sales_count")):
	return [tuple(row.get(field) for field in fields) for row in frappe.get_doc(COLLECTION).get(table)]


@pytest.mark.contract(17, 18, 20, 22)
def test_best_first(visible, group, sold):
	"""All that was ever sold and not returned, of the group and of those below;
	the shop reads it in this order.
	"""
	first, second = visible(item_group=group[1].name), visible(item_group=group[0].name)
	sold(second, 3)
	sold(first, 4)
	sold(first, 2.5)
	sold(first, -1)
	answer = run()
	fields = ("item_code", "item_name", "website_item", "category", "sales_count")
	assert rows(fields=fields) == [
		(first.item_code, first.item_name, first.name, group[1].name, 5.5),
		(second.item_code, second.item_name, second.name, group[0].name, 3),
	]
	assert answer == {
		"status": "success",
		"message": "2 top sellers in 1 categories.",
		"counts": {"Dental": 2},
	}
	assert frappe.get_doc(COLLECTION).updated_on


@pytest.mark.contract(18)
@pytest.mark.parametrize(
	("quantities", "docstatus"), [((5,), 0), ((5,), 2), ((2, -2), 1), ((2, -3), 1), ((0,), 1), ((), 1)]
)
def test_what_was_not_sold_does_not_count(visible, group, sold, quantities, docstatus):
	"""Drafts and cancelled invoices, and what came back."""
	item = visible(item_group=group[0].name)
	for quantity in quantities:
		sold(item, quantity, docstatus)
	run()
	assert rows() == []


@pytest.mark.contract(18)
@pytest.mark.parametrize("how", ["disabled", "unpublished", "not in Medusa", "no Website Item", "elsewhere"])
def test_what_the_shop_cannot_sell_does_not_count(lists, visible, group, sold, how):
	if how == "no Website Item":
		item = lists.item(item_group=group[0].name)
	else:
		item = visible(item_group=group[0].name if how != "elsewhere" else lists.item_group().name)
	if how == "disabled":
		frappe.db.set_value("Item", item.item_code, "disabled", 1)
	elif how in ("unpublished", "not in Medusa"):
		item.db_set({"published": 0} if how == "unpublished" else {"medusa_id": None})
	sold(item, 5)
	run()
	assert rows() == []


@pytest.mark.contract(21)
def test_twenty_of_each_and_equals_by_code(lists, visible, group, sold):
	"""The number is a setting."""
	names = lists.many(21, recorded=False, in_medusa=True, item_group=group[0].name)
	for name in reversed(names):
		sold(name, 7)
	run()
	assert rows(fields=("item_code",)) == [(name,) for name in sorted(names)[:20]]
	lists.set(top_sellers_limit=3)
	assert run()["counts"] == {"Dental": 3}
	assert [row["item_code"] for row in get_top_selling_items(group[0].name)] == sorted(names)[:3]


@pytest.mark.contract(19, 20)
def test_each_category_fills_its_table(lists, visible, categories, sold):
	"""What stood there is replaced; a category without a group, or without sales, is empty."""
	groups = [lists.item_group().name for _number in range(2)]
	categories(Dental=groups[0], Medical=groups[1], Infection_Control=None)
	items = [visible(item_group=group) for group in groups]
	for number, item in enumerate(items, start=1):
		sold(item, number)
	collection = frappe.get_doc(COLLECTION)
	for table in ("dental_items", "infection_control_items", "other_items"):
		collection.append(table, {"item_code": items[1].item_code})
	collection.save()
	assert run()["counts"] == {"Dental": 1, "Medical": 1, "Infection Control": 0}
	assert rows() == [(items[0].item_code, 1)]
	assert rows("medical_items") == [(items[1].item_code, 2)]
	assert rows("infection_control_items") == rows("other_items") == []


def test_categories_may_share_a_table(lists, visible, categories, sold):
	groups = [lists.item_group().name for _number in range(2)]
	categories(Dental=groups[0], Medical=groups[1])
	frappe.db.set_value("Medusa Top Category", {"parent": SETTINGS}, "target_table", "other_items")
	lists.set(top_sellers_limit=20)
	items = [visible(item_group=group) for group in groups]
	for item in items:
		sold(item, 1)
	run()
	assert rows("other_items") == [(item.item_code, 1) for item in items]


@pytest.mark.contract(20)
def test_one_save_and_none_when_nothing_changes(visible, group, sold, monkeypatch):
	item = visible(item_group=group[0].name)
	sold(item, 1.1)
	sold(item, 2.2)
	run()
	before = frappe.get_doc(COLLECTION)
	run()
	after = frappe.get_doc(COLLECTION)
	assert (after.modified, after.updated_on) == (before.modified, before.updated_on)
	assert after.dental_items[0].name == before.dental_items[0].name
	sold(item, 1)
	run()
	assert frappe.get_doc(COLLECTION).modified > before.modified


def test_the_homepage_is_left_alone(lists, visible, group, sold):
	"""Its own lists are kept by hand."""
	item = visible(item_group=group[0].name)
	homepage = frappe.get_doc("Homepage Landing")
	homepage.append("dental_items", {"website_item": item.name})
	homepage.save()
	sold(visible(item_group=group[0].name), 9)
	run()
	assert [row.website_item for row in frappe.get_doc("Homepage Landing").dental_items] == [item.name]


@pytest.mark.contract(18)
def test_top_selling_items_of_a_group(visible, group, sold):
	item = visible(item_group=group[1].name)
	sold(item, 2)
	expected = [{"item_code": item.item_code, "item_name": item.item_name, "sales_count": 2.0}]
	assert get_top_selling_items(group[0].name) == expected
	assert get_top_selling_items("no such group") == []


@pytest.mark.parametrize("count", [1, 10, 100])
def test_statements_do_not_grow(lists, visible, group, sold, query_counter, count):
	"""Of a night in which nothing changes: however many items and invoices there are."""
	for name in lists.many(count, recorded=False, in_medusa=True, item_group=group[0].name):
		sold(name, 1)
	run()
	with query_counter() as queries:
		add_top_selling_items_to_collection()
	# the Single, a statement for each of its tables, and two for its one category
	assert len(queries) == 1 + len(frappe.get_meta(COLLECTION).get_table_fields()) + 2, queries


@pytest.mark.parametrize(
	("role", "status"),
	[("Medusa Manager", 200), ("Item Manager", 403), ("Medusa Storefront", 403), (None, 403)],
)
def test_who_may_call_it(lists, http_server, role, status):
	"""Whoever may write Product Collection, by POST only; a refusal is nothing for the Error Log."""
	headers = lists.sign_in(role) if role else {}
	url = f"{http_server}/api/method/{METHOD}"
	answer = requests.post(url, headers=headers, timeout=300)
	assert answer.status_code == status
	if status == 200:
		assert answer.json()["message"]["status"] == "success"
		assert requests.get(url, headers=headers, timeout=300).status_code == 403
	assert lists.errors() == []


def test_a_category_without_a_group_is_told(lists, visible, categories, sold):
	"""In the answer, in Scheduled Job Log when nobody asked, and in the settings."""
	group = lists.item_group().name
	categories(Dental=group, Medical=None)
	frappe.db.set_value(
		"Medusa Top Category", {"parent": SETTINGS, "label": "Dental"}, "item_group", "Gone & <b>lost</b>"
	)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	frappe.db.commit()
	answer = run()
	told = [
		"Top Categories: the Item Group Gone & <b>lost</b> of Dental does not exist, so it has no top sellers.",
		"Top Categories: Medical has no Item Group, so it has no top sellers.",
	]
	assert answer["status"] == "success"
	assert answer["warnings"] == told
	assert all(sentence in answer["message"] for sentence in told)
	assert answer["counts"] == {"Dental": 0, "Medical": 0}
	job = frappe.db.get_value("Scheduled Job Type", {"method": METHOD})
	logged = frappe.get_all(
		"Scheduled Job Log", {"scheduled_job_type": job}, ["status", "details"], order_by="creation desc"
	)
	assert (logged[0].status, logged[0].details) == ("Complete", "\n".join(told))
	warnings = buttons.get_status()["warnings"]
	assert "Top Categories: Medical has no Item Group, so it has no top sellers." in warnings
	assert not any("<b>lost" in warning for warning in warnings)


def test_the_run_of_the_scheduler_tells_it_in_its_own_row(lists, visible, categories):
	"""One row for one run."""
	categories(Dental=None)
	job = frappe.get_doc("Scheduled Job Type", {"method": METHOD})
	before = set(frappe.get_all("Scheduled Job Log", pluck="name"))
	job.execute()
	frappe.db.rollback()
	[name] = set(frappe.get_all("Scheduled Job Log", pluck="name")) - before
	row = lists.site.added(frappe.get_doc("Scheduled Job Log", name))
	assert row.status == "Complete"
	assert row.details == "Top Categories: Dental has no Item Group, so it has no top sellers."


def test_nothing_is_told_when_all_is_well(lists, visible, group):
	"""The documented answer, and no row of our own."""
	assert run() == {
		"status": "success",
		"message": "0 top sellers in 1 categories.",
		"counts": {"Dental": 0},
	}
	assert not [text for text in buttons.get_status()["warnings"] if "Top Categories" in text]

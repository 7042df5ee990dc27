"""`fetch_clearance_items`: what expires soon, and what is on clearance."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from medusa_integration.api import fetch_clearance_items

EXPIRING = "Expiring Items"
HOMEPAGE = "Homepage Landing"


@pytest.fixture
def batch(lists):
	"""Put a batch of a Website Item into stock that expires in so many days."""

	def make(item, days, quantity=5, **values):
		document = lists.site.new(
			"Batch",
			batch_id=lists.name("BATCH"),
			item=item.item_code,
			expiry_date=None if days is None else add_days(nowdate(), days),
			**values,
		)
		# as ERPNext's ledger leaves it
		document.db_set("batch_qty", quantity)
		frappe.db.commit()
		return document

	return make


@pytest.fixture
def batched(lists, visible):
	"""A visible Website Item that is kept in batches; ERPNext asks for that before it takes one."""

	def make(**values):
		return visible(item=lists.item(has_batch_no=1), **values)

	return make


def fetch():
	answer = fetch_clearance_items()
	frappe.db.commit()
	return answer


def expiring(*fields):
	doc = frappe.get_doc(EXPIRING)
	return [tuple(row.get(field) for field in fields or ("website_item",)) for row in doc.expiring_items]


def on_homepage(table):
	return [row.website_item for row in frappe.get_doc(HOMEPAGE).get(table)]


def tick(*items):
	doc = frappe.get_doc(EXPIRING)
	for row in doc.expiring_items:
		row.show = int(row.website_item in [item.name for item in items])
	doc.save()
	frappe.db.commit()


@pytest.mark.contract(14, 15, 16)
@pytest.mark.parametrize(
	("days", "quantity", "disabled", "expected"),
	[
		(0, 5, 0, True),
		(60, 0.5, 0, True),
		(61, 5, 0, False),
		(-1, 5, 0, False),
		(None, 5, 0, False),
		(30, 0, 0, False),
		(30, -2, 0, False),
		(30, 5, 1, False),
	],
)
def test_what_expires_soon_and_is_there(lists, batched, batch, days, quantity, disabled, expected):
	"""From today on within `clearance_days`, and some left of it (ruling C7)."""
	lists.set(clearance_days=60)
	item = batched()
	batch(item, days, quantity, disabled=disabled)
	fetch()
	assert expiring() == ([(item.name,)] if expected else [])


@pytest.mark.contract(15)
def test_how_soon_is_a_setting(lists, batched, batch):
	lists.set(clearance_days=10)
	item = batched()
	batch(item, 11)
	assert fetch()["expiring"] == 0
	lists.set(clearance_days=11)
	assert fetch()["expiring"] == 1


@pytest.mark.contract(15, 16)
def test_the_earliest_date_counts_and_sorts(lists, batched, batch):
	first, second = batched(web_item_name="Gloves"), batched(web_item_name="Masks")
	batch(second, 20)
	batch(first, 40)
	batch(first, 10)
	fetch()
	assert expiring("website_item", "website_item_name", "expiry_date", "show") == [
		(first.name, "Gloves", getdate(add_days(nowdate(), 10)), 0),
		(second.name, "Masks", getdate(add_days(nowdate(), 20)), 0),
	]


@pytest.mark.contract(15)
def test_only_what_the_shop_shows(lists, batch, batched):
	"""Neither what is unpublished nor what Medusa does not have."""
	hidden = batched()
	hidden.db_set("published", 0)
	unknown = lists.website_item(lists.item(has_batch_no=1), custom_clearance_item=1)
	marked = batched(custom_clearance_item=1)
	marked.db_set("published", 0)
	for item in (hidden, unknown, marked):
		batch(item, 5)
	assert fetch() == {"expiring": 0, "clearance": 0}


@pytest.mark.contract(16)
def test_ticks_stay_and_what_no_longer_qualifies_goes(lists, batched, batch):
	"""Also the last row: then the lists are empty."""
	kept, sold = batched(), batched()
	batch(kept, 5)
	of_sold = batch(sold, 6)
	fetch()
	tick(kept, sold)
	batch(batched(), 1)
	of_sold.db_set("batch_qty", 0)
	fetch()
	assert expiring("show") == [(0,), (1,)]
	assert expiring()[1] == (kept.name,)
	assert on_homepage("clearance_items") == on_homepage("best_deals") == [kept.name]

	frappe.db.set_value("Batch", {"batch_qty": (">", 0)}, "batch_qty", 0)
	assert fetch() == {"expiring": 0, "clearance": 0}
	assert expiring() == on_homepage("clearance_items") == on_homepage("best_deals") == []


@pytest.mark.contract(15, 16)
def test_ticked_and_marked_are_on_clearance(lists, batched, batch, visible):
	"""The ticked by date, then the marked by name, each once (ruling C7); the rest only expires."""
	marked = sorted(visible(custom_clearance_item=1).name for _number in range(2))
	late, early, both, plain = batched(), batched(), batched(custom_clearance_item=1), batched()
	for days, item in ((30, late), (10, early), (20, both), (5, plain)):
		batch(item, days)
	fetch()
	assert on_homepage("clearance_items") == sorted([*marked, both.name])
	tick(late, early, both)
	assert fetch() == {"expiring": 4, "clearance": 5}
	expected = [early.name, both.name, late.name, *marked]
	assert on_homepage("clearance_items") == on_homepage("best_deals") == expected
	assert {row.from_clearance for row in frappe.get_doc(HOMEPAGE).best_deals} == {1}


@pytest.mark.contract(16)
def test_deals_that_people_made_stay(lists, batched, batch, visible):
	"""In front, as they are, and without a second row of ours."""
	ours, theirs = visible(custom_clearance_item=1), visible(custom_clearance_item=1)
	homepage = frappe.get_doc(HOMEPAGE)
	homepage.append("best_deals", {"website_item": theirs.name, "url": "/deal"})
	homepage.append("best_deals", {"url": "/no-item"})
	homepage.append("top_sellers", {"website_item": theirs.name})
	homepage.save()
	made = [row.name for row in homepage.best_deals]
	fetch()
	rows = frappe.get_doc(HOMEPAGE).best_deals
	assert [(row.website_item, row.url, row.idx) for row in rows] == [
		(theirs.name, "/deal", 1),
		(None, "/no-item", 2),
		(ours.name, None, 3),
	]
	assert [row.name for row in rows[:2]] == made
	assert on_homepage("top_sellers") == [theirs.name]

	rows[2].db_set("url", "/ours")
	batch(batched(custom_clearance_item=1), 3)
	ours.db_set("custom_clearance_item", 1)
	fetch()
	assert {row.website_item: row.url for row in frappe.get_doc(HOMEPAGE).best_deals}[ours.name] == "/ours"
	frappe.db.set_value("Website Item", {"custom_clearance_item": 1}, "custom_clearance_item", 0)
	fetch()
	assert [row.name for row in frappe.get_doc(HOMEPAGE).best_deals] == made


def test_a_tick_is_on_the_homepage_once_it_is_saved(lists, batched, batch, http_server):
	"""Also when whoever ticks may not write Homepage Landing."""
	import requests

	item = batched()
	batch(item, 5)
	fetch()
	(row,) = frappe.get_doc(EXPIRING).as_dict().expiring_items
	rows = [{"name": row.name, "website_item": item.name, "expiry_date": str(row.expiry_date), "show": 1}]
	headers = lists.sign_in("Item Manager")

	def put(doctype, **values):
		address = f"{http_server}/api/resource/{doctype}/{doctype}"
		return requests.put(address, json=values, headers=headers, timeout=300).status_code

	assert put(HOMEPAGE, delivery_charges=5) == 403
	assert put(EXPIRING, expiring_items=rows) == 200
	frappe.db.rollback()
	assert on_homepage("clearance_items") == on_homepage("best_deals") == [item.name]


@pytest.mark.contract(16)
def test_nothing_is_saved_when_nothing_changes(lists, batched, batch):
	item = batched(custom_clearance_item=1)
	batch(item, 5)
	fetch()
	before = [frappe.get_doc(single).modified for single in (EXPIRING, HOMEPAGE)]
	assert fetch() == {"expiring": 1, "clearance": 1}
	assert [frappe.get_doc(single).modified for single in (EXPIRING, HOMEPAGE)] == before


@pytest.mark.contract(16)
def test_rows_of_deleted_items_are_in_nobodys_way(lists, batched, batch):
	"""An item on the lists can be deleted, and the next night it is gone from them."""
	gone, stays = batched(custom_clearance_item=1), batched(custom_clearance_item=1)
	homepage = frappe.get_doc(HOMEPAGE)
	homepage.append("best_deals", {"website_item": gone.name})
	homepage.append("new_arrivals", {"website_item": gone.name})
	homepage.save()
	fetch()
	frappe.delete_doc("Website Item", gone.name)
	fetch()
	assert on_homepage("clearance_items") == [stays.name]
	assert on_homepage("best_deals") == [gone.name, stays.name]
	assert on_homepage("new_arrivals") == [gone.name]


@pytest.mark.parametrize("count", [1, 10, 100])
def test_statements_do_not_grow(lists, query_counter, count):
	"""Of a night in which nothing changes; a night with news costs a row each more."""
	names = lists.many(count, recorded=False, in_medusa=True, custom_clearance_item=1)
	ids = [f"B-{name}" for name in names]
	expiry = add_days(nowdate(), 3)
	lists._insert("Batch", ids, batch_id=ids, item=names, expiry_date=expiry, batch_qty=1)
	frappe.db.commit()
	assert fetch()["expiring"] == count
	with query_counter() as queries:
		assert fetch_clearance_items() == {"expiring": count, "clearance": count}
	# both Singles, a statement for each of their tables, and the two questions
	tables = sum(len(frappe.get_meta(single).get_table_fields()) for single in (EXPIRING, HOMEPAGE))
	assert len(queries) == 2 + tables + 2, queries

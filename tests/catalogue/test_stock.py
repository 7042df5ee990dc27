"""`update_webitem_stock`: the flag that listings filter by, from the Bins of a warehouse and all below it."""

from __future__ import annotations

import frappe
import pytest
from erpnext.stock.get_item_details import get_bin_details
from rq.timeouts import JobTimeoutException

from medusa_integration.api import update_webitem_stock


@pytest.fixture
def warehouses(site):
	"""A group warehouse with two stores below it."""
	company = frappe.get_all("Company", pluck="name", limit=1)[0]
	mark = frappe.generate_hash(length=5)
	group = site.new("Warehouse", warehouse_name=f"Shop {mark}", company=company, is_group=1)
	stores = [
		site.new(
			"Warehouse", warehouse_name=f"Store {i} {mark}", company=company, parent_warehouse=group.name
		)
		for i in (1, 2)
	]
	return group.name, *(store.name for store in stores)


@pytest.fixture
def stock(shop):
	"""Put a quantity of an item into a warehouse, as ERPNext's ledger leaves it in the Bin."""

	def put(item, warehouse, quantity):
		bin_ = shop.site.new("Bin", item_code=item.item_code, warehouse=warehouse)
		frappe.db.set_value("Bin", bin_.name, "actual_qty", quantity)
		frappe.db.commit()

	return put


@pytest.fixture
def item(shop, warehouses):
	return shop.website_item(website_warehouse=warehouses[0])


def flag(item):
	update_webitem_stock()
	frappe.db.rollback()
	return frappe.db.get_value("Website Item", item.name, "custom_in_stock")


@pytest.mark.contract(36, 51, 53, 54, 55, 59, 64, 69)
def test_stock_below_the_website_warehouse_counts(shop, item, warehouses, stock):
	"""A parent warehouse may be set: all below it counts; nothing there is out of stock."""
	assert flag(item) == 0
	stock(item, warehouses[1], 2)
	stock(item, warehouses[2], 3)
	assert flag(item) == 1
	details = get_bin_details(item.item_code, item.website_warehouse, include_child_warehouses=1)
	assert details["actual_qty"] == shop.value(item, "custom_available_qty") == 5


@pytest.mark.contract(53)
def test_stock_elsewhere_does_not_count(shop, warehouses, stock):
	"""Only the warehouse of the Website Item; none set is none in stock."""
	item, homeless = shop.website_item(website_warehouse=warehouses[1]), shop.website_item()
	for one in (item, homeless):
		stock(one, warehouses[2], 9)
	assert (flag(item), flag(homeless)) == (0, 0)


@pytest.mark.contract(54, 55)
@pytest.mark.parametrize(("quantity", "expected"), [(-4, 0), (0, 0), (0.5, 1), (1, 1)])
def test_in_stock_means_more_than_nothing(item, warehouses, stock, quantity, expected):
	"""Negative stock is out of stock; half a metre is in stock."""
	stock(item, warehouses[1], quantity)
	assert flag(item) == expected


@pytest.mark.contract(52, 56, 57)
@pytest.mark.parametrize(("respects", "expected"), [(0, 1), (1, 0)])
def test_the_threshold(shop, item, warehouses, stock, respects, expected):
	"""Read and without effect, unless `respect_threshold_quantity` is on:
	then more than the threshold is needed.
	"""
	shop.set(respect_threshold_quantity=respects)
	stock(item, warehouses[1], 3)
	frappe.db.set_value("Website Item", item.name, "custom_threshold_qty", 3)
	frappe.db.commit()
	assert flag(item) == expected
	frappe.db.set_value("Website Item", item.name, "custom_threshold_qty", 2)
	frappe.db.commit()
	assert flag(item) == 1


@pytest.mark.contract(51)
def test_an_unpublished_item_is_not_in_stock(shop, item, warehouses, stock):
	"""The flag goes back to 0, whatever there is."""
	stock(item, warehouses[1], 3)
	assert flag(item) == 1
	shop.save(item, published=0)
	assert flag(item) == 0


def test_a_template_is_in_stock_when_a_variant_is(shop, warehouses, stock):
	"""A template has no stock of its own."""
	template, variant = shop.website_item(), shop.website_item(website_warehouse=warehouses[0])
	frappe.db.set_value("Website Item", template.name, "has_variants", 1)
	frappe.db.set_value("Website Item", variant.name, "variant_of", template.item_code)
	frappe.db.commit()
	assert flag(template) == 0
	stock(variant, warehouses[1], 1)
	assert flag(template) == 1


@pytest.mark.contract(59)
def test_nothing_is_written_without_a_change(shop, item, warehouses, stock, query_counter):
	"""A second run writes nothing; neither touches `modified`, and neither tells Medusa."""
	stock(item, warehouses[1], 3)
	modified, task = shop.value(item, "modified"), shop.task(item).version
	assert flag(item) == 1
	assert shop.value(item, "modified") == modified
	assert shop.task(item).version == task
	with query_counter() as queries:
		counts = update_webitem_stock()
	assert counts["updated"] == 0
	assert [query for query in queries if not query.lstrip().lower().startswith("select")] == []


@pytest.mark.contract(61, 67)
def test_the_number_of_statements_is_constant(shop, warehouses, query_counter):
	"""As many for one item as for sixty; called without arguments."""

	def statements():
		with query_counter() as queries:
			update_webitem_stock()
		return len(queries)

	shop.many(1, recorded=False, website_warehouse=warehouses[0], custom_in_stock=1)
	statements()  # fills the caches
	shop.many(1, recorded=False, website_warehouse=warehouses[0], custom_in_stock=1)
	one = statements()
	shop.many(60, recorded=False, website_warehouse=warehouses[0], custom_in_stock=1)
	assert statements() == one


def test_the_worker_ends_the_job(shop, item, warehouses, stock, monkeypatch):
	"""Its time is up in the middle of a chunk: the job ends,
	and does not go on with the next one for ever.
	"""
	from medusa_integration.catalogue.stock import daily as module

	shop.many(3, recorded=False, website_warehouse=warehouses[0], custom_in_stock=1)
	monkeypatch.setattr(module, "ROWS", 1)
	chunks = []

	def time_is_up(rows):
		chunks.append(rows)
		raise JobTimeoutException("Task exceeded maximum timeout value (1500 seconds)")

	monkeypatch.setattr(module, "_update", time_is_up)
	with pytest.raises(JobTimeoutException):
		module.update_webitem_stock()
	assert len(chunks) == 1


def test_one_chunk_fails(shop, item, warehouses, stock, monkeypatch):
	"""The rest is done, then the run fails with a count,
	and the Error Log has the traceback (contract 41).
	"""
	from medusa_integration.catalogue.stock import daily as module

	names = shop.many(3, recorded=False, website_warehouse=warehouses[0], custom_in_stock=1)
	monkeypatch.setattr(module, "ROWS", 1)
	update = module._update

	def raises(rows):
		if rows[0].name == names[1]:
			raise ZeroDivisionError("poison")
		return update(rows)

	monkeypatch.setattr(module, "_update", raises)
	with pytest.raises(module.StockNotUpdated, match="The stock of 1 Website Items could not be updated"):
		update_webitem_stock()
	frappe.db.rollback()
	flags = [frappe.db.get_value("Website Item", name, "custom_in_stock") for name in names]
	assert flags == [0, 1, 0]
	assert any("poison" in error for error in frappe.get_all("Error Log", pluck="error"))


@pytest.mark.contract(42, 49, 90)
def test_stock_is_no_business_of_the_product(shop, item, warehouses, stock):
	"""The daily job of its own sees to it: neither `modified` nor Medusa's product hears of the new flag."""
	stock(item, warehouses[1], 5)
	shop.drain()
	assert not shop.product(item)["variants"][0].get("inventory_quantity")
	before, requests = shop.value(item, "modified"), len(shop.medusa.requests)

	assert flag(item) == 1

	assert shop.value(item, "modified") == before
	assert shop.task(item).status == "Synced" and shop.drain() == {}
	assert len(shop.medusa.requests) == requests
	assert "medusa_integration.api.update_webitem_stock" in frappe.get_hooks("scheduler_events")["daily_long"]

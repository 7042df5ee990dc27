"""The stock flag of Website Items, computed from the warehouses."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.api import update_webitem_stock


@pytest.fixture
def warehouses(shop):
	"""A warehouse with two below it; their names."""
	company = frappe.get_all("Company", pluck="name")[0]

	def new(label, parent=None, is_group=0):
		values = {"warehouse_name": shop.name(label), "company": company, "is_group": is_group}
		return shop.site.new("Warehouse", **values, parent_warehouse=parent).name

	parent = new("Shop", frappe.db.get_value("Warehouse", {"company": company, "is_group": 1}), is_group=1)
	return [parent, new("Shelf", parent), new("Cellar", parent)]


@pytest.fixture
def stocked(shop, warehouses):
	"""`stocked(qty, elsewhere)`: a Website Item with so much on the shelf and in the cellar; its name."""

	def make(*quantities, **values):
		item = shop.website_item(website_warehouse=warehouses[0], **values)
		for warehouse, quantity in zip(warehouses[1:], quantities, strict=False):
			if quantity is not None:
				bin_ = shop.site.new("Bin", item_code=item.item_code, warehouse=warehouse)
				frappe.db.set_value("Bin", bin_.name, "actual_qty", quantity)
		frappe.db.commit()
		return item.name

	return make


def flag(name):
	frappe.db.rollback()
	return frappe.db.get_value("Website Item", name, "custom_in_stock")


@pytest.mark.contract(36, 37, 50, 51, 54, 55, 59, 64, 67)
@pytest.mark.parametrize(
	("quantities", "expected"),
	[((5,), 1), ((0,), 0), ((None, 2), 1), ((-3,), 0), ((), 0), ((0.5,), 1), ((-3, 4), 1)],
)
def test_in_stock_means_more_than_nothing(stocked, quantities, expected):
	"""`custom_in_stock` is 1 for a positive quantity in the last run, 0 otherwise; called without arguments."""
	name = stocked(*quantities)
	update_webitem_stock()
	assert flag(name) == expected


@pytest.mark.contract(53, 69)
def test_all_warehouses_below_count(stocked):
	"""The figure is ERPNext's own, child warehouses included."""
	from erpnext.stock.get_item_details import get_bin_details

	name = stocked(2, 3)
	update_webitem_stock()
	item = frappe.get_doc("Website Item", name)
	bins = get_bin_details(item.item_code, item.website_warehouse, include_child_warehouses=1)
	assert item.custom_available_qty == bins["actual_qty"] == 5


@pytest.mark.contract(52, 56, 57)
@pytest.mark.parametrize(("respect", "threshold", "expected"), [(0, 10, 1), (1, 10, 0), (1, 5, 0), (1, 4, 1)])
def test_the_threshold_counts_where_it_is_wanted(shop, stocked, respect, threshold, expected):
	"""By default any positive quantity is in stock; with the setting, only more than the threshold."""
	shop.set(respect_threshold_quantity=respect)
	name = stocked(5, custom_threshold_qty=threshold)
	update_webitem_stock()
	assert flag(name) == expected


@pytest.mark.contract(37, 51)
def test_what_is_not_published_is_not_in_stock(shop, stocked):
	"""An item that leaves the shop loses its flag."""
	name = stocked(5)
	update_webitem_stock()
	frappe.db.set_value("Website Item", name, "published", 0)
	frappe.db.commit()
	update_webitem_stock()
	assert flag(name) == 0


def test_a_template_is_in_stock_when_a_variant_is(shop, stocked):
	"""A template has no stock of its own."""
	template, variant = stocked(), stocked(1)
	code = frappe.db.get_value("Website Item", template, "item_code")
	frappe.db.set_value("Website Item", template, {"has_variants": 1, "custom_in_stock": 0})
	frappe.db.set_value("Website Item", variant, "variant_of", code)
	frappe.db.commit()
	update_webitem_stock()
	assert flag(template) == 1
	frappe.db.set_value("Website Item", variant, "published", 0)
	update_webitem_stock()
	assert flag(template) == 0


@pytest.mark.contract(42, 49, 90)
def test_the_flag_is_all_that_changes(shop, stocked):
	"""Neither `modified` nor Medusa hears of it: a variant is made with quantity 0, stock is not the product's."""
	name = stocked(5)
	shop.drain()
	before = frappe.db.get_value("Website Item", name, "modified")
	requests = len(shop.medusa.requests)

	update_webitem_stock()

	frappe.db.rollback()
	assert frappe.db.get_value("Website Item", name, ["modified", "custom_in_stock"]) == (before, 1)
	assert shop.task(name).status == "Synced" and len(shop.medusa.requests) == requests


def test_nothing_is_written_when_nothing_changed(stocked, query_counter):
	"""The second run only reads."""
	stocked(5)
	update_webitem_stock()
	with query_counter() as queries:
		result = update_webitem_stock()
	assert result["updated"] == 0 and result["checked"] >= 1
	assert all(query.lstrip().lower().startswith("select") for query in queries)


def test_the_statements_do_not_grow_with_the_shop(shop, warehouses, query_counter):
	"""The same number for 1, 10 and 100 items."""
	numbers = []
	for count in (1, 9, 90):
		shop.many(count, recorded=False, website_warehouse=warehouses[0], custom_in_stock=1)
		frappe.get_meta("Website Item")
		with query_counter() as queries:
			assert update_webitem_stock()["updated"] == count
		numbers.append(len(queries))
	assert len(set(numbers)) == 1, numbers


@pytest.mark.contract(68)
def test_the_warehouse_tree_decides(shop, stocked, warehouses):
	"""Stock in a warehouse outside the item's tree does not count."""
	name = stocked(None, 4)
	frappe.db.set_value("Website Item", name, "website_warehouse", warehouses[1])
	frappe.db.commit()
	update_webitem_stock()
	assert flag(name) == 0

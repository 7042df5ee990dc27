"""How much of an item there is for the shop: warehouses, reservations, bundles,
whatever the number of items.
"""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.api import update_webitem_stock
from medusa_integration.catalogue.stock import quantities
from medusa_integration.catalogue.stock import state as stock_state
from tests.support.stock import available


def computed(item):
	update_webitem_stock()
	return available(item)


def found(item):
	(row,) = stock_state.read([item.name])
	return quantities.quantities([row])[item.name]


@pytest.mark.contract(53, 69)
def test_what_others_have_ordered_cannot_be_sold(stock):
	"""The flag is about the stock, the quantity about what is left of it (ruling A5)."""
	item = stock.item()
	stock.put(item, 5)
	stock.reserve(item, 2)
	assert computed(item) == (1, 3)
	stock.reserve(item, 9)
	assert computed(item) == (1, 0)
	stock.put(item, 4, stock.other)
	assert computed(item) == (1, 0)


def test_what_medusa_has_sold_is_not_taken_away(stock):
	"""Medusa has counted its own orders already; those of others are taken away."""
	item = stock.item()
	stock.put(item, 10)
	stock.order(item, 3, medusa_order_id=f"order_{stock.shop.mark}")
	stock.order(item, 4)
	assert computed(item) == (1, 6)
	assert (found(item).actual, found(item).available, found(item).ordered) == (10, 6, 3)


def test_what_is_delivered_is_promised_no_more(stock):
	"""Of a Medusa order only what is still to be delivered; nothing of one that is closed,
	held or cancelled.
	"""
	item = stock.item()
	stock.put(item, 10)
	order = stock.order(item, 4, medusa_order_id=f"order_{stock.shop.mark}")
	order.items[0].db_set("delivered_qty", 1)
	order.reload()
	order.update_reserved_qty()
	assert (found(item).available, found(item).ordered) == (10, 3)
	order.update_status("Closed")
	assert (found(item).available, found(item).ordered) == (10, 0)


@pytest.mark.contract(53, 69)
def test_an_item_without_a_warehouse_is_out_of_stock(stock, shop):
	"""Whatever else names one: the Item, its group, brand or template, Stock Settings (ruling B4)."""
	shop.set(default_website_warehouse=None)
	shop.site.set_single("Stock Settings", default_warehouse=stock.store)
	defaults = [{"company": stock.company, "default_warehouse": stock.store}]
	brand = shop.site.new("Brand", brand=shop.name("Halyard"), brand_defaults=defaults)
	template = stock.item()
	frappe.db.set_value("Website Item", template.name, "has_variants", 1)
	item = shop.website_item(shop.item(brand=brand.name, item_defaults=defaults), brand=brand.name)
	frappe.db.set_value("Website Item", item.name, "variant_of", template.item_code)
	bundle = stock.bundle(**{item.item_code: 1})
	frappe.db.set_value("Website Item", bundle.name, "website_warehouse", None)
	stock.put(item, 4)
	assert computed(item) == (0, 0)
	assert computed(bundle) == (0, 0)


@pytest.mark.contract(53, 69)
def test_the_default_website_warehouse(stock, shop):
	"""The setting stands in for a warehouse that is not there, and for no other; all below it counts."""
	homeless, housed = shop.website_item(), stock.item(website_warehouse=stock.other)
	bundle = stock.bundle(**{homeless.item_code: 2})
	frappe.db.set_value("Website Item", bundle.name, "website_warehouse", None)
	for item in (homeless, housed):
		stock.put(item, 4)
		stock.put(item, 1, stock.other)
	shop.set(default_website_warehouse=stock.group)
	assert [computed(item) for item in (homeless, housed, bundle)] == [(1, 5), (1, 1), (1, 2)]
	shop.set(default_website_warehouse=None)
	assert [computed(item) for item in (homeless, housed, bundle)] == [(0, 0), (1, 1), (0, 0)]


@pytest.mark.parametrize(
	("reserved", "left"),
	[
		({"reserved_qty_for_production": 7, "reserved_qty_for_sub_contract": 1}, 2),
		({"reserved_qty_for_production_plan": 4}, 6),
		({"reserved_qty_for_production": 7, "reserved_qty": 5}, 0),
		# a Stock Reservation Entry holds back what a Sales Order has reserved already
		({"reserved_qty": 3, "reserved_stock": 3}, 7),
		({"reserved_stock": 4}, 6),
	],
)
def test_what_production_has_reserved_is_not_for_the_shop(stock, reserved, left):
	"""Ten: seven for a Work Order and one for subcontracting leave two; the flag is about the stock."""
	item = stock.item()
	bundle = stock.bundle(**{item.item_code: 1})
	stock.put(item, 10)
	stock.reserve_otherwise(item, **reserved)
	assert computed(item) == (1, left)
	assert computed(bundle) == (1, left)


def test_a_bundle_is_as_many_as_its_scarcest_part_allows(stock):
	"""Whole bundles, counted in the bundle's warehouse tree; what is no stock item limits nothing."""
	glove, mask = stock.item(), stock.item()
	fitting = stock.shop.item(is_stock_item=0)
	bundle = stock.bundle(**{glove.item_code: 2, mask.item_code: 1, fitting.name: 1})
	assert computed(bundle) == (0, 0)
	stock.put(glove, 7)
	stock.put(mask, 9)
	assert computed(bundle) == (1, 3)
	stock.reserve(glove, 6)
	assert computed(bundle) == (1, 0)
	stock.put(mask, 0)
	assert computed(bundle) == (0, 0)


def test_a_bundle_that_medusa_has_sold(stock):
	"""Its parts are promised, and not taken away twice."""
	glove = stock.item()
	bundle = stock.bundle(**{glove.item_code: 2})
	stock.put(glove, 10)
	stock.order(bundle, 2, medusa_order_id=f"order_{stock.shop.mark}")
	assert computed(bundle) == (1, 5)
	assert found(bundle).ordered == 2
	assert (found(glove).available, found(glove).ordered) == (10, 4)


@pytest.mark.contract(54, 55)
@pytest.mark.parametrize(("quantity", "expected"), [(-4, (0, 0)), (0, (0, 0)), (2.75, (1, 2.75))])
def test_never_negative(stock, quantity, expected):
	"""Negative stock is none."""
	item = stock.item()
	stock.put(item, quantity)
	assert computed(item) == expected


def test_of_an_unpublished_item_nothing_is_sold(stock):
	"""Flag and quantity are 0, whatever there is."""
	item = stock.item()
	stock.put(item, 3)
	assert computed(item) == (1, 3)
	frappe.db.set_value("Website Item", item.name, "published", 0)
	assert computed(item) == (0, 0)


@pytest.mark.contract(68)
def test_the_raw_data_of_the_bins(stock):
	"""The Bins of the company's warehouses show what there is;
	the tree of the website warehouse decides (ruling C6).
	"""
	item, elsewhere = stock.item(), stock.warehouse()
	for warehouse, quantity in ((stock.store, 2), (stock.other, 3), (elsewhere, 4)):
		stock.put(item, quantity, warehouse)
	bin_, warehouse = frappe.qb.DocType("Bin"), frappe.qb.DocType("Warehouse")
	rows = (
		frappe.qb.from_(bin_)
		.inner_join(warehouse)
		.on(warehouse.name == bin_.warehouse)
		.select(bin_.warehouse, bin_.actual_qty)
		.where((bin_.item_code == item.item_code) & (warehouse.company == stock.company))
	).run()
	assert dict(rows) == {stock.store: 2, stock.other: 3, elsewhere: 4}
	assert computed(item) == (1, 5)
	frappe.db.set_value("Website Item", item.name, "website_warehouse", elsewhere)
	assert computed(item) == (1, 4)


@pytest.mark.contract(36, 37, 51, 61)
def test_twenty_statements_per_thousand_items(stock, shop, query_counter):
	"""As many for 10, 100 and 1000 items; a second run writes nothing."""
	shop.set(push_stock_quantities=1)
	counts, seconds = {}, {}
	sizes = (1, 10, 100, 1000)  # the first fills the caches
	for size in sizes:
		names = shop.many(size, recorded=False, website_warehouse=stock.group, custom_in_stock=1)
		ids = [(name, f"prod_{name}", f"variant_{name}") for name in names]
		for name, product, variant in ids:
			values = {"medusa_id": product, "medusa_variant_id": variant}
			frappe.db.set_value("Website Item", name, values, update_modified=False)
		for counted in (counts, seconds):
			with query_counter() as queries:
				updated = update_webitem_stock()["updated"]
			assert updated == (size if counted is counts else 0)
			counted[size] = queries
		frappe.db.delete("Website Item", {"name": ("in", names)})
		frappe.db.delete("Medusa Sync Task")
		frappe.db.commit()
	print({size: (len(counts[size]), len(seconds[size])) for size in sizes})
	assert all(query.lstrip().lower().startswith("select") for query in seconds[1000])
	# a thousand are one chunk, after which the job looks whether there are more; they are recorded by 500
	assert len(counts[10]) == len(counts[100]) == len(counts[1000]) - 1 <= 20
	assert len({len(queries) for queries in seconds.values()}) == 1

"""Stock that moves: the item's flag and quantity follow after the commit, coalesced."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.catalogue.stock import events as movements
from tests.support.stock import available


@pytest.fixture(autouse=True)
def refreshing(shop):
	shop.set(refresh_stock_on_movement=1)


def stock_tasks():
	frappe.db.rollback()
	tasks = frappe.get_all("Medusa Sync Task", {"lane": "stock"}, ["reference_name", "version"])
	return [(task.reference_name, task.version) for task in tasks]


def test_fifty_movements_are_one_task(stock, shop):
	"""In one transaction or in many (ruling A8)."""
	item = stock.item()
	stock.move(*[(item, 1)] * 30)
	assert stock_tasks() == [(item.name, 1)]
	for _ in range(20):
		stock.move((item, 1))
	assert stock_tasks() == [(item.name, 21)]
	shop.drain()
	assert available(item) == (1, 50)


def test_what_is_cancelled_moves_back(stock, shop):
	"""ERPNext posts the reverse."""
	item = stock.item()
	stock.move((item, 5))
	shop.drain()
	stock.move((item, -5))
	shop.drain()
	assert available(item) == (0, 0)


def test_a_movement_costs_two_statements(stock, shop, query_counter):
	"""However many lines the entry has; none with the setting off, or for what the shop does not sell."""
	items = [stock.item() for _ in range(10)]

	def cost(*movements):
		with query_counter() as queries:
			stock.move(*movements)
		shop.drain()
		return len(queries)

	movements = [(item, 1) for item in items]
	cost(*movements)
	on = {count: cost(*movements[:count]) for count in (1, 10)}
	shop.set(refresh_stock_on_movement=0)
	cost(*movements)
	off = {count: cost(*movements[:count]) for count in (1, 10)}
	assert {count: on[count] - off[count] for count in on} == {1: 2, 10: 2}


def test_a_movement_that_is_rolled_back_is_forgotten(stock, shop):
	"""With it, what was to be recorded; the next transaction has its own."""
	item, other = stock.item(), stock.item()
	stock.move((item, 5), commit=False)
	frappe.db.rollback()
	stock.move((other, 5))
	assert [name for name, _version in stock_tasks()] == [other.name]


def test_without_the_setting_nothing_is_recorded(stock, shop):
	"""Nor on a site without a Medusa."""
	item = stock.item()
	shop.set(refresh_stock_on_movement=0)
	stock.move((item, 5))
	shop.set(refresh_stock_on_movement=1, url=None)
	stock.move((item, 5))
	assert not stock_tasks()


def test_a_bundle_moves_with_its_parts(stock, shop):
	"""Also with a part that the shop does not sell by itself."""
	part = stock.shop.item()
	bundle = stock.bundle(**{part.name: 2})
	stock.move((part, 5))
	assert [name for name, _version in stock_tasks()] == [bundle.name]
	shop.drain()
	assert available(bundle) == (1, 2)


def test_a_bundle_that_is_changed(stock, shop):
	"""Other quantities of its parts, or switched off."""
	part = stock.shop.item()
	bundle = stock.bundle(**{part.name: 2})
	stock.put(part.name, 6)
	document = frappe.get_doc("Product Bundle", bundle.item_code)
	for values, quantity in (({"qty": 3}, 2), ({"qty": 1}, 6)):
		document.items[0].update(values)
		document.save()
		frappe.db.commit()
		shop.drain()
		assert available(bundle) == (1, quantity)
	shop.save(document, disabled=1)
	shop.drain()
	assert available(bundle) == (0, 0)


def test_orders_move_what_is_left(stock, shop):
	"""Submitted, held, cancelled: ERPNext writes the Bin without events."""
	item = stock.item()
	stock.move((item, 5))
	shop.drain()
	order = stock.order(item, 2)
	shop.drain()
	assert available(item) == (1, 3)
	order.reload()
	order.update_status("Closed")
	frappe.db.commit()
	shop.drain()
	assert available(item) == (1, 5)
	order.reload()
	order.update_status("Draft")
	frappe.db.commit()
	order.reload()
	order.cancel()
	frappe.db.commit()
	shop.drain()
	assert available(item) == (1, 5)


def test_an_item_that_moves_to_another_warehouse(stock, shop):
	"""The shop's choice of warehouse decides, as soon as it is saved."""
	item = stock.item(website_warehouse=stock.other)
	stock.put(item, 4)
	shop.drain()
	shop.save(item, website_warehouse=stock.group)
	shop.drain()
	assert available(item) == (1, 4)


def test_an_item_that_is_merged_into_another(stock, shop):
	"""30 and 40 in one warehouse are 70, for the bundle too, once ERPNext has summed them up."""
	kept, gone = stock.item(), shop.item()
	bundle = stock.bundle(**{kept.item_code: 7})
	stock.move((kept, 40))
	stock.move((gone, 30))
	shop.drain()
	assert [available(one) for one in (kept, bundle)] == [(1, 40), (1, 5)]
	shop.rename(gone, kept.item_code, merge=True)
	shop.drain()
	stock.repost()
	shop.drain()
	assert [available(one) for one in (kept, bundle)] == [(1, 70), (1, 10)]


def test_a_merge_is_heard_of_itself(stock, shop):
	"""Not only its repost: in between ERPNext's Bin has nothing, and the shop sells nothing."""
	kept, gone = stock.item(), shop.item()
	stock.put(kept, 40)
	shop.drain()
	frappe.db.delete("Medusa Sync Task")
	shop.rename(gone, kept.item_code, merge=True)
	assert [name for name, _version in stock_tasks()] == [kept.name]


def test_a_voucher_that_is_reposted(stock, shop):
	"""All items that it has moved, once it is done and not before."""
	item, other = stock.item(), stock.item()
	stock.move((item, 5))
	shop.drain()
	frappe.db.delete("Medusa Sync Task")
	values = {"based_on": "Transaction", "voucher_type": "Item", "voucher_no": item.item_code}
	repost = frappe.get_doc({"doctype": "Repost Item Valuation", "status": "Queued", **values})
	movements.ledger_reposted(repost)
	frappe.db.commit()
	assert not stock_tasks()
	repost.status = "Completed"
	movements.ledger_reposted(repost)
	frappe.db.commit()
	assert [name for name, _version in stock_tasks()] == [item.name]
	assert other.name not in dict(stock_tasks())


@pytest.mark.parametrize("field", ["reserved_qty_for_production", "reserved_qty_for_sub_contract"])
def test_what_production_reserves_is_heard_of(stock, shop, field):
	"""ERPNext saves it in the Bin, with an event of the Bin and none of the ledger."""
	item = stock.item()
	bundle = stock.bundle(**{item.item_code: 2})
	stock.put(item, 10)
	shop.record_stock([item.name, bundle.name])
	shop.drain()
	stock.reserve_otherwise(item, **{field: 7})
	shop.drain()
	assert (available(item), available(bundle)) == ((1, 3), (1, 1))
	stock.reserve_otherwise(item, **{field: 0})
	shop.drain()
	assert (available(item), available(bundle)) == ((1, 10), (1, 5))


def test_a_row_taken_out_of_an_order(stock, shop):
	"""ERPNext deletes the row and what it has reserved; the order has it no more when it is saved."""
	item, other = stock.item(), stock.item()
	for one in (item, other):
		stock.move((one, 5))
	order = stock.order(item, 2)
	shop.drain()
	assert available(item) == (1, 3)
	stock.reserve(item, 0)
	row = order.items[0]
	movements.order_row_removed(row)
	frappe.db.commit()
	shop.drain()
	assert available(item) == (1, 5)
	assert frappe.get_hooks("doc_events")["Sales Order Item"]["on_trash"] == [
		"medusa_integration.catalogue.stock.events.order_row_removed"
	]


def test_a_warehouse_that_moves_in_the_tree(stock, shop):
	"""Out of the website warehouse, its stock is not for the shop; back again, it is."""
	item = stock.item()
	stock.put(item, 4)
	stock.put(item, 1, stock.other)
	shop.record_stock([item.name])
	shop.drain()
	assert available(item) == (1, 5)
	warehouse = frappe.get_doc("Warehouse", stock.store)
	elsewhere = stock.warehouse(is_group=1)
	for parent, quantity in ((elsewhere, 1), (stock.group, 5)):
		shop.save(warehouse, parent_warehouse=parent)
		shop.drain()
		assert available(item) == (1, quantity)


def test_another_default_website_warehouse(stock, shop):
	"""Saved in the settings: the items without a warehouse follow, and no others."""
	homeless, housed = shop.website_item(), stock.item()
	for item in (homeless, housed):
		stock.put(item, 4)
	shop.drain()
	frappe.db.delete("Medusa Sync Task")
	settings = frappe.get_doc("Medusa Configuration")
	settings.update({"default_website_warehouse": stock.group, "admin_password": shop.medusa.password})
	settings.save()
	frappe.db.commit()
	try:
		names = {name for name, _version in stock_tasks()}
		assert homeless.name in names and housed.name not in names
		shop.drain()
		assert available(homeless) == (1, 4)
	finally:
		shop.set(default_website_warehouse=None)

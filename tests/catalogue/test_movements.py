"""Stock that moves: the item's flag and quantity follow after the commit, coalesced."""

from __future__ import annotations

import frappe
import pytest

from tests.support.stock import available


@pytest.fixture(autouse=True)
def refreshing(shop):
	shop.set(refresh_stock_on_movement=1)


def stock_tasks():
	frappe.db.rollback()
	return frappe.get_all(
		"Medusa Sync Task", filters={"lane": "stock"}, fields=["reference_name", "version"], as_list=True
	)


def test_fifty_movements_are_one_task(stock, shop):
	"""In one transaction or in many (ruling A8)."""
	item = stock.item()
	stock.move(*[(item, 1)] * 30)
	assert stock_tasks() == ((item.name, 1),) or stock_tasks() == [(item.name, 1)]
	for _ in range(20):
		stock.move((item, 1))
	((name, version),) = stock_tasks()
	assert (name, version) == (item.name, 21)
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

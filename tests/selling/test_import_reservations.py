"""How many a visitor can buy, at each moment of an order: placed, imported, delivered, fulfilled, cancelled.

Of 10 pieces 3 are ordered; ERPNext and Medusa both know of these 3, and they are taken away once.
"""

from __future__ import annotations

from decimal import Decimal

import frappe
import pytest

from devbench.medusa.simulator.baskets import Basket, Bought, Shipped
from medusa_integration.catalogue.stock.ordered import Ordered, ordered_in_medusa
from medusa_integration.catalogue.stock.quantities import quantities
from tests.selling.lanes import State
from tests.support.queries import recorded_queries

generations = pytest.mark.parametrize("generation", ["v1", "v2"])


class Reserved(State):
	"""An item of which 10 are in stock, and orders of it."""

	def __init__(self, quotes, stock) -> None:
		super().__init__(quotes)
		self.stock = stock
		self.shop.set(push_stock_quantities=1, refresh_stock_on_movement=1, company=stock.company)
		self.sold = stock.item(website_warehouse=stock.store)
		stock.move((self.sold, 10))
		self.shop.drain()
		self.sold.reload()

	def level(self) -> int:
		"""How many Medusa would sell now."""
		app, variant = self.medusa.app, self.sold.medusa_variant_id
		if self.medusa.generation == "v1":
			return app.variants.rows[variant]["inventory_quantity"]
		(item,) = app.inventory_items.where("_variant_id", variant)
		(level,) = app.inventory_levels.where("inventory_item_id", item["id"])
		return level["available_quantity"]

	def sent(self) -> int:
		"""The same, after all that waits was sent."""
		self.shop.drain()
		return self.level()

	def order(self, quantity: int = 3) -> str:
		bought = Bought(self.sold.medusa_variant_id, Decimal(5), quantity)
		email = f"anna-{self.shop.mark}@example.com"
		return self.place(Basket((bought,), (Shipped(Decimal(5)),), currency=self.currency, email=email))

	def imported(self, order_id: str):
		self.drain(order_id)
		assert self.task(order_id).status == "Synced", self.task(order_id).last_error
		return self.made(order_id)

	def deliver(self, doc, quantity: int) -> None:
		"""A delivery, as ERPNext leaves it in the order, the ledger and the Bin."""
		(row,) = frappe.get_doc("Sales Order", doc.name).items
		frappe.db.set_value("Sales Order Item", row.name, "delivered_qty", quantity)
		frappe.get_doc("Sales Order", doc.name).update_reserved_qty()
		self.stock.move((self.sold, -quantity))


@pytest.fixture
def lane(quotes, stock):
	return Reserved(quotes, stock)


@generations
def test_before_and_after_the_import(lane, generation):
	"""Placed, imported as a draft, submitted: 7 are left; 5 that come in between make it 12."""
	order_id = lane.order()
	assert (lane.level(), lane.sent()) == (7, 7)
	doc = lane.imported(order_id)
	assert lane.sent() == 7
	lane.stock.move((lane.sold, 5))
	assert lane.sent() == 12
	doc.submit()
	frappe.db.commit()
	assert lane.sent() == 12


@generations
def test_after_the_delivery(lane, generation):
	"""2 of the 3 are delivered: 7 are left, whether Medusa has a fulfillment of them or not."""
	lane.shop.set(submit_imported_orders=1)
	order_id = lane.order()
	doc = lane.imported(order_id)
	assert lane.sent() == 7
	lane.deliver(doc, 2)
	assert lane.sent() == 7
	lane.medusa.fulfill(order_id, {0: 2})
	assert lane.level() == 7
	lane.told(order_id)
	assert lane.sent() == 7
	lane.stock.move((lane.sold, 5))
	assert lane.sent() == 12
	# the third one: first in Medusa
	lane.medusa.fulfill(order_id, {0: 1})
	lane.told(order_id)
	assert lane.sent() == 12
	lane.deliver(doc, 3)
	lane.stock.move((lane.sold, 2))
	assert lane.sent() == 12
	lane.stock.move((lane.sold, 1))
	assert lane.sent() == 13


@generations
def test_after_a_cancellation_here(lane, generation):
	"""All 10 are left, once Medusa has cancelled the order too; v1 has counted its 3 up by itself."""
	lane.shop.set(submit_imported_orders=1, send_cancellations=1)
	order_id = lane.order()
	doc = lane.imported(order_id)
	assert lane.sent() == 7
	lane.cancel(doc)
	# v2 reserves them until then
	assert lane.sent() == {"v1": 10, "v2": 7}[generation]
	lane.half_an_hour_later(doc.name)
	assert lane.in_medusa(order_id) == "canceled"
	assert lane.sent() == 10


@generations
@pytest.mark.parametrize("submits", [0, 1])
def test_after_a_cancellation_in_medusa(lane, generation, submits):
	lane.shop.set(submit_imported_orders=submits, import_cancellations=1)
	order_id = lane.order()
	lane.imported(order_id)
	assert lane.sent() == 7
	lane.cancel_in_medusa(order_id)
	assert lane.level() == 10
	lane.told(order_id)
	assert lane.made(order_id).docstatus == 2
	assert lane.sent() == 10


def test_an_order_that_only_medusa_has_cancelled(lane):
	"""It is reserved here, and not in Medusa any more: 7 are left."""
	lane.shop.set(submit_imported_orders=1, import_cancellations=1)
	order_id = lane.order()
	doc = lane.imported(order_id)
	frappe.db.set_value("Sales Order", doc.name, "per_billed", 100)
	frappe.db.commit()
	lane.cancel_in_medusa(order_id)
	lane.told(order_id)
	assert lane.task(order_id).status == "Failed"
	lane.stock.move((lane.sold, 5))
	assert lane.sent() == 12


def test_what_is_not_known_counts_as_delivered(lane):
	"""Orders that were not read while quantities were not sent: rather too few than too many."""
	lane.shop.set(submit_imported_orders=1, push_stock_quantities=0)
	order_id = lane.order()
	doc = lane.imported(order_id)
	lane.deliver(doc, 3)
	settings = frappe.get_doc("Medusa Configuration")
	medusa = lane.medusa
	values = {"admin_email": medusa.email, "admin_password": medusa.password}
	settings.update({"push_stock_quantities": 1, **values})
	settings.save()
	frappe.db.commit()
	lane.stock.move((lane.sold, 5))
	assert lane.sent() == 9
	lane.told(order_id)
	assert (lane.task(order_id).status, lane.task(order_id).last_error) == ("Synced", None)
	assert frappe.db.get_value("Medusa Order", order_id, "knows_fulfilled") == 1
	assert lane.sent() == 12


def test_the_number_of_statements_does_not_grow(lane):
	lane.shop.set(submit_imported_orders=1)
	row = frappe._dict(name=lane.sold.name, item_code=lane.sold.item_code, website_warehouse=lane.stock.store)
	quantities([row])
	counts = []
	for _ in range(2):
		with recorded_queries() as queries:
			quantities([row])
		counts.append(len(queries))
		for _ in range(3):
			lane.imported(lane.order(1))
	assert counts[0] == counts[1] <= 8


@generations
def test_what_was_sold_long_ago_is_not_read(lane, generation):
	"""Delivered, fulfilled and closed orders count for nothing; there may be years of them."""
	lane.shop.set(submit_imported_orders=1)
	code, place = lane.sold.item_code, (lane.sold.item_code, lane.stock.store)
	order_id = lane.order()
	doc = lane.imported(order_id)
	assert ordered_in_medusa({code}) == {place: Ordered(open=3)}
	lane.deliver(doc, 3)
	# until Medusa v2 has a fulfillment, it reserves them
	assert ordered_in_medusa({code}) == ({} if generation == "v1" else {place: Ordered(sent=3)})
	lane.medusa.fulfill(order_id, {0: 3})
	lane.told(order_id)
	assert ordered_in_medusa({code}) == {}
	closed = lane.imported(lane.order())
	closed.update_status("Closed")
	assert ordered_in_medusa({code}) == {}

"""What is captured and refunded in Medusa, of either generation, as a worker follows it."""

from __future__ import annotations

from decimal import Decimal

import frappe
import pytest

from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.selling.order.imports.edits import mark_of
from tests.selling.lanes import Lane
from tests.selling.test_all_steps import ALL
from tests.support.medusa import read_orders
from tests.sync.test_costs import statements  # noqa: F401

D = Decimal
pytestmark = pytest.mark.parametrize("generation", ["v1", "v2"])


class PaidLane(Lane):
	"""Orders that are placed in the simulated Medusa, captured and refunded."""

	def __init__(self, money) -> None:
		super().__init__(money.quotes)
		self.shop.set(submit_imported_orders=1, mode_of_payment=money.mode)

	def heard_of(self, order_id: str) -> None:
		"""Drain it once more, as after an event."""
		self.record(order_id)
		self.shop.drain()
		task = self.task(order_id)
		assert task.status == "Synced", task.last_error

	def settled(self, count: int) -> list[str]:
		"""So many orders that are paid, sent and paid back in part, with all of their documents, written
		without events; Medusa's ids.
		"""
		ids = [self.medusa.place_order(self.basket()) for _ in range(count)]
		for order_id in ids:
			self.medusa.capture(order_id)
			self.medusa.fulfill(order_id, {0: 2}, ["T1"])
			self.medusa.refund(order_id, D("1.00"))
			self.medusa.refund(order_id, D("2.00"))
		orders = read_orders(self.medusa, ids)
		captures = [one.id for order in orders for payment in order.payments for one in payment.captures]
		refunds = [one.id for order in orders for payment in order.payments for one in payment.refunds]
		parcels = [one.id for order in orders for one in order.fulfillments]
		assert (len(captures), len(refunds), len(parcels)) == (count, 2 * count, count)
		insert, names = self.shop._insert, [f"SO-{order_id}" for order_id in ids]
		insert(
			"Sales Order",
			names,
			docstatus=1,
			company=self.quotes.company,
			currency=orders[0].currency,
			grand_total=26,
			medusa_order_id=ids,
			medusa_order_number=ids,
		)
		insert(
			"Sales Order Item",
			[f"SOI-{order_id}" for order_id in ids],
			parent=names,
			parenttype="Sales Order",
			parentfield="items",
			qty=2,
			medusa_line_item_id=[order.lines[0].id for order in orders],
			medusa_fulfilled_qty=2,
			medusa_location_id=[order.place_of(order.lines[0]) for order in orders],
		)
		for doctype, made_of, values in (
			("Payment Entry", captures + refunds, {}),
			("Sales Invoice", ids + refunds, {}),
			("Delivery Note", parcels, {"medusa_tracking_number": "T1"}),
		):
			named = [f"{doctype[0]}-{one}" for one in made_of]
			insert(doctype, named, docstatus=1, medusa_id=made_of, **values)
		marks = [mark_of(order) for order in orders]
		insert(MEDUSA_ORDER, ids, sales_order=names, content_mark=marks, knows_fulfilled=1)
		frappe.db.commit()
		return ids


@pytest.fixture
def lane(money):
	return PaidLane(money)


def test_paid_and_refunded(lane, money):
	"""26.00 of an order that was imported before, then 10.40 and 15.60 back; heard of twice each time."""
	order_id = lane.place()
	lane.shop.drain()
	assert money.amounts(order_id) == ([], [])
	lane.medusa.capture(order_id)
	lane.heard_of(order_id)
	lane.heard_of(order_id)
	assert money.amounts(order_id) == ([("Receive", 26, 0)], [(26, 0)])
	lane.medusa.refund(order_id, D("10.40"))
	lane.heard_of(order_id)
	lane.heard_of(order_id)
	assert money.amounts(order_id) == (
		[("Receive", 26, 0), ("Pay", 10.4, 0)],
		[(26, 0), (-10.4, 0)],
	)
	lane.medusa.refund(order_id, D("15.60"))
	lane.heard_of(order_id)
	assert money.amounts(order_id)[0][2:] == [("Pay", 15.6, 0)]
	assert money.amounts(order_id)[1][2:] == [(-15.6, 0)]


def test_all_at_once(lane, money):
	"""An order that was captured and refunded before it is imported."""
	order_id = lane.place()
	lane.medusa.capture(order_id)
	lane.medusa.refund(order_id, D("26.00"))
	lane.shop.drain()
	assert money.amounts(order_id) == (
		[("Receive", 26, 0), ("Pay", 26, 0)],
		[(26, 0), (-26, 0)],
	)


def test_a_refund_is_no_edit(lane, money, generation):
	"""Medusa 2 takes what it refunds off the total of the order, as if it were store credit."""
	lane.shop.set(import_edits=1, invoice_paid_orders=0)
	order_id = lane.place()
	lane.medusa.capture(order_id)
	lane.shop.drain()
	name = frappe.db.get_value("Sales Order", {"medusa_order_id": order_id})
	lane.medusa.refund(order_id, D("10.40"))
	lane.heard_of(order_id)
	order = frappe.get_doc("Sales Order", {"medusa_order_id": order_id})
	assert (order.name, order.docstatus, order.grand_total) == (name, 1, 26)
	entries, invoices = money.amounts(order_id)
	assert ([entry[:2] for entry in entries], invoices) == ([("Receive", 26), ("Pay", 10.4)], [])
	# it is invoiced after the refund
	lane.shop.set(invoice_paid_orders=1)
	lane.heard_of(order_id)
	assert [total for total, _outstanding in money.amounts(order_id)[1]] == [26, -10.4]
	(order,) = read_orders(lane.medusa, [order_id])
	assert (order.total, order.credits) == (26, ())


def test_payments_import_nothing_again(lane):
	"""Medusa is told where the order stands, which no document of an import changes a second time."""
	order_id = lane.place()
	lane.medusa.capture(order_id)
	lane.shop.drain()
	told = lane.medusa.order_update(order_id)
	assert told["payment_status"] == "Paid"
	sent = len(lane.medusa.sent("POST", "/store/order-update"))
	lane.heard_of(order_id)
	assert len(lane.medusa.sent("POST", "/store/order-update")) == sent


def test_an_order_that_has_not_changed_costs_little(lane, money, generation, statements):  # noqa: F811
	"""With all settings on: 6 statements for each, 8 on v2, which reserves stock."""
	lane.shop.set(**dict.fromkeys(ALL, 1))
	lane.record(*lane.settled(1))
	lane.shop.drain()  # signs in, and fills the caches
	counts = {}
	for count in (1, 10, 100):
		ids = lane.settled(count)
		lane.record(*ids)
		before = money.counted(), frappe.db.count("Delivery Note"), len(lane.medusa.sent("POST"))
		counts[count] = statements(lane.shop.drain)
		assert {lane.task(order_id).status for order_id in ids} == {"Synced"}
		assert (money.counted(), frappe.db.count("Delivery Note"), len(lane.medusa.sent("POST"))) == before
	print(generation, counts)
	each = {"v1": 6, "v2": 8}[generation]
	# while several are read, there is time to look for more
	assert 0 <= counts[10] - counts[1] - 9 * each <= 4
	# five chunks, each with what it costs to claim and settle it
	assert counts[100] - counts[1] <= 99 * each + 4 * 12

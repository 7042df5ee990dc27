"""What is captured and refunded in Medusa, of either generation, as a worker follows it."""

from __future__ import annotations

from decimal import Decimal

import frappe
import pytest

from tests.selling.test_import_lane import Lane

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

	def amounts(self, order_id: str) -> tuple[list, list]:
		"""What was received and paid back, and what is invoiced and credited, with what is outstanding."""
		frappe.db.rollback()
		entries = frappe.get_all(
			"Payment Entry",
			{"medusa_order_id": order_id, "docstatus": 1},
			["payment_type", "paid_amount", "unallocated_amount"],
			order_by="creation asc",
			as_list=True,
		)
		invoices = frappe.get_all(
			"Sales Invoice",
			{"medusa_order_id": order_id, "docstatus": 1},
			["grand_total", "outstanding_amount"],
			order_by="creation asc",
			as_list=True,
		)
		return [tuple(row) for row in entries], [tuple(row) for row in invoices]


@pytest.fixture
def lane(money):
	return PaidLane(money)


def test_paid_and_refunded(lane):
	"""26.00 of an order that was imported before, then 10.40 and 15.60 back; heard of twice each time."""
	order_id = lane.place()
	lane.shop.drain()
	assert lane.amounts(order_id) == ([], [])
	lane.medusa.capture(order_id)
	lane.heard_of(order_id)
	lane.heard_of(order_id)
	assert lane.amounts(order_id) == ([("Receive", 26, 0)], [(26, 0)])
	lane.medusa.refund(order_id, D("10.40"))
	lane.heard_of(order_id)
	lane.heard_of(order_id)
	assert lane.amounts(order_id) == (
		[("Receive", 26, 0), ("Pay", 10.4, 0)],
		[(26, 0), (-10.4, 0)],
	)
	lane.medusa.refund(order_id, D("15.60"))
	lane.heard_of(order_id)
	assert lane.amounts(order_id)[0][2:] == [("Pay", 15.6, 0)]
	assert lane.amounts(order_id)[1][2:] == [(-15.6, 0)]


def test_all_at_once(lane):
	"""An order that was captured and refunded before it is imported."""
	order_id = lane.place()
	lane.medusa.capture(order_id)
	lane.medusa.refund(order_id, D("26.00"))
	lane.shop.drain()
	assert lane.amounts(order_id) == (
		[("Receive", 26, 0), ("Pay", 26, 0)],
		[(26, 0), (-26, 0)],
	)


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

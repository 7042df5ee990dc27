"""A real Medusa captures and refunds a payment: what is booked of it, and what both sides say in the end."""

from __future__ import annotations

from decimal import Decimal

import frappe
import pytest

from devbench.medusa.checkout import checkout_of
from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.sync.inbox import orders
from tests.support.medusa import read_orders, real_server

D = Decimal
pytestmark = [pytest.mark.medusa, pytest.mark.long, pytest.mark.parametrize("generation", ["v1", "v2"])]


@pytest.fixture
def medusa(generation):
	"""A real Medusa of that generation, with the custom routes."""
	return real_server(generation)


def test_captured_and_refunded(money, generation):
	"""Three at 19.99, shipped for 5.95, are 65.92 USD; v2 captures 20.00 of it first; 10.01 are refunded."""
	medusa, shop = money.quotes.medusa, money.shop
	checkout = checkout_of(medusa)
	region = checkout.region("usd")
	variant, option = checkout.variant({"usd": "19.99"}), checkout.option(region, "Courier", "5.95")
	order_id = checkout.buy(region, [(variant, 3)], [option], email=f"anna-{shop.mark}@example.com")
	frappe.db.set_value("Website Item", money.item.name, "medusa_variant_id", variant)
	shop.set(import_orders=1)
	money.quotes.exchange("USD", 0.5)

	def follow() -> tuple[list, list]:
		frappe.db.delete("Medusa Sync Task")
		orders.record([order_id])
		frappe.db.commit()
		shop.drain(only=[(MEDUSA_ORDER, order_id, "order_import")])
		task = shop.task(order_id, MEDUSA_ORDER, "order_import")
		assert task.status == "Synced", task.last_error
		entries = frappe.get_all(
			"Payment Entry",
			{"medusa_order_id": order_id, "docstatus": 1},
			["payment_type", "medusa_id", "reference_no"],
			order_by="creation asc",
		)
		return entries, money.amounts(order_id)[1]

	assert follow() == ([], [])
	if generation == "v2":
		checkout.capture(order_id, "20.00")
		entries, invoices = follow()
		assert ([entry.payment_type for entry in entries], invoices) == (["Receive"], [])
	checkout.capture(order_id, "45.92" if generation == "v2" else None)
	entries, invoices = follow()
	assert [entry.payment_type for entry in entries] == ["Receive"] * (2 if generation == "v2" else 1)
	assert invoices == [(65.92, 0)]
	checkout.refund(order_id, "10.01")
	follow()
	entries, invoices = follow()
	assert invoices == [(65.92, 0), (-10.01, 0)]
	(order,) = read_orders(medusa, [order_id])
	captures = [capture for payment in order.payments for capture in payment.captures]
	refunds = [refund for payment in order.payments for refund in payment.refunds]
	# v2 has taken the refund off the total
	assert (order.total, order.credits) == (D("65.92"), ())
	assert [(entry.payment_type, entry.medusa_id) for entry in entries] == [
		*(("Receive", capture.id) for capture in captures),
		*(("Pay", refund.id) for refund in refunds),
	]
	assert {entry.reference_no for entry in entries} == {payment.id for payment in order.payments}
	assert (sum(one.amount for one in captures), sum(one.amount for one in refunds)) == (
		D("65.92"),
		D("10.01"),
	)

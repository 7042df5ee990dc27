"""One coupon, one payment, one stock of goods: asked for from two processes at the same moment."""

from __future__ import annotations

import frappe
import pytest

from tests.support.charges import allow_coupons, coupon, forget_made

API = "medusa_integration.api"
ROUNDS = 3


@pytest.fixture
def paying(sales):
	allow_coupons(sales.shop, returns_email=None)
	yield sales
	forget_made(sales)


def test_one_coupon_for_two_orders(paying, together):
	"""It is claimed once: one order has the discount, the other is refused and has no invoice."""
	codes = [coupon(paying.shop) for _ in range(ROUNDS)]
	pairs = [(paying.order(), paying.order()) for _ in codes]
	calls = [
		tuple({"order_id": order.name, "coupon_code": code} for order in pair)
		for pair, code in zip(pairs, codes, strict=True)
	]
	for pair, code, outcomes in zip(pairs, codes, together(f"{API}.pay_now", *calls), strict=True):
		frappe.db.rollback()
		assert sorted("answer" in one for one in outcomes) == [False, True], outcomes
		(refused,) = [one for one in outcomes if "answer" not in one]
		assert refused == {"error": "ValidationError", "text": "Coupon code is not valid."}
		winner = next(order for order, one in zip(pair, outcomes, strict=True) if "answer" in one)
		assert frappe.db.get_value("Website Coupon Code", code, ["claimed", "claimed_order"]) == (
			1,
			winner.name,
		)
		totals = [
			frappe.get_all("Sales Invoice", {"medusa_order_id": order.medusa_order_id}, pluck="grand_total")
			for order in pair
		]
		assert sorted(totals) == [[], [17]]


def test_one_order_is_paid_twice(paying, together):
	"""One Sales Invoice, one Payment Request; both are told the same, with a coupon and without."""
	orders = [paying.order() for _ in range(ROUNDS)]
	codes = [coupon(paying.shop), None, None]
	calls = [
		{"order_id": order.medusa_order_id, **({"coupon_code": code} if code else {})}
		for order, code in zip(orders, codes, strict=True)
	]
	for order, (one, other) in zip(orders, together(f"{API}.pay_now", *calls), strict=True):
		frappe.db.rollback()
		assert one == other and "answer" in one, (one, other)
		(invoice,) = frappe.get_all("Sales Invoice", {"medusa_order_id": order.medusa_order_id}, pluck="name")
		filters = {"reference_doctype": "Sales Invoice", "reference_name": invoice}
		(request,) = frappe.get_all("Payment Request", filters, pluck="name")
		assert one["answer"]["sales_invoice"] == invoice
		assert one["answer"]["payment_request"] == request


def test_two_returns_never_exceed_what_was_delivered(paying, together):
	"""3 delivered: of 2 and 2 one is refused; the same request twice counts once."""
	orders = [paying.order(qty=3) for _ in range(ROUNDS)]
	for order in orders:
		paying.delivery(order)
	item = orders[0].items[0].item_code
	calls = [
		{
			"medusa_order_id": order.medusa_order_id,
			"items": [{"item_code": item, "quantity": 2}],
			**({"request_id": "ret_1"} if order is orders[-1] else {}),
		}
		for order in orders
	]
	rounds = together(f"{API}.update_returned_items", *calls)
	for order, outcomes in zip(orders, rounds, strict=True):
		frappe.db.rollback()
		filters = {"parent": order.name, "parentfield": "custom_returned_items"}
		assert frappe.get_all("Returned Sales Order Item", filters, pluck="qty") == [2]
		if order is orders[-1]:
			assert all("answer" in one for one in outcomes), outcomes
			continue
		(refused,) = [one for one in outcomes if "answer" not in one]
		assert refused == {"error": "ValidationError", "text": f"Only 1 of {item} can be returned."}

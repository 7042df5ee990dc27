"""Orders on their way to real servers: what Medusa keeps of them, read back from its database."""

from __future__ import annotations

import frappe
import pytest

from tests.support.medusa import real_server

pytestmark = [pytest.mark.medusa, pytest.mark.parametrize("generation", ["v1", "v2"])]
SIX = {"customer_id", "order_status", "payment_status", "discount_amount", "net_total", "grand_total"}


@pytest.fixture
def medusa(generation):
	"""A real Medusa of that generation, with the custom routes."""
	return real_server(generation)


@pytest.mark.contract(101, 109, 112, 113, 114, 115, 116, 117, 118)
def test_the_record_of_an_order(sales):
	"""From the draft to the last payment: the six values of the moment, under the order in Medusa."""
	customer = sales.customer()
	order = sales.order(customer=customer, submit=False, apply_discount_on="Grand Total", discount_amount=2.5)
	assert sales.sent(order) == ("Pending", "Unpaid")
	order.submit()
	invoice = sales.invoice(order)
	sales.delivery(order)
	assert sales.sent(order) == ("Completed", "Unpaid")
	sales.payment(invoice)
	sales.shop.drain()
	told = sales.medusa.order_update(order.medusa_order_id)
	assert {key: told[key] for key in told if key != "updated_at"} == {
		"customer_id": customer.medusa_id,
		"order_status": "Completed",
		"payment_status": "Paid",
		"discount_amount": 2.5,
		"net_total": 17.5,
		"grand_total": 17.5,
	}
	assert set(told) == {*SIX, "updated_at"}


def test_an_order_that_medusa_does_not_have_fails_alone(sales):
	"""With Medusa's own words; the others of the same round arrive."""
	customer = sales.customer()
	orders = [sales.order(customer=customer) for _ in range(5)]
	lost = sales.order(customer=customer, medusa_order_id=f"order_lost_{sales.shop.mark}")
	assert sales.shop.drain() == {"Synced": 5, "Failed": 1}
	assert "was not found" in sales.task(lost).last_error
	assert {sales.told(order) for order in orders} == {("To Deliver and Bill", "Unpaid")}


def test_the_record_of_a_quotation(quotes):
	"""From the review to the part that the customer takes."""
	first, second = quotes.variant(10), quotes.variant(20)
	doc = quotes.create(quotes.lead(), (first, 5), second)
	# products and their prices are not what this is about, and would get ids of Medusa's own
	frappe.db.delete("Medusa Sync Task", {"lane": ("!=", "quotation")})
	quotes.call("send_quotation_for_review", quotation=doc.name)
	quotes.shop.drain()
	told = quotes.told(doc)
	assert [(row["item"], row["price"], row["quantity"]) for row in told["erp_items"]] == [
		(first.medusa_variant_id, 10, 5),
		(second.medusa_variant_id, 20, 1),
	]
	assert (told["customer_id"], told["erp_grand_total"]) == (
		frappe.db.get_value("Lead", doc.party_name, "medusa_id"),
		70,
	)
	part = [{"variant_id": first.medusa_variant_id, "quantity": 2}]
	rest = [{"variant_id": second.medusa_variant_id, "quantity": 1}]
	quotes.call(
		"update_quotation_new",
		quotation_id=doc.medusa_quotation_id,
		items=part,
		unapproved_items=rest,
	)
	quotes.shop.drain()
	told = quotes.told(doc)
	assert (told["erp_grand_total"], told["erp_unaccepted_items"]) == (
		20,
		[{"item": second.medusa_variant_id, "price": 20, "quantity": 1}],
	)

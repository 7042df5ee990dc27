"""Where an order stands arrives in Medusa, whatever document has changed it."""

from __future__ import annotations

import frappe
import pytest

SIX = {"customer_id", "order_status", "payment_status", "discount_amount", "net_total", "grand_total"}


@pytest.mark.contract(104, 109, 112, 113, 114, 115, 116, 117, 118)
@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_the_request_is_the_documented_one(sales, generation):
	"""POST /store/order-update?order_id=, with these six keys and no others."""
	customer = sales.customer()
	order = sales.order(
		customer=customer, submit=False, qty=3, rate=10, apply_discount_on="Grand Total", discount_amount=4.5
	)
	assert sales.sent(order) == ("Pending", "Unpaid")
	(request,) = sales.requests()
	assert (request.method, request.path) == ("POST", "/store/order-update")
	assert request.query == f"order_id={order.medusa_order_id}"
	assert request.body == {
		"customer_id": customer.medusa_id,
		"order_status": "Pending",
		"payment_status": "Unpaid",
		"discount_amount": 4.5,
		"net_total": 25.5,
		"grand_total": 25.5,
	}
	assert sales.task(order).status == "Synced"


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_an_order_that_was_placed_in_medusa_hears_of_its_documents_too(sales, generation):
	"""Of the submitted ones, as they come and go; an order that the server has handed over hears of none."""
	customer = sales.customer()
	order = sales.order(customer=customer, medusa_order_number="1007", qty=4)
	other = sales.order(customer=customer, medusa_order_number="1008")
	third = sales.order()

	def documents(of=order):
		sales.shop.drain()
		return sales.medusa.order_update(of.medusa_order_id)["documents"]

	none = {"invoices": [], "delivery_notes": [], "delivered": 0}
	assert documents() == {"sales_order": order.name, **none}
	first = sales.delivery(order, qty=1)
	sales.delivery(order, submit=False, qty=1)
	assert documents() == {**none, "sales_order": order.name, "delivery_notes": [first.name], "delivered": 25}
	invoice = sales.invoice(order, other)
	delivered = {"delivery_notes": [first.name], "delivered": 25}
	assert documents() == {"sales_order": order.name, "invoices": [invoice.name], **delivered}
	assert documents(other) == {**none, "sales_order": other.name, "invoices": [invoice.name]}
	first.reload().cancel()
	frappe.db.commit()
	assert documents() == {**none, "sales_order": order.name, "invoices": [invoice.name]}
	assert set(sales.medusa.order_update(third.medusa_order_id)) - {"updated_at"} == SIX


@pytest.mark.contract(115, 116, 117)
def test_amounts_are_those_of_the_order(sales):
	"""Before and after taxes, in the order's currency, with its decimals."""
	order = sales.order()
	values = {"discount_amount": 1.125, "net_total": 18.875, "grand_total": 19.819}
	frappe.db.set_value("Sales Order", order.name, dict(values))
	sales.shop.drain()
	body = sales.medusa.order_update(order.medusa_order_id)
	assert {key: body[key] for key in values} == values
	assert all(type(body[key]) in (int, float) for key in values)


@pytest.mark.contract(104, 105, 106, 107, 108, 113, 114)
def test_from_the_draft_to_the_last_payment(sales):
	"""Each step is one request with the state that it has led to."""
	order = sales.order(submit=False)
	assert sales.sent(order) == ("Pending", "Unpaid")
	order.submit()
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")
	invoice = sales.invoice(order)
	assert sales.sent(order) == ("To Deliver", "Unpaid")
	sales.payment(invoice, 5)
	assert sales.sent(order) == ("To Deliver", "Partly Paid")
	sales.delivery(order)
	assert sales.sent(order) == ("Completed", "Partly Paid")
	sales.payment(frappe.get_doc("Sales Invoice", invoice.name))
	assert sales.sent(order) == ("Completed", "Paid")
	assert len(sales.requests(order)) == 6
	assert [set(request.body) for request in sales.requests()] == [SIX] * 6


@pytest.mark.contract(105, 106, 107)
def test_and_all_the_way_back(sales):
	"""What is cancelled is told as well."""
	order = sales.order()
	invoice, note = sales.invoice(order), sales.delivery(order)
	payment = sales.payment(invoice)
	assert sales.sent(order) == ("Completed", "Paid")
	sales.cancel(payment)
	assert sales.sent(order) == ("Completed", "Unpaid")
	sales.cancel(note)
	assert sales.sent(order) == ("To Deliver", "Unpaid")
	sales.cancel(invoice)
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")
	sales.cancel(order)
	assert sales.sent(order) == ("Cancelled", "Unpaid")


@pytest.mark.contract(104)
def test_held_closed_and_opened_again(sales):
	"""The buttons write the status past the form; Medusa hears of it."""
	from erpnext.selling.doctype.sales_order.sales_order import update_status

	order = sales.order()
	for status, told in (("On Hold", "On Hold"), ("Draft", "To Deliver and Bill"), ("Closed", "Closed")):
		update_status(status, order.name)
		assert sales.sent(order) == (told, "Unpaid")


@pytest.mark.contract(114)
def test_of_several_invoices_the_worst_counts(sales):
	"""Two invoices of half the order each, and one invoice of two orders."""
	order, other = sales.order(), sales.order()
	first = sales.invoice(order, qty=1)
	sales.payment(first)
	assert sales.sent(order) == ("To Deliver and Bill", "Paid")
	sales.overdue_invoice(order)
	assert sales.sent(order) == ("To Deliver", "Overdue")
	both = sales.invoice(sales.order(customer=frappe.get_doc("Customer", other.customer)), other)
	sales.payment(both)
	assert sales.sent(other) == ("To Deliver", "Paid")


@pytest.mark.contract(106, 113)
def test_delivered_in_parts(sales):
	"""A part changes none of the six values, so nothing is sent; the rest is one request."""
	order = sales.order(qty=5)
	sales.invoice(order)
	assert sales.sent(order) == ("To Deliver", "Unpaid")
	sales.delivery(order, qty=2)
	assert sales.sent(order) == ("To Deliver", "Unpaid")
	assert len(sales.requests(order)) == 1
	rest = sales.delivery(order)
	assert [row.qty for row in rest.items] == [3]
	assert sales.sent(order) == ("Completed", "Unpaid")
	assert len(sales.requests(order)) == 2


def test_a_journal_entry_settles_an_invoice(sales):
	order = sales.order()
	entry = sales.journal_entry(sales.invoice(order))
	assert sales.sent(order) == ("To Deliver", "Paid")
	sales.cancel(entry)
	assert sales.sent(order) == ("To Deliver", "Unpaid")


@pytest.mark.contract(105, 114)
def test_a_credit_note(sales):
	"""It says so of the invoice that it settles."""
	order = sales.order()
	invoice = sales.invoice(order)
	sales.shop.drain()
	note = sales.credit_note(invoice)
	assert sales.sent(order) == ("To Deliver", "Credit Note Issued")
	sales.cancel(note)
	assert sales.sent(order) == ("To Deliver", "Unpaid")


@pytest.mark.contract(107, 108)
def test_a_payment_in_advance_waits_for_its_invoice(sales):
	"""Without an invoice an order is unpaid, whatever was paid for it; nothing is sent for that."""
	order = sales.order()
	sales.shop.drain()
	sales.payment(order, 5)
	assert sales.task(order).status == "Pending"
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")
	assert len(sales.requests(order)) == 1


@pytest.mark.contract(107)
def test_drafts_of_invoices_and_payments_say_nothing(sales):
	order = sales.order()
	invoice = sales.invoice(order)
	sales.shop.drain()
	version = sales.task(order).version
	sales.invoice(sales.order(medusa_order_id=None), submit=False)
	sales.payment(invoice, submit=False)
	assert sales.task(order).version == version

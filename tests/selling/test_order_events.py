"""Each document event of an order's invoices, deliveries and payments records the order by itself.

ERPNext changes the order's own status in the same transaction, which records it too. So here only the events
that the hooks name for the one document are called, as Frappe calls them.
"""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.sync import task_recording


def call_events(document, event):
	"""Call what `hooks.py` names for this event of the document, and commit."""
	paths = frappe.get_hooks("doc_events", app_name="medusa_integration")[document.doctype][event]
	for path in [paths] if isinstance(paths, str) else paths:
		frappe.get_attr(path)(document, event)
	frappe.db.commit()


@pytest.fixture
def settled(sales):
	"""`settled(order)`: everything of the order is sent; returns a function that tells whether it is due."""

	def settle(order):
		sales.shop.drain()
		assert sales.task(order).status == "Synced"
		version = sales.task(order).version
		return lambda: sales.task(order).version == version + 1

	return settle


@pytest.mark.contract(105)
@pytest.mark.parametrize("event", ["on_submit", "on_update_after_submit", "on_cancel"])
def test_an_invoice_records_its_orders(sales, settled, event):
	"""Both orders that its rows name."""
	first, customer = sales.order(), None
	customer = frappe.get_doc("Customer", first.customer)
	second = sales.order(customer=customer)
	invoice = sales.invoice(first, second)
	is_first_due, is_second_due = settled(first), settled(second)
	call_events(invoice, event)
	assert is_first_due() and is_second_due()


@pytest.mark.contract(105)
def test_a_draft_invoice_records_nothing(sales, settled):
	order = sales.order()
	invoice = sales.invoice(order, submit=False)
	is_due = settled(order)
	call_events(invoice, "on_change")
	assert not is_due()


@pytest.mark.contract(106)
@pytest.mark.parametrize("event", ["on_submit", "on_cancel"])
def test_a_delivery_note_records_its_orders(sales, settled, event):
	order = sales.order()
	note = sales.delivery(order)
	is_due = settled(order)
	call_events(note, event)
	assert is_due()


@pytest.mark.contract(107)
@pytest.mark.parametrize("event", ["on_submit", "on_cancel"])
@pytest.mark.parametrize("of", ["invoice", "order"])
def test_a_payment_records_the_orders_of_what_it_pays(sales, settled, of, event):
	"""Through the invoice that it names, or the order itself."""
	order = sales.order()
	document = sales.invoice(order) if of == "invoice" else order
	payment = sales.payment(document, 5)
	is_due = settled(order)
	call_events(payment, event)
	assert is_due()


@pytest.mark.contract(110)
def test_an_order_without_an_id_is_not_sent(sales):
	"""Even where there is a task for it, as after its id was taken away by hand."""
	order = sales.order(medusa_order_id=None)
	task_recording.record("Sales Order", order.name, "order", "Status")
	frappe.db.commit()
	sales.shop.drain()
	assert not sales.requests()
	assert sales.task(order).last_error == "The Sales Order has no Medusa order ID."

"""The customer decides about a quotation: approval with and without an order, rejection, workflows."""

from __future__ import annotations

import frappe
import pytest

from tests.selling.quoting import DONE, ORDERED, decide, order, reload, workflow
from tests.support.quotes import ADDRESS


def test_approved_without_an_order(quotes):
	doc = quotes.create(quotes.lead())
	answer = decide(quotes, doc, order_id="order_1")
	assert answer == {"message": DONE, "quotation_id": doc.name, "Quotation ID": doc.name}
	doc = reload(doc)
	# ERPNext 16.0 to 16.15 has no such field
	has_title = doc.meta.has_field("title") or None
	assert (doc.docstatus, doc.status, doc.workflow_state) == (1, "Open", "Approved")
	assert (doc.medusa_order_id, doc.get("title")) == ("order_1", has_title and doc.customer_name)
	assert doc.quotation_to == "Lead"
	assert not quotes.made("Sales Order")


@pytest.mark.contract(126, 136, 137, 138, 139, 140, 141, 142, 143)
def test_approved_with_an_order_a_lead_becomes_a_customer(quotes):
	lead = quotes.lead()
	doc = quotes.create(lead, (quotes.variant(10), 3), billing_address=ADDRESS)
	order_id = quotes.medusa.add_order()
	answer = order(
		quotes, doc, order_id=order_id, is_courier_required=1, location_and_contact_no="Ruwi, 9123"
	)
	doc = reload(doc)
	customer = frappe.get_doc("Customer", doc.party_name)
	assert (doc.docstatus, doc.quotation_to, doc.customer_name) == (1, "Customer", customer.customer_name)
	if doc.meta.has_field("title"):
		assert doc.title == customer.customer_name
	assert (customer.customer_name, customer.lead_name) == (lead.company_name, lead.name)
	assert (customer.medusa_id, customer.customer_group) == (lead.medusa_id, "Ecommerce Customer")
	(row,) = customer.sales_team
	assert (row.sales_person, row.allocated_percentage) == ("Website Sales", 100)

	(name,) = quotes.made("Sales Order")
	made = frappe.get_doc("Sales Order", name)
	assert (made.docstatus, made.customer, made.from_ecommerce) == (1, customer.name, 1)
	assert (made.medusa_order_id, made.grand_total) == (order_id, 30)
	assert str(made.delivery_date) == frappe.utils.add_days(frappe.utils.today(), 1)
	assert made.custom_is_courier_required == 1
	assert made.custom_location_and_contact_no == "Ruwi, 9123"
	assert {row.prevdoc_docname for row in made.items} == {doc.name}
	assert made.customer_address == doc.customer_address

	(payment,) = quotes.made("Payment Request")
	payment = frappe.get_doc("Payment Request", payment)
	assert (payment.docstatus, payment.reference_name, payment.grand_total) == (1, name, 30)
	assert answer == {
		"message": ORDERED,
		"quotation_id": doc.name,
		"sales_order_id": name,
		"payment_id": payment.name,
		"payment_url": None,
	}


def test_taxes_go_along_to_the_order(quotes):
	template, account = quotes.tax_template(5)
	doc = quotes.create(quotes.customer(), (quotes.variant(100, tax=template), 2))
	made = frappe.get_doc("Sales Order", order(quotes, doc)["sales_order_id"])
	assert [(tax.account_head, tax.tax_amount) for tax in made.taxes] == [(account, 10)]
	assert made.grand_total == 210


def test_without_payment_requests(quotes):
	quotes.shop.set(create_payment_request=0)
	answer = order(quotes, quotes.create(quotes.customer()))
	assert (answer["payment_id"], answer["payment_url"]) == (None, None)
	assert not quotes.made("Payment Request")


def test_rejected(quotes):
	doc = quotes.create(quotes.customer())
	answer = decide(quotes, doc, "Rejected")
	assert answer == {"message": DONE, "quotation_id": doc.name, "Quotation ID": doc.name}
	doc = reload(doc)
	assert (doc.docstatus, doc.status, doc.workflow_state) == (2, "Cancelled", "Rejected")
	before = quotes.state()
	assert decide(quotes, doc, "Rejected") == answer
	assert quotes.state() == before
	with pytest.raises(frappe.DuplicateEntryError, match="is already Rejected"):
		order(quotes, doc)
	assert quotes.state() == before


def test_approved_is_not_rejected_any_more(quotes):
	doc = quotes.create(quotes.customer())
	order(quotes, doc)
	before = quotes.state()
	with pytest.raises(frappe.DuplicateEntryError, match="is already Approved"):
		decide(quotes, doc, "Rejected")
	assert quotes.state() == before


def test_twice_is_once(quotes):
	doc = quotes.create(quotes.lead())
	order_id = quotes.medusa.add_order()
	answer = order(quotes, doc, order_id=order_id)
	before = quotes.state()
	assert order(quotes, doc, order_id=order_id) == answer
	assert quotes.state() == before


def test_what_was_missing_is_made(quotes):
	doc = quotes.create(quotes.lead(), billing_address=ADDRESS)
	decide(quotes, doc)
	answer = order(quotes, doc)
	assert len(quotes.made("Sales Order")) == len(quotes.made("Payment Request")) == 1
	doc = reload(doc)
	assert doc.quotation_to == "Customer"
	assert doc.medusa_order_id == frappe.db.get_value(
		"Sales Order", answer["sales_order_id"], "medusa_order_id"
	)


def test_a_row_without_a_rate_cannot_be_ordered(quotes):
	doc = quotes.create(quotes.lead(), quotes.variant(None))
	before = quotes.state()
	with pytest.raises(frappe.ValidationError, match="has items without a rate"):
		order(quotes, doc)
	assert quotes.state() == before
	assert decide(quotes, doc)["message"] == DONE


def test_an_offer_that_has_ended_cannot_be_ordered(quotes):
	doc = quotes.create(quotes.lead())
	days = {field: frappe.utils.add_days(None, -1) for field in ("transaction_date", "valid_till")}
	frappe.db.set_value("Quotation", doc.name, days)
	frappe.db.commit()
	with pytest.raises(frappe.ValidationError, match="Validity period"):
		order(quotes, doc)
	assert not quotes.made("Customer")


def test_the_orders_id_is_told_to_medusa(quotes):
	doc = quotes.create(quotes.customer(), (quotes.variant(10), 2))
	order_id = quotes.medusa.add_order()
	order(quotes, doc, order_id=order_id)
	quotes.shop.drain()
	told = quotes.medusa.order_update(order_id)
	# ERPNext 16 has a status of its own for what a Payment Request asks for
	asks = frappe.get_meta("Sales Order").has_field("advance_payment_status")
	status = "To Pay" if asks else "To Deliver and Bill"
	assert (told["order_status"], told["grand_total"]) == (status, 20)


def test_an_active_workflow_is_driven_through_its_transitions(quotes):
	workflow(
		quotes,
		transitions=[
			("Draft", "Ready for Customer Review", "System Manager"),
			("Ready for Customer Review", "Approved", "Medusa Storefront"),
		],
	)
	doc = quotes.create(quotes.customer())
	assert doc.workflow_state == "Draft"
	with pytest.raises(
		frappe.DuplicateEntryError, match="Workflow of Quotation has no transition to Approved"
	):
		order(quotes, doc)
	doc = reload(doc)
	doc.workflow_state = "Ready for Customer Review"
	doc.save()
	frappe.db.commit()
	with pytest.raises(frappe.DuplicateEntryError, match="no transition to Rejected"):
		decide(quotes, doc, "Rejected")
	order(quotes, doc)
	doc = reload(doc)
	assert (doc.docstatus, doc.workflow_state) == (1, "Approved")
	assert quotes.made("Sales Order")

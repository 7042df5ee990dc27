"""The customer decides on a quotation."""

from __future__ import annotations

from typing import Annotated, Literal

import frappe
from frappe import _
from frappe.model.document import Document
from typing_extensions import TypedDict

from medusa_integration.constants import CUSTOMER
from medusa_integration.customers.conversion import lead_to_customer
from medusa_integration.endpoints.parameters import CHOICE, AnyText, Flag, Id, at_most
from medusa_integration.exceptions import ValidationError
from medusa_integration.selling.order import make as ordering
from medusa_integration.selling.order.make import Delivery
from medusa_integration.selling.quotation import reviews
from medusa_integration.selling.quotation import states as quotation_states
from medusa_integration.selling.quotation.lookup import lock_quotation
from medusa_integration.selling.quotation.terms import keep_rates
from medusa_integration.settings import get_settings

Approval = Annotated[Literal["Approved", "Rejected"], CHOICE]
Note = Annotated[AnyText, at_most(1000)]

# a decision without an order: the Quotation's name twice
Decided = TypedDict("Decided", {"message": str, "quotation_id": str, "Quotation ID": str})


class Ordered(TypedDict):
	"""A decision with an order: names of documents, and where the order can be paid."""

	message: str
	quotation_id: str
	sales_order_id: str
	payment_id: str | None
	payment_url: str | None


def update_quotation(
	quotation_id: Id,
	approval: Approval,
	order_id: Id | None = None,
	create_so: Flag = False,
	is_courier_required: Flag = False,
	location_and_contact_no: Note | None = None,
	customer_id: Id | None = None,
) -> Decided | Ordered:
	"""Approve or reject a Quotation; with `create_so` an approved one becomes an order.

	Approved: the Quotation is submitted; with `create_so` its Lead becomes a Customer, and Sales Order and
	Payment Request are made and submitted, all in one transaction. Rejected: it is submitted and cancelled.
	The same decision again returns the same and makes what was missing.

	Args:
		quotation_id: Medusa's id.
		approval: "Approved" or "Rejected".
		order_id: Medusa's id of the order; needed with `create_so`.
		create_so: Make the order.
		is_courier_required: For the order.
		location_and_contact_no: For the order, where the courier is to go.
		customer_id: Medusa's; the Quotation has to be that customer's.

	Returns:
		`{"message", "quotation_id", "Quotation ID"}`, both the name of the Quotation, or with an order
		`{"message", "quotation_id", "sales_order_id", "payment_id", "payment_url"}`.

	Raises:
		frappe.DoesNotExistError: There is no such Quotation (404).
		ValidationError: `order_id` is missing (400).
		frappe.DuplicateEntryError: It was decided otherwise, or the order is another quotation's (409).
		frappe.ValidationError: ERPNext refuses it (417).
	"""
	if approval == "Rejected":
		return reject(quotation_id, customer_id)
	if create_so and not order_id:
		raise ValidationError(_("{0} is required.").format("order_id"))
	delivery = Delivery(is_courier_required, location_and_contact_no)
	return _take(lock_quotation(quotation_id, customer_id), order_id, delivery, create_so=create_so)


def _take(doc: Document, order_id: str | None, delivery: Delivery, *, create_so: bool) -> Decided | Ordered:
	refuse_other_decision(doc, quotation_states.approved_state())
	reviews.require_reviewed(doc)
	order = ordering.find_order(doc, order_id) if order_id else None
	if doc.docstatus == 0:
		_approve(doc, order_id, becomes_order=create_so)
	elif create_so and not order:
		ordering.require_not_ordered(doc)
	if not create_so:
		return answer(doc)
	if order:
		payment = ordering.payment_request_of(order)
	else:
		order = _order(doc, order_id or "", delivery)
		payment = ordering.new_payment_request(order)
	return {
		"message": _ordered_message(payment),
		"quotation_id": doc.name,
		"sales_order_id": order.name,
		"payment_id": payment.name if payment else None,
		"payment_url": (payment.payment_url or None) if payment else None,
	}


def _ordered_message(payment: Document | None) -> str:
	"""What was made, and no more."""
	if payment and payment.payment_url:
		return _("Quotation updated successfully, Sales Order created & Payment URL generated")
	if payment:
		return _("Quotation updated successfully, Sales Order & Payment Request created")
	return _("Quotation updated successfully, Sales Order created")


def reject(quotation_id: str, customer_id: str | None = None) -> Decided:
	"""Submit and cancel a Quotation that the customer does not want; nothing when that was done before."""
	doc = lock_quotation(quotation_id, customer_id)
	state = quotation_states.rejected_state()
	refuse_other_decision(doc, state)
	if doc.docstatus == 0:
		quotation_states.enter(doc, state, doc.submit)
		doc.cancel()
		if quotation_states.state_of(doc) != state:
			# a Workflow has one of its own for cancelled documents
			doc.db_set(quotation_states.state_field(), state)
	return answer(doc)


def refuse_other_decision(doc: Document, state: str) -> None:
	"""Raise `frappe.DuplicateEntryError` (409) for a Quotation that was decided on otherwise."""
	current = quotation_states.state_of(doc)
	decided = {quotation_states.approved_state(), quotation_states.rejected_state()} - {state}
	if current in decided or (doc.docstatus == 2 and state != current):
		current = current if current in decided else _("Cancelled")
	elif doc.docstatus == 1 and (doc.status == "Lost" or state == quotation_states.rejected_state()):
		current = _(doc.status)
	else:
		return
	message = _("Quotation {0} is already {1}.").format(doc.medusa_quotation_id, current)
	frappe.throw(message, exc=frappe.DuplicateEntryError)


def answer(doc: Document) -> Decided:
	"""What the caller is told of a decision without an order."""
	message = _("Quotation updated successfully")
	return {"message": message, "quotation_id": doc.name, "Quotation ID": doc.name}


def _approve(doc: Document, order_id: str | None, *, becomes_order: bool) -> None:
	"""Submit the Quotation, to a Customer if it becomes an order."""
	if becomes_order:
		ordering.check_orderable(doc)
	keep_rates(doc)
	if becomes_order and doc.quotation_to == "Lead":
		doc.update(_customer_of(doc))
		doc.save()
	# ERPNext 16.0 to 16.15 has no such field
	if doc.get("title") == (get_settings().unapproved_lead_title or "Unapproved Lead"):
		doc.title = doc.customer_name
	doc.medusa_order_id = order_id or doc.medusa_order_id
	quotation_states.enter(doc, quotation_states.approved_state(), doc.submit)


def _order(doc: Document, order_id: str, delivery: Delivery) -> Document:
	"""The Sales Order of a submitted Quotation that has none yet."""
	ordering.check_orderable(doc)
	if doc.quotation_to == "Lead":
		doc.db_set(_customer_of(doc))
	if doc.medusa_order_id != order_id:
		doc.db_set("medusa_order_id", order_id)
	return ordering.make_order(doc, order_id, delivery)


def _customer_of(doc: Document) -> dict[str, str]:
	"""The fields that make a Lead's Quotation one to its Customer, who gets the bill's address as well."""
	customer = lead_to_customer(doc.party_name)
	if doc.customer_address:
		address = frappe.get_doc("Address", doc.customer_address)
		if not address.has_link("Customer", customer):
			address.append("links", {"link_doctype": "Customer", "link_name": customer})
			address.save(ignore_permissions=True)
	name = frappe.db.get_value(CUSTOMER, customer, "customer_name")
	return {"quotation_to": "Customer", "party_name": customer, "customer_name": name}

"""Quotation: its events, and the button that sends one to the customer."""

from __future__ import annotations

from functools import partial

import frappe
from frappe import _
from frappe.model.document import Document
from typing_extensions import TypedDict

from medusa_integration import erpnext_seams
from medusa_integration.constants import ID_FIELDS, LEAD, QUOTATION
from medusa_integration.customers import mails
from medusa_integration.endpoints.parameters import Id
from medusa_integration.protection import protect_ids
from medusa_integration.selling.quotation import delivery
from medusa_integration.selling.quotation import states as quotation_states
from medusa_integration.selling.quotation.exporter import QuotationExporter
from medusa_integration.selling.quotation.lookup import require_rates
from medusa_integration.selling.quotation.terms import keep_rates
from medusa_integration.settings import get_settings
from medusa_integration.sync import send_now, task_recording


class NotADraft(frappe.ValidationError):
	"""The Quotation was submitted or cancelled already."""

	http_status_code = 409


class ForReview(TypedDict):
	"""The Quotation's name and its state."""

	quotation: str
	workflow_state: str


def export_quotation_on_update(doc: Document, method: str | None = None) -> None:
	"""Quotation `on_update`, `on_update_after_submit`: have one of the shop sent that waits for the customer.

	On entering that state the customer gets one mail, whatever is saved in it later.
	"""
	if not doc.get("from_ecommerce"):
		return
	state = quotation_states.review_state()
	if quotation_states.state_of(doc) != state:
		return
	record(doc)
	before = doc.get_doc_before_save()
	if not before or quotation_states.state_of(before) != state:
		_mail(doc)


def before_insert(doc: Document, method: str | None = None) -> None:
	"""Quotation `before_insert`: an amended one takes the Medusa ids over from the one that it amends.

	What a form or a copy carries over does not count. Two statements for an amended one, none for others.
	"""
	protect_ids(doc)
	fields, charges = ID_FIELDS[QUOTATION], (delivery.ACCOUNT, delivery.AMOUNT)
	if not doc.get("amended_from"):
		return
	# a document that was not cancelled keeps what it has, whatever `amended_from` of another one says
	cancelled = {"name": doc.amended_from, "docstatus": 2}
	wanted = ["from_ecommerce", *fields, *charges]
	amended = frappe.db.get_value(QUOTATION, cancelled, wanted, as_dict=True)
	if not amended or not amended.from_ecommerce:
		return
	# a key is unique: the old document lets it go first
	frappe.db.set_value(QUOTATION, doc.amended_from, dict.fromkeys(fields), update_modified=False)
	doc.from_ecommerce = 1
	doc.update({field: amended[field] or None for field in (*fields, *charges)})
	doc.flags.medusa_id_update = True


def address_changed(doc: Document, method: str | None = None) -> None:
	"""Address `on_update`: drafts of the shop have the delivery charges of a city that the shop has changed.

	Whoever has seen the offer is told of the new total. What people change at Desk changes no Quotation: they
	see its charges there. No statement for them, one where no draft has such an Address.
	"""
	if not doc.flags.medusa_by_shop or not doc.has_value_changed("city"):
		return
	for name in delivery.quotations_at(doc):
		quotation = delivery.in_new_city(name)
		if not quotation:
			continue
		state = quotation_states.state_of(quotation)
		if state in (quotation_states.review_state(), quotation_states.approved_state()):
			keep_rates(quotation)
		if delivery.save_quietly(quotation) and state == quotation_states.approved_state():
			record(quotation)


def export_quotation(self: Document | str, method: str | None = None) -> None:
	"""Tell Medusa now what is offered for one Quotation. Commits. Nothing without both Medusa ids.

	Args:
		self: The document or its name.
		method: Ignored.

	Raises:
		SyncFailed: It did not arrive, with the task's sentence.
	"""
	name = self if isinstance(self, str) else self.name
	ids = frappe.db.get_value(QUOTATION, name, ["medusa_quotation_id", "medusa_draft_order_id"])
	if not ids or not all(ids):
		return
	send_now.send_now(QUOTATION, name, QuotationExporter.name)


def record(doc: Document) -> None:
	"""Have a Quotation sent after the commit. One statement."""
	if doc.get("medusa_quotation_id") and doc.get("medusa_draft_order_id"):
		task_recording.record(QUOTATION, doc.name, QuotationExporter.name)


def send_quotation_for_review(quotation: Id) -> ForReview:
	"""Put a draft Quotation of the shop before the customer, on sites without a Workflow of their own.

	Args:
		quotation: Its name. Needs write permission on it.

	Returns:
		`{"quotation", "workflow_state"}`.

	Raises:
		frappe.PermissionError: Before anything is told of it (403).
		frappe.DoesNotExistError: There is none of the shop (404).
		NotADraft: It was submitted or cancelled (409).
		frappe.ValidationError: A row has no rate (417).
	"""
	if not frappe.has_permission(QUOTATION, "write"):
		raise frappe.PermissionError
	if not frappe.db.exists(QUOTATION, {"name": quotation, "from_ecommerce": 1}):
		frappe.throw(_("Quotation not found."), exc=frappe.DoesNotExistError)
	doc = frappe.get_doc(QUOTATION, quotation, for_update=True)
	doc.check_permission("write")
	if doc.docstatus:
		frappe.throw(_("Quotation {0} is not a draft.").format(doc.name), exc=NotADraft)
	require_rates(doc)
	state = quotation_states.review_state()
	doc.set(quotation_states.state_field(), state)
	doc.save()
	return {"quotation": doc.name, "workflow_state": state}


def _mail(doc: Document) -> None:
	recipient = frappe.db.get_value(doc.quotation_to, doc.party_name, "email_id") or doc.get("contact_email")
	if not recipient or not mails.can_send():
		frappe.log_error(
			title=f"Medusa: Quotation {doc.name} was not mailed",
			message=_("The customer has no email address.")
			if not recipient
			else _("This site has no outgoing email account."),
			reference_doctype=QUOTATION,
			reference_name=doc.name,
		)
		return
	shop = get_settings().frontend_url or frappe.utils.get_url()
	values = {"customer_name": doc.customer_name or "", "quotation": doc.name, "link": f"{shop}/profile"}
	mails.send(mails.QUOTATION, recipient, values, about=(QUOTATION, doc.name))


def permit_lead_details(doc: Document, method: str | None = None) -> None:
	"""Quotation `before_validate`: let one of the shop to a Lead show the Lead's address.

	ERPNext asks whoever saves it for a right on the Address, also where the document itself may be saved
	without any; for a Customer it does not. The shop's user has no right on any document. No statement.
	"""
	if doc.get("from_ecommerce") and doc.get("quotation_to") == "Lead":
		doc.set_missing_lead_customer_details = partial(_fill_in, doc)


def _fill_in(doc: Document, for_validate: bool = False) -> None:
	"""In the place of ERPNext's method of one document: the same values, read without that right."""
	lead = frappe.get_doc(LEAD, doc.party_name)
	details = frappe._dict(
		territory=lead.territory,
		customer_name=lead.company_name or lead.lead_name,
		contact_display=lead.lead_name,
		contact_email=lead.email_id,
		contact_mobile=lead.mobile_no,
		contact_phone=lead.phone,
	)
	erpnext_seams.set_address_details(
		details, lead, doctype=doc.doctype, company=doc.company, party_address=doc.customer_address
	)
	details.taxes_and_charges = erpnext_seams.tax_template_of(
		"Lead",
		doc.transaction_date,
		doc.company,
		billing_address=details.get("customer_address"),
		shipping_address=details.get("shipping_address_name"),
	)
	doc.update_if_missing(details)
	if doc.get("taxes_and_charges") and not doc.get("taxes") and not for_validate:
		doc.append_taxes_from_master()

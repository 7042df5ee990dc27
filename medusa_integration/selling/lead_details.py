"""What a Quotation to a Lead takes over from it, whoever saves it."""

from __future__ import annotations

from functools import partial

import frappe
from frappe.model.document import Document

from medusa_integration import erpnext_seams


def permit(doc: Document, method: str | None = None) -> None:
	"""Quotation `before_validate`: let one of the shop to a Lead show the Lead's address.

	ERPNext asks whoever saves it for a right on the Address, also where the document itself may be saved
	without any; for a Customer it does not. The shop's user has no right on any document. No statement.
	"""
	if doc.get("from_ecommerce") and doc.get("quotation_to") == "Lead":
		doc.set_missing_lead_customer_details = partial(_fill_in, doc)


def _fill_in(doc: Document, for_validate: bool = False) -> None:
	"""In the place of ERPNext's method of one document: the same values, read without that right."""
	lead = frappe.get_doc("Lead", doc.party_name)
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

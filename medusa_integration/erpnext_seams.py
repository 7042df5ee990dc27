"""What of ERPNext differs between its versions, and what the app calls that ERPNext does not promise to keep.

Nothing else imports such a function; tests/setup/test_erpnext_seams.py says which signatures are relied on.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document

# what ERPNext takes from a Bin's stock before it calls the rest projected
RESERVED = (
	"reserved_qty",
	"reserved_qty_for_production",
	"reserved_qty_for_sub_contract",
	"reserved_qty_for_production_plan",
)


def reserving_fields() -> list[str]:
	"""The fields of Bin that say how much is reserved: for Sales Orders, Work Orders, subcontracting and
	Production Plans. No statement.
	"""
	meta = frappe.get_meta("Bin")
	return [field for field in RESERVED if meta.has_field(field)]


def has_field(doctype: str, fieldname: str) -> bool:
	"""Whether this ERPNext's DocType has the field. No statement."""
	return bool(frappe.get_meta(doctype).has_field(fieldname))


def make_sales_order(quotation: str) -> Document:
	"""The Sales Order of a submitted Quotation, not inserted, by ERPNext's own mapping.

	ERPNext's button asks for rights on the documents, which the shop's user has not.
	"""
	from erpnext.selling.doctype.quotation.quotation import _make_sales_order

	return _make_sales_order(quotation, ignore_permissions=True)


def make_customer(lead: str) -> Document:
	"""The Customer of a Lead, not inserted, by ERPNext's own mapping, without asking for rights."""
	from erpnext.crm.doctype.lead.lead import _make_customer

	return _make_customer(lead, ignore_permissions=True)


def make_payment_request(**values: Any) -> Document:
	"""The Payment Request that ERPNext makes of these values, submitted."""
	from erpnext.accounts.doctype.payment_request.payment_request import make_payment_request

	return make_payment_request(**values, submit_doc=1, return_doc=1)


def set_address_details(details: frappe._dict, party: Document, **values: Any) -> None:
	"""Write the addresses of a party into `details`, without asking for rights on them."""
	from erpnext.accounts.party import set_address_details

	set_address_details(details, party, party.doctype, ignore_permissions=True, **values)


def tax_template_of(party_type: str, posting_date: Any, company: str, **addresses: Any) -> str | None:
	"""The Sales Taxes and Charges Template that a Tax Rule has for a kind of party."""
	from erpnext.accounts.party import set_taxes

	return set_taxes(None, party_type, posting_date, company, **addresses)

"""Differences between ERPNext's versions, and its functions without a stable interface that the app calls.

No other module but `erpnext_payments.py` imports such a function. `tests/setup/test_erpnext_seams.py` checks
the signatures that the app relies on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe.model.document import Document

# fields of Bin that ERPNext subtracts from the stock to get the projected quantity
RESERVED = (
	"reserved_qty",
	"reserved_qty_for_production",
	"reserved_qty_for_sub_contract",
	"reserved_qty_for_production_plan",
)


def reserving_fields() -> list[str]:
	"""Return the names of the fields of Bin that hold reserved quantities. No statement.

	They are reserved for Sales Orders, Work Orders, subcontracting and Production Plans.
	"""
	meta = frappe.get_meta("Bin")
	return [field for field in RESERVED if meta.has_field(field)]


def has_field(doctype: str, fieldname: str) -> bool:
	"""Return whether a DocType has a field in the installed version of ERPNext. No statement."""
	return bool(frappe.get_meta(doctype).has_field(fieldname))


def forget_currencies() -> None:
	"""Let no document without a name have the decimals of the one before. No statement.

	Frappe 16 may take them from the currency. It notes the currency by the name of the document, for as long
	as a worker runs, and a new document has no name yet.
	"""
	noted = getattr(frappe.local, "field_currency", None) or {}
	for key in [key for key in noted if not key[1]]:
		del noted[key]


def keep_decimals_of_company(invoice: Document) -> None:
	"""Let an invoice in a currency of few decimals take all that was paid in advance for it. No statement.

	With decimals by currency, as Frappe 16 can have them, ERPNext rounds its total in the company's currency
	to the decimals of the other one, and refuses advances over the exact total.

	Args:
		invoice: not inserted.
	"""
	forget_currencies()
	places = invoice.precision("base_grand_total")
	if places > invoice.precision("grand_total"):
		invoice._precision.main.grand_total = places


def make_sales_order(quotation: str) -> Document:
	"""Map a submitted Quotation to a new Sales Order with ERPNext's own mapping.

	ERPNext's public function checks permissions on the documents, which the storefront user does not have.

	Args:
		quotation: name of the Quotation.

	Returns:
		The Sales Order, not inserted.
	"""
	from erpnext.selling.doctype.quotation.quotation import _make_sales_order

	return _make_sales_order(quotation, ignore_permissions=True)


def make_sales_invoice(order: str) -> Document:
	"""Map what of a submitted Sales Order has no Sales Invoice yet to a new one, without a permission check.

	Args:
		order: name of the Sales Order.

	Returns:
		The Sales Invoice, not inserted.
	"""
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	return make_sales_invoice(order, ignore_permissions=True)


@contextmanager
def all_permissions() -> Iterator[None]:
	"""Let ERPNext's functions ask for the permissions of Administrator, whoever has caused the job.

	Some of them check permissions without a parameter for it. What is inserted belongs to Administrator.
	"""
	user = frappe.session.user
	frappe.session.user = "Administrator"
	try:
		yield
	finally:
		frappe.session.user = user


def make_delivery_note(order: str) -> Document:
	"""Map what of a submitted Sales Order was not delivered yet to a new Delivery Note.

	Args:
		order: name of the Sales Order.

	Returns:
		The Delivery Note, not inserted.
	"""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	with all_permissions():
		return make_delivery_note(order)


def make_return(doctype: str, name: str) -> Document:
	"""Map a submitted Delivery Note or Sales Invoice to a new one that takes all of it back.

	Args:
		doctype: "Delivery Note" or "Sales Invoice".
		name: name of the document.

	Returns:
		The return or credit note, not inserted.
	"""
	from erpnext.accounts.doctype.sales_invoice import sales_invoice
	from erpnext.stock.doctype.delivery_note import delivery_note

	module = {"Delivery Note": delivery_note, "Sales Invoice": sales_invoice}[doctype]
	with all_permissions():
		return module.make_sales_return(name)


def insert_and_submit(doc: Document) -> None:
	"""Insert and submit a document; a credit note keeps its `update_outstanding_for_self`.

	At both steps ERPNext compares the total that a credit note has before it is calculated with what its
	invoice has outstanding, and sets the field if the total is greater. The two may be in different
	currencies: with a total of 0, the caller's choice stays.

	Args:
		doc: The document, not inserted.

	Raises:
		frappe.ValidationError: What ERPNext refuses.
	"""
	for step in (doc.insert, doc.submit):
		if doc.get("is_return"):
			doc.update({"grand_total": 0, "rounded_total": 0})
		step()


def make_customer(lead: str) -> Document:
	"""Map a Lead to a new Customer with ERPNext's own mapping, without a permission check.

	Args:
		lead: name of the Lead.

	Returns:
		The Customer, not inserted.
	"""
	from erpnext.crm.doctype.lead.lead import _make_customer

	return _make_customer(lead, ignore_permissions=True)


def make_payment_request(**values: Any) -> Document:
	"""Create a Payment Request with ERPNext's own function.

	Args:
		**values: the arguments of that function.

	Returns:
		The submitted Payment Request.
	"""
	from erpnext.accounts.doctype.payment_request.payment_request import make_payment_request

	return make_payment_request(**values, submit_doc=1, return_doc=1)


def set_address_details(details: frappe._dict, party: Document, **values: Any) -> None:
	"""Write the addresses of a party into a transaction's details, without a permission check.

	Args:
		details: the details; changed in place.
		party: the Customer or Lead.
		**values: further arguments of ERPNext's function, such as `company` and `party_address`.
	"""
	from erpnext.accounts.party import set_address_details

	set_address_details(details, party, party.doctype, ignore_permissions=True, **values)


def tax_template_of(party_type: str, posting_date: Any, company: str, **addresses: Any) -> str | None:
	"""Return the Sales Taxes and Charges Template that a Tax Rule selects, or None without a rule.

	Args:
		party_type: "Customer" or "Lead".
		posting_date: date of the transaction.
		company: name of the Company.
		**addresses: `billing_address` and `shipping_address`, names of Addresses.
	"""
	from erpnext.accounts.party import set_taxes

	return set_taxes(None, party_type, posting_date, company, **addresses)


def discard(doc: Document) -> None:
	"""Set a draft to Cancelled: as Frappe 16 does it, and on Frappe 15, which has no such function, the same.

	Args:
		doc: a draft of a transaction with a status, read for update.
	"""
	if hasattr(doc, "discard"):
		doc.discard()
	else:
		doc.db_set({"docstatus": 2, "status": "Cancelled"})

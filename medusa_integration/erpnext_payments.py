"""ERPNext's functions without a stable interface that the app calls for payments.

The others are in `erpnext_seams.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.document import Document

from medusa_integration.erpnext_seams import has_field


def unlink_payments(doc: Document) -> None:
	"""Take the payments of an order off it; they stay with its customer, as unallocated amounts.

	Args:
		doc: the submitted Sales Order, which could not be cancelled with them.
	"""
	from erpnext.accounts.utils import unlink_ref_doc_from_payment_entries

	unlink_ref_doc_from_payment_entries(doc)
	if not has_field("Payment Entry Reference", "advance_voucher_no"):
		return
	# Payment Reconciliation notes the order that an advance was of, and ERPNext 16 does not cancel that
	row = frappe.qb.DocType("Payment Entry Reference")
	query = frappe.qb.update(row).set(row.advance_voucher_type, None).set(row.advance_voucher_no, None)
	of_order = (row.advance_voucher_type == doc.doctype) & (row.advance_voucher_no == doc.name)
	query.where(of_order & row.reference_doctype.isin(("Payment Entry", "Journal Entry"))).run()


# what names an order that it pays: DocType, and its fields for the DocType and the name of the order
ORDERS_OF_PAYMENTS = {
	"Payment Entry Reference": (
		("reference_doctype", "reference_name"),
		("advance_voucher_type", "advance_voucher_no"),
	),
	"Journal Entry Account": (
		("reference_type", "reference_name"),
		("advance_voucher_type", "advance_voucher_no"),
	),
	"GL Entry": (
		("against_voucher_type", "against_voucher"),
		("advance_voucher_type", "advance_voucher_no"),
	),
	"Payment Ledger Entry": (("against_voucher_type", "against_voucher_no"),),
	"Advance Payment Ledger Entry": (("against_voucher_type", "against_voucher_no"),),
}
ROWS_OF_PAYMENTS = {"Payment Entry Reference": "Payment Entry", "Journal Entry Account": "Journal Entry"}


def move_payments(old: str, new: str) -> None:
	"""Let the payments and Payment Requests of a Sales Order be those of another one, with the same amounts.

	With an amendment by hand they would be taken off the order. Three statements for an order without
	payments, else one more for each place in which the installed version names it.

	Args:
		old: name of the Sales Order that they name now.
		new: name of the one that goes on with them.
	"""
	payments: set[str] = set()
	for rows in ROWS_OF_PAYMENTS:
		type_field, name_field = ORDERS_OF_PAYMENTS[rows][0]
		filters = {type_field: "Sales Order", name_field: old, "docstatus": ("<", 2)}
		payments.update(frappe.get_all(rows, filters, pluck="parent"))
	for doctype, pairs in ORDERS_OF_PAYMENTS.items():
		if payments and frappe.db.table_exists(doctype):
			key = "parent" if doctype in ROWS_OF_PAYMENTS else "voucher_no"
			for type_field, name_field in pairs:
				if has_field(doctype, name_field):
					_rename(doctype, type_field, name_field, old, new, **{key: payments})
	_rename("Payment Request", "reference_doctype", "reference_name", old, new)


def _rename(
	doctype: str, type_field: str, name_field: str, old: str, new: str, **chosen: Iterable[str]
) -> None:
	"""Change the name of a Sales Order in these fields of the rows with such values. One statement."""
	table = frappe.qb.DocType(doctype)
	query = (
		frappe.qb.update(table)
		.set(table[name_field], new)
		.where((table[type_field] == "Sales Order") & (table[name_field] == old))
	)
	for field, values in chosen.items():
		query = query.where(table[field].isin(sorted(values)))
	query.run()


def count_advances(doc: Document) -> None:
	"""Have ERPNext calculate anew what was paid in advance for an order.

	Args:
		doc: the submitted Sales Order.
	"""
	if hasattr(doc, "set_total_advance_paid"):
		doc.set_total_advance_paid()


def get_payment_entry(doctype: str, name: str, account: str) -> Document:
	"""Return ERPNext's Payment Entry over all that is outstanding of a document, not inserted.

	It has a row for each payment term that is paid by itself, and for each Payment Request.

	Args:
		doctype: Sales Order or Sales Invoice.
		name: name of the document.
		account: the company's account that the money comes to.
	"""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	return get_payment_entry(doctype, name, bank_account=account)


def get_party_account(customer: str, company: str) -> str:
	"""Return the account of a Customer's debts in a company."""
	from erpnext.accounts.party import get_party_account

	return get_party_account("Customer", customer, company)


def exchange_rate(from_currency: str, to_currency: str, day: str) -> float:
	"""Return the exchange rate of a day, 0 if there is none."""
	from erpnext.setup.utils import get_exchange_rate

	return float(get_exchange_rate(from_currency, to_currency, day) or 0)


def reconcile_payments(received: Document, paid_back: Document, values: dict[str, Any]) -> None:
	"""Reconcile what was received of a Customer with what was paid back, as Payment Reconciliation does.

	Other than there, what was allocated to a Sales Order is no longer paid in advance for it, as it is
	not for an invoice; the ledger of payments is written anew, as Repost Payment Ledger does.

	Args:
		received: the submitted Payment Entry of the receipt; changed and saved.
		paid_back: the submitted Payment Entry to the Customer.
		values: what the tool passes: `voucher_detail_no`, the reference that has the amount, None for what
			is not allocated; `allocated_amount`; `exchange_rate`, `difference_amount` and
			`difference_posting_date`.
	"""
	from erpnext.accounts import utils
	from erpnext.accounts.doctype.repost_payment_ledger.repost_payment_ledger import repost_ple_for_voucher

	entry = frappe._dict(
		values,
		against_voucher_type=paid_back.doctype,
		against_voucher=paid_back.name,
		grand_total=paid_back.received_amount,
		outstanding_amount=values["allocated_amount"],
		account=paid_back.paid_to,
		dimensions={},
	)
	row = utils.update_reference_in_payment_entry(entry, received, do_not_save=True)
	row.update({"advance_voucher_type": None, "advance_voucher_no": None})
	received.save(ignore_permissions=True)
	if received.get("book_advance_payments_in_separate_party_account"):
		received.make_advance_gl_entries(entry=row)
	else:
		repost_ple_for_voucher(received.doctype, received.name, received.build_gl_map())
	utils.update_voucher_outstanding(
		paid_back.doctype, paid_back.name, paid_back.paid_to, paid_back.party_type, paid_back.party
	)


def lower_advance(order: Document, paid_back: Document, amount: float) -> None:
	"""Have the ledger of advances say that so much of a Sales Order was paid back.

	Only needed where a company books advances on an account of their own: what was received stays in that
	ledger there.

	Args:
		order: the Sales Order.
		paid_back: the submitted Payment Entry to the Customer.
		amount: in the currency of the Customer's account.
	"""
	entry = frappe.new_doc("Advance Payment Ledger Entry")
	entry.update(
		{
			"company": order.company,
			"voucher_type": paid_back.doctype,
			"voucher_no": paid_back.name,
			"against_voucher_type": order.doctype,
			"against_voucher_no": order.name,
			"amount": amount,
			"currency": paid_back.paid_to_account_currency,
			"event": "Adjustment",
		}
	)
	entry.insert(ignore_permissions=True)

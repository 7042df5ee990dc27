"""What was paid in advance for an order, and is paid back.

ERPNext allocates no payment to a customer to a Sales Order that is paid. What was received is taken off the
order instead, and reconciled with what was paid back, as Payment Reconciliation does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, flt

from medusa_integration import erpnext_payments
from medusa_integration.constants import PAYMENT_ENTRY, SALES_ORDER
from medusa_integration.selling.order.imports.entries import RECEIVE
from medusa_integration.selling.order.imports.settle import Open


@dataclass(frozen=True, slots=True)
class Advance:
	"""What of a Payment Entry can be paid back.

	Attributes:
		document: The Payment Entry and the amount.
		row: The reference to the Sales Order that has the amount; None for what is not allocated.
	"""

	document: Open
	row: str | None


def advances_of(order: Document, currency: str, rate: Decimal) -> list[Advance]:
	"""Return what was paid for an order and is for no invoice: what is not allocated first. Two statements.

	Args:
		order: The Sales Order.
		currency: That of the customer's account.
		rate: What 1 of the order's currency is in that of the account.
	"""
	entry, row = frappe.qb.DocType(PAYMENT_ENTRY), frappe.qb.DocType("Payment Entry Reference")
	received = (entry.docstatus == 1) & (entry.payment_type == RECEIVE) & (entry.party == order.customer)
	fitting = received & (entry.company == order.company) & (entry.paid_from_account_currency == currency)
	free = (
		frappe.qb.from_(entry)
		.select(entry.name, entry.unallocated_amount.as_("amount"))
		.where(fitting & (entry.medusa_order_id == order.medusa_order_id) & (entry.unallocated_amount > 0))
		.orderby(entry.posting_date)
		.orderby(entry.name)
	).run(as_dict=True)
	allocated = (
		frappe.qb.from_(entry)
		.inner_join(row)
		.on(row.parent == entry.name)
		.select(entry.name, row.allocated_amount.as_("amount"), row.name.as_("row"))
		.where(fitting & (row.reference_doctype == SALES_ORDER) & (row.reference_name == order.name))
		.where(row.allocated_amount > 0)
		.orderby(entry.posting_date)
		.orderby(row.name)
	).run(as_dict=True)
	return [
		Advance(Open(PAYMENT_ENTRY, found.name, Decimal(cstr(found.amount)), rate), found.get("row"))
		for found in [*free, *allocated]
	]


def pay_back(order: Document, refund: Document, amounts: Sequence[tuple[Advance, Decimal]]) -> None:
	"""Reconcile what was paid in advance with what was paid back.

	What ERPNext has booked on another account than the payment to the customer stays as it is.

	Args:
		order: The Sales Order.
		refund: The submitted Payment Entry of the refund.
		amounts: How much of each advance, in the currency of the customer's account.
	"""
	for advance, amount in amounts:
		if amount:
			received = frappe.get_doc(PAYMENT_ENTRY, advance.document.name)
			if received.paid_from == refund.paid_to:
				_reconcile(order, received, refund, advance.row, float(amount))
	frappe.get_doc(SALES_ORDER, order.name).set_total_advance_paid()


def _reconcile(order: Document, received: Document, refund: Document, row: str | None, amount: float) -> None:
	paid_at, paid_back_at = flt(received.source_exchange_rate) or 1, flt(refund.target_exchange_rate) or 1
	places = received.precision("base_paid_amount")
	difference = flt(amount * paid_at, places) - flt(amount * paid_back_at, places)
	values = {
		"voucher_detail_no": row,
		"allocated_amount": amount,
		"exchange_rate": paid_back_at,
		"difference_amount": flt(difference, places),
		"difference_posting_date": refund.posting_date,
	}
	erpnext_payments.reconcile_payments(received, refund, values)
	if row and received.get("book_advance_payments_in_separate_party_account"):
		erpnext_payments.lower_advance(order, refund, amount)

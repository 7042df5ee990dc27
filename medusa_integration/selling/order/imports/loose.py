"""What users have paid back to a customer by Payment Entries that are for no document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, flt

from medusa_integration.constants import PAYMENT_ENTRY
from medusa_integration.database import is_not_set
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.selling.order.imports.entered import JOURNAL_ENTRY
from medusa_integration.selling.order.imports.entries import PAY, Money
from medusa_integration.selling.order.imports.money_problems import PerhapsPaidBack

# what a receipt is reconciled with once it was paid back
PAID_BACK_BY = (PAYMENT_ENTRY, JOURNAL_ENTRY)


def refuse_loose(order: Document, refund: Money, currency: str, numbers: Sequence[str]) -> None:
	"""Refuse to pay back what a user may have paid back already. Two statements at most.

	Args:
		order: The Sales Order.
		refund: What was paid back in Medusa.
		currency: That of the customer's account.
		numbers: As `numbers_of` all refunds.

	Raises:
		PerhapsPaidBack: The customer got just so much by a Payment Entry that is for no document.
	"""
	if currency != order.currency:
		return
	loose = loose_entries(order, currency, order.transaction_date, numbers=numbers)
	if entry := next((name for name, amount in loose.items() if amount == refund.amount), None):
		raise PerhapsPaidBack(refund.payment.id, entry)


def loose_entries(
	order: Document, currency: str, since: date, *, names: Sequence[str] = (), numbers: Sequence[str] = ()
) -> dict[str, Decimal]:
	"""Return what an order's customer got by Payment Entries of users that are for no document.

	Two statements at most.

	Args:
		order: The Sales Order.
		currency: That of the customer's account.
		since: The first day of posting.
		names: Payment Entries that are not meant.
		numbers: Reference numbers of Payment Entries that are not meant.

	Returns:
		The amounts in this currency by name, the oldest first.
	"""
	entry = frappe.qb.DocType(PAYMENT_ENTRY)
	found = (
		frappe.qb.from_(entry)
		.select(entry.name, entry.unallocated_amount)
		.where((entry.docstatus == 1) & (entry.payment_type == PAY) & (entry.party_type == "Customer"))
		.where((entry.party == order.customer) & (entry.company == order.company))
		.where((entry.paid_to_account_currency == currency) & (entry.unallocated_amount > 0))
		.where(is_not_set(entry.medusa_order_id))
		.where((entry.posting_date >= since) & entry.name.notin(list(names) or [""]))
		.where(entry.reference_no.isnull() | entry.reference_no.notin(list(numbers) or [""]))
		.orderby(entry.posting_date)
		.orderby(entry.name)
	).run()
	back = reconciled([name for name, _amount in found])
	left = {name: Decimal(cstr(flt(amount, 9))) - back.get(name, ZERO) for name, amount in found}
	return {name: amount for name, amount in left.items() if amount > 0}


def reconciled(names: Sequence[str]) -> dict[str, Decimal]:
	"""Return what of receipts was reconciled with what was paid back, by the name of either.

	One statement.
	"""
	if not names:
		return {}
	row = frappe.qb.DocType("Payment Entry Reference")
	rows = (
		frappe.qb.from_(row)
		.select(row.parent, row.reference_name, row.allocated_amount)
		.where((row.docstatus == 1) & (row.parenttype == PAYMENT_ENTRY))
		.where(row.reference_doctype.isin(PAID_BACK_BY))
		.where(row.parent.isin(names) | row.reference_name.isin(names))
	).run()
	amounts: dict[str, Decimal] = defaultdict(Decimal)
	for receipt, paid_back, amount in rows:
		amounts[receipt] += Decimal(cstr(flt(amount, 9)))
		amounts[paid_back] += Decimal(cstr(flt(amount, 9)))
	return amounts

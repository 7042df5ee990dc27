"""What users have booked by hand of what was captured or refunded in Medusa, which is not booked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.model.meta import get_field_precision
from frappe.query_builder.functions import Sum
from frappe.utils import cstr, flt

from medusa_integration.constants import PAYMENT_ENTRY
from medusa_integration.database import is_not_set
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.selling.order.imports.bills import Bill
from medusa_integration.selling.order.imports.entries import PAY, RECEIVE, Money
from medusa_integration.selling.order.imports.money_problems import EnteredOtherwise, PaidByHand
from medusa_integration.selling.order.imports.rounding import rounded, unit_of

JOURNAL_ENTRY = "Journal Entry"
# Journal Entries that name an invoice and are no payment: ERPNext's own, and what sets off a credit note
NO_PAYMENT = ("Exchange Gain Or Loss", "Credit Note")


@dataclass(frozen=True, slots=True)
class Entered:
	"""A Payment Entry of a user that has Medusa's id of a movement or its payment as its reference number.

	Attributes:
		name: Its name.
		number: The reference number, as `spelt`.
		amount: What the customer has paid or got by it, None if it is not in the order's currency.
	"""

	name: str
	number: str
	amount: Decimal | None

	def is_of(self, money: Money) -> bool:
		"""Return whether it has the number of a capture or a refund."""
		return self.number in (spelt(money.id), spelt(money.payment.id))


def not_entered(
	moneys: Sequence[Money], there: Mapping[str, int], order: frappe._dict, currency: str, kind: str
) -> list[tuple[Money, Entered | None]]:
	"""Return the captures or refunds of which there is no Payment Entry, of the app or a user.

	One statement; one more for refunds that have none with their number.

	Args:
		moneys: All captures, or all refunds, of the order.
		there: The state of the app's Payment Entries by Medusa's id, as `entries_of`.
		order: The head of the Sales Order.
		currency: That of the order in Medusa.
		kind: RECEIVE for captures, PAY for refunds.

	Returns:
		Each with a Payment Entry of a user that has its number, but another amount.
	"""
	entered = _entered(moneys, order, currency, kind)
	places = get_field_precision(frappe.get_meta(PAYMENT_ENTRY).get_field("paid_amount"), currency=currency)
	others = []
	for money in moneys:
		if there.get(money.id) == 1:
			continue
		amounts = (None, rounded(money.amount, unit_of(places)))
		same = next((one for one in entered if one.is_of(money) and one.amount in amounts), None)
		if same:
			entered.remove(same)
		else:
			others.append(money)
	# a user may have cancelled that of the app, and entered another amount instead
	for money in others:
		own = next((one for one in entered if money.id in there and one.is_of(money)), None)
		if own:
			entered.remove(own)
	missing = [money for money in others if money.id not in there]
	if missing and kind == PAY:
		missing = _not_reconciled(missing, moneys, order)
	return [(money, next((one for one in entered if one.is_of(money)), None)) for money in missing]


def _entered(moneys: Sequence[Money], order: frappe._dict, currency: str, kind: str) -> list[Entered]:
	"""What users have entered by hand of these movements, the oldest first. One statement."""
	entry, row = frappe.qb.DocType(PAYMENT_ENTRY), frappe.qb.DocType("Payment Entry Reference")
	its_currency = entry.paid_from_account_currency if kind == RECEIVE else entry.paid_to_account_currency
	rows = (
		frappe.qb.from_(entry)
		.left_join(row)
		.on((row.parent == entry.name) & (row.parenttype == PAYMENT_ENTRY))
		.select(entry.name, entry.reference_no, its_currency.as_("currency"), entry.unallocated_amount)
		.select(Sum(row.allocated_amount).as_("allocated"))
		.where((entry.docstatus == 1) & (entry.payment_type == kind) & (entry.party_type == "Customer"))
		.where((entry.party == order.customer) & (entry.company == order.company))
		.where(is_not_set(entry.medusa_id))
		# the database finds them in any spelling
		.where(entry.reference_no.isin(numbers_of(moneys)))
		.groupby(entry.name, entry.reference_no, its_currency, entry.unallocated_amount, entry.creation)
		.orderby(entry.creation)
		.orderby(entry.name)
	).run(as_dict=True)
	# what is paid for a credit note is below 0
	sign = 1 if kind == RECEIVE else -1
	return [
		Entered(
			found.name,
			spelt(found.reference_no),
			# with what a user has deducted, such as the provider's fee
			Decimal(cstr(flt(sign * flt(found.allocated) + flt(found.unallocated_amount), 9)))
			if found.currency == currency
			else None,
		)
		for found in rows
	]


def _not_reconciled(missing: Sequence[Money], moneys: Sequence[Money], order: frappe._dict) -> list[Money]:
	"""Those refunds that no Payment Entry of a user is, by which a receipt of the order was paid back.

	As Payment Reconciliation does it. One statement.
	"""
	receipt, paid_back = frappe.qb.DocType(PAYMENT_ENTRY), frappe.qb.DocType(PAYMENT_ENTRY).as_("paid_back")
	row = frappe.qb.DocType("Payment Entry Reference")
	is_of_order = (receipt.medusa_order_id == order.medusa_order_id) | receipt.reference_no.isin(
		numbers_of(moneys)
	)
	rows = (
		frappe.qb.from_(row)
		.inner_join(receipt)
		.on(row.parent == receipt.name)
		.inner_join(paid_back)
		.on((row.reference_doctype == PAYMENT_ENTRY) & (row.reference_name == paid_back.name))
		.select(paid_back.name, Sum(row.allocated_amount))
		.where((row.docstatus == 1) & (receipt.party == order.customer) & is_of_order)
		.where((paid_back.docstatus == 1) & (paid_back.paid_to_account_currency == order.currency))
		.where(is_not_set(paid_back.medusa_id))
		.where(paid_back.reference_no.isnull() | paid_back.reference_no.notin(numbers_of(moneys)))
		.groupby(paid_back.name)
		.orderby(paid_back.name)
	).run()
	amounts = [Decimal(cstr(flt(amount, 9))) for _name, amount in rows]
	left = []
	for money in missing:
		if money.amount in amounts:
			amounts.remove(money.amount)
		else:
			left.append(money)
	return left


def numbers_of(moneys: Sequence[Money]) -> list[str]:
	"""Return the reference numbers by which a user says what he has entered."""
	return sorted({money.payment.id for money in moneys} | {money.id for money in moneys})


def spelt(number: str) -> str:
	"""Return a reference number as it is compared."""
	return number.strip().lower()


def require_same(order: Document, money: Money, entered: Entered | None, kind: str) -> None:
	"""Refuse a movement of which a user has entered another amount. No statement.

	Raises:
		EnteredOtherwise: `entered` is there, as `not_entered` returns it.
	"""
	if entered:
		found = rounded(entered.amount or ZERO, unit_of(decimals(order.currency)))
		raise EnteredOtherwise(
			entered.name, found, money.payment.id, money.amount, order.currency, is_refund=kind == PAY
		)


def refuse_by_hand(
	order: Document, money: Money, bills: Sequence[Bill], numbers: Sequence[str], kind: str
) -> None:
	"""Refuse to book what a user may have booked already. Two statements.

	Args:
		order: The Sales Order.
		money: More than what is outstanding.
		bills: The invoices and credit notes of the order.
		numbers: As `numbers_of` all captures or refunds.
		kind: RECEIVE for a capture, PAY for a refund.

	Raises:
		PaidByHand: A user has made a Payment Entry without the reference number of a payment, or a Journal
			Entry, for the order or one of its invoices.
	"""
	names = [order.name, *(bill.name for bill in bills)]
	entry, row = frappe.qb.DocType(PAYMENT_ENTRY), frappe.qb.DocType("Payment Entry Reference")
	found = (
		frappe.qb.from_(entry)
		.inner_join(row)
		.on(row.parent == entry.name)
		.select(entry.name)
		.where((entry.docstatus == 1) & (entry.payment_type == kind) & row.reference_name.isin(names))
		.where(is_not_set(entry.medusa_id))
		.where(entry.reference_no.isnull() | entry.reference_no.notin(list(numbers)))
		.orderby(entry.name)
		.limit(1)
	).run(pluck=True)
	doctype = PAYMENT_ENTRY
	if not found:
		doctype, found = JOURNAL_ENTRY, _journal_entries(names, kind)
	if found:
		raise PaidByHand(money.payment.id, order.name, found[0], doctype, is_refund=kind == PAY)


def _journal_entries(names: Sequence[str], kind: str) -> list[str]:
	"""The first submitted Journal Entry by which the customer has paid one of these, or got money for it."""
	entry, row = frappe.qb.DocType(JOURNAL_ENTRY), frappe.qb.DocType("Journal Entry Account")
	amount = row.credit_in_account_currency if kind == RECEIVE else row.debit_in_account_currency
	return (
		frappe.qb.from_(entry)
		.inner_join(row)
		.on(row.parent == entry.name)
		.select(entry.name)
		.where((entry.docstatus == 1) & row.reference_name.isin(names) & (amount > 0))
		.where(entry.voucher_type.notin(NO_PAYMENT))
		.orderby(entry.name)
		.limit(1)
	).run(pluck=True)

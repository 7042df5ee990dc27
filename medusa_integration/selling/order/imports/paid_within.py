"""What users have had paid within an invoice itself, or paid back within a credit note: *Include Payment*.

It counts as the capture or refund of the same amount, as a Payment Entry of a user does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cstr

from medusa_integration import erpnext_seams
from medusa_integration.constants import PAYMENT_ENTRY, SALES_INVOICE
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.selling.order.imports.bills import Bill
from medusa_integration.selling.order.imports.entered import Entered, numbers_of, spelt
from medusa_integration.selling.order.imports.entries import PAY, RECEIVE, Money
from medusa_integration.selling.order.imports.money_problems import PaidWithin
from medusa_integration.selling.order.imports.rounding import rounded, unit_of

ROWS = "Sales Invoice Payment"


@dataclass(slots=True)
class Within:
	"""What was paid within invoices, or paid back within credit notes, and is of no capture or refund.

	Attributes:
		amounts: By the name of the invoice, in the order's currency: all that was paid of it first, then
			without what was written off or paid by loyalty points, which may be no part of the capture.
	"""

	amounts: dict[str, tuple[Decimal, ...]]

	def take(self, amount: Decimal) -> bool:
		"""Return whether an invoice, or all of them, was paid so much; it does not count again."""
		names = self._paid(amount)
		for name in names:
			del self.amounts[name]
		return bool(names)

	def rest_of(self, money: Money, over: Decimal) -> Money:
		"""Return what is to be booked of a capture or refund.

		Args:
			money: The capture or refund.
			over: By how much it is more than what is outstanding.

		Returns:
			It without this amount, if that is what was paid within invoices; else the whole.
		"""
		is_part = ZERO < over < money.amount and self._paid(over)
		return replace(money, amount=money.amount - over) if is_part else money

	def refuse(self, order: Document, money: Money, kind: str) -> None:
		"""Refuse what is more than is outstanding. No statement.

		Raises:
			PaidWithin: It may have been paid within an invoice.
		"""
		for name in self.amounts:
			raise PaidWithin(money.payment.id, order.name, name, is_refund=kind == PAY)

	def _paid(self, amount: Decimal) -> list[str]:
		one = next((name for name, amounts in self.amounts.items() if amount in amounts), None)
		if one:
			return [one]
		total = sum((amounts[0] for amounts in self.amounts.values()), ZERO)
		return list(self.amounts) if amount == total else []


def not_within(
	left: Sequence[tuple[Money, Entered | None]],
	moneys: Sequence[Money],
	bills: Iterable[Bill],
	currency: str,
	kind: str,
) -> tuple[list[tuple[Money, Entered | None]], Within]:
	"""Return the captures or refunds that were not paid within invoices or credit notes.

	No statement if nothing was paid so, else two at most.

	Args:
		left: Those without a Payment Entry, as `not_entered` returns them.
		moneys: All captures, or all refunds, of the order.
		bills: The invoices and credit notes of the order.
		currency: That of the order in Medusa.
		kind: RECEIVE for captures, PAY for refunds.

	Returns:
		Those that are still to be booked, and what else was paid so.
	"""
	unit = unit_of(decimals(currency))
	is_refund = kind == PAY
	paid = {bill.name: _amounts(bill, unit) for bill in bills if bill.is_return == is_refund}
	within = Within({name: amounts for name, amounts in paid.items() if amounts})
	if not within.amounts:
		return list(left), within
	left = _without_numbered(left, moneys, within)
	for amount in _missing(moneys, {money.id for money, _other in left}, currency, kind):
		within.take(amount)
	left = [(money, other) for money, other in left if not within.take(_not_entered(money, other))]
	# an invoice over several captures
	for count in range(len(left), 1, -1):
		if within.take(sum((money.amount for money, _other in left[:count]), ZERO)):
			return left[count:], within
	return left, within


def _amounts(bill: Bill, unit: Decimal) -> tuple[Decimal, ...]:
	"""What it may have been paid: all, and less."""
	paid, redeemed, off = (abs(amount) for amount in (bill.paid, bill.redeemed, bill.written_off))
	amounts = (paid + redeemed + off, paid + redeemed, paid + off, paid)
	return tuple(dict.fromkeys(amount for amount in (rounded(one, unit) for one in amounts) if amount))


def _not_entered(money: Money, other: Entered | None) -> Decimal:
	"""What of it a Payment Entry with its number leaves."""
	return money.amount - (other.amount or ZERO) if other else money.amount


def _without_numbered(
	left: Sequence[tuple[Money, Entered | None]], moneys: Sequence[Money], within: Within
) -> list[tuple[Money, Entered | None]]:
	"""Those that no payment within an invoice has as its reference number. One statement at most."""
	if not erpnext_seams.has_field(ROWS, "reference_no"):
		return list(left)
	filters = {
		"parenttype": SALES_INVOICE,
		"parent": ("in", sorted(within.amounts)),
		"reference_no": ("in", numbers_of(moneys)),
	}
	rows = [
		Entered(row.parent, spelt(row.reference_no), abs(Decimal(cstr(row.amount))))
		for row in frappe.get_all(ROWS, filters, ["parent", "reference_no", "amount"], order_by="parent, idx")
	]
	others = []
	for money, other in left:
		same = next((row for row in rows if row.is_of(money) and row.amount == money.amount), None)
		if not same:
			others.append((money, other))
			continue
		rows.remove(same)
		rest = tuple(one - money.amount for one in within.amounts.pop(same.name, ()) if one > money.amount)
		if rest:
			within.amounts[same.name] = rest
	return others


def _missing(moneys: Sequence[Money], left: set[str], currency: str, kind: str) -> list[Decimal]:
	"""By how much the app's Payment Entries are below their captures or refunds. One statement."""
	side, its_currency = (
		("paid_amount", "paid_from_account_currency")
		if kind == RECEIVE
		else ("received_amount", "paid_to_account_currency")
	)
	ids = [money.id for money in moneys if money.id not in left]
	filters = {"medusa_id": ("in", ids), "docstatus": 1, its_currency: currency}
	booked: Mapping[str, float] = (
		dict(frappe.get_all(PAYMENT_ENTRY, filters, ["medusa_id", side], as_list=True)) if ids else {}
	)
	short = [money.amount - Decimal(cstr(booked[money.id])) for money in moneys if money.id in booked]
	return [amount for amount in short if amount > 0]

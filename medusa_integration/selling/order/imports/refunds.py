"""What was refunded in Medusa: a credit note where it is invoiced, and a Payment Entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import dropwhile

import frappe
from frappe.model.document import Document
from frappe.utils import cstr

from medusa_integration import erpnext_payments
from medusa_integration.constants import PAYMENT_ENTRY, SALES_INVOICE, SALES_ORDER
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order import changes
from medusa_integration.selling.order.imports.advances import advances_of, pay_back
from medusa_integration.selling.order.imports.bills import Bill, bills_of, invoiced_and_credited
from medusa_integration.selling.order.imports.entered import (
	Entered,
	not_entered,
	numbers_of,
	refuse_by_hand,
	require_same,
)
from medusa_integration.selling.order.imports.entries import (
	PAY,
	Money,
	captures_of,
	entries_of,
	exchange_of,
	head_of,
	new_entry,
	refunds_of,
	require_currency,
)
from medusa_integration.selling.order.imports.goods import each
from medusa_integration.selling.order.imports.loose import refuse_loose
from medusa_integration.selling.order.imports.paid_within import Within, not_within
from medusa_integration.selling.order.imports.refund_notes import credit
from medusa_integration.selling.order.imports.settle import Open


@dataclass(frozen=True, slots=True)
class Refund:
	"""A refund, and what there is of it here.

	Attributes:
		money: What was paid back.
		so_far: What was refunded of the order's total, up to and with this one.
		is_paid: Whether it has its Payment Entry, a cancelled one too.
		is_noted: Whether it has its credit note, a cancelled one too.
		is_entered: Whether a user has made its Payment Entry, or paid it back within a credit note.
		entered: A Payment Entry of a user that has its number, but another amount.
	"""

	money: Money
	so_far: Decimal
	is_paid: bool
	is_noted: bool
	is_entered: bool = False
	entered: Entered | None = None

	def due(self, order: Document | frappe._dict, bills: Sequence[Bill]) -> Decimal:
		"""Return what of it still has to be credited, 0 or less if nothing has."""
		if self.is_noted:
			return ZERO
		return min(credit_due(_decimal(order.grand_total), bills, self.so_far), self.money.amount)

	def is_booked(self, order: Document | frappe._dict, bills: Sequence[Bill]) -> bool:
		"""Return whether nothing is left to be made of it."""
		return (self.is_paid or self.is_entered) and self.due(order, bills) <= 0


def import_refunds(order: ShopOrder, sales_order: str) -> None:
	"""Make and submit credit note and Payment Entry of each refund that has none.

	A credit note as far as what was refunded is invoiced and not credited yet, such as by the credit note of
	a return or of a user. The payment is for credit notes of the order that are outstanding, else it takes
	back what was paid in advance. What a user has paid back counts as the refund of the same amount: by a
	Payment Entry with the payment's id as its reference number, by one that a receipt of the order is
	reconciled with, or within a credit note. If there is nothing to make, it costs two statements where each
	refund has a credit note, else five, however many there are; a few more where a user has paid back.

	Args:
		order: As Medusa has it.
		sales_order: The name of its Sales Order.

	Raises:
		CannotImport: Something is in the way; its sentence says what.
		frappe.ValidationError: ERPNext refuses it, such as for a closed period.
	"""
	moneys = refunds_of(order)
	if not moneys:
		return
	ids = [refund.id for refund in moneys]
	paid = entries_of(ids)
	noted = set(frappe.get_all(SALES_INVOICE, {"medusa_id": ("in", ids)}, pluck="medusa_id"))
	if all(id in paid and id in noted for id in ids):
		return
	head = head_of(sales_order)
	require_currency(head, order)
	captured = sum((capture.amount for capture in captures_of(order)), ZERO)
	# what was captured beyond the order is no part of it, and was never invoiced
	so_far = -max(captured - _decimal(head.grand_total), ZERO)
	bills = bills_of(sales_order)
	unpaid: dict[str, Entered | None] = {}
	within = Within({})
	if not paid.keys() >= set(ids):
		missing = not_entered(moneys, paid, head, order.currency, PAY)
		missing, within = not_within(missing, moneys, bills, order.currency, PAY)
		unpaid = {money.id: other for money, other in missing}
	refunds = []
	for money in moneys:
		id, is_paid = money.id, money.id in paid
		so_far += money.amount
		is_entered = not is_paid and id not in unpaid
		refunds.append(Refund(money, so_far, is_paid, id in noted, is_entered, unpaid.get(id)))
	if left := list(dropwhile(lambda refund: refund.is_booked(head, bills), refunds)):
		doc = frappe.get_doc(SALES_ORDER, sales_order)
		parts = len(refunds) + len(order.payments)
		# what one has credited, the next one does not
		numbers = numbers_of(moneys)
		each((partial(_book, doc, refund, parts, numbers, within) for refund in left), in_order=True)


def _book(order: Document, refund: Refund, parts: int, numbers: Sequence[str], within: Within) -> None:
	require_same(order, refund.money, refund.entered, PAY)
	bills = bills_of(order.name)
	if (due := refund.due(order, bills)) > 0:
		# one that was paid out of an advance is owed by the invoice
		credit(order, bills, refund.money, due, keeps=not refund.is_paid)
	if not (refund.is_paid or refund.is_entered):
		_pay(order, refund.money, parts, numbers, within)


def credit_due(total: Decimal, bills: Sequence[Bill], refunded: Decimal) -> Decimal:
	"""Return what still has to be credited of an order, in its currency; 0 or less if nothing has.

	Args:
		total: The order's total.
		bills: Its invoices and credit notes.
		refunded: What was refunded of its total.
	"""
	if not any(not bill.is_return for bill in bills):
		return ZERO
	invoiced, credited = invoiced_and_credited(bills, total)
	# what is not invoiced need not be credited
	return refunded - credited - max(total - invoiced, ZERO)


def _pay(order: Document, refund: Money, parts: int, numbers: Sequence[str], within: Within) -> None:
	exchange = exchange_of(order, refund)
	bills = bills_of(order.name)
	owed = [bill for bill in bills if bill.outstanding < 0]
	# its own credit note first
	owed.sort(key=lambda bill: bill.medusa_id != refund.id)
	party = owed[0].account if owed else erpnext_payments.get_party_account(order.customer, order.company)
	customer = exchange.account(party)
	refuse_loose(order, refund, customer.currency, numbers)
	notes = [
		Open(SALES_INVOICE, bill.name, -bill.outstanding, exchange.into(customer, bill.rate))
		for bill in owed
		if bill.account == party
	]
	rate = exchange.into(customer, Decimal(cstr(order.conversion_rate or 1)))
	advances = advances_of(order, customer.currency, rate)
	documents = [*notes, *(advance.document for advance in advances)]
	settled = exchange.settle(refund.amount, documents, parts)
	booked = within.rest_of(refund, settled.rest) if customer.currency == order.currency else refund
	if booked != refund:
		settled = exchange.settle(booked.amount, documents, parts)
	elif settled.rest:
		within.refuse(order, refund, PAY)
		refuse_by_hand(order, refund, bills, numbers, PAY)
	entry = frappe.new_doc(PAYMENT_ENTRY)
	for note, amount in zip(notes, settled.allocated, strict=False):
		if amount:
			reference = {"reference_doctype": note.doctype, "reference_name": note.name}
			entry.append("references", {**reference, "allocated_amount": -float(amount)})
	entry = new_entry(order, booked, PAY, party, exchange, settled, entry)
	within.take(refund.amount - booked.amount)
	pay_back(order, entry, list(zip(advances, settled.allocated[len(notes) :], strict=True)))
	changes.note(orders=[order.name])


def _decimal(value: float) -> Decimal:
	return Decimal(cstr(value))

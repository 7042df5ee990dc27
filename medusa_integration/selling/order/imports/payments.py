"""What was captured in Medusa becomes Payment Entries, one each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import frappe
from frappe.model.document import Document
from frappe.model.meta import get_field_precision
from frappe.query_builder.functions import Sum
from frappe.utils import cstr, flt

from medusa_integration import erpnext_payments
from medusa_integration.constants import PAYMENT_ENTRY, SALES_INVOICE, SALES_ORDER
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.bills import Bill, bills_of, invoiced
from medusa_integration.selling.order.imports.entries import (
	RECEIVE,
	Money,
	account_of,
	allocate,
	captures_of,
	entries_of,
	exchange_of,
	mode_of,
	new_entry,
	require_currency,
)
from medusa_integration.selling.order.imports.goods import each
from medusa_integration.selling.order.imports.money_problems import EnteredOtherwise, PaidByHand
from medusa_integration.selling.order.imports.problems import NotSubmitted
from medusa_integration.selling.order.imports.rounding import rounded, unit_of
from medusa_integration.selling.order.imports.settle import Open


def import_payments(order: ShopOrder, sales_order: str) -> None:
	"""Make and submit the Payment Entry of each capture that has none.

	It pays what is outstanding of the order's invoices, then of the order; the rest is not allocated, such as
	for an order that was cancelled since. A Payment Entry of a user over the same amount, with the payment's
	id as its reference number, is that of the capture. One statement if all have their Payment Entry.

	Args:
		order: As Medusa has it.
		sales_order: The name of its Sales Order.

	Raises:
		CannotImport: Something is in the way; its sentence says what.
		frappe.ValidationError: ERPNext refuses it, such as for a closed period.
	"""
	captures = captures_of(order)
	if not captures:
		return
	there = entries_of([capture.id for capture in captures])
	if there.keys() >= {capture.id for capture in captures}:
		return
	fields = ["name", "docstatus", "customer", "company", "currency"]
	head = frappe.db.get_value(SALES_ORDER, sales_order, fields, as_dict=True)
	if head.docstatus == 0:
		raise NotSubmitted(sales_order)
	if left := _not_entered(captures, there, head, order.currency):
		require_currency(head, order)
		doc = frappe.get_doc(SALES_ORDER, sales_order)
		each(partial(_receive, doc, capture, captures, entered) for capture, entered in left)


@dataclass(frozen=True, slots=True)
class Entered:
	"""A Payment Entry of a user that has Medusa's id of a capture or its payment as its reference number.

	Attributes:
		name: Its name.
		number: The reference number, as `_spelt`.
		amount: What the customer has paid by it, None if it is not in the order's currency.
	"""

	name: str
	number: str
	amount: Decimal | None

	def is_of(self, capture: Money) -> bool:
		"""Return whether it has the number of a capture."""
		return self.number in (_spelt(capture.id), _spelt(capture.payment.id))


def _numbers(captures: Sequence[Money]) -> list[str]:
	"""The reference numbers by which a user says what he has entered."""
	return sorted({capture.payment.id for capture in captures} | {capture.id for capture in captures})


def _not_entered(
	captures: Sequence[Money], there: Mapping[str, int], order: frappe._dict, currency: str
) -> list[tuple[Money, Entered | None]]:
	"""The captures of which there is no Payment Entry, of the app or a user. One statement.

	Args:
		captures: All of the order.
		there: The state of the app's Payment Entries by Medusa's id, as `entries_of`.
		order: The head of the Sales Order.
		currency: That of the captures.

	Returns:
		Each with a Payment Entry of a user that has its number, but another amount.
	"""
	entered = _entered(captures, order, currency)
	places = get_field_precision(frappe.get_meta(PAYMENT_ENTRY).get_field("paid_amount"), currency=currency)
	others = []
	for capture in captures:
		if there.get(capture.id) == 1:
			continue
		amounts = (None, rounded(capture.amount, unit_of(places)))
		same = next((one for one in entered if one.is_of(capture) and one.amount in amounts), None)
		if same:
			entered.remove(same)
		else:
			others.append(capture)
	# a user may have cancelled that of the app, and entered what he thinks right
	for capture in others:
		own = next((one for one in entered if capture.id in there and one.is_of(capture)), None)
		if own:
			entered.remove(own)
	missing = [capture for capture in others if capture.id not in there]
	return [(capture, next((one for one in entered if one.is_of(capture)), None)) for capture in missing]


def _entered(captures: Sequence[Money], order: frappe._dict, currency: str) -> list[Entered]:
	"""What users have entered by hand of these captures, the oldest first. One statement."""
	entry, row = frappe.qb.DocType(PAYMENT_ENTRY), frappe.qb.DocType("Payment Entry Reference")
	rows = (
		frappe.qb.from_(entry)
		.left_join(row)
		.on((row.parent == entry.name) & (row.parenttype == PAYMENT_ENTRY))
		.select(entry.name, entry.reference_no, entry.paid_from_account_currency, entry.unallocated_amount)
		.select(Sum(row.allocated_amount).as_("allocated"))
		.where((entry.docstatus == 1) & (entry.payment_type == RECEIVE) & (entry.party_type == "Customer"))
		.where((entry.party == order.customer) & (entry.company == order.company))
		.where(entry.medusa_id.isnull() | (entry.medusa_id == ""))
		# the database finds them in any spelling
		.where(entry.reference_no.isin(_numbers(captures)))
		.groupby(
			entry.name,
			entry.reference_no,
			entry.paid_from_account_currency,
			entry.unallocated_amount,
			entry.creation,
		)
		.orderby(entry.creation)
		.orderby(entry.name)
	).run(as_dict=True)
	return [
		Entered(
			found.name,
			_spelt(found.reference_no),
			# with what a user has deducted, such as the provider's fee
			Decimal(cstr(flt(flt(found.allocated) + flt(found.unallocated_amount), 9)))
			if found.paid_from_account_currency == currency
			else None,
		)
		for found in rows
	]


def _spelt(number: str) -> str:
	return number.strip().lower()


def _receive(order: Document, capture: Money, captures: Sequence[Money], entered: Entered | None) -> None:
	if entered:
		found = rounded(entered.amount or ZERO, unit_of(decimals(order.currency)))
		raise EnteredOtherwise(entered.name, found, capture.payment.id, capture.amount, order.currency)
	exchange = exchange_of(order, capture)
	bills = bills_of(order.name)
	unpaid = [bill for bill in bills if bill.outstanding > 0 and not bill.is_return]
	party = unpaid[0].account if unpaid else erpnext_payments.get_party_account(order.customer, order.company)
	customer = exchange.account(party)
	documents = [
		Open(SALES_INVOICE, bill.name, bill.outstanding, exchange.into(customer, bill.rate))
		for bill in unpaid
		if bill.account == party
	]
	rate = exchange.into(customer, Decimal(cstr(order.conversion_rate or 1)))
	if (left := _left(order, bills, rate)) > 0:
		documents.append(Open(SALES_ORDER, order.name, left, rate))
	settled = exchange.settle(capture.amount, documents, len(captures))
	if settled.rest:
		_refuse_paid_by_hand(order, capture, bills, _numbers(captures))
	entry = frappe.new_doc(PAYMENT_ENTRY)
	account = account_of(mode_of(capture.payment.provider_id), order.company)
	for document, amount in zip(documents, settled.allocated, strict=True):
		if amount:
			allocate(entry, document, amount, account)
	new_entry(order, capture, RECEIVE, party, exchange, settled, entry)


def _left(order: Document, bills: Sequence[Bill], rate: Decimal) -> Decimal:
	"""What of an order is neither paid in advance nor invoiced, in the currency of the customer's account.

	Nothing of one that ERPNext takes no payment for. Two statements at most.
	"""
	if order.docstatus != 1 or order.status == "Closed" or flt(order.per_billed, 2) >= 100:
		return ZERO
	total = Decimal(cstr(order.grand_total if rate == 1 else order.base_grand_total))
	# ERPNext's own bound; the captures before this one have changed it
	paid = frappe.db.get_value(SALES_ORDER, order.name, "advance_paid")
	unpaid = total - Decimal(cstr(paid or 0))
	return min(unpaid, total - invoiced(bills) * rate - _advance(order.name)) if bills else unpaid


def _advance(sales_order: str) -> Decimal:
	"""What is allocated to the order, and was not moved to an invoice. One statement."""
	row = frappe.qb.DocType("Payment Entry Reference")
	query = (
		frappe.qb.from_(row)
		.select(Sum(row.allocated_amount))
		.where(
			(row.reference_doctype == SALES_ORDER)
			& (row.reference_name == sales_order)
			& (row.docstatus == 1)
		)
	)
	return Decimal(cstr(query.run()[0][0] or 0))


def _refuse_paid_by_hand(
	order: Document, capture: Money, bills: Sequence[Bill], numbers: Sequence[str]
) -> None:
	"""Refuse to book what a user may have booked already. One statement.

	Raises:
		PaidByHand: More than what is outstanding was captured, and a user has made a Payment Entry without
			the reference number of a payment.
	"""
	names = [order.name, *(bill.name for bill in bills)]
	entry, row = frappe.qb.DocType(PAYMENT_ENTRY), frappe.qb.DocType("Payment Entry Reference")
	found = (
		frappe.qb.from_(entry)
		.inner_join(row)
		.on(row.parent == entry.name)
		.select(entry.name)
		.where((entry.docstatus == 1) & (entry.payment_type == RECEIVE) & row.reference_name.isin(names))
		.where(entry.medusa_id.isnull() | (entry.medusa_id == ""))
		.where(entry.reference_no.isnull() | entry.reference_no.notin(list(numbers)))
		.orderby(entry.name)
		.limit(1)
	).run(pluck=True)
	if found:
		raise PaidByHand(capture.payment.id, order.name, found[0])

"""What was captured in Medusa becomes Payment Entries, one each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import cstr, flt

from medusa_integration import erpnext_payments
from medusa_integration.constants import PAYMENT_ENTRY, SALES_INVOICE, SALES_ORDER
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.bills import Bill, bills_of, invoiced
from medusa_integration.selling.order.imports.entered import (
	Entered,
	not_entered,
	numbers_of,
	refuse_by_hand,
	require_same,
)
from medusa_integration.selling.order.imports.entries import (
	RECEIVE,
	Money,
	account_of,
	allocate,
	captures_of,
	entries_of,
	exchange_of,
	head_of,
	mode_of,
	new_entry,
	require_currency,
)
from medusa_integration.selling.order.imports.goods import each
from medusa_integration.selling.order.imports.paid_within import Within, not_within
from medusa_integration.selling.order.imports.settle import Open


def import_payments(order: ShopOrder, sales_order: str) -> None:
	"""Make and submit the Payment Entry of each capture that has none.

	It pays what is outstanding of the order's invoices, then of the order; the rest is not allocated, such as
	for an order that was cancelled since. A Payment Entry of a user over the same amount, with the payment's
	id as its reference number, is that of the capture, and so is what a user has had paid within an invoice
	of the order. One statement if all have their Payment Entry.

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
	head = head_of(sales_order)
	if left := not_entered(captures, there, head, order.currency, RECEIVE):
		require_currency(head, order)
		left, within = not_within(left, captures, bills_of(sales_order), order.currency, RECEIVE)
		doc = frappe.get_doc(SALES_ORDER, sales_order)
		each(partial(_receive, doc, capture, captures, entered, within) for capture, entered in left)


def _receive(
	order: Document, capture: Money, captures: Sequence[Money], entered: Entered | None, within: Within
) -> None:
	require_same(order, capture, entered, RECEIVE)
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
	booked = within.rest_of(capture, settled.rest) if customer.currency == order.currency else capture
	if booked != capture:
		settled = exchange.settle(booked.amount, documents, len(captures))
	elif settled.rest:
		within.refuse(order, capture, RECEIVE)
		refuse_by_hand(order, capture, bills, numbers_of(captures), RECEIVE)
	entry = frappe.new_doc(PAYMENT_ENTRY)
	account = account_of(mode_of(capture.payment.provider_id), order.company)
	for document, amount in zip(documents, settled.allocated, strict=True):
		if amount:
			allocate(entry, document, amount, account)
	new_entry(order, booked, RECEIVE, party, exchange, settled, entry)
	within.take(capture.amount - booked.amount)


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

"""Whether all that an order has brought was paid back, whoever has booked it, and in what way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import cstr, flt
from pypika import Case

from medusa_integration.constants import PAYMENT_ENTRY, SALES_INVOICE, SALES_ORDER
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.entered import JOURNAL_ENTRY, NO_PAYMENT, numbers_of, spelt
from medusa_integration.selling.order.imports.entries import RECEIVE, captures_of, refunds_of
from medusa_integration.selling.order.imports.loose import loose_entries, reconciled
from medusa_integration.selling.order.imports.problems import PerhapsRefunded, StillPaid
from medusa_integration.selling.order.imports.rounding import rounded, unit_of

ROWS = "Payment Entry Reference"


def require_paid_back(doc: Document, order: ShopOrder) -> list[str]:
	"""Require that as much was paid back of an order as was paid for it.

	A Payment Entry is of the order if the app has made it, or if its reference number is the id of a payment,
	a capture or a refund in Medusa; else as far as it is allocated to the order. One that is none of these,
	and by which the order's customer got just what is left, is its refund if it can be that of no other
	order: if this customer has paid nothing else. Two statements if it is paid back.

	Args:
		doc: The submitted Sales Order; nothing of it is invoiced.
		order: As Medusa has it.

	Returns:
		The Payment Entries of the order.

	Raises:
		StillPaid: It was not all paid back.
		PerhapsRefunded: It may have been, but what the customer got may be for another order.
	"""
	entries = _entries(doc, order)
	names = [entry.name for entry in entries]
	back = reconciled(names)
	received = next((entry for entry in entries if entry.payment_type == RECEIVE), None)
	# ERPNext does not round what it calculates from another currency
	unit = unit_of(decimals(received.paid_from_account_currency if received else order.currency))
	left = rounded(sum((_brought(entry, back) for entry in entries), ZERO), unit)
	if not left:
		return names
	if left < 0 or not received:
		raise StillPaid(doc.name)
	loose = loose_entries(doc, received.paid_from_account_currency, received.posting_date, names=names)
	if not loose:
		raise StillPaid(doc.name)
	alike = next((name for name, amount in loose.items() if amount == left), None)
	if not (alike or sum(loose.values(), ZERO) == left) or _has_paid_else(doc, names):
		raise PerhapsRefunded(doc.name, alike or next(iter(loose)), received.name)
	return names


def _entries(doc: Document, order: ShopOrder) -> list[frappe._dict]:
	"""The Payment Entries of an order, the oldest first: `is_whole`, else only as far as `of_order`.

	One statement.
	"""
	numbers = numbers_of([*captures_of(order), *refunds_of(order)])
	entry, row = frappe.qb.DocType(PAYMENT_ENTRY), frappe.qb.DocType(ROWS)
	fields = (
		*("name", "payment_type", "unallocated_amount", "medusa_order_id", "reference_no"),
		*("paid_from_account_currency", "posting_date"),
	)
	is_numbered = entry.reference_no.isin(numbers or [""]) & (entry.party == doc.customer)
	is_of_order = (row.reference_doctype == SALES_ORDER) & (row.reference_name == doc.name)
	named = frappe.qb.from_(row).select(row.parent).where(is_of_order & (row.parenttype == PAYMENT_ENTRY))
	found = (
		frappe.qb.from_(entry)
		.left_join(row)
		.on((row.parent == entry.name) & (row.parenttype == PAYMENT_ENTRY))
		.select(*(entry[field] for field in fields), Sum(row.allocated_amount).as_("allocated"))
		.select(Sum(Case().when(is_of_order, row.allocated_amount).else_(0)).as_("of_order"))
		.where((entry.docstatus == 1) & (entry.party_type == "Customer") & (entry.company == doc.company))
		.where((entry.medusa_order_id == doc.medusa_order_id) | is_numbered | entry.name.isin(named))
		.groupby(*(entry[field] for field in fields), entry.creation)
		.orderby(entry.creation)
		.orderby(entry.name)
	).run(as_dict=True)
	spelt_numbers = {spelt(number) for number in numbers}
	for one in found:
		is_own = one.medusa_order_id == doc.medusa_order_id
		one.is_whole = is_own or spelt(one.reference_no or "") in spelt_numbers
	return found


def _brought(entry: frappe._dict, back: Mapping[str, Decimal]) -> Decimal:
	"""What it has brought the order, below 0 for a refund, in the currency of the customer's account.

	Of what was reconciled, the receipt and the refund have brought nothing.
	"""
	# what was paid is another amount: without a fee, and by the exchange rate of its day
	whole = abs(_decimal(entry.allocated)) + _decimal(entry.unallocated_amount) - back.get(entry.name, ZERO)
	brought = whole if entry.is_whole else abs(_decimal(entry.of_order))
	return brought if entry.payment_type == RECEIVE else -brought


def _has_paid_else(doc: Document, names: Sequence[str]) -> bool:
	"""Whether the customer has paid anything but this order. Three statements at most."""
	customer = {"party_type": "Customer", "party": doc.customer, "docstatus": 1}
	received = {**customer, "company": doc.company, "payment_type": RECEIVE, "name": ("not in", names)}
	if frappe.db.exists(PAYMENT_ENTRY, received):
		return True
	within = {"customer": doc.customer, "company": doc.company, "docstatus": 1, "paid_amount": (">", 0)}
	if frappe.db.exists(SALES_INVOICE, within):
		return True
	entry, row = frappe.qb.DocType(JOURNAL_ENTRY), frappe.qb.DocType("Journal Entry Account")
	return bool(
		(
			frappe.qb.from_(entry)
			.inner_join(row)
			.on(row.parent == entry.name)
			.select(entry.name)
			.where((entry.docstatus == 1) & (entry.company == doc.company))
			.where((row.party_type == "Customer") & (row.party == doc.customer))
			.where((row.credit_in_account_currency > 0) & entry.voucher_type.notin(NO_PAYMENT))
			.limit(1)
		).run()
	)


def _decimal(value: float | None) -> Decimal:
	return Decimal(cstr(flt(value, 9)))

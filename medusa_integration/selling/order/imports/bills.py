"""What of an imported order is invoiced and credited, and what of that is outstanding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import cstr, flt, get_datetime

from medusa_integration.constants import SALES_INVOICE
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.mirror.shop_orders import EXACT

FIELDS = (
	"name",
	"is_return",
	"return_against",
	"total",
	"grand_total",
	"outstanding_amount",
	"debit_to",
	"party_account_currency",
	"conversion_rate",
	"posting_date",
	"posting_time",
	"medusa_id",
	"paid_amount",
	"change_amount",
	"redeem_loyalty_points",
	"loyalty_amount",
	"write_off_amount",
	"creation",
)


@dataclass(frozen=True, slots=True)
class Bill:
	"""A submitted Sales Invoice or credit note of an order.

	Attributes:
		name: Its name.
		is_return: Whether it is a credit note.
		against: The invoice that a credit note is of, None without.
		amount: What of its grand total is of the order, in the order's currency; below 0 for a credit note.
		outstanding: In the currency of the customer's account.
		account: The customer's account.
		account_currency: Its currency.
		rate: The exchange rate.
		posted_at: When it was posted, by the site's clock.
		medusa_id: Medusa's id of what it was made of, None without.
		paid: What of it was paid within itself, as at a point of sale, for the order; below 0 where it was
			paid back. In its currency, as are the next two.
		redeemed: What of it loyalty points have paid.
		written_off: What of it was written off.
	"""

	name: str
	is_return: bool
	against: str | None
	amount: Decimal
	outstanding: Decimal
	account: str
	account_currency: str
	rate: Decimal
	posted_at: datetime
	medusa_id: str | None
	paid: Decimal = ZERO
	redeemed: Decimal = ZERO
	written_off: Decimal = ZERO


def bills_of(sales_order: str) -> list[Bill]:
	"""Return the submitted invoices and credit notes of an order, the oldest first. Two statements at most.

	Credit notes are those whose rows name the order, and all of its invoices: a credit note over an amount
	has no rows of the order. Of an invoice of several orders only the part of this one counts.
	"""
	invoice, row = frappe.qb.DocType(SALES_INVOICE), frappe.qb.DocType("Sales Invoice Item")
	rows = (
		frappe.qb.from_(invoice)
		.inner_join(row)
		.on(row.parent == invoice.name)
		.select(*(invoice[field] for field in FIELDS), Sum(row.amount).as_("of_order"))
		.where((row.sales_order == sales_order) & (invoice.docstatus == 1))
		.groupby(*(invoice[field] for field in FIELDS))
	).run(as_dict=True)
	share = {found.name: _share(found) for found in rows}
	if share:
		filters = {
			"return_against": ("in", sorted(share)),
			"name": ("not in", sorted(share)),
			"docstatus": 1,
			"is_return": 1,
		}
		rows += frappe.get_all(SALES_INVOICE, filters, list(FIELDS))
	rows.sort(key=lambda found: (found.posting_date, found.creation, found.name))
	# none of an invoice of which the order has only what was free
	return [_bill(found, share.get(found.name) or share.get(found.return_against) or ZERO) for found in rows]


def exceeds_outstanding(invoice: str, amount: Decimal) -> bool:
	"""Whether a credit note takes more off an invoice than is outstanding of it. One statement.

	The customer gets the amount back then: the credit note is outstanding itself.

	Args:
		invoice: The name of the Sales Invoice.
		amount: What is taken off, in the invoice's currency.
	"""
	fields = ["outstanding_amount", "conversion_rate", "party_account_currency", "currency"]
	found = frappe.db.get_value(SALES_INVOICE, invoice, fields, as_dict=True)
	owed = float(amount)
	if found.party_account_currency and found.party_account_currency != found.currency:
		owed *= flt(found.conversion_rate) or 1
	return flt(found.outstanding_amount) < flt(owed, 9)


def _share(row: frappe._dict) -> Decimal:
	total = _decimal(row.total)
	return EXACT.divide(_decimal(row.of_order), total) if total else Decimal(1)


def _bill(row: frappe._dict, share: Decimal) -> Bill:
	rate = _decimal(row.conversion_rate) or Decimal(1)
	# ERPNext has it in the company's currency, and counts it as paid
	redeemed = EXACT.divide(_decimal(row.loyalty_amount), rate) if row.redeem_loyalty_points else ZERO
	paid = _decimal(row.paid_amount) - _decimal(row.change_amount) - redeemed
	return Bill(
		name=row.name,
		is_return=bool(row.is_return),
		against=row.return_against or None,
		amount=EXACT.multiply(_decimal(row.grand_total), share),
		outstanding=_decimal(row.outstanding_amount),
		account=row.debit_to,
		account_currency=row.party_account_currency,
		rate=rate,
		posted_at=get_datetime(f"{row.posting_date} {row.posting_time or '00:00:00'}"),
		medusa_id=row.medusa_id or None,
		paid=EXACT.multiply(paid, share),
		redeemed=EXACT.multiply(redeemed, share),
		written_off=EXACT.multiply(_decimal(row.write_off_amount), share),
	)


def invoiced(bills: Iterable[Bill]) -> Decimal:
	"""Return what is invoiced, without what is credited of it."""
	return sum((bill.amount for bill in bills if not bill.is_return), ZERO)


def credited(bills: Iterable[Bill]) -> Decimal:
	"""Return what is credited, above 0."""
	return -sum((bill.amount for bill in bills if bill.is_return), ZERO)


def invoiced_and_credited(bills: Iterable[Bill], total: Decimal) -> tuple[Decimal, Decimal]:
	"""Return what is invoiced and what is credited, without what was invoiced anew after it was credited.

	Args:
		bills: The invoices and credit notes of an order, the oldest first.
		total: The order's total: what is invoiced beyond it takes the place of what was credited before.
	"""
	of_invoices, of_notes = ZERO, ZERO
	for bill in bills:
		if bill.is_return:
			of_notes -= bill.amount
		else:
			anew = min(max(of_invoices + bill.amount - total, ZERO), of_notes)
			of_invoices, of_notes = of_invoices + bill.amount - anew, of_notes - anew
	return of_invoices, of_notes


def left_of(bills: Iterable[Bill], invoice: str) -> Decimal:
	"""Return what of an invoice is not credited, at most what of all invoices is not."""
	found = list(bills)
	own = sum((bill.amount for bill in found if invoice in (bill.name, bill.against)), ZERO)
	return min(own, invoiced(found) - credited(found))


def _decimal(value: float | None) -> Decimal:
	return Decimal(cstr(value or 0))

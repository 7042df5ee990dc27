"""Credit notes of what came back: what Medusa takes off for it, at the rates and taxes that were invoiced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, flt

from medusa_integration import erpnext_seams
from medusa_integration.constants import SALES_INVOICE
from medusa_integration.database import is_not_set
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_order_events import ZERO, OrderReturn
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.accounts import accounts_of, no_charges
from medusa_integration.selling.order.imports.amounts import Amounts, of_returned, value_of
from medusa_integration.selling.order.imports.bills import bills_of, exceeds_outstanding, left_of
from medusa_integration.selling.order.imports.goods import (
	Made,
	Moved,
	decimal,
	keep_rows,
	made_of,
	moved_rows,
	submit,
)
from medusa_integration.selling.order.imports.mapping import charges_of
from medusa_integration.selling.order.imports.money_problems import CreditedByHand, OtherCurrency
from medusa_integration.selling.order.imports.problems import TotalDiffers
from medusa_integration.selling.order.imports.rounding import rounded, unit_of


def credit(order: ShopOrder, found: OrderReturn, sales_order: str, rows: Mapping[str, frappe._dict]) -> None:
	"""Make the credit notes of what came back of a return and was invoiced, over no more than is invoiced.

	What is invoiced later, ERPNext invoices without what came back. Two statements, and four more if there
	is something to be credited, apart from ERPNext's own.

	Args:
		order: As Medusa has it.
		found: The return.
		sales_order: The name of the Sales Order.
		rows: Its rows by Medusa's id.

	Raises:
		CannotImport: Something is in the way; its sentence says what.
	"""
	names = {line.id: rows[line.id].name for line in order.lines if line.id in rows}
	invoiced = moved_rows(SALES_INVOICE, list(names.values()))
	if not invoiced:
		return
	# what a Delivery Note has delivered comes back with that
	invoiced = {name: sorted(of_row, key=lambda row: row.moves_stock) for name, of_row in invoiced.items()}
	made = made_of(SALES_INVOICE, order.id, found.id)
	came: dict[str, Decimal] = defaultdict(Decimal)
	for one in order.returns:
		for line in one.lines:
			came[line.line_id] += line.received
	of_invoices = _of_invoices(order, found, names, invoiced, came, made)
	if not of_invoices:
		return
	credited, by_hand = (
		{id: sum((getattr(row, of) for row in invoiced.get(name, ())), ZERO) for id, name in names.items()}
		for of in ("returned", "by_hand")
	)
	# what was refunded before it came back, has its credit note already, and so has what a user has credited
	at_most = value_of(order, came) - _credited(order.id)
	at_most -= value_of(order, {id: min(quantity, came[id]) for id, quantity in by_hand.items()})
	if at_most <= 0:
		return
	bills = bills_of(sales_order)
	taken_rows = {names[line_id] for taken in of_invoices.values() for line_id, *_rest in taken.values()}
	_require_no_amount(order, found, [bill.name for bill in bills if not bill.is_return], taken_rows)
	for invoice, taken in of_invoices.items():
		some = min(at_most, left_of(bills, invoice))
		if some > 0:
			at_most -= _credit(order, made, invoice, taken, credited, some)
		for line_id, pieces, _own in taken.values():
			credited[line_id] += pieces


def _of_invoices(
	order: ShopOrder,
	found: OrderReturn,
	names: Mapping[str, str],
	invoiced: Mapping[str, list[Moved]],
	came: Mapping[str, Decimal],
	made: Made,
) -> dict[str, dict[str, tuple[str, Decimal, float]]]:
	"""What is to be credited of each invoice.

	Returns:
		Invoice -> row -> Medusa's id, quantity, the same in the unit of the row.
	"""
	of_invoices: dict[str, dict[str, tuple[str, Decimal, float]]] = defaultdict(dict)
	for line in found.lines:
		if line.line_id not in names:
			continue
		of_row = invoiced.get(names[line.line_id], [])
		ordered = next(one.quantity for one in order.lines if one.id == line.line_id)
		owed = sum((row.left for row in of_row), ZERO) - (ordered - came[line.line_id])
		quantity = min(line.received - made.quantities.get(names[line.line_id], ZERO), owed)
		for row in of_row:
			some = min(quantity, row.left)
			if some > 0:
				of_invoices[row.parent][row.name] = (line.line_id, some, row.in_its_unit(some))
				quantity -= some
	return of_invoices


def _require_no_amount(
	order: ShopOrder, found: OrderReturn, invoices: Sequence[str], order_rows: Collection[str]
) -> None:
	"""Refuse to credit rows if a user has credited an amount that may be for them. One statement.

	Raises:
		CreditedByHand: A user's credit note over an amount names no row, or one of these.
	"""
	note, row = frappe.qb.DocType(SALES_INVOICE), frappe.qb.DocType("Sales Invoice Item")
	names_no_row = is_not_set(row.so_detail)
	rows = (
		frappe.qb.from_(note)
		.inner_join(row)
		.on(row.parent == note.name)
		.select(note.name, note.grand_total)
		.where((note.docstatus == 1) & (note.is_return == 1) & note.return_against.isin(list(invoices)))
		.where(is_not_set(note.medusa_id))
		.where((row.amount != 0) & (names_no_row | ((row.qty == 0) & row.so_detail.isin(list(order_rows)))))
		.orderby(note.creation)
		.limit(1)
	).run(as_dict=True)
	for one in rows:
		amount = rounded(-decimal(one.grand_total), unit_of(decimals(order.currency)))
		raise CreditedByHand(found.id, one.name, amount, order.currency)


def _credit(
	order: ShopOrder,
	made: Made,
	invoice: str,
	taken: Mapping[str, tuple[str, Decimal, float]],
	before: Mapping[str, Decimal],
	at_most: Decimal,
) -> Decimal:
	"""Make the credit note of some rows of an invoice, and return its amount.

	`taken`: row -> Medusa's id, quantity, the same in the unit of the row.
	"""
	doc = erpnext_seams.make_return(SALES_INVOICE, invoice)
	if doc.currency != order.currency:
		raise OtherCurrency(SALES_INVOICE, invoice, doc.currency, order.currency)
	items = [row for row in doc.items if row.sales_invoice_item in taken]
	for row in items:
		row.qty = -flt(taken[row.sales_invoice_item][2])
	returned: dict[str, Decimal] = defaultdict(Decimal)
	for line_id, some, _own in taken.values():
		returned[line_id] += some
	amounts = of_returned(order, returned, before, doc.precision("grand_total"), at_most)
	_set_money(doc, items, amounts)
	submit(doc, made.next_id(), order.id)
	total = Decimal(cstr(flt(doc.grand_total, doc.precision("grand_total"))))
	if total != -amounts.total:
		raise TotalDiffers(amounts.total, -total, doc.currency)
	return amounts.total


def _credited(order_id: str) -> Decimal:
	"""What the credit notes have taken off that were made of returns and refunds. One statement."""
	filters = {"medusa_order_id": order_id, "is_return": 1, "docstatus": 1, "medusa_id": ("is", "set")}
	totals = frappe.get_all(SALES_INVOICE, filters, pluck="grand_total")
	return -sum((decimal(total) for total in totals), ZERO)


def _set_money(doc: Document, items: list[Document], amounts: Amounts) -> None:
	"""Set what is taken off; the rates stay those of the invoice, the rest is the document's discount."""
	accounts = accounts_of(doc.company)
	charges = charges_of(Amounts((), ZERO, (), amounts.taxes, (), ZERO), accounts)
	places = doc.precision("amount", "items")
	listed = sum((Decimal(cstr(flt(flt(row.qty) * flt(row.rate), places))) for row in items), ZERO)
	keep_rows(doc, items)
	doc.update(
		{
			"taxes_and_charges": "",
			"apply_discount_on": "Net Total",
			"additional_discount_percentage": 0,
			# rows and discount are below 0, as is what they come to
			"discount_amount": float(listed - amounts.discount),
			"disable_rounded_total": 1,
			"ignore_pricing_rule": 1,
			"payment_terms_template": "",
			"allocate_advances_automatically": 0,
			"update_outstanding_for_self": int(exceeds_outstanding(doc.return_against, amounts.total)),
			# what was paid within the invoice is paid back when Medusa says so
			"is_pos": 0,
		}
	)
	doc.set("payments", [])
	doc.set("payment_schedule", [])
	# what the invoice has of payments in advance; ERPNext copies the rows without their payments
	doc.set("advances", [])
	doc.set("taxes", [{**row, "tax_amount": -row["tax_amount"]} for row in charges] or no_charges(accounts))

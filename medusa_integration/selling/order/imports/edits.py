"""An order that was edited in Medusa: its Sales Order follows, while nothing was delivered or invoiced.

Medusa Order has a mark of what the order had in it when the Sales Order was last made equal to it. Only
another mark is an edit: what a user has changed in the Sales Order stays until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cstr

from medusa_integration import erpnext_payments
from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER, SALES_ORDER_ITEM
from medusa_integration.mirror.shop_orders import OrderLine, PaidLine, ShippingLine, ShopOrder
from medusa_integration.selling.order.imports.make import (
	Ordered,
	fill_rows,
	ordered_of,
	require_total,
	submit,
)
from medusa_integration.selling.order.imports.problems import CannotEdit
from medusa_integration.selling.order.imports.shortages import mark_shortages
from medusa_integration.selling.order.imports.sources import source_of
from medusa_integration.selling.quotation.terms import not_again
from medusa_integration.sync.exporter import fingerprint

MARK = "content_mark"
ON_HOLD = "On Hold"


def mark_of(order: ShopOrder) -> str:
	"""Return a mark of what is in an order and what it costs: another one for another content.

	It has only what Medusa stores, and not the totals, which it calculates anew when something comes back.
	The first half is that of the rows.
	"""
	rows = [_line(line) for line in order.lines if line.quantity]
	rest = [
		order.currency,
		[_line(line) for line in order.shipping],
		[_plain(credit.amount) for credit in order.credits],
	]
	return f"{fingerprint(rows)[:32]}{fingerprint(rest)[:32]}"


def _line(line: OrderLine | ShippingLine) -> list[Any]:
	own: Sequence[object] = (
		(line.variant_id, _plain(line.quantity), _plain(line.unit_price))
		if isinstance(line, OrderLine)
		else (line.option_id, line.name, _plain(line.amount))
	)
	return [line.id, *own, line.is_tax_inclusive, *_parts(line)]


def _parts(line: PaidLine) -> tuple[list[Any], list[Any]]:
	taxes = [[tax.code, tax.name, _plain(tax.rate)] for tax in line.taxes]
	return taxes, [[found.code, _plain(found.amount)] for found in line.adjustments]


def _plain(amount: Decimal) -> str:
	"""A number as a text that does not depend on how it was written: "10" for 10.00."""
	return f"{amount.normalize():f}"


def follow_edit(order: ShopOrder, sales_order: str) -> str | None:
	"""Change the Sales Order of an order that was edited in Medusa; a submitted one is amended.

	One statement if nothing was edited. Payments of an amended one go along.

	Args:
		order: As Medusa has it.
		sales_order: The name of its Sales Order.

	Returns:
		The name of the Sales Order, another one if it was amended; None if nothing was edited.

	Raises:
		CannotEdit: It is delivered or invoiced, and does not have the same items and total.
		CannotImport: As `import_order`.
		frappe.ValidationError: ERPNext refuses it.
	"""
	known = frappe.db.get_value(MEDUSA_ORDER, order.id, MARK)
	mark = mark_of(order)
	if known == mark or order.is_canceled:
		return None
	doc = frappe.get_doc(SALES_ORDER, sales_order, for_update=True)
	if doc.docstatus == 2:
		return None
	# imported before there were marks: what it has now counts
	if known and not (doc.per_delivered or doc.per_billed):
		ordered = ordered_of(order, source_of(order), doc)
		doc = _amend(doc, ordered) if doc.docstatus else _change(doc, ordered)
		mark_shortages(doc)
		sales_order = doc.name
	elif known and known[:32] != mark[:32]:
		ordered = ordered_of(order, source_of(order), doc)
		if not _is_same(doc, ordered):
			raise CannotEdit(doc.name)
		_name_rows(doc, ordered)
	values = {MARK: mark, "sales_order": sales_order}
	frappe.db.set_value(MEDUSA_ORDER, order.id, values, update_modified=False)
	return sales_order


def _change(doc: Document, ordered: Ordered) -> Document:
	"""Give a draft other rows, charges and discount."""
	_fill_anew(doc, ordered)
	doc.save()
	require_total(doc, ordered)
	return doc


def _amend(old: Document, ordered: Ordered) -> Document:
	"""Cancel a submitted order and submit its amendment, with its payments, which is returned."""
	aside, is_on_hold = frappe.generate_hash(length=20), old.status == ON_HOLD
	# ERPNext cancels no order that has payments, or takes them off it
	erpnext_payments.move_payments(old.name, aside)
	old.flags.update({"ignore_permissions": True, "medusa_import": True})
	old.cancel()
	doc = frappe.copy_doc(old)
	doc.update({"amended_from": old.name, "status": "Draft", "advance_paid": 0})
	_fill_anew(doc, ordered)
	doc.insert()
	require_total(doc, ordered)
	submit(doc, ordered)
	if is_on_hold:
		# a user has put it on hold, which an edit in Medusa does not end
		doc.update_status(ON_HOLD)
	erpnext_payments.move_payments(aside, doc.name)
	erpnext_payments.count_advances(doc)
	return doc


def _fill_anew(doc: Document, ordered: Ordered) -> None:
	for table in ("items", "taxes", "packed_items", "payment_schedule"):
		doc.set(table, [])
	# what it is to be paid by follows from the new total
	doc.update({"discount_amount": 0, "base_discount_amount": 0})
	fill_rows(doc, ordered)
	not_again(doc)


def _is_same(doc: Document, ordered: Ordered) -> bool:
	"""Whether the Sales Order has these items and this total already, by the hand of a user."""

	def has(rows: Sequence[Any]) -> list[tuple[str, float]]:
		return sorted((row.get("item_code"), float(row.get("qty"))) for row in rows if row.get("qty"))

	total = Decimal(cstr(doc.grand_total))
	return has(doc.items) == has(ordered.items) and total == ordered.amounts.total


def _name_rows(doc: Document, ordered: Ordered) -> None:
	"""Let rows that a user has added be those that Medusa has added. One statement for a hundred of them.

	By the ids of rows, each side knows what the other one delivers and takes back.
	"""
	ids = {row["medusa_line_item_id"] for row in ordered.items}
	named = {row.medusa_line_item_id for row in doc.items} & ids
	left = [row for row in doc.items if row.qty and row.medusa_line_item_id not in ids]
	updates = {}
	for row in ordered.items:
		if row["medusa_line_item_id"] in named:
			continue
		same = (row["item_code"], float(row["qty"]))
		if found := next((one for one in left if (one.item_code, one.qty) == same), None):
			left.remove(found)
			updates[found.name] = {
				field: row.get(field) for field in ("medusa_line_item_id", "medusa_location_id")
			}
	frappe.db.bulk_update(SALES_ORDER_ITEM, updates, update_modified=False)

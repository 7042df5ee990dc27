"""What the site has booked of all orders of one sequence."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Sum

NOTE, ROW = "Delivery Note", "Delivery Note Item"


def deliver(sales_order: str, position: int, count: int) -> None:
	"""A user sends so many of the row at this position, from 0, of a Sales Order; committed."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	note = make_delivery_note(sales_order)
	line = frappe.db.get_value("Sales Order Item", {"parent": sales_order, "idx": position + 1})
	note.set("items", [row for row in note.items if row.so_detail == line])
	note.items[0].qty = count
	note.insert().submit()
	frappe.db.commit()


def moved_rows(sales_orders: Sequence[str]) -> list[Any]:
	"""The rows of the Delivery Notes of Sales Orders; `idx` is the place of the row of the Sales Order."""
	if not sales_orders:
		return []
	note, row, line = (frappe.qb.DocType(name) for name in (NOTE, ROW, "Sales Order Item"))
	return (
		frappe.qb.from_(note)
		.inner_join(row)
		.on(row.parent == note.name)
		.inner_join(line)
		.on(line.name == row.so_detail)
		.select(note.name, note.docstatus, note.is_return, note.medusa_id, row.qty, line.idx)
		.where(row.against_sales_order.isin(list(sales_orders)))
	).run(as_dict=True)


def payments() -> Decimal:
	"""What Payment Entries of Medusa's have received less what they have paid back."""
	filters = {"medusa_order_id": ("is", "set"), "docstatus": 1}
	rows = frappe.get_all("Payment Entry", filters, ["payment_type", "paid_amount"])
	return sum((_signed(row.paid_amount, row.payment_type == "Receive") for row in rows), Decimal(0))


def bank_balance(account: str) -> Decimal:
	"""Debit less credit of an account."""
	filters = {"account": account, "is_cancelled": 0}
	rows = frappe.get_all("GL Entry", filters, ["debit", "credit"])
	return sum((Decimal(str(row.debit)) - Decimal(str(row.credit)) for row in rows), Decimal(0))


def delivered(items: Sequence[str]) -> dict[str, float]:
	"""How many pieces of each Item the Delivery Notes have sent, less those of their returns."""
	note, row = frappe.qb.DocType(NOTE), frappe.qb.DocType(ROW)
	found = (
		frappe.qb.from_(note)
		.inner_join(row)
		.on(row.parent == note.name)
		.select(row.item_code, Sum(row.qty))
		.where((note.docstatus == 1) & row.item_code.isin(list(items)))
		.groupby(row.item_code)
	).run()
	return {item: count for item, count in found if count}


def left_stock(items: Sequence[str]) -> dict[str, float]:
	"""How many pieces of each Item have left the stock, by the stock ledger."""
	entry = frappe.qb.DocType("Stock Ledger Entry")
	found = (
		frappe.qb.from_(entry)
		.select(entry.item_code, Sum(entry.actual_qty))
		.where((entry.is_cancelled == 0) & entry.item_code.isin(list(items)))
		.groupby(entry.item_code)
	).run()
	return {item: -count for item, count in found if count}


def _signed(amount: float, is_received: bool) -> Decimal:
	return Decimal(str(amount)) if is_received else -Decimal(str(amount))

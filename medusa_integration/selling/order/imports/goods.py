"""What the steps about goods have in common: rows of a Sales Order, and documents that are made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, flt
from pypika.queries import QueryBuilder

from medusa_integration import erpnext_seams
from medusa_integration.constants import DELIVERY_NOTE, SALES_INVOICE, SALES_ORDER
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.problems import CannotImport, NotSubmitted

SAVEPOINT = "medusa_goods"


def rows_of(sales_order: str) -> dict[str, frappe._dict]:
	"""Return the rows of a Sales Order by Medusa's id of each. One statement."""
	fields = ["name", "item_code", "medusa_line_item_id", "qty", "conversion_factor", "uom"]
	filters = {"parent": sales_order, "parenttype": SALES_ORDER, "medusa_line_item_id": ("is", "set")}
	rows = frappe.get_all("Sales Order Item", filters, fields, order_by="idx")
	return {row.medusa_line_item_id: row for row in rows}


def title_of(order: ShopOrder, line_id: str) -> str:
	"""Return the title of a row of an order, its id if the order does not have it any more."""
	return next((line.title for line in order.lines if line.id == line_id), line_id)


def require_submitted(sales_order: str) -> None:
	"""Refuse a draft, and one that was cancelled. One statement.

	Raises:
		NotSubmitted: The Sales Order is not submitted.
	"""
	if frappe.db.get_value(SALES_ORDER, sales_order, "docstatus") != 1:
		raise NotSubmitted(sales_order)


def each(works: Iterable[Callable[[], object]], *, in_order: bool = False) -> None:
	"""Make several documents; what is in the way of one keeps no other one from being made.

	Args:
		works: Each makes what is committed or undone together.
		in_order: Whether each counts on those before it: then the first that fails is the last that is tried.

	Raises:
		CannotImport: What was in the way first.
		frappe.ValidationError: The same, as ERPNext says it.
		frappe.PermissionError: The same.
	"""
	errors: list[Exception] = []
	for work in works:
		frappe.db.savepoint(SAVEPOINT)
		try:
			with erpnext_seams.all_permissions():
				work()
		except (CannotImport, frappe.ValidationError, frappe.PermissionError) as error:
			frappe.db.rollback(save_point=SAVEPOINT)
			errors.append(error)
			if in_order:
				break
	if errors:
		# nosemgrep: frappe-manual-commit -- the caller rolls back after an error
		frappe.db.commit()
		raise errors[0]


def submit(doc: Document, medusa_id: str, order_id: str, **values: Any) -> None:
	"""Insert and submit a document that was made of something in Medusa.

	Args:
		doc: The document, not inserted.
		medusa_id: Medusa's id of what it was made of.
		order_id: Medusa's id of the order.
		**values: Further values.
	"""
	doc.update({"from_ecommerce": 1, "medusa_order_id": order_id, "medusa_id": medusa_id, **values})
	doc.flags.update({"ignore_permissions": True, "medusa_id_update": True, "medusa_import": True})
	erpnext_seams.insert_and_submit(doc)


def keep_rows(doc: Document, rows: Sequence[Document]) -> None:
	"""Let a document have these of its rows only."""
	doc.set("items", list(rows))
	for number, row in enumerate(doc.items, start=1):
		row.idx = number


@dataclass
class Made:
	"""The documents of one kind that were made of one return.

	Attributes:
		return_id: Medusa's id of the return.
		ids: Their ids.
		quantities: How many of each row of the Sales Order they have, cancelled ones too.
	"""

	return_id: str
	ids: set[str] = field(default_factory=set)
	quantities: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

	@staticmethod
	def is_of(return_id: str, medusa_id: str) -> bool:
		"""Return whether an id is that of a document of this return."""
		return medusa_id == return_id or medusa_id.startswith(f"{return_id}-")

	def next_id(self) -> str:
		"""Return the id of another one: the return's, then that with a number."""
		number = len(self.ids) + 1
		while (id := self.return_id if number == 1 else f"{self.return_id}-{number}") in self.ids:
			number += 1
		self.ids.add(id)
		return id


@dataclass(frozen=True, slots=True)
class Moved:
	"""A row of a submitted Delivery Note or Sales Invoice, in the unit of the row of the Sales Order.

	Attributes:
		parent: The name of the document.
		name: The name of the row.
		quantity: How many it has.
		returned: How many of them were returned or credited.
		by_hand: How many of these by documents of users.
		factor: How many of that unit are one of its own.
		moves_stock: Whether its document has moved the stock: each Delivery Note has.
	"""

	parent: str
	name: str
	quantity: Decimal
	returned: Decimal
	by_hand: Decimal
	factor: Decimal
	moves_stock: bool

	@property
	def left(self) -> Decimal:
		"""How many can still be returned or credited."""
		return self.quantity - self.returned

	def in_its_unit(self, quantity: Decimal) -> float:
		"""Return so many in the unit of this row."""
		return float(quantity / self.factor)


# the field by which a row of a return names the row that it takes back
RETURNED = {DELIVERY_NOTE: "dn_detail", SALES_INVOICE: "sales_invoice_item"}


def made_of(doctype: str, order_id: str, return_id: str) -> Made:
	"""Return the documents that were made of a return. One statement."""
	doc = frappe.qb.DocType(doctype)
	query = _rows(doctype).select(doc.medusa_id)
	is_of_return = (doc.medusa_order_id == order_id) & (doc.is_return == 1) & doc.medusa_id.isnotnull()
	rows = query.where(is_of_return).run(as_dict=True)
	made = Made(return_id)
	for one in rows:
		if Made.is_of(return_id, one.medusa_id):
			made.ids.add(one.medusa_id)
			made.quantities[one.so_detail] -= pieces_of(one)
	return made


def moved_rows(doctype: str, order_rows: Sequence[str], **filters: object) -> dict[str, list[Moved]]:
	"""Return what submitted documents have of rows of a Sales Order, the oldest first. One statement.

	Args:
		doctype: "Delivery Note" or "Sales Invoice".
		order_rows: Names of rows of a Sales Order.
		**filters: Fields of the document and their values.

	Returns:
		By the name of the row of the Sales Order.
	"""
	doc, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
	query = (
		_rows(doctype)
		.select(row.parent, row.name, row[RETURNED[doctype]].as_("returns"), doc.is_return, doc.medusa_id)
		.where((doc.docstatus == 1) & row.so_detail.isin(list(order_rows)))
		.orderby(doc.creation)
		.orderby(row.idx)
	)
	if doctype == SALES_INVOICE:
		query = query.select(doc.update_stock)
	for fieldname, value in filters.items():
		query = query.where(doc[fieldname] == value)
	rows = query.run(as_dict=True)
	sent = [one for one in rows if not one.is_return]
	returned = {one.name: [ZERO, ZERO] for one in sent}
	for one in rows:
		if one.is_return:
			_count_return(one, sent, returned)
	found: dict[str, list[Moved]] = defaultdict(list)
	for one in sent:
		moves_stock = bool(one.get("update_stock", 1))
		back, by_users = returned[one.name]
		moved = Moved(one.parent, one.name, pieces_of(one), back, by_users, _factor(one), moves_stock)
		found[one.so_detail].append(moved)
	return found


def _count_return(
	back: frappe._dict, sent: Sequence[frappe._dict], returned: Mapping[str, list[Decimal]]
) -> None:
	"""Add what a row takes back; one that names no row takes it from the oldest of the same goods.

	`returned`: row -> how many were returned, and how many of these by users.
	"""
	left = -pieces_of(back)
	of_same = [one for one in sent if one.so_detail == back.so_detail]
	named = [one for one in of_same if one.name == back.returns]
	for one in named or of_same:
		some = left if named else min(left, pieces_of(one) - returned[one.name][0])
		if some > 0:
			returned[one.name][0] += some
			returned[one.name][1] += ZERO if back.medusa_id else some
			left -= some


def returning_rows(doctype: str, order_rows: Sequence[str], **filters: object) -> list[frappe._dict]:
	"""Return all rows of returns that take back rows of a Sales Order, cancelled ones too. One statement.

	Args:
		doctype: "Delivery Note" or "Sales Invoice".
		order_rows: Names of rows of a Sales Order.
		**filters: Fields of the document and their values.

	Returns:
		Those of the oldest document first, with its `parent`, `docstatus` and `medusa_id`.
	"""
	doc, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
	returns = frappe.qb.from_(row).select(row.parent).where(row.so_detail.isin(list(order_rows)))
	query = (
		_rows(doctype)
		.select(row.parent, doc.docstatus, doc.medusa_id)
		.where((doc.is_return == 1) & (doc.docstatus != 0) & doc.name.isin(returns))
		.orderby(doc.creation)
		.orderby(row.idx)
	)
	for fieldname, value in filters.items():
		query = query.where(doc[fieldname] == value)
	return query.run(as_dict=True)


def _rows(doctype: str) -> QueryBuilder:
	"""The rows of these documents, with their quantities and the factor of the Sales Order's row."""
	doc, row, line = (frappe.qb.DocType(name) for name in (doctype, f"{doctype} Item", "Sales Order Item"))
	return (
		frappe.qb.from_(doc)
		.inner_join(row)
		.on(row.parent == doc.name)
		.left_join(line)
		.on(line.name == row.so_detail)
		.select(row.so_detail, row.qty, row.conversion_factor, line.conversion_factor.as_("unit"))
	)


def _factor(row: frappe._dict) -> Decimal:
	return decimal((flt(row.conversion_factor) or 1) / (flt(row.unit) or 1))


def pieces_of(row: frappe._dict) -> Decimal:
	"""Return the quantity of a row in the unit of the row of the Sales Order, below 0 for a return."""
	return decimal(flt(row.qty) * (flt(row.conversion_factor) or 1) / (flt(row.unit) or 1))


def decimal(value: float) -> Decimal:
	"""Return a quantity of the database as a decimal."""
	return Decimal(cstr(flt(value, 9)))

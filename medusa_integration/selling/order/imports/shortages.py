"""Imported orders of more than ERPNext has in stock: a person has to see them.

Medusa may sell what ERPNext has sold a moment before, and items on backorder. ERPNext refuses no Sales Order
for want of stock.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce
from frappe.utils import escape_html, flt

from medusa_integration import erpnext_seams
from medusa_integration.catalogue.stock.ordered import NOT_RESERVED
from medusa_integration.constants import ITEM

MARK = "medusa_short_of_stock"
PRECISION = 6


@dataclass(frozen=True, slots=True)
class Shortage:
	"""How many of an item are missing in a warehouse for what one order has of it, in the stock UOM."""

	item_code: str
	warehouse: str
	ordered: float
	missing: float

	def sentence(self) -> str:
		"""Return it for a person, as HTML."""
		return escape_html(
			_("{0} of {1} of Item {2} are missing in Warehouse {3}.").format(
				f"{self.missing:g}", f"{self.ordered:g}", self.item_code, self.warehouse
			)
		)


def mark_shortages(doc: Document) -> None:
	"""Mark a Sales Order if fewer are in stock than it has, and say in a comment what is missing.

	What other documents reserve is not there for it. One statement, those of the mark and the comment if
	something is missing.

	Args:
		doc: An imported Sales Order, as it was inserted or submitted last.
	"""
	found = shortages_of(doc)
	if int(bool(found)) != (doc.get(MARK) or 0):
		doc.db_set(MARK, int(bool(found)), update_modified=False)
	if found:
		text = _("Medusa has sold more than there is in stock.")
		doc.add_comment("Comment", "<br>".join([text, *(one.sentence() for one in found)]))


def shortages_of(doc: Document) -> list[Shortage]:
	"""Return what is missing for a Sales Order. One statement, none without a warehouse."""
	wanted = _wanted(doc)
	if not wanted:
		return []
	item, bin_ = frappe.qb.DocType(ITEM), frappe.qb.DocType("Bin")
	reserving = [Coalesce(bin_[field], 0) for field in erpnext_seams.reserving_fields()]
	codes, warehouses = ({place[part] for place in wanted} for part in (0, 1))
	rows = (
		frappe.qb.from_(item)
		.left_join(bin_)
		.on((bin_.item_code == item.name) & bin_.warehouse.isin(sorted(warehouses)))
		.select(item.name, bin_.warehouse, Coalesce(bin_.actual_qty, 0) - sum(reserving[1:], reserving[0]))
		.where(item.name.isin(sorted(codes)) & (item.is_stock_item == 1))
	).run()
	left = {(code, warehouse): flt(quantity) for code, warehouse, quantity in rows}
	is_stocked = {code for code, _warehouse, _quantity in rows}
	is_reserved = doc.docstatus and doc.status not in NOT_RESERVED
	found = []
	for (code, warehouse), ordered in wanted.items():
		# what a submitted order has is in what is reserved
		after = left.get((code, warehouse), 0.0) - (0.0 if is_reserved else ordered)
		missing = min(flt(-after, PRECISION), ordered)
		if code in is_stocked and missing > 0:
			found.append(Shortage(code, warehouse, ordered, missing))
	return found


def _wanted(doc: Document) -> dict[tuple[str, str], float]:
	"""What an order has of each item in each warehouse, parts of bundles included, in the stock UOM."""
	wanted: dict[tuple[str, str], float] = defaultdict(float)
	for row in doc.items:
		if row.warehouse and not row.get("delivered_by_supplier"):
			wanted[row.item_code, row.warehouse] += flt(row.get("stock_qty") or row.qty)
	for part in doc.get("packed_items") or ():
		if part.warehouse:
			wanted[part.item_code, part.warehouse] += flt(part.qty)
	return wanted

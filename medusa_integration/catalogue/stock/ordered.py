"""What orders of Medusa reserve: here in the Bin, and in Medusa itself.

Medusa v1 counts a variant down when it is ordered. v2 reserves it at a stock location until there is a
fulfillment. The Sales Order of the same order reserves it in ERPNext from its submission until its delivery.

Quantities are kept at one stock location. What v2 reserves at another one is still for sale at that one, so
such a row counts like that of an order which did not come from Medusa.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.utils import cint, flt
from pypika.queries import QueryBuilder

from medusa_integration import database
from medusa_integration.catalogue.stock.batches import Place
from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER, SALES_ORDER_ITEM
from medusa_integration.mirror.shop_orders import CANCELED
from medusa_integration.sync import connection

# orders with these statuses reserve nothing (ERPNext's `get_reserved_qty`)
NOT_RESERVED = ("On Hold", "Closed")


@dataclass(slots=True)
class Ordered:
	"""What of one item in one warehouse was ordered in Medusa, in the stock UOM.

	Attributes:
		open: what is reserved in ERPNext, and counted by Medusa too.
		sent: what was delivered, and v2 reserves still.
		drafts: what is not reserved in ERPNext yet, and v1 has counted, or v2 has reserved at another stock
			location.
	"""

	open: float = 0.0
	sent: float = 0.0
	drafts: float = 0.0


NOTHING = Ordered()


def ordered_in_medusa(item_codes: set[str]) -> dict[Place, Ordered]:
	"""Return what orders of Medusa reserve by item and warehouse, including parts of bundles.

	Two statements.
	"""
	line, part = (frappe.qb.DocType(name) for name in (SALES_ORDER_ITEM, "Packed Item"))
	codes, is_v2 = list(item_codes), connection.known_generation() == "v2"
	location = connection.known_location() if is_v2 else None
	columns = line.item_code, line.warehouse, line.stock_qty
	lines = _orders(is_v2, location, *columns).where(line.item_code.isin(codes))
	parts = (
		_orders(is_v2, location, part.item_code, part.warehouse, part.qty)
		.inner_join(part)
		.on((part.parent_detail_docname == line.name) & (part.parenttype == SALES_ORDER))
		.where(part.item_code.isin(codes) & (part.item_code != part.parent_item))
	)
	settings = frappe.get_cached_doc("Selling Settings")
	returns_count = cint(settings.get("dont_reserve_sales_order_qty_on_sales_return"))
	total: dict[Place, Ordered] = defaultdict(Ordered)
	for code, warehouse, quantity, *state in chain(lines.run(), parts.run()):
		row = _Row(*state)
		is_elsewhere = bool(location and row.location and row.location != location)
		if not row.docstatus:
			if row.number and not row.is_cancelled and (is_elsewhere or not is_v2):
				total[code, warehouse].drafts += flt(quantity)
			continue
		if is_elsewhere:
			continue
		found = total[code, warehouse]
		each = flt(quantity) / row.wanted
		left = max(row.wanted - flt(row.delivered) - (flt(row.returned) if returns_count else 0.0), 0.0)
		left = 0.0 if row.status in NOT_RESERVED else left
		open_, sent = _of_v2(row, left) if is_v2 else (left, 0.0)
		found.open += each * open_
		found.sent += each * sent
	return total


def placed_items() -> list[str]:
	"""Return the Items in open orders whose stock location in Medusa is known. One statement."""
	order, line = frappe.qb.DocType(SALES_ORDER), frappe.qb.DocType(SALES_ORDER_ITEM)
	return (
		frappe.qb.from_(line)
		.inner_join(order)
		.on(order.name == line.parent)
		.select(line.item_code)
		.distinct()
		.where(database.is_set(line.medusa_location_id) & (line.parenttype == SALES_ORDER))
		.where((order.docstatus < 2) & order.status.notin((*NOT_RESERVED, "Completed", "Cancelled")))
	).run(pluck=True)


def forget_fulfilled() -> None:
	"""Forget how many of each row have a fulfillment: orders were not read meanwhile. One statement."""
	order = frappe.qb.DocType(MEDUSA_ORDER)
	database.run(frappe.qb.update(order).set(order.knows_fulfilled, 0).where(order.knows_fulfilled == 1))


def _orders(is_v2: bool, location: str | None, *columns: Any) -> QueryBuilder:
	"""The rows of Medusa's orders that may be reserved here or there, with these columns and those of `_Row`.

	All that was ever sold would be read without these conditions.
	"""
	order, line, of_medusa = (
		frappe.qb.DocType(name) for name in (SALES_ORDER, SALES_ORDER_ITEM, MEDUSA_ORDER)
	)
	is_open = order.status.notin(NOT_RESERVED) & (line.delivered_qty < line.qty)
	is_sent = (of_medusa.knows_fulfilled == 1) & (line.delivered_qty > line.medusa_fulfilled_qty)
	of_v1 = (order.docstatus == 0) | is_open
	of_v2 = (order.docstatus == 1) & (is_open | is_sent)
	if location:
		is_elsewhere = Coalesce(line.medusa_location_id, "").notin(["", location])
		of_v2 |= (order.docstatus == 0) & is_elsewhere
	return (
		frappe.qb.from_(line)
		.inner_join(order)
		.on(order.name == line.parent)
		.left_join(of_medusa)
		.on(of_medusa.name == order.medusa_order_id)
		.select(
			*columns,
			order.docstatus,
			order.status,
			order.medusa_order_number,
			of_medusa.order_status,
			of_medusa.knows_fulfilled,
			line.qty,
			line.delivered_qty,
			line.returned_qty,
			line.medusa_fulfilled_qty,
			line.medusa_location_id,
		)
		.where(
			(order.docstatus < 2)
			& (Coalesce(order.medusa_order_id, "") != "")
			& (Coalesce(line.delivered_by_supplier, 0) == 0)
			& (line.qty > 0)
			& (of_v2 if is_v2 else of_v1)
		)
	)


@dataclass(frozen=True, slots=True)
class _Row:
	"""A row of an order; `fulfilled` is only known if `knows_fulfilled`."""

	docstatus: int
	status: str
	number: str | None
	medusa_status: str | None
	knows_fulfilled: int | None
	wanted: float
	delivered: float | None
	returned: float | None
	fulfilled: float | None
	location: str | None

	@property
	def is_cancelled(self) -> bool:
		"""Whether it was cancelled in Medusa, which has given it free then."""
		return self.medusa_status == CANCELED


def _of_v2(row: _Row, left: float) -> tuple[float, float]:
	"""What v2 reserves of a row: that of what is reserved here (`left`), and what was delivered."""
	if not row.number:
		return left, 0.0
	if row.is_cancelled:
		return 0.0, 0.0
	if not row.knows_fulfilled:
		return left, 0.0
	in_medusa = max(row.wanted - flt(row.fulfilled), 0.0)
	delivered = max(min(flt(row.delivered), row.wanted) - flt(row.fulfilled), 0.0)
	return min(left, in_medusa), min(delivered, in_medusa)

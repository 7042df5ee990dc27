"""What orders of Medusa reserve: here in the Bin, and in Medusa itself.

Medusa v1 counts a variant down when it is ordered. v2 reserves it until there is a fulfillment. The Sales
Order of the same order reserves it in ERPNext from its submission until its delivery.
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
		drafts: what v1 has counted, and is not reserved in ERPNext yet.
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
	lines = _orders(is_v2, line.item_code, line.warehouse, line.stock_qty).where(line.item_code.isin(codes))
	parts = (
		_orders(is_v2, part.item_code, part.warehouse, part.qty)
		.inner_join(part)
		.on((part.parent_detail_docname == line.name) & (part.parenttype == SALES_ORDER))
		.where(part.item_code.isin(codes) & (part.item_code != part.parent_item))
	)
	settings = frappe.get_cached_doc("Selling Settings")
	returns_count = cint(settings.get("dont_reserve_sales_order_qty_on_sales_return"))
	total: dict[Place, Ordered] = defaultdict(Ordered)
	for code, warehouse, quantity, *state in chain(lines.run(), parts.run()):
		row, found = _Row(*state), total[code, warehouse]
		if not row.docstatus:
			found.drafts += flt(quantity) if row.number and not row.is_cancelled else 0.0
			continue
		each = flt(quantity) / row.wanted
		left = max(row.wanted - flt(row.delivered) - (flt(row.returned) if returns_count else 0.0), 0.0)
		left = 0.0 if row.status in NOT_RESERVED else left
		open_, sent = _of_v2(row, left) if is_v2 else (left, 0.0)
		found.open += each * open_
		found.sent += each * sent
	return total


def forget_fulfilled() -> None:
	"""Forget how many of each row have a fulfillment: orders were not read meanwhile. One statement."""
	order = frappe.qb.DocType(MEDUSA_ORDER)
	database.run(frappe.qb.update(order).set(order.knows_fulfilled, 0).where(order.knows_fulfilled == 1))


def _orders(is_v2: bool, *columns: Any) -> QueryBuilder:
	"""The rows of Medusa's orders that may be reserved here or there, with these columns and those of `_Row`.

	All that was ever sold would be read without these conditions.
	"""
	order, line, of_medusa = (
		frappe.qb.DocType(name) for name in (SALES_ORDER, SALES_ORDER_ITEM, MEDUSA_ORDER)
	)
	is_open = order.status.notin(NOT_RESERVED) & (line.delivered_qty < line.qty)
	is_sent = (of_medusa.knows_fulfilled == 1) & (line.delivered_qty > line.medusa_fulfilled_qty)
	of_v1, of_v2 = (order.docstatus == 0) | is_open, (order.docstatus == 1) & (is_open | is_sent)
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

"""What of an order has a fulfillment in Medusa, and where v2 reserves the rest, whatever was delivered."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe.utils import flt
from pypika import Case

from medusa_integration import database
from medusa_integration.catalogue.stock.events import items_changed
from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER, SALES_ORDER_ITEM
from medusa_integration.mirror.shop_orders import ShopOrder

# of a row of the Sales Order, as this module alone changes it after the import
STORED = ("medusa_fulfilled_qty", "medusa_location_id")


def note_fulfilled(order: ShopOrder, sales_order: str) -> None:
	"""Store how many of each row have a fulfillment, and where the rest is reserved.

	The quantities that Medusa is told depend on it.
	Two statements if nothing has changed, else three, and those of the stock lane. None for Medusa v1, which
	counts when an order is placed.

	Args:
		order: As Medusa has it.
		sales_order: The name of its Sales Order.
	"""
	if order.generation == "v1":
		return
	known = frappe.db.get_value(MEDUSA_ORDER, order.id, "knows_fulfilled")
	if not known:
		frappe.db.set_value(MEDUSA_ORDER, order.id, "knows_fulfilled", 1, update_modified=False)
	fulfilled = _fulfilled(order)
	places = {line.id: order.place_of(line) for line in order.lines}
	fields = ["name", "item_code", "delivered_qty", "medusa_line_item_id", *STORED]
	rows = frappe.get_all(SALES_ORDER_ITEM, {"parent": sales_order, "parenttype": SALES_ORDER}, fields)
	changed = {}
	for row in rows:
		line = row.medusa_line_item_id or ""
		# Medusa does not say any more where the others were
		now = float(fulfilled.get(line, 0)), places.get(line) or row.medusa_location_id or None
		if now != (flt(row.medusa_fulfilled_qty), row.medusa_location_id or None):
			changed[row.name] = now
	_store(changed)
	# until it is known, what was delivered counts as fulfilled
	items_changed(row.item_code for row in rows if row.name in changed or (not known and row.delivered_qty))


def _store(changed: dict[str, tuple[float, str | None]]) -> None:
	if not changed:
		return
	item = frappe.qb.DocType(SALES_ORDER_ITEM)
	query = frappe.qb.update(item).where(item.name.isin(list(changed)))
	for position, field in enumerate(STORED):
		value = Case()
		for name, values in changed.items():
			value = value.when(item.name == name, values[position])
		query = query.set(item[field], value)
	database.run(query)


def _fulfilled(order: ShopOrder) -> dict[str, Decimal]:
	found: dict[str, Decimal] = defaultdict(Decimal)
	for fulfillment in order.fulfillments:
		for line in () if fulfillment.canceled_at else fulfillment.lines:
			found[line.line_id] += line.quantity
	return found

"""What of an order has a fulfillment in Medusa: v2 reserves the rest, whatever ERPNext has delivered."""

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


def note_fulfilled(order: ShopOrder, sales_order: str) -> None:
	"""Store how many of each row have a fulfillment, for the quantities that Medusa is told.

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
	fields = ["name", "item_code", "delivered_qty", "medusa_line_item_id", "medusa_fulfilled_qty"]
	rows = frappe.get_all(SALES_ORDER_ITEM, {"parent": sales_order, "parenttype": SALES_ORDER}, fields)
	changed = {
		row.name: now
		for row in rows
		if (now := float(fulfilled.get(row.medusa_line_item_id or "", 0))) != flt(row.medusa_fulfilled_qty)
	}
	_store(changed)
	# until it is known, what was delivered counts as fulfilled
	items_changed(row.item_code for row in rows if row.name in changed or (not known and row.delivered_qty))


def _store(changed: dict[str, float]) -> None:
	if not changed:
		return
	item, value = frappe.qb.DocType(SALES_ORDER_ITEM), Case()
	for name, quantity in changed.items():
		value = value.when(item.name == name, quantity)
	database.run(
		frappe.qb.update(item).set(item.medusa_fulfilled_qty, value).where(item.name.isin(list(changed)))
	)


def _fulfilled(order: ShopOrder) -> dict[str, Decimal]:
	found: dict[str, Decimal] = defaultdict(Decimal)
	for fulfillment in order.fulfillments:
		for line in () if fulfillment.canceled_at else fulfillment.lines:
			found[line.line_id] += line.quantity
	return found

"""What the site has for orders of Medusa, read for any number of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import frappe

from medusa_integration.catalogue.stock.quantities import default_company
from medusa_integration.constants import ITEM, QUOTATION, WEBSITE_ITEM
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.mapping import Sold
from medusa_integration.selling.order.imports.problems import DisabledItems
from medusa_integration.selling.order.imports.sources import Source
from medusa_integration.settings import get_settings

# a draft order of Medusa that a Quotation has is ordered by the shop's server
DECIDED = ("Lost", "Cancelled", "Expired")


def known_variants(orders: Iterable[ShopOrder]) -> list[frappe._dict]:
	"""Return the Website Items and Items of all variants of orders. One statement, none without a variant."""
	wanted = sorted({line.variant_id for order in orders for line in order.lines if line.variant_id})
	if not wanted:
		return []
	website_item, item = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(ITEM)
	return (
		frappe.qb.from_(website_item)
		.inner_join(item)
		.on(item.name == website_item.item_code)
		.select(
			website_item.medusa_variant_id,
			item.name,
			item.stock_uom,
			item.disabled,
			website_item.website_warehouse,
		)
		.where(website_item.medusa_variant_id.isin(wanted))
	).run(as_dict=True)


def sold_of(order: ShopOrder, source: Source, known: Iterable[frappe._dict]) -> dict[str, Sold]:
	"""Return the Item of each variant of an order. No statement.

	Without a warehouse of the source it is the item's own; for another company only one of that company.

	Args:
		order: Medusa's order.
		source: The company and warehouse.
		known: What `known_variants` has found of it, and perhaps of others.

	Raises:
		DisabledItems: One of them is disabled.
	"""
	variants = {line.variant_id for line in order.lines}
	rows = [row for row in known if row.medusa_variant_id in variants]
	if disabled := sorted(row.name for row in rows if row.disabled):
		raise DisabledItems(disabled)
	default = get_settings().default_website_warehouse
	return {
		row.medusa_variant_id: Sold(
			row.name, row.stock_uom, source.warehouse or _own(row.website_warehouse or default, source)
		)
		for row in rows
	}


def _own(warehouse: str | None, source: Source) -> str | None:
	if not warehouse or source.company == default_company():
		return warehouse
	# else ERPNext takes the default of the item
	return warehouse if frappe.get_cached_value("Warehouse", warehouse, "company") == source.company else None


def quotations_of(orders: Sequence[ShopOrder]) -> dict[str, str]:
	"""Return the undecided Quotation of each order that the shop's server makes of one, by the order's id.

	One statement.
	"""
	drafts = {draft: order.id for order in orders for draft in (order.id, order.draft_order_id) if draft}
	rows = frappe.get_all(
		QUOTATION,
		filters={
			"medusa_draft_order_id": ("in", sorted(drafts)),
			"docstatus": ("<", 2),
			"status": ("not in", DECIDED),
		},
		fields=["medusa_draft_order_id", "name"],
	)
	return {drafts[row.medusa_draft_order_id]: row.name for row in rows}

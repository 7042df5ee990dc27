"""Stock that moves, and Sales Orders that reserve it: whose quantity has to be looked at after the commit.

However many movements a transaction has, its items are found and recorded once, just before it is committed:
a stock entry of 500 lines costs two statements, and not a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.model.document import Document

from medusa_integration.catalogue import stock_queue
from medusa_integration.catalogue.stock_queue import WEBSITE_ITEM
from medusa_integration.settings import get_settings
from medusa_integration.sync import connection, outbox
from medusa_integration.sync.gathering import gathered

ITEMS_PER_STATEMENT = 500


def refresh_stock_on_movement(doc: Document, method: str | None = None) -> None:
	"""Stock Ledger Entry `on_submit`, `on_cancel`:
	the item's flag and quantity follow after the commit (ruling A8).

	Only with the setting `refresh_stock_on_movement`. No SQL statement here, two for the whole transaction.
	"""
	_collect([doc.item_code])


def reservation_changed(doc: Document, method: str | None = None) -> None:
	"""Sales Order `on_change`: what it reserves cannot be sold by the shop (ruling A5).

	ERPNext writes the Bin without events, so this is where it is heard of: submitted, cancelled, held,
	closed, items updated. Medusa v2 reserves for its own orders by itself. No SQL statement here, two for the
	transaction.
	"""
	if not doc.docstatus or (doc.get("medusa_order_id") and connection.known_generation() == "v2"):
		return
	_collect(row.item_code for row in [*doc.get("items", []), *doc.get("packed_items", [])])


def bundle_changed(doc: Document, method: str | None = None) -> None:
	"""Product Bundle `on_update`, `on_trash`: with other parts there are more of it, or fewer, or none."""
	_collect([doc.new_item_code])


def _collect(item_codes: Iterable[str]) -> None:
	"""Keep in mind that the stock of these items has changed,
	until the transaction is committed or rolled back.
	"""
	settings = get_settings()
	if not (settings.refresh_stock_on_movement and outbox.is_configured()):
		return
	gathered("medusa_moved_items", set, _record).update(item_codes)


def _record(moved: set[str]) -> None:
	codes = sorted(moved)
	for start in range(0, len(codes), ITEMS_PER_STATEMENT):
		stock_queue.record(_website_items(codes[start : start + ITEMS_PER_STATEMENT]))


def _website_items(item_codes: list[str]) -> list[str]:
	"""The Website Items of these Items, and of the bundles that they are part of. One statement."""
	item, bundle, part = (
		frappe.qb.DocType(name) for name in (WEBSITE_ITEM, "Product Bundle", "Product Bundle Item")
	)
	own = frappe.qb.from_(item).select(item.name).where(item.item_code.isin(item_codes))
	bundles = (
		frappe.qb.from_(part)
		.inner_join(bundle)
		.on((bundle.name == part.parent) & (bundle.disabled == 0))
		.inner_join(item)
		.on(item.item_code == bundle.new_item_code)
		.select(item.name)
		.where(part.item_code.isin(item_codes) & (part.parenttype == "Product Bundle"))
	)
	return frappe.qb.from_(own + bundles).select("name").run(pluck=True)

"""Document events that change how much of an item may be sold; they record the affected Website Items.

The items of all events in a transaction are found and recorded once, just before the commit: a Stock Entry
with 500 rows costs two statements and not a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import create_batch, getdate

from medusa_integration.catalogue.stock import recording as stock_queue
from medusa_integration.constants import WEBSITE_ITEM
from medusa_integration.settings import get_settings
from medusa_integration.sync import connection, task_recording
from medusa_integration.sync.before_commit import gathered

ITEMS_PER_STATEMENT = 500


def refresh_stock_on_movement(doc: Document, method: str | None = None) -> None:
	"""Record the item after a movement (Stock Ledger Entry `on_submit`, `on_cancel`).

	Only with the setting `refresh_stock_on_movement`. No statement here, two for the whole transaction.
	"""
	_collect([doc.item_code])


def reservation_changed(doc: Document, method: str | None = None) -> None:
	"""Record the items that a Sales Order reserves, because the shop cannot sell those.

	Sales Order `on_change`. ERPNext updates the Bin without document events when an order is submitted,
	cancelled, put on hold, closed or its items are updated. Orders of Medusa v2 are left out, because it
	reserves for them itself; but not rows, also of drafts, that it reserves at another stock location than
	the one that quantities are kept at. No statement here, two for the transaction.
	"""
	states = [state for state in (doc, doc.get_doc_before_save()) if state]
	if doc.get("medusa_order_id") and connection.known_generation() == "v2":
		_collect(row.item_code for state in states for row in _reserved_elsewhere(state))
	elif doc.docstatus:
		_collect(row.item_code for state in states for row in _rows(state))


def _rows(doc: Document) -> list[Document]:
	return [row for field in ("items", "packed_items") for row in doc.get(field, [])]


def _reserved_elsewhere(doc: Document) -> list[Document]:
	known = connection.known_location()
	names = {
		row.name
		for row in doc.get("items", [])
		if known and row.get("medusa_location_id") not in (None, "", known)
	}
	return [row for row in _rows(doc) if (row.get("parent_detail_docname") or row.name) in names]


def items_changed(item_codes: Iterable[str]) -> None:
	"""Record Items of which orders of Medusa reserve another quantity there. No statement here."""
	_collect(item_codes)


def order_row_removed(doc: Document, method: str | None = None) -> None:
	"""Record the item of a row that *Update Items* has deleted from an order (Sales Order Item `on_trash`).

	The order no longer has the row when it is saved. No statement here.
	"""
	_collect([doc.item_code])


def bin_changed(doc: Document, method: str | None = None) -> None:
	"""Record the item of a changed Bin (Bin `on_change`).

	Work Orders, subcontracting, Production Plans, Stock Reservation Entries and *Recalculate Bin Qty* write
	the Bin with document events; movements and Sales Orders write it without. No statement here.
	"""
	_collect([doc.item_code])


def batch_changed(doc: Document, method: str | None = None) -> None:
	"""Record the item of a batch with a changed *Expiry Date* (Batch `on_update`). No statement here."""
	before = doc.get_doc_before_save()
	if before and _expiry(before) != _expiry(doc):
		_collect([doc.item])


def item_merged(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Record an item after a merge, whose stock is the sum of both (Item `after_rename`). No statement here.

	ERPNext updates the Bin later, see `ledger_reposted`.
	"""
	if merge:
		_collect([new])


def ledger_reposted(doc: Document, method: str | None = None) -> None:
	"""Record the items whose Bin ERPNext has computed again (Repost Item Valuation `on_change`).

	ERPNext does this for merged Items in a separate job, up to hours later. A job that fails because of the
	accounts has updated the Bin too. One statement if the job is for a transaction.
	"""
	if doc.status not in ("Completed", "Failed"):
		return
	if doc.item_code:
		_collect([doc.item_code])
	elif doc.voucher_no:
		voucher = {"voucher_type": doc.voucher_type, "voucher_no": doc.voucher_no}
		_collect(frappe.get_all("Stock Ledger Entry", voucher, pluck="item_code", distinct=True))


def warehouse_moved(doc: Document, method: str | None = None) -> None:
	"""Record the items in a warehouse with a new parent (Warehouse `on_update`). One statement.

	Its stock now counts for other Website Items.
	"""
	before = doc.get_doc_before_save()
	if before and (before.parent_warehouse or "") != (doc.parent_warehouse or ""):
		_collect(_items_below(doc.name) if _is_kept_up() else ())


def bundle_changed(doc: Document, method: str | None = None) -> None:
	"""Record a bundle whose parts may have changed (Product Bundle `on_update`, `on_trash`)."""
	_collect([doc.new_item_code])


def _collect(item_codes: Iterable[str]) -> None:
	"""Collect items whose stock has changed, until the transaction is committed or rolled back."""
	if _is_kept_up() and (codes := set(item_codes)):
		gathered("medusa_moved_items", set, _record).update(codes)


def _is_kept_up() -> bool:
	return bool(get_settings().refresh_stock_on_movement and task_recording.is_configured())


def _expiry(batch: Document) -> date | None:
	return getdate(batch.expiry_date) if batch.expiry_date else None


def _items_below(warehouse: str) -> list[str]:
	"""Return the Items with a Bin in this warehouse or below it. One statement."""
	bin_, place = frappe.qb.DocType("Bin"), frappe.qb.DocType("Warehouse")
	top = frappe.qb.DocType("Warehouse").as_("top")
	return (
		frappe.qb.from_(bin_)
		.inner_join(place)
		.on(place.name == bin_.warehouse)
		.inner_join(top)
		.on((place.lft >= top.lft) & (place.rgt <= top.rgt))
		.select(bin_.item_code)
		.distinct()
		.where(top.name == warehouse)
	).run(pluck=True)


def _record(moved: set[str]) -> None:
	for codes in create_batch(sorted(moved), ITEMS_PER_STATEMENT):
		stock_queue.record(_website_items(codes))


def _website_items(item_codes: list[str]) -> list[str]:
	"""Return the Website Items of these Items, and of the bundles that contain them. One statement."""
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

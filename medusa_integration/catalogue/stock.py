"""Whether a Website Item is in stock: a flag computed once a day, so that listings need not read `tabBin`."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Sum

from medusa_integration.catalogue.products import WEBSITE_ITEM
from medusa_integration.exceptions import StockNotUpdated
from medusa_integration.sync.jobs import scheduled_job

ROWS = 1000


@scheduled_job
def update_webitem_stock() -> dict[str, int]:
	"""Compute `custom_in_stock` and `custom_available_qty` of all Website Items (36, 37, 42, 50-59, 64, 67-69).

	The quantity of an item is the sum of its Bins in `website_warehouse` and all warehouses below it, as
	`get_bin_details(..., include_child_warehouses=1)` has it. In stock means more than 0, or more than
	`custom_threshold_qty` where the setting `respect_threshold_quantity` is on (57). Unpublished ones are not
	in stock; a template is when one of its published variants is. Writes only what changes, without touching
	`modified`. Answers {"updated", "checked"}; commits. Raises StockNotUpdated after the last chunk if one failed.
	"""
	checked = updated = failed = 0
	for rows in _chunks():
		checked += len(rows)
		try:
			updated += _write(_changes(rows))
			frappe.db.commit()  # a chunk at a time: neither locks nor a long transaction for the whole shop
		except Exception:
			frappe.db.rollback()
			frappe.log_error("Medusa: the stock of some Website Items could not be updated")
			frappe.db.commit()  # the log row
			failed += len(rows)
	updated += _write(_template_changes())
	frappe.db.commit()  # as above
	if failed:
		frappe.throw(
			_("The stock of {0} Website Items could not be updated.").format(failed), StockNotUpdated
		)
	return {"updated": updated, "checked": checked}


def _chunks() -> Iterator[list[frappe._dict]]:
	"""All Website Items but templates with their quantity, 1000 a statement."""
	last = ""
	while rows := _quantities(after=last):
		yield rows
		last = rows[-1].name


def _quantities(after: str) -> list[frappe._dict]:
	item, warehouse, child = (frappe.qb.DocType(name) for name in (WEBSITE_ITEM, "Warehouse", "Warehouse"))
	child, bin_ = child.as_("child"), frappe.qb.DocType("Bin")
	fields = (
		item.name,
		item.published,
		item.custom_in_stock,
		item.custom_available_qty,
		item.custom_threshold_qty,
	)
	return (
		frappe.qb.from_(item)
		.left_join(warehouse)
		.on(warehouse.name == item.website_warehouse)
		.left_join(child)
		.on((child.lft >= warehouse.lft) & (child.rgt <= warehouse.rgt))
		.left_join(bin_)
		.on((bin_.warehouse == child.name) & (bin_.item_code == item.item_code))
		.select(*fields, Coalesce(Sum(bin_.actual_qty), 0).as_("actual_qty"))
		.where((item.name > after) & (Coalesce(item.has_variants, 0) == 0))
		.groupby(*fields)
		.orderby(item.name)
		.limit(ROWS)
	).run(as_dict=True)


def _changes(rows: list[frappe._dict]) -> dict[str, dict]:
	respect_threshold = frappe.get_cached_doc("Medusa Configuration").respect_threshold_quantity
	changes = {}
	for row in rows:
		threshold = (row.custom_threshold_qty or 0) if respect_threshold else 0
		in_stock = int(bool(row.published) and row.actual_qty > max(threshold, 0))
		quantity = max(row.actual_qty, 0)
		if (in_stock, quantity) != (row.custom_in_stock or 0, row.custom_available_qty or 0):
			changes[row.name] = {"custom_in_stock": in_stock, "custom_available_qty": quantity}
	return changes


def _template_changes() -> dict[str, dict]:
	"""Templates whose flag differs from that of their variants: two statements."""
	filters = {"published": 1, "custom_in_stock": 1, "variant_of": ("is", "set")}
	in_stock = set(frappe.get_all(WEBSITE_ITEM, filters=filters, pluck="variant_of"))
	templates = frappe.get_all(
		WEBSITE_ITEM,
		filters={"has_variants": 1},
		fields=["name", "item_code", "published", "custom_in_stock"],
	)
	wanted = {row.name: int(bool(row.published) and row.item_code in in_stock) for row in templates}
	return {
		row.name: {"custom_in_stock": wanted[row.name]}
		for row in templates
		if wanted[row.name] != (row.custom_in_stock or 0)
	}


def _write(changes: dict[str, dict]) -> int:
	frappe.db.bulk_update(WEBSITE_ITEM, changes, chunk_size=ROWS, update_modified=False)
	return len(changes)

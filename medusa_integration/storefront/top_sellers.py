"""Top sellers: the best-selling items of each category of the settings. Updated every night."""

from __future__ import annotations

from typing import Any, Literal

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import flt, now_datetime
from typing_extensions import NotRequired, TypedDict

from medusa_integration.constants import ITEM, ITEM_GROUP, PRODUCT_COLLECTION, WEBSITE_ITEM
from medusa_integration.protection import by_app
from medusa_integration.settings import get_settings, number
from medusa_integration.setup.top_categories import lacks_item_group
from medusa_integration.storefront.visible import visible
from medusa_integration.sync.jobs import leave_details, scheduled_job

METHOD = "medusa_integration.api.add_top_selling_items_to_collection"
COLUMNS = ("item_code", "item_name", "website_item", "category", "sales_count")


class Collected(TypedDict):
	"""Numbers of items by category, and a sentence for each category without an Item Group."""

	status: Literal["success"]
	message: str
	counts: dict[str, int]
	warnings: NotRequired[list[str]]


@scheduled_job
def add_top_selling_items_to_collection() -> Collected:
	"""Replace the rows of Product Collection by the top sellers of each category.

	Categories, their tables and the number of items (`top_sellers_limit`) are settings. There is one save,
	in the caller's transaction, and none if nothing has changed; two statements per category, whatever was
	sold.

	Returns:
		`status` "success", `message`, and `counts`, the number of items for each category. `warnings` has a
		sentence for each category without an Item Group, which `message` also has; a run of the scheduler
		leaves them in Scheduled Job Log.

	Raises:
		frappe.PermissionError: without write permission on Product Collection.
	"""
	collection = frappe.get_doc(PRODUCT_COLLECTION, PRODUCT_COLLECTION, for_update=True)
	tables: dict[str, list[dict]] = {field.fieldname: [] for field in collection.meta.get_table_fields()}
	counts: dict[str, int] = {}
	warnings: list[str] = []
	for category in get_settings().top_categories:
		rows = _top_sellers(category.item_group) if category.item_group else None
		if rows is None:
			warnings.append(lacks_item_group(category))
			rows = []
		tables[category.target_table] += rows
		counts[category.label] = counts.get(category.label, 0) + len(rows)

	changed = [name for name, rows in tables.items() if _values(collection.get(name)) != _values(rows)]
	for fieldname in changed:
		collection.set(fieldname, tables[fieldname])
	if changed:
		collection.updated_on = now_datetime()
		# all that it links to was read a moment ago
		collection.flags.ignore_links = True
		by_app(collection).save()
	if warnings and not getattr(frappe.local, "request", None):
		leave_details(METHOD, "\n".join(warnings))
	message = _("{0} top sellers in {1} categories.").format(sum(counts.values()), len(counts))
	answer: Collected = {"status": "success", "message": " ".join([message, *warnings]), "counts": counts}
	if warnings:
		answer["warnings"] = warnings
	return answer


def get_top_selling_items(group: str) -> list[dict[str, Any]]:
	"""Return the top sellers of an Item Group and all groups below it, best first.

	Returns:
		At most `top_sellers_limit` rows with `item_code`, `item_name` and `sales_count`, the sum over all
		submitted Sales Invoices less returns. Only enabled Items with a visible Website Item and a positive
		sum count; equal sums are in the order of the item codes. Empty for a group that does not exist.
	"""
	wanted = ("item_code", "item_name", "sales_count")
	return [{key: row[key] for key in wanted} for row in _top_sellers(group) or ()]


def _top_sellers(group: str) -> list[dict[str, Any]] | None:
	"""Return rows for Product Collection, None for a group that does not exist, with two statements."""
	bounds = frappe.db.get_value(ITEM_GROUP, group, ["lft", "rgt"])
	if not bounds:
		return None
	names = ("Sales Invoice Item", ITEM, WEBSITE_ITEM, ITEM_GROUP)
	sold, item, website_item, item_group = (frappe.qb.DocType(name) for name in names)
	total = Sum(sold.qty)
	fields = (item.item_name, website_item.name, item.item_group)
	rows = (
		frappe.qb.from_(item_group)
		.inner_join(item)
		.on(item.item_group == item_group.name)
		.inner_join(website_item)
		.on(website_item.item_code == item.name)
		.inner_join(sold)
		.on(sold.item_code == item.name)
		.select(item.name, *fields, total)
		.where((item_group.lft >= bounds[0]) & (item_group.rgt <= bounds[1]))
		.where((item.disabled == 0) & visible(website_item))
		# the rows of a document have its state; those of a return are negative
		.where(sold.docstatus == 1)
		.groupby(item.name, *fields)
		.having(total > 0)
		.orderby(total, order=frappe.qb.desc)
		.orderby(item.name)
		.limit(number("top_sellers_limit"))
	).run()
	return [dict(zip(COLUMNS, (*row[:-1], flt(row[-1], 9)), strict=True)) for row in rows]


def _values(rows: list[Any]) -> list[tuple]:
	return [tuple(row.get(column) for column in COLUMNS) for row in rows]

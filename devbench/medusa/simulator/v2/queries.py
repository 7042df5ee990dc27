"""The queries of v2's lists: what they may hold, what they choose, a page of it."""

from __future__ import annotations

import re

from devbench.medusa.simulator.answers import invalid
from devbench.medusa.simulator.app import Call, as_list, ordered, page
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v2 import views
from devbench.medusa.simulator.v2.app import V2

COMMON = (
	"fields",
	"limit",
	"offset",
	"order",
	"with_deleted",
	"q",
	"id",
	"created_at",
	"updated_at",
	"deleted_at",
)
COLUMNS = {
	"product": ("title", "handle", "external_id", "collection_id", "status", "sales_channel_id", "type_id"),
	"variant": ("sku", "ean", "upc", "barcode", "manage_inventory", "allow_backorder"),
	"collection": ("title", "handle", "external_id"),
	"price_list": ("status", "starts_at", "ends_at", "rules_count"),
	"inventory_item": ("sku", "title", "location_levels", "requires_shipping"),
	"reservation": ("line_item_id", "location_id", "inventory_item_id", "quantity"),
	"sales_channel": ("name", "description", "is_disabled"),
	"stock_location": ("name", "sales_channel_id"),
	"shipping_profile": ("name", "type"),
	"region": ("name", "currency_code"),
	"store": ("name",),
	"currency": ("code",),
	"customer": ("email", "first_name", "last_name", "company_name", "has_account", "created_by"),
	"api_key": ("token", "title", "type"),
	"order": ("status", "sales_channel_id", "region_id", "customer_id", "total"),
}
SEARCHED = ("title", "handle", "description", "name", "sku", "email", "first_name", "last_name")


def listed(app: V2, call: Call, entity: str, key: str, rows: list[Row], limit: int) -> dict:
	"""The answer of a list route: the rows that the query chooses, one page of them."""
	query = call.query
	known = (*COMMON, *COLUMNS[entity], "$and", "$or")
	# only the list of products lets unknown parameters pass, unheard
	if entity != "product" and (unknown := [name for name in query if name not in known]):
		raise invalid(f"Invalid request: Unrecognized fields: '{', '.join(unknown)}'")
	_check_numbers(query)
	rows = [row for row in rows if _chosen(app, entity, row, query)]
	order = query.get("order")
	if order and rows and order.removeprefix("-") not in rows[0]:
		raise app.unknown_error()
	rows, numbers = page(ordered(rows, order or "id"), query, limit)
	return {key: [views.show(app, entity, row, query.get("fields")) for row in rows], **numbers}


def _check_numbers(query: dict) -> None:
	for name in ("limit", "offset"):
		if not re.fullmatch(r"-?\d+", query.get(name, "0")):
			raise invalid(
				f"Invalid request: Expected type: 'number' for field '{name}', got: '{query[name]}'"
			)


def _chosen(app: V2, entity: str, row: Row, query: dict) -> bool:
	for name in ("id", *COLUMNS[entity]):
		if name in query and name in row and row[name] not in as_list(query[name]):
			return False
	if entity == "product":
		skus = as_list(query.get("variants", {}).get("sku", []))
		found = {variant["sku"] for variant in app.variants.where("product_id", row["id"])} if skus else ()
		if skus and not found.intersection(skus):
			return False
	elif "$or" in query and not any(_chosen(app, entity, row, part) for part in query["$or"]):
		# a list of products takes $or only over the variants' columns and the status
		return False
	if "q" in query and not _contains(app, entity, row, query["q"].lower()):
		return False
	return all(_in_range(row[name], query[name]) for name in ("created_at", "updated_at") if name in query)


def _contains(app: V2, entity: str, row: Row, words: str) -> bool:
	texts = [row.get(name) for name in SEARCHED]
	if entity == "product":
		texts += [variant["sku"] for variant in app.variants.where("product_id", row["id"])]
	return any(words in text.lower() for text in texts if text)


def _in_range(value: str, bounds: object) -> bool:
	if not isinstance(bounds, dict):
		return value == bounds
	tests = {"$gt": value.__gt__, "$gte": value.__ge__, "$lt": value.__lt__, "$lte": value.__le__}
	return all(test(bounds[name]) for name, test in tests.items() if name in bounds)

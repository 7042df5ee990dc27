"""Rows as v1 shows them: `fields` chooses columns, `expand` relations; without them, everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devbench.medusa.simulator.app import EXTRA_FIELDS
from devbench.medusa.simulator.tables import Row, now

if TYPE_CHECKING:
	from devbench.medusa.simulator.v1.app import V1

RELATIONS = (
	"collection", "images", "options", "profiles", "sales_channels", "tags", "type", "variants",
	"variants.prices", "variants.options",
)  # fmt: skip
COMPUTED = (
	"original_price", "calculated_price", "original_price_incl_tax", "calculated_price_incl_tax",
	"original_tax", "calculated_tax", "tax_rates",
)  # fmt: skip


def visible(row: Row) -> Row:
	"""A row without the columns that are the simulator's own."""
	return {name: value for name, value in row.items() if not name.startswith("_")}


def product(app: V1, row: Row, query: dict | None = None, *, listed: bool = False) -> Row:
	"""A product; `listed` adds created_at, which lists are ordered by."""
	query = query or {}
	shown = visible(row)
	if not app.extended:
		shown = {name: value for name, value in shown.items() if name not in EXTRA_FIELDS}
	if "fields" in query:
		wanted = query["fields"].split(",")
		if any(name not in shown for name in wanted):
			raise app.unknown_error()
		wanted += ["id", *(["created_at"] if listed else [])]
		shown = {name: value for name, value in shown.items() if name in wanted}
	relations = query["expand"].split(",") if "expand" in query else RELATIONS
	if any(name and name not in RELATIONS for name in relations):
		raise app.unknown_error()
	return shown | {
		name: value for relation in relations if "." not in relation and relation
		for name, value in _relation(app, row, relation, relations).items()
	}  # fmt: skip


def _relation(app: V1, row: Row, name: str, relations: list[str]) -> Row:
	if name == "collection":
		found = app.collections.get(row["collection_id"])
		return {"collection": visible(found) if found else None}
	if name == "profiles":
		return {"profiles": [app.profile], "profile": app.profile, "profile_id": app.profile["id"]}
	if name == "variants":
		rows = sorted(app.variants.where("product_id", row["id"]), key=lambda found: found["variant_rank"])
		return {"variants": [variant(app, found, relations) for found in rows]}
	if name == "options":
		return {"options": [option(app, found) for found in app.options.where("product_id", row["id"])]}
	if name == "images":
		return {"images": [visible(found) for found in app.images.where("_product_id", row["id"])]}
	if name == "sales_channels":
		return {"sales_channels": [app.sales_channels.get(found) for found in row["_sales_channels"]]}
	return {name: [] if name == "tags" else None}


def option(app: V1, row: Row) -> Row:
	return {**row, "values": app.values.where("option_id", row["id"])}


def variant(app: V1, row: Row, relations: list[str] | tuple[str, ...]) -> Row:
	shown = visible(row)
	if "variants.options" in relations:
		shown["options"] = app.values.where("variant_id", row["id"])
	if "variants.prices" in relations:
		shown["prices"] = valid_prices(app, row)
		shown |= dict.fromkeys(COMPUTED)
	return shown


def valid_prices(app: V1, variant: Row) -> list[Row]:
	"""A variant's prices, those of a list only while it is active."""
	shown = []
	for price in app.prices.where("variant_id", variant["id"]):
		found = app.price_lists.get(price["price_list_id"])
		if found and is_active(found):
			shown.append({**price, "price_list": _bare(found)})
		elif not price["price_list_id"]:
			shown.append({**price, "price_list": None})
	return shown


def _bare(price_list: Row) -> Row:
	return {name: value for name, value in visible(price_list).items() if name != "customer_groups"}


def is_active(price_list: Row) -> bool:
	"""Whether a list counts at this moment."""
	starts, ends = price_list["starts_at"], price_list["ends_at"]
	moment = now()
	return (
		price_list["status"] == "active" and (not starts or starts < moment) and (not ends or ends > moment)
	)


def collection(app: V1, row: Row) -> Row:
	"""A collection with its products' own columns."""
	products = [visible(found) for found in app.products.where("collection_id", row["id"])]
	return {**row, "products": products}


def price_list(app: V1, row: Row) -> Row:
	"""A price list with its prices."""
	return {
		**visible(row),
		"prices": [_price(app, price) for price in app.prices.where("price_list_id", row["id"])],
	}


def _price(app: V1, row: Row) -> Row:
	found = app.variants.get(row["variant_id"])
	shown = {name: value for name, value in visible(row).items() if name != "variant_id"}
	if not found:
		return {**shown, "variants": []}
	return {**shown, "variants": [visible(found)], "variant": visible(found), "variant_id": found["id"]}

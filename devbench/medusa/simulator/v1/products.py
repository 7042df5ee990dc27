"""v1's products and their options."""

from __future__ import annotations

from devbench.medusa.simulator.answers import error, invalid, not_found
from devbench.medusa.simulator.app import EXTRA_FIELDS, Call, as_list, merge_metadata, ordered, page
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v1 import bodies, views
from devbench.medusa.simulator.v1.app import V1, validate
from devbench.medusa.simulator.v1.handles import kebab
from devbench.medusa.simulator.v1.queries import accept_query, in_range
from devbench.medusa.simulator.v1.variants import add_variant, delete_variant, replace_variants

route = V1.routes
COLUMNS = (
	"title", "subtitle", "description", "handle", "is_giftcard", "status", "thumbnail", "weight", "length",
	"height", "width", "hs_code", "origin_country", "mid_code", "material", "collection_id", "type_id",
	"discountable", "external_id", "metadata", *EXTRA_FIELDS,
)  # fmt: skip


@route("POST", "/admin/products")
def create_product(app: V1, call: Call) -> dict:
	validate(bodies.product(create=True, extended=app.extended), call.body)
	body = call.body
	channels = [channel["id"] for channel in body.get("sales_channels") or [app.sales_channel]]
	_check_links(app, body, channels)
	row = app.products.insert(
		{
			**dict.fromkeys(COLUMNS),
			"is_giftcard": False,
			"discountable": True,
			"status": "draft",
			**{name: value for name, value in body.items() if name in COLUMNS and value is not None},
			"handle": body["handle"] if body.get("handle") is not None else kebab(body["title"]),
			"_sales_channels": channels,
		}
	)
	_set_images(app, row, body)
	for found in body.get("options") or []:
		app.options.insert({"title": found["title"], "product_id": row["id"], "metadata": None})
	for rank, found in enumerate(body.get("variants") or []):
		add_variant(app, row, {**found, "variant_rank": rank}, by_position=True)
	return {"product": views.product(app, row)}


def _check_links(app: V1, body: dict, channels: list[str]) -> None:
	collection = body.get("collection_id")
	if collection and not app.collections.rows.get(collection):
		raise not_found(f"Product_collection with collection_id {collection} does not exist.")
	if unknown := [channel for channel in channels if not app.sales_channels.get(channel)]:
		raise app.body_error(f"Sales Channels {', '.join(unknown)} do not exist")


def _set_images(app: V1, row: Row, body: dict) -> None:
	if body.get("images") is None:
		return
	for image in app.images.where("_product_id", row["id"]):
		app.images.delete(image)
	for url in body["images"]:
		app.images.insert({"url": str(url), "metadata": None, "_product_id": row["id"]})
	if not body.get("thumbnail") and body["images"] and not row["thumbnail"]:
		app.products.update(row, {"thumbnail": str(body["images"][0])})


@route("GET", "/admin/products")
def list_products(app: V1, call: Call) -> dict:
	query = accept_query(call, bodies.PRODUCTS_QUERY)
	for status in query.get("status", []):
		if status not in bodies.STATUS:
			raise invalid(
				f"each value in status must be one of the following values: {', '.join(bodies.STATUS)}"
			)
	rows = [row for row in app.products if _matches(app, row, query)]
	order = query.get("order")
	if order and order.removeprefix("-") not in (*COLUMNS, "id", "created_at", "updated_at"):
		raise app.unknown_error()
	rows, numbers = page(ordered(rows, order or "-created_at"), query, 50)
	return {"products": [views.product(app, row, query, listed=True) for row in rows], **numbers}


def _matches(app: V1, row: Row, query: dict) -> bool:
	for name in ("title", "handle", "description"):
		if name in query and row[name] != query[name]:
			return False
	for name, column in (("id", "id"), ("status", "status"), ("collection_id", "collection_id")):
		if name in query and row[column] not in as_list(query[name]):
			return False
	if "q" in query and not _contains(app, row, query["q"].lower()):
		return False
	return all(in_range(row[name], query[name]) for name in ("created_at", "updated_at") if name in query)


def _contains(app: V1, row: Row, words: str) -> bool:
	variants = app.variants.where("product_id", row["id"])
	texts = [row["title"], row["description"], *(v["sku"] for v in variants), *(v["title"] for v in variants)]
	return any(words in text.lower() for text in texts if text)


@route("GET", "/admin/products/:id")
def get_product(app: V1, call: Call) -> dict:
	validate(bodies.PRODUCT_QUERY, call.query)
	return {"product": views.product(app, app.known_product(call.params["id"]), call.query)}


@route("POST", "/admin/products/:id")
def update_product(app: V1, call: Call) -> dict:
	validate(bodies.product(create=False, extended=app.extended), call.body)
	body = call.body
	row = app.known_product(call.params["id"])
	_check_links(app, body, [channel["id"] for channel in body.get("sales_channels") or []])
	values = {name: value for name, value in body.items() if name in COLUMNS and name != "metadata"}
	if body.get("metadata"):
		values["metadata"] = merge_metadata(row["metadata"], body["metadata"])
	if body.get("sales_channels") is not None:
		values["_sales_channels"] = [channel["id"] for channel in body["sales_channels"]]
	if values:
		app.products.update(row, values)
	_set_images(app, row, body)
	if body.get("variants") is not None:
		replace_variants(app, row, body["variants"])
	return {"product": views.product(app, row)}


@route("DELETE", "/admin/products/:id")
def delete_product(app: V1, call: Call) -> dict:
	if row := app.products.get(call.params["id"]):
		for variant in app.variants.where("product_id", row["id"]):
			delete_variant(app, variant)
		app.products.delete(row)
	return {"id": call.params["id"], "object": "product", "deleted": True}


@route("POST", "/admin/products/:id/options")
def create_option(app: V1, call: Call) -> dict:
	validate(bodies.OPTION, call.body)
	row = app.known_product(call.params["id"])
	title = call.body["title"]
	if any(option["title"] == title for option in app.options.where("product_id", row["id"])):
		message = f"An option with the title: {title} already exists"
		raise error(422, "duplicate_error", message, "invalid_request_error")
	option = app.options.insert({"title": title, "product_id": row["id"], "metadata": None})
	for variant in app.variants.where("product_id", row["id"]):
		app.values.insert(
			{
				"value": "Default Value",
				"option_id": option["id"],
				"variant_id": variant["id"],
				"metadata": None,
			}
		)
	return {"product": views.product(app, row)}

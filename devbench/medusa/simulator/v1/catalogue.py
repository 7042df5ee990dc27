"""v1's products, options, variants and collections."""

from __future__ import annotations

import re
import unicodedata

from devbench.medusa.simulator.answers import error, invalid, not_found
from devbench.medusa.simulator.app import EXTRA_FIELDS, Call, as_list, merge_metadata, ordered, page
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v1 import bodies, views
from devbench.medusa.simulator.v1.app import TAIL, V1, validate

route = V1.routes
PRODUCT_COLUMNS = (
	"title", "subtitle", "description", "handle", "is_giftcard", "status", "thumbnail", "weight", "length",
	"height", "width", "hs_code", "origin_country", "mid_code", "material", "collection_id", "type_id",
	"discountable", "external_id", "metadata", *EXTRA_FIELDS,
)  # fmt: skip
VARIANT_COLUMNS = (
	"title", "product_id", "sku", "barcode", "ean", "upc", "variant_rank", "inventory_quantity",
	"allow_backorder", "manage_inventory", "hs_code", "origin_country", "mid_code", "material", "weight",
	"length", "height", "width", "metadata",
)  # fmt: skip


def kebab(text: str) -> str:
	"""The handle that v1 makes of a title."""
	plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
	words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+|[^\w\s!-/:-@\[-`{-~]+", plain)
	return "-".join(words).lower()


def known_product(app: V1, product_id: str) -> Row:
	if row := app.products.get(product_id):
		return row
	raise not_found(f"Product with id: {product_id} was not found")


@route("POST", "/admin/products")
def create_product(app: V1, call: Call) -> dict:
	validate(bodies.product(create=True, extended=app.extended), call.body)
	body = call.body
	channels = [channel["id"] for channel in body.get("sales_channels") or [app.sales_channel]]
	_check_links(app, body, channels)
	row = app.products.insert(
		{
			**dict.fromkeys(PRODUCT_COLUMNS),
			"is_giftcard": False,
			"discountable": True,
			"status": "draft",
			**{name: value for name, value in body.items() if name in PRODUCT_COLUMNS and value is not None},
			"handle": body["handle"] if body.get("handle") is not None else kebab(body["title"]),
			"_sales_channels": channels,
		}
	)
	_set_images(app, row, body)
	for found in body.get("options") or []:
		app.options.insert({"title": found["title"], "product_id": row["id"], "metadata": None})
	for rank, found in enumerate(body.get("variants") or []):
		_add_variant(app, row, {**found, "variant_rank": rank}, by_position=True)
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
	query = _checked_query(call, bodies.PRODUCTS_QUERY)
	for status in query.get("status", []):
		if status not in bodies.STATUS:
			raise invalid(
				f"each value in status must be one of the following values: {', '.join(bodies.STATUS)}"
			)
	rows = [row for row in app.products if _matches(app, row, query)]
	order = query.get("order")
	if order and order.removeprefix("-") not in (*PRODUCT_COLUMNS, "id", "created_at", "updated_at"):
		raise app.unknown_error()
	rows, numbers = page(ordered(rows, order or "-created_at"), query, 50)
	return {"products": [views.product(app, row, query, listed=True) for row in rows], **numbers}


def _checked_query(call: Call, schema: object) -> dict:
	validate(schema, call.query)
	for name in ("limit", "offset"):
		if not re.fullmatch(r"-?\d+", call.query.get(name, "0")):
			raise invalid(f"{name} must be a number conforming to the specified constraints")
	return call.query


def _matches(app: V1, row: Row, query: dict) -> bool:
	for name in ("title", "handle", "description"):
		if name in query and row[name] != query[name]:
			return False
	for name, column in (("id", "id"), ("status", "status"), ("collection_id", "collection_id")):
		if name in query and row[column] not in as_list(query[name]):
			return False
	if "q" in query and not _contains(app, row, query["q"].lower()):
		return False
	return all(_in_range(row[name], query[name]) for name in ("created_at", "updated_at") if name in query)


def _contains(app: V1, row: Row, words: str) -> bool:
	variants = app.variants.where("product_id", row["id"])
	texts = [row["title"], row["description"], *(v["sku"] for v in variants), *(v["title"] for v in variants)]
	return any(words in text.lower() for text in texts if text)


def _in_range(value: str, bounds: dict) -> bool:
	tests = {"gt": value.__gt__, "gte": value.__ge__, "lt": value.__lt__, "lte": value.__le__}
	return all(test(bounds[name]) for name, test in tests.items() if name in bounds)


@route("GET", "/admin/products/:id")
def get_product(app: V1, call: Call) -> dict:
	return {"product": views.product(app, known_product(app, call.params["id"]), call.query)}


@route("POST", "/admin/products/:id")
def update_product(app: V1, call: Call) -> dict:
	validate(bodies.product(create=False, extended=app.extended), call.body)
	body = call.body
	row = known_product(app, call.params["id"])
	_check_links(app, body, [channel["id"] for channel in body.get("sales_channels") or []])
	values = {name: value for name, value in body.items() if name in PRODUCT_COLUMNS and name != "metadata"}
	if body.get("metadata"):
		values["metadata"] = merge_metadata(row["metadata"], body["metadata"])
	if body.get("sales_channels") is not None:
		values["_sales_channels"] = [channel["id"] for channel in body["sales_channels"]]
	if values:
		app.products.update(row, values)
	_set_images(app, row, body)
	if body.get("variants") is not None:
		_replace_variants(app, row, body["variants"])
	return {"product": views.product(app, row)}


def _replace_variants(app: V1, product: Row, wanted: list[dict]) -> None:
	"""What the list has is updated or created, what it does not have is deleted."""
	present = {row["id"]: row for row in app.variants.where("product_id", product["id"])}
	named = [variant["id"] for variant in wanted if variant.get("id")]
	if strangers := [variant_id for variant_id in named if variant_id not in present]:
		raise not_found(f"Variants with id: {', '.join(strangers)} are not associated with this product")
	for variant_id, row in present.items():
		if variant_id not in named:
			_delete_variant(app, row)
	for rank, variant in enumerate(wanted):
		values = {**variant, "variant_rank": rank}
		if variant.get("id"):
			_change_variant(app, present[variant["id"]], values)
		elif variant.get("inventory_quantity") is None:
			column = '"inventory_quantity" of relation "product_variant"'
			raise invalid(f"null value in column {column} violates not-null constraint{TAIL}")
		else:
			_add_variant(app, product, values)


@route("DELETE", "/admin/products/:id")
def delete_product(app: V1, call: Call) -> dict:
	if row := app.products.get(call.params["id"]):
		for variant in app.variants.where("product_id", row["id"]):
			_delete_variant(app, variant)
		app.products.delete(row)
	return {"id": call.params["id"], "object": "product", "deleted": True}


@route("POST", "/admin/products/:id/options")
def create_option(app: V1, call: Call) -> dict:
	validate(bodies.OPTION, call.body)
	row = known_product(app, call.params["id"])
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


@route("POST", "/admin/products/:id/variants")
def create_variant(app: V1, call: Call) -> dict:
	validate(bodies.VARIANT_CREATE, call.body)
	row = known_product(app, call.params["id"])
	rank = len(app.variants.where("product_id", row["id"]))
	_add_variant(app, row, {"inventory_quantity": 0, **call.body, "variant_rank": rank})
	return {"product": views.product(app, row)}


def _add_variant(app: V1, product: Row, body: dict, *, by_position: bool = False) -> None:
	options, given = app.options.where("product_id", product["id"]), body.get("options") or []
	if len(options) != len(given):
		counts = f"Product has {len(options)} and variant has {len(given)}."
		raise invalid(f"Product options length does not match variant options length. {counts}{TAIL}")
	chosen: dict[str, str] = {}
	for option, value in zip(options, given, strict=True):
		named = option["id"] if by_position else value["option_id"]
		chosen[named] = value["value"]
	for option in options:
		if option["id"] not in chosen:
			raise invalid(f"Variant options do not contain value for {option['title']}{TAIL}")
	for other in app.variants.where("product_id", product["id"]):
		taken = {value["option_id"]: value["value"] for value in app.values.where("variant_id", other["id"])}
		if options and taken == chosen:
			raise invalid(f"Variant with title {other['title']} with provided options already exists{TAIL}")
	row = app.variants.insert(
		{
			**dict.fromkeys(VARIANT_COLUMNS),
			"inventory_quantity": 0,
			"allow_backorder": False,
			"manage_inventory": True,
			**{name: value for name, value in body.items() if name in VARIANT_COLUMNS and value is not None},
			"product_id": product["id"],
		}
	)
	for option_id, value in chosen.items():
		app.values.insert({"value": value, "option_id": option_id, "variant_id": row["id"], "metadata": None})
	_set_prices(app, row, body.get("prices") or [])


def _set_prices(app: V1, variant: Row, prices: list[dict]) -> None:
	for price in prices:
		code = price.get("currency_code")
		if code not in app.known_currencies:
			constraint = "FK_e15811f81339e4bd8c440aebe1c"
			raise invalid(
				f'insert or update on table "money_amount" violates foreign key constraint "{constraint}"{TAIL}'
			)
		before = [
			row for row in app.prices.where("variant_id", variant["id"])
			if not row["price_list_id"] and row["currency_code"] == code
		]  # fmt: skip
		if before:
			app.prices.update(before[0], {"amount": price["amount"]})
		else:
			app.prices.insert(app.new_price(price, variant["id"], None))


def _change_variant(app: V1, row: Row, body: dict) -> None:
	values = {
		name: value for name, value in body.items()
		if name in VARIANT_COLUMNS and name not in ("metadata", "product_id")
	}  # fmt: skip
	if body.get("metadata"):
		values["metadata"] = merge_metadata(row["metadata"], body["metadata"])
	# unlike a creation, an update names what is taken
	other = app.variants.first("sku", body.get("sku")) if body.get("sku") else None
	if other and other is not row:
		message = f"Product_variant with sku {body['sku']} already exists."
		raise error(422, "duplicate_error", message, "invalid_request_error")
	app.variants.update(row, values)
	for given in body.get("options") or []:
		for value in app.values.where("variant_id", row["id"]):
			if value["option_id"] == given["option_id"]:
				app.values.update(value, {"value": given["value"]})
	if body.get("prices") is not None:
		_set_prices(app, row, body["prices"])


@route("POST", "/admin/products/:id/variants/:variant_id")
def update_variant(app: V1, call: Call) -> dict:
	validate(bodies.VARIANT_UPDATE, call.body)
	product_id, variant_id = call.params["id"], call.params["variant_id"]
	row = app.variants.get(variant_id)
	if not row:
		raise not_found(f"Variant with id: {variant_id} was not found")
	if not app.products.get(product_id):
		raise not_found(f"Product with product_id {product_id} does not exist.")
	quantity = call.body.get("inventory_quantity")
	if quantity is not None and not float(quantity).is_integer():
		raise app.unknown_error()
	_change_variant(app, row, call.body)
	return {"product": views.product(app, known_product(app, product_id))}


@route("DELETE", "/admin/products/:id/variants/:variant_id")
def delete_variant(app: V1, call: Call) -> dict:
	product = known_product(app, call.params["id"])
	if row := app.variants.get(call.params["variant_id"]):
		_delete_variant(app, row)
	return {
		"variant_id": call.params["variant_id"],
		"object": "product-variant",
		"deleted": True,
		"product": views.product(app, product),
	}


def _delete_variant(app: V1, row: Row) -> None:
	for value in app.values.where("variant_id", row["id"]):
		app.values.delete(value)
	app.variants.delete(row)


@route("GET", "/admin/variants")
def list_variants(app: V1, call: Call) -> dict:
	query = _checked_query(call, bodies.VARIANTS_QUERY)
	rows = list(app.variants)
	if "id" in query:
		rows = [row for row in rows if row["id"] in as_list(query["id"])]
	if "q" in query:
		words = query["q"].lower()
		rows = [row for row in rows if words in f"{row['sku']} {row['title']}".lower()]
	rows, numbers = page(ordered(rows, "-created_at"), query, 100)
	return {"variants": [_shown_variant(app, row, query) for row in rows], **numbers}


def _shown_variant(app: V1, row: Row, query: dict) -> Row:
	shown = views.variant(app, row, ("variants.options", "variants.prices"))
	if "fields" in query:
		wanted = {"id", "created_at", "prices", "options", *query["fields"].split(",")}
		shown = {name: value for name, value in shown.items() if name in wanted}
	product = app.products.get(row["product_id"])
	return {**shown, "product": views.visible(product) if product else None}


@route("POST", "/admin/collections")
def create_collection(app: V1, call: Call) -> dict:
	validate(bodies.COLLECTION_CREATE, call.body)
	body = call.body
	handle = body.get("handle") or kebab(body["title"])
	row = app.collections.insert({"title": body["title"], "handle": handle, "metadata": body.get("metadata")})
	return {"collection": views.collection(app, row)}


@route("GET", "/admin/collections")
def list_collections(app: V1, call: Call) -> dict:
	query = _checked_query(call, bodies.COLLECTIONS_QUERY)
	rows = [
		row for row in app.collections
		if all(row[name] == query[name] for name in ("title", "handle") if name in query)
		and query.get("q", "").lower() in row["title"].lower()
	]  # fmt: skip
	rows, numbers = page(ordered(rows, "-created_at"), query, 10)
	shown = ("id", "created_at", "updated_at", "title", "handle", "products")
	listed = [{name: views.collection(app, row)[name] for name in shown} for row in rows]
	return {"collections": listed, **numbers}


def known_collection(app: V1, collection_id: str) -> Row:
	if row := app.collections.get(collection_id):
		return row
	raise not_found(f"Product collection with id: {collection_id} was not found")


@route("GET", "/admin/collections/:id")
def get_collection(app: V1, call: Call) -> dict:
	return {"collection": views.collection(app, known_collection(app, call.params["id"]))}


@route("POST", "/admin/collections/:id")
def update_collection(app: V1, call: Call) -> dict:
	validate(bodies.COLLECTION_UPDATE, call.body)
	row = known_collection(app, call.params["id"])
	values = {name: value for name, value in call.body.items() if name != "metadata" and value is not None}
	if call.body.get("metadata"):
		values["metadata"] = merge_metadata(row["metadata"], call.body["metadata"])
	app.collections.update(row, values)
	return {"collection": views.collection(app, row)}


@route("DELETE", "/admin/collections/:id")
def delete_collection(app: V1, call: Call) -> dict:
	row = known_collection(app, call.params["id"])
	app.collections.delete(row)
	return {"id": row["id"], "object": "product-collection", "deleted": True}

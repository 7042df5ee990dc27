"""v2's products: one by one, and in batches that happen as a whole or not at all."""

from __future__ import annotations

import re
import secrets
import unicodedata

from devbench.medusa.simulator.answers import invalid, not_found
from devbench.medusa.simulator.app import EXTRA_FIELDS, Call, merge_metadata
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v2 import bodies, views
from devbench.medusa.simulator.v2.app import V2, accept, accept_query, validate
from devbench.medusa.simulator.v2.queries import listed
from devbench.medusa.simulator.v2.variants import add_variant, delete_variant, replace_variants

route = V2.routes
COLUMNS = (
	"title", "subtitle", "status", "external_id", "description", "handle", "is_giftcard", "discountable",
	"thumbnail", "collection_id", "type_id", "weight", "length", "height", "width", "hs_code",
	"origin_country", "mid_code", "material", "metadata",
)  # fmt: skip


def to_handle(text: str) -> str:
	"""The handle that v2 makes of a title."""
	kept = "".join(
		c for c in text.lower().replace("ß", "ss") if _category(c) in "LN" or c in "_-" or c.isspace()
	)
	handle = re.sub(r"-+", "-", re.sub(r"[\s_]+", "-", kept)).strip("-")
	return handle or f"product-{secrets.token_hex(3)}"


def is_handle(text: str) -> bool:
	"""Whether v2 takes it for a handle: small letters, digits, single hyphens in between."""
	letters = all(
		c == "-" or _category(c) == "N" or unicodedata.category(c) in ("Ll", "Lo", "Lm") for c in text
	)
	return letters and bool(re.fullmatch(r"[^-]+(-[^-]+)*", text))


def _category(character: str) -> str:
	return unicodedata.category(character)[0]


def take_extras(app: V2, element: object) -> dict:
	"""What the extension takes out of a product's body."""
	if not app.extended or not isinstance(element, dict):
		return {}
	extras = {name: element.pop(name) for name in EXTRA_FIELDS if name in element}
	validate(bodies.EXTRAS, extras)
	return extras


def keep_extras(app: V2, product: Row, extras: dict) -> None:
	if not extras:
		return
	if row := app.erp_products.first("_product_id", product["id"]):
		app.erp_products.update(row, extras)
	else:
		app.erp_products.insert({**dict.fromkeys(EXTRA_FIELDS), **extras, "_product_id": product["id"]})


def add_product(app: V2, body: dict) -> Row:
	"""Store one product with its options; the variants come when all products of a batch are there."""
	handle = body.get("handle") or to_handle(body["title"])
	if not is_handle(handle):
		raise invalid(f"Invalid product handle '{handle}'. It must contain URL safe characters")
	_check_collection(app, body)
	row = app.products.insert(
		{
			**dict.fromkeys(COLUMNS),
			"status": "draft",
			"is_giftcard": False,
			"discountable": True,
			**{name: value for name, value in body.items() if name in COLUMNS and value is not None},
			"handle": handle,
			"_sales_channels": [channel["id"] for channel in body.get("sales_channels") or []],
		}
	)
	_set_images(app, row, body.get("images"))
	if body.get("images") and not row["thumbnail"]:
		app.products.update(row, {"thumbnail": body["images"][0]["url"]})
	for option in body["options"]:
		add_option(app, row, option)
	return row


def _check_collection(app: V2, body: dict) -> None:
	collection = body.get("collection_id")
	# one that is deleted will do
	if collection and collection not in app.collections.rows:
		raise not_found(
			f"You tried to set relationship collection_id: {collection}, but such entity does not exist"
		)


def _set_images(app: V2, row: Row, images: list[dict] | None) -> None:
	if images is None:
		return
	for image in app.images.where("product_id", row["id"]):
		app.images.delete(image)
	for rank, image in enumerate(images):
		app.images.insert({"url": image["url"], "metadata": None, "rank": rank, "product_id": row["id"]})


def add_option(app: V2, product: Row, option: dict) -> None:
	row = app.options.insert(
		{"title": option["title"], "is_exclusive": True, "metadata": None, "_product_id": product["id"]}
	)
	for value in option["values"]:
		app.values.insert({"value": value, "rank": None, "metadata": None, "option_id": row["id"]})


def create_products(app: V2, wanted: list[dict], extras: list[dict]) -> list[Row]:
	"""Create products the way the workflow does: all products first, then all variants."""
	if bare := [body["title"] for body in wanted if not body.get("options")]:
		raise invalid(f"Product options are not provided for: [{', '.join(bare)}].")
	if any(not body["title"] for body in wanted):
		raise invalid("Product title is required")
	rows = [add_product(app, body) for body in wanted]
	for row, body in zip(rows, wanted, strict=True):
		for rank, variant in enumerate(body.get("variants") or []):
			add_variant(app, row, {"variant_rank": rank, **variant}, is_first=True)
	for row, extra in zip(rows, extras, strict=True):
		keep_extras(app, row, extra)
	return sorted(rows, key=lambda row: row["id"])


def change_product(app: V2, row: Row, body: dict) -> None:
	"""Apply an update to one product."""
	if body.get("handle") and not is_handle(body["handle"]):
		raise invalid(f"Invalid product handle '{body['handle']}'. It must contain URL safe characters")
	_check_collection(app, body)
	values = {name: value for name, value in body.items() if name in COLUMNS}
	if body.get("handle") == "":
		del values["handle"]
	# an empty object clears the metadata as null does
	if body.get("metadata"):
		values["metadata"] = merge_metadata(row["metadata"], body["metadata"])
	if body.get("sales_channels") is not None:
		values["_sales_channels"] = [channel["id"] for channel in body["sales_channels"]]
	app.products.update(row, values)
	_set_images(app, row, body.get("images"))
	if body.get("variants") is not None:
		replace_variants(app, row, body["variants"])


def remove_product(app: V2, product_id: str) -> None:
	"""Delete one product and what hangs on it; nothing happens when it is not there."""
	row = app.products.get(product_id)
	if not row:
		return
	for variant in app.variants.where("product_id", product_id):
		delete_variant(app, variant)
	if extra := app.erp_products.first("_product_id", product_id):
		app.erp_products.delete(extra)
	app.products.delete(row)


@route("POST", "/admin/products")
def create_product(app: V2, call: Call) -> dict:
	extras = take_extras(app, call.body)
	accept(bodies.PRODUCT_CREATE, call)
	(row,) = create_products(app, [call.body], [extras])
	return {"product": views.show(app, "product", row, call.query.get("fields"))}


@route("GET", "/admin/products")
def list_products(app: V2, call: Call) -> dict:
	status = call.query.get("status")
	if isinstance(status, str):
		raise invalid(f"Invalid request: Expected type: 'array' for field 'status', got: '{status}'")
	for index, value in enumerate(status or []):
		if value not in bodies.STATUS:
			raise invalid(f"Invalid request: Field 'status, {index}' is required")
	return listed(app, call, "product", "products", list(app.products), 50)


@route("POST", "/admin/products/batch")
def change_products(app: V2, call: Call) -> dict:
	create, update = (_elements(call.body, name) for name in ("create", "update"))
	created_extras = [take_extras(app, element) for element in create]
	updated_extras = [take_extras(app, element) for element in update]
	accept(bodies.PRODUCT_BATCH, call)
	created = create_products(app, create, created_extras)
	updated = update_products(app, update, updated_extras)
	deleted = call.body.get("delete") or []
	for product_id in deleted:
		remove_product(app, product_id)
	fields = call.query.get("fields")
	return {
		"created": [views.show(app, "product", row, fields) for row in created],
		"updated": [views.show(app, "product", row, fields) for row in updated],
		"deleted": {"ids": deleted, "object": "product", "deleted": True},
	}


def _elements(body: object, name: str) -> list:
	found = body.get(name) if isinstance(body, dict) else None
	return found if isinstance(found, list) else []


def update_products(app: V2, wanted: list[dict], extras: list[dict]) -> list[Row]:
	"""Update products; one that is not there spoils them all."""
	unknown = [body["id"] for body in wanted if not app.products.get(body["id"])]
	if unknown:
		raise not_found(f"Unable to update the products with ids: {', '.join(unknown)}")
	rows = {body["id"]: app.products.get(body["id"]) for body in wanted}
	for body, extra in zip(wanted, extras, strict=True):
		change_product(app, rows[body["id"]], body)
		keep_extras(app, rows[body["id"]], extra)
	return sorted(rows.values(), key=lambda row: row["id"])


@route("GET", "/admin/products/:id")
def get_product(app: V2, call: Call) -> dict:
	accept_query(call)
	if row := app.products.get(call.params["id"]):
		return {"product": views.show(app, "product", row, call.query.get("fields"))}
	raise not_found("Product not found")


@route("POST", "/admin/products/:id")
def update_product(app: V2, call: Call) -> dict:
	extras = take_extras(app, call.body)
	accept(bodies.PRODUCT_UPDATE, call)
	row = app.products.get(call.params["id"])
	if not row:
		raise not_found(f'Product with id "{call.params["id"]}" not found')
	change_product(app, row, call.body)
	keep_extras(app, row, extras)
	return {"product": views.show(app, "product", row, call.query.get("fields"))}


@route("DELETE", "/admin/products/:id")
def delete_product(app: V2, call: Call) -> dict:
	accept_query(call)
	remove_product(app, call.params["id"])
	return {"id": call.params["id"], "object": "product", "deleted": True}


@route("POST", "/admin/products/:id/options/batch")
def change_options(app: V2, call: Call) -> dict:
	accept(bodies.OPTIONS_BATCH, call)
	row = app.products.get(call.params["id"])
	if not row:
		raise not_found("Product not found")
	for option in call.body.get("add") or []:
		add_option(app, row, option)
	for option_id in call.body.get("remove") or []:
		if option := app.options.get(option_id):
			app.options.delete(option)
	return {"product": views.show(app, "product", row, call.query.get("fields"))}

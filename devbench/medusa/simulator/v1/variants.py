"""v1's variants, with their prices."""

from __future__ import annotations

from devbench.medusa.simulator.answers import error, invalid, not_found
from devbench.medusa.simulator.app import Call, as_list, known, merge_metadata, ordered, page
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v1 import bodies, views
from devbench.medusa.simulator.v1.app import TAIL, V1, validate
from devbench.medusa.simulator.v1.queries import accept_query

route = V1.routes

COLUMNS = (
	"title", "product_id", "sku", "barcode", "ean", "upc", "variant_rank", "inventory_quantity",
	"allow_backorder", "manage_inventory", "hs_code", "origin_country", "mid_code", "material", "weight",
	"length", "height", "width", "metadata",
)  # fmt: skip


def replace_variants(app: V1, product: Row, wanted: list[dict]) -> None:
	"""What the list has is updated or created, what it does not have is deleted."""
	present = {row["id"]: row for row in app.variants.where("product_id", product["id"])}
	named = [variant["id"] for variant in wanted if variant.get("id")]
	if strangers := [variant_id for variant_id in named if variant_id not in present]:
		raise not_found(f"Variants with id: {', '.join(strangers)} are not associated with this product")
	for variant_id, row in present.items():
		if variant_id not in named:
			delete_variant(app, row)
	for rank, variant in enumerate(wanted):
		values = {**variant, "variant_rank": rank}
		if variant.get("id"):
			change_variant(app, present[variant["id"]], values)
		elif variant.get("inventory_quantity") is None:
			column = '"inventory_quantity" of relation "product_variant"'
			raise invalid(f"null value in column {column} violates not-null constraint{TAIL}")
		else:
			add_variant(app, product, values)


@route("POST", "/admin/products/:id/variants")
def create_variant(app: V1, call: Call) -> dict:
	validate(bodies.VARIANT_CREATE, call.body)
	row = app.known_product(call.params["id"])
	rank = len(app.variants.where("product_id", row["id"]))
	add_variant(app, row, {"inventory_quantity": 0, **call.body, "variant_rank": rank})
	return {"product": views.product(app, row)}


def add_variant(app: V1, product: Row, body: dict, *, by_position: bool = False) -> None:
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
			**dict.fromkeys(COLUMNS),
			"inventory_quantity": 0,
			"allow_backorder": False,
			"manage_inventory": True,
			**{name: value for name, value in body.items() if name in COLUMNS and value is not None},
			"product_id": product["id"],
		}
	)
	for option_id, value in chosen.items():
		app.values.insert({"value": value, "option_id": option_id, "variant_id": row["id"], "metadata": None})
	set_prices(app, row, body.get("prices") or [])


def set_prices(app: V1, variant: Row, prices: list[dict]) -> None:
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


def change_variant(app: V1, row: Row, body: dict) -> None:
	values = {
		name: value for name, value in body.items()
		if name in COLUMNS and name not in ("metadata", "product_id")
	}  # fmt: skip
	if body.get("metadata"):
		values["metadata"] = merge_metadata(row["metadata"], body["metadata"])
	# unlike a creation, an update names what is taken
	for column in app.variants.unique:
		other = None if body.get(column) is None else app.variants.first(column, body[column])
		if other and other is not row:
			message = f"Product_variant with {column} {body[column]} already exists."
			raise error(422, "duplicate_error", message, "invalid_request_error")
	app.variants.update(row, values)
	for given in body.get("options") or []:
		for value in app.values.where("variant_id", row["id"]):
			if value["option_id"] == given["option_id"]:
				app.values.update(value, {"value": given["value"]})
	if body.get("prices") is not None:
		set_prices(app, row, body["prices"])


@route("POST", "/admin/products/:id/variants/:variant_id")
def update_variant(app: V1, call: Call) -> dict:
	validate(bodies.VARIANT_UPDATE, call.body)
	product_id, variant_id = call.params["id"], call.params["variant_id"]
	row = known(app.variants, "Variant", variant_id)
	if not app.products.get(product_id):
		raise not_found(f"Product with product_id {product_id} does not exist.")
	quantity = call.body.get("inventory_quantity")
	if quantity is not None and not float(quantity).is_integer():
		raise app.unknown_error()
	change_variant(app, row, call.body)
	return {"product": views.product(app, app.known_product(product_id))}


@route("DELETE", "/admin/products/:id/variants/:variant_id")
def remove_variant(app: V1, call: Call) -> dict:
	product = app.known_product(call.params["id"])
	if row := app.variants.get(call.params["variant_id"]):
		delete_variant(app, row)
	return {
		"variant_id": call.params["variant_id"],
		"object": "product-variant",
		"deleted": True,
		"product": views.product(app, product),
	}


def delete_variant(app: V1, row: Row) -> None:
	for value in app.values.where("variant_id", row["id"]):
		app.values.delete(value)
	app.variants.delete(row)


@route("GET", "/admin/variants")
def list_variants(app: V1, call: Call) -> dict:
	query = accept_query(call, bodies.VARIANTS_QUERY)
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

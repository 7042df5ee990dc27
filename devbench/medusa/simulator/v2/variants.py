"""v2's variants, with their prices and their stock items."""

from __future__ import annotations

from devbench.medusa.simulator.answers import invalid, not_found
from devbench.medusa.simulator.app import Call, merge_metadata
from devbench.medusa.simulator.tables import Row, new_id
from devbench.medusa.simulator.v2 import bodies, views
from devbench.medusa.simulator.v2.app import V2, accept
from devbench.medusa.simulator.v2.queries import listed

route = V2.routes
COLUMNS = (
	"title", "sku", "barcode", "ean", "upc", "allow_backorder", "manage_inventory", "hs_code",
	"origin_country", "mid_code", "material", "weight", "length", "height", "width", "metadata",
	"variant_rank", "thumbnail",
)  # fmt: skip


def add_variant(app: V2, product: Row, body: dict, *, is_first: bool = False) -> Row:
	"""Store one variant of a product, its prices and, if its stock is managed, its stock item.

	Those that come with a new product (`is_first`) are not compared with each other.
	"""
	row = app.variants.insert(
		{
			**dict.fromkeys(COLUMNS),
			"allow_backorder": False,
			"manage_inventory": True,
			**{name: value for name, value in body.items() if name in COLUMNS and value is not None},
			"product_id": product["id"],
			"_values": _chosen_values(app, product, body, is_first),
			"_price_set": new_id("pset"),
		}
	)
	set_prices(app, row, body.get("prices") or [])
	if row["manage_inventory"] and not body.get("inventory_items"):
		add_stock_item(app, row)
	for link in body.get("inventory_items") or []:
		item_id = link.get("inventory_item_id")
		item = app.inventory_items.get(item_id)
		if not item:
			raise not_found(f"Inventory Items with ids: {item_id} was not found")
		app.inventory_items.update(item, {"_variant_id": row["id"]})
	return row


def _chosen_values(app: V2, product: Row, body: dict, is_first: bool) -> list[str]:
	options = app.options.where("_product_id", product["id"])
	given = body.get("options")
	if given is None:
		return []
	if not given:
		raise app.unknown_error()
	if len(given) != len(options):
		counts = f"Product has {len(options)} option values but there were {len(given)}"
		raise invalid(f"{counts} provided option values for the variant: {body['title']}.")
	by_title = {option["title"]: option for option in options}
	chosen = []
	for title, value in given.items():
		values = app.values.where("option_id", by_title[title]["id"]) if title in by_title else []
		found = next((row for row in values if row["value"] == value), None)
		if not found:
			raise invalid(f"Option value {value} does not exist for option {title}")
		chosen.append(found["id"])
	for other in [] if is_first else app.variants.where("product_id", product["id"]):
		if set(other["_values"]) == set(chosen):
			raise invalid(f"Variant ({body['title']}) with provided options already exists.")
	return chosen


def add_stock_item(app: V2, variant: Row) -> Row:
	"""A stock item of this variant, or of none yet if it has no id."""
	return app.inventory_items.insert(
		{
			"sku": variant["sku"],
			"title": variant["title"],
			"description": variant["title"],
			"thumbnail": None,
			"requires_shipping": True,
			"origin_country": variant["origin_country"],
			"metadata": None,
			"reserved_quantity": 0,
			"stocked_quantity": 0,
			"_variant_id": variant.get("id"),
		}
	)


def delete_stock_item(app: V2, item: Row) -> None:
	"""Delete a stock item with its levels; its variant stays without one."""
	for level in app.inventory_levels.where("inventory_item_id", item["id"]):
		app.inventory_levels.delete(level)
	app.inventory_items.delete(item)


def set_prices(app: V2, variant: Row, prices: list[dict]) -> None:
	"""Replace all base prices of a variant."""
	for price in app.prices.where("_variant_id", variant["id"]):
		if price["price_list_id"] is None:
			app.prices.delete(price)
	for price in prices:
		app.prices.insert(new_price(price, variant, None))


def new_price(body: dict, variant: Row, price_list_id: str | None) -> Row:
	"""The columns of a price; its currency is written small whatever it is."""
	return {
		"title": None,
		"currency_code": body["currency_code"].lower(),
		"amount": body["amount"],
		"min_quantity": body.get("min_quantity"),
		"max_quantity": body.get("max_quantity"),
		"rules_count": 0,
		"price_set_id": variant["_price_set"],
		"price_list_id": price_list_id,
		"_variant_id": variant["id"],
	}


def change_variant(app: V2, row: Row, body: dict) -> None:
	values = {name: value for name, value in body.items() if name in COLUMNS}
	if "metadata" in body:
		change = body["metadata"]
		values["metadata"] = None if change is None else merge_metadata(row["metadata"], change)
	app.variants.update(row, values)
	if body.get("prices") is not None:
		set_prices(app, row, body["prices"])


def replace_variants(app: V2, product: Row, wanted: list[dict]) -> None:
	"""What the list has is updated or created, what it does not have is deleted."""
	present = {row["id"]: row for row in app.variants.where("product_id", product["id"])}
	named = [variant["id"] for variant in wanted if variant.get("id")]
	if any(variant_id not in present for variant_id in named):
		raise app.unknown_error()
	for variant_id, row in present.items():
		if variant_id not in named:
			delete_variant(app, row)
	for variant in wanted:
		if variant.get("id"):
			change_variant(app, present[variant["id"]], variant)
		else:
			add_variant(app, product, variant)


def delete_variant(app: V2, row: Row) -> None:
	"""Delete a variant with its stock item; the product keeps the option's value."""
	for item in app.inventory_items.where("_variant_id", row["id"]):
		delete_stock_item(app, item)
	for price in app.prices.where("_variant_id", row["id"]):
		app.prices.delete(price)
	app.variants.delete(row)


@route("POST", "/admin/products/:id/variants")
def create_variant(app: V2, call: Call) -> dict:
	accept(bodies.VARIANT_CREATE, call)
	product = app.products.get(call.params["id"])
	if not product:
		raise not_found(
			f"You tried to set relationship product_id: {call.params['id']}, but such entity does not exist"
		)
	add_variant(app, product, call.body)
	return {"product": views.show(app, "product", product, call.query.get("fields"))}


@route("POST", "/admin/products/:id/variants/:variant_id")
def update_variant(app: V2, call: Call) -> dict:
	accept(bodies.VARIANT_CHANGE, call)
	product = app.products.get(call.params["id"])
	if not product:
		raise app.unknown_error()
	row = app.variants.get(call.params["variant_id"])
	# an unknown variant is passed over in silence
	if row and row["product_id"] == product["id"]:
		change_variant(app, row, call.body)
	return {"product": views.show(app, "product", product, call.query.get("fields"))}


@route("DELETE", "/admin/products/:id/variants/:variant_id")
def remove_variant(app: V2, call: Call) -> dict:
	variant_id, product = call.params["variant_id"], app.products.get(call.params["id"])
	if row := app.variants.get(variant_id):
		delete_variant(app, row)
	parent = views.show(app, "product", product, call.query.get("fields")) if product else None
	return {"id": variant_id, "object": "variant", "deleted": True, "parent": parent}


@route("GET", "/admin/products/:id/variants")
def list_variants(app: V2, call: Call) -> dict:
	rows = app.variants.where("product_id", call.params["id"])
	return listed(app, call, "variant", "variants", rows, 50)


@route("GET", "/admin/products/:id/variants/:variant_id")
def get_variant(app: V2, call: Call) -> dict:
	row = app.variants.get(call.params["variant_id"])
	if not row or row["product_id"] != call.params["id"]:
		raise not_found(f"Product variant with id: {call.params['variant_id']} not found")
	return {"variant": views.show(app, "variant", row, call.query.get("fields"))}


@route("GET", "/admin/product-variants")
def list_all_variants(app: V2, call: Call) -> dict:
	return listed(app, call, "variant", "variants", list(app.variants), 50)

"""Rows as v2 shows them: the parameter `fields` chooses columns and relations.

`id,title` is only these; `+x`, `-x` and `*relation` change the defaults; `relation.column` reaches inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devbench.medusa.simulator.tables import Row

if TYPE_CHECKING:
	from devbench.medusa.simulator.v2.app import V2

SIZES = "weight length height width hs_code origin_country mid_code material"
TIMES = "created_at updated_at deleted_at"
DEFAULTS = {
	"product": (
		"id title subtitle status external_id description handle is_giftcard discountable thumbnail "
		f"collection_id type_id {SIZES} {TIMES} metadata *type *collection *options *options.values *tags "
		"*images *variants *variants.prices *variants.options *variants.images *sales_channels"
	).split(),
	"variant": (
		"id title sku thumbnail barcode ean upc allow_backorder manage_inventory "
		f"{SIZES} metadata variant_rank product_id {TIMES} *product *prices *options"
	).split(),
	"collection": "id title handle external_id created_at updated_at metadata".split(),
	"price_list": f"id type description title status starts_at ends_at {TIMES} metadata rules".split(),
	"price": "id currency_code amount min_quantity max_quantity created_at deleted_at updated_at".split(),
	"inventory_item": (
		f"id sku title description thumbnail requires_shipping {SIZES} metadata reserved_quantity "
		"stocked_quantity created_at updated_at *location_levels"
	).split(),
	"inventory_level": (
		"id inventory_item_id location_id stocked_quantity reserved_quantity incoming_quantity "
		"available_quantity metadata created_at updated_at"
	).split(),
	"reservation": "id location_id inventory_item_id quantity line_item_id created_at updated_at".split(),
	"sales_channel": f"id name description is_disabled {TIMES} metadata".split(),
	"stock_location": "id name metadata created_at updated_at".split(),
	"shipping_profile": "id name type metadata created_at updated_at".split(),
	"region": f"id name currency_code {TIMES} metadata".split(),
	"store": (
		"id name default_sales_channel_id default_region_id default_location_id metadata created_at "
		"updated_at *supported_currencies"
	).split(),
	"currency": "code name symbol symbol_native decimal_digits rounding".split(),
	"api_key": (
		"id title token redacted type last_used_at updated_at created_at created_by revoked_at revoked_by"
	).split(),
	"customer": (
		f"id company_name first_name last_name email phone metadata has_account created_by {TIMES}"
	).split(),
	"order": ["id"],
	"user": f"id first_name last_name email avatar_url metadata {TIMES}".split(),
}
# what comes along whatever is asked of a relation
ALWAYS = {
	"variants": ("id",),
	"prices": ("id", "variant_id", "rules"),
	"erp_product": ("id",),
	"inventory_items": ("inventory_item_id", "variant_id"),
}


def show(app: V2, entity: str, row: Row, fields: str | None) -> Row:
	"""A row with what `fields` asks for; what does not exist is left out silently."""
	return _pick(app, entity, row, _tree(_wanted(DEFAULTS[entity], fields)))


def _wanted(defaults: list[str], fields: str | None) -> list[str]:
	if fields is None:
		return defaults
	given = [field for field in fields.split(",") if field]
	changes = [field for field in given if field[0] in "+-* " or field.endswith(".*")]
	if len(changes) < len(given) or not given:
		return [*(field.lstrip("+- ") for field in given), "id"]
	wanted = [*defaults]
	for field in changes:
		if field.startswith("-"):
			name = field[1:]
			wanted = [w for w in wanted if w.lstrip("*") != name and not w.lstrip("*").startswith(f"{name}.")]
		else:
			wanted.append(field.lstrip("+ "))
	return [*wanted, "id"]


def _tree(fields: list[str]) -> dict:
	tree: dict = {}
	for field in fields:
		path = f"{field[1:]}.*" if field.startswith("*") else field
		node = tree
		for part in path.split("."):
			node = node.setdefault(part, {})
	return tree


def _pick(app: V2, entity: str, row: Row, tree: dict) -> Row:
	if "*" in tree:
		shown = {name: value for name, value in row.items() if not name.startswith("_")}
	else:
		shown = {name: row[name] for name in tree if name in row and not name.startswith("_")}
	for name, inner in tree.items():
		if (entity, name) in RELATIONS and (inner or name not in row):
			kind, find = RELATIONS[entity, name]
			inner = {**(inner or {"*": {}}), **{key: {} for key in ALWAYS.get(name, ())}}
			found = find(app, row)
			if isinstance(found, list):
				shown[name] = [_pick(app, kind, other, inner) if other else None for other in found]
			elif found is not None or entity != "product" or name != "erp_product":
				shown[name] = _pick(app, kind, found, inner) if found else None
	return shown


def _base_prices(app: V2, variant: Row) -> list[Row]:
	prices = app.prices.where("_variant_id", variant["id"])
	shown = "id amount currency_code min_quantity max_quantity created_at updated_at".split()
	return [
		{**{name: price[name] for name in shown}, "variant_id": variant["id"], "rules": {}}
		for price in prices
		if price["price_list_id"] is None
	]


def _chosen_values(app: V2, variant: Row) -> list[Row]:
	values = [app.values.rows[value_id] for value_id in variant["_values"]]
	return [{**value, "option": app.options.rows[value["option_id"]]} for value in values]


def _stock_links(app: V2, variant: Row) -> list[Row]:
	return [
		{"inventory_item_id": item["id"], "variant_id": variant["id"], "required_quantity": 1, "_item": item}
		for item in app.inventory_items.where("_variant_id", variant["id"])
	]


def variants_of(app: V2, product: Row) -> list[Row]:
	"""A product's variants in their order."""
	rows = app.variants.where("product_id", product["id"])
	return sorted(rows, key=lambda row: row["variant_rank"] or 0)


RELATIONS = {
	("product", "variants"): ("variant", variants_of),
	("product", "options"): ("option", lambda app, row: app.options.where("_product_id", row["id"])),
	("product", "images"): ("image", lambda app, row: app.images.where("product_id", row["id"])),
	("product", "collection"): ("collection", lambda app, row: app.collections.get(row["collection_id"])),
	("product", "sales_channels"): (
		"sales_channel",
		# one that does not exist is shown as null
		lambda app, row: [app.sales_channels.get(found) for found in row["_sales_channels"]],
	),
	("product", "erp_product"): ("erp", lambda app, row: app.erp_products.first("_product_id", row["id"])),
	("product", "tags"): ("tag", lambda app, row: []),
	("product", "type"): ("type", lambda app, row: None),
	("variant", "product"): ("product", lambda app, row: app.products.get(row["product_id"])),
	("variant", "prices"): ("shown_price", _base_prices),
	("variant", "options"): ("value", _chosen_values),
	("variant", "images"): ("image", lambda app, row: app.images.where("product_id", row["product_id"])),
	("variant", "inventory_items"): ("stock_link", _stock_links),
	("stock_link", "inventory"): ("inventory_item", lambda app, row: row["_item"]),
	("option", "values"): ("value", lambda app, row: app.values.where("option_id", row["id"])),
	("value", "option"): ("option", lambda app, row: row["option"]),
	("price_list", "prices"): ("price", lambda app, row: app.prices.where("price_list_id", row["id"])),
	("stock_location", "sales_channels"): (
		"sales_channel",
		# one that does not exist is shown as null
		lambda app, row: [app.sales_channels.get(found) for found in row["_sales_channels"]],
	),
	("inventory_item", "variants"): (
		"variant",
		lambda app, row: [app.variants.rows[row["_variant_id"]]] if row["_variant_id"] else [],
	),
	("inventory_item", "location_levels"): (
		"inventory_level",
		lambda app, row: app.inventory_levels.where("inventory_item_id", row["id"]),
	),
	("store", "supported_currencies"): ("currency", lambda app, row: row["_currencies"]),
	("api_key", "sales_channels"): ("sales_channel", lambda app, row: [app.sales_channel]),
}

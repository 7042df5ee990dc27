"""Breakages of products and collections: statements 70 to 100."""

from tests.mutants.breakage import Breakage

HOOKS, EVENTS = "hooks.py", "doc_events.py"
ITEM = "catalogue/product/events.py"
PRODUCTS = "catalogue/product/exporter.py"
MAPPING = "catalogue/product/mapping.py"
BULK = "catalogue/bulk_export.py"
FIELDS = "mirror/fields.py"
ROUTES = "medusa/services/products.py"
VALIDATE = '		"validate": "medusa_integration.api.website_item_validate",\n'

BREAKAGES = [
	Breakage(70, EVENTS, VALIDATE, ""),
	Breakage(
		71, ITEM, "if has_changed or _needs_another_look(doc):", 'if has_changed and doc.get("medusa_id"):'
	),
	Breakage(72, ITEM, 'operations[LANE] = "Upsert"', "pass"),
	Breakage(73, EVENTS, VALIDATE, VALIDATE.replace("validate", "on_update", 1)),
	Breakage(74, ROUTES, "self._post(PRODUCTS, body", 'self._post("/admin/product", body'),
	Breakage(75, MAPPING, 'row["web_item_name"] or row["item_code"]', 'row["item_code"]'),
	Breakage(76, FIELDS, '"item_code": product.item_code,', '"item_code": product.key,'),
	Breakage(77, MAPPING, 'plain_text(row["web_long_description"])', 'row["web_long_description"]'),
	Breakage(78, MAPPING, 'plain_text(row["short_description"])', 'row["short_description"]'),
	Breakage(79, MAPPING, 'ranking=int(row["ranking"] or 0)', "ranking=0"),
	Breakage(80, MAPPING, 'published=bool(row["published"] and', "published=bool(True and"),
	Breakage(81, MAPPING, 'brand_name=unescaped(row["brand"]) or None', "brand_name=None"),
	Breakage(82, MAPPING, "code.strip().upper()", "code.strip()"),
	Breakage(83, MAPPING, "plain_text(label), plain_text(description)", "label, description"),
	Breakage(84, MAPPING, 'collection_id=row["collection_id"] or None', "collection_id=None"),
	Breakage(85, MAPPING, '"UOM": unescaped(row["stock_uom"])', '"UOM": ""'),
	Breakage(86, FIELDS, '"discountable": False', '"discountable": True'),
	Breakage(87, FIELDS, 'DEFAULT = "Default"', 'DEFAULT = "Standard"'),
	Breakage(
		88,
		ITEM,
		"medusa.products.ensure_variant(product_id, variant)",
		"medusa.products.ensure_option(product_id)",
	),
	Breakage(89, FIELDS, '"allow_backorder": bool(variant.allow_backorder)', '"allow_backorder": True'),
	Breakage(90, HOOKS, '	"daily_long": ["medusa_integration.api.update_webitem_stock"],\n', ""),
	Breakage(
		91, PRODUCTS, '"medusa_variant_id": outcome.variant_id or known}', '"medusa_variant_id": known}'
	),
	Breakage(92, PRODUCTS, 'if row["item_group"] and not row["collection_id"]:', "if False:"),
	Breakage(93, "catalogue/collection/exporter.py", '{"medusa_id": item.outcome.id}', '{"medusa_id": None}'),
	Breakage(94, BULK, "	for name in _unsynced():\n", "	for name in ():\n"),
	Breakage(95, BULK, '			counts["failed"] += 1\n', "			raise\n"),
	Breakage(96, BULK, "	for i in range(ceil(len(names) / batch_size)):\n", "	for i in range(1):\n"),
	Breakage(97, ITEM, "	if doc.get(SKIP):\n", "	if False:\n"),
	Breakage(98, ITEM, "	if skipped:\n		return None\n", ""),
	Breakage(99, EVENTS, '		"on_trash": "medusa_integration.api.delete_medusa_item",\n', ""),
	Breakage(100, HOOKS, '"0 1 * * *": [', '"0 2 * * *": ['),
]

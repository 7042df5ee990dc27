"""Breakages of availability and quantities: statements 42 to 69."""

from tests.mutants.breakage import Breakage

HOOKS = "hooks.py"
STATE = "catalogue/stock/state.py"
STOCK = "catalogue/stock/daily.py"
LEVELS = "catalogue/stock/exporter.py"
QUANTITIES = "catalogue/stock/quantities.py"
FIELDS = "mirror/fields.py"
V1 = "mirror/products_v1.py"
ROUTES = "medusa/services/products.py"
MAPPING = "catalogue/product/mapping.py"
LOG = "sync/request_log.py"
BELOW = "place.lft <= one.place.lft and one.place.rgt <= place.rgt"
THRESHOLD = "(row.custom_threshold_qty or 0) if respect_threshold else 0"

BREAKAGES = [
	Breakage(42, HOOKS, '"daily_long": [', '"weekly_long": ['),
	Breakage(
		43,
		"catalogue/product/events.py",
		"medusa.products.ensure_variant(product_id, variant)",
		"medusa.products.ensure_option(product_id)",
	),
	Breakage(44, FIELDS, '"manage_inventory": variant.manage_inventory', '"manage_inventory": False'),
	Breakage(45, FIELDS, '"allow_backorder": bool(variant.allow_backorder)', '"allow_backorder": False'),
	Breakage(46, V1, '"inventory_quantity": 0, ', ""),
	Breakage(47, ROUTES, '"variants"), body, repeatable=False', '"variant"), body, repeatable=False'),
	Breakage(48, V1, '"inventory_quantity": 0, ', '"inventory_quantity": 1, '),
	Breakage(49, LEVELS, "if not settings.push_stock_quantities or not settings.url", "if not settings.url"),
	Breakage(50, HOOKS, '	"daily_long": ["medusa_integration.api.update_webitem_stock"],\n', ""),
	Breakage(
		51,
		STATE,
		"found.get(row.name, NOTHING) if row.published else NOTHING",
		"found.get(row.name, NOTHING)",
	),
	Breakage(52, STATE, '	"custom_threshold_qty",\n', ""),
	Breakage(53, QUANTITIES, BELOW, "one.place == place"),
	Breakage(54, STATE, "int(quantity.actual > max(threshold, 0))", "0"),
	Breakage(55, STATE, "quantity.actual > max(threshold, 0)", "quantity.actual >= max(threshold, 0)"),
	Breakage(56, STATE, THRESHOLD, "row.custom_threshold_qty or 0"),
	Breakage(57, STATE, THRESHOLD, "0"),
	Breakage(58, HOOKS, "api.update_webitem_stock", "catalogue.stock.update_webitem_stock"),
	Breakage(
		59,
		STATE,
		'"custom_in_stock": int(quantity.actual > max',
		'"custom_in_stock": int(quantity.actual <= max',
	),
	Breakage(
		61,
		"selling/quotation/lookup.py",
		"	variant_ids = list(",
		'	frappe.db.sql("select actual_qty from tabBin limit 1")\n	variant_ids = list(',
	),
	Breakage(62, MAPPING, 'else bool(row["on_backorder"]),', "else False,"),
	Breakage(63, MAPPING, "None if known and not propagate_backorder else bool", "bool"),
	Breakage(64, STOCK, "	stock_state.write(changes)\n", ""),
	Breakage(
		65,
		LOG,
		"		voucher = self.voucher\n",
		"		if exchange.error:\n			return\n		voucher = self.voucher\n",
	),
	Breakage(66, LOG, "		voucher = self.voucher\n", "		voucher = (None, None, None)\n"),
	Breakage(67, STOCK, "def update_webitem_stock() ->", "def update_webitem_stock(method: str) ->"),
	Breakage(68, QUANTITIES, "Coalesce(bin_.actual_qty, 0),", "Coalesce(bin_.reserved_qty, 0),"),
	Breakage(69, QUANTITIES, BELOW, "one.place == place"),
]

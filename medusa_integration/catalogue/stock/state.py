"""Reads the stock that is stored on Website Items, compares it with the actual stock, and writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import frappe

from medusa_integration import database, shared_cache
from medusa_integration.catalogue.stock.quantities import Quantity
from medusa_integration.constants import WEBSITE_ITEM
from medusa_integration.settings import get_settings

FIELDS = (
	"name",
	"item_code",
	"variant_of",
	"has_variants",
	"published",
	"website_warehouse",
	"medusa_id",
	"medusa_variant_id",
	"custom_in_stock",
	"custom_available_qty",
	"custom_threshold_qty",
)
NOTHING = Quantity()


def read(names: Iterable[str]) -> list[frappe._dict]:
	"""Return these Website Items, including templates, with `FIELDS`. One statement."""
	return frappe.get_all(WEBSITE_ITEM, filters={"name": ("in", list(names))}, fields=list(FIELDS))


def read_all(size: int) -> Iterator[list[frappe._dict]]:
	"""Yield all Website Items without templates, by name, `size` a statement."""
	item = frappe.qb.DocType(WEBSITE_ITEM)
	no_template = item.has_variants.isnull() | (item.has_variants == 0)
	query = frappe.qb.from_(item).select(*(item[field] for field in FIELDS)).where(no_template)
	return database.pages(query, item.name, size)


def changes(rows: Sequence[Any], found: Mapping[str, Quantity]) -> dict[str, dict[str, Any]]:
	"""Return the values to write by name of Website Item; none for templates.

	`custom_in_stock` depends on the stock, even if it is ordered; `custom_available_qty` is what may still be
	sold.

	Args:
		rows: Website Items with `FIELDS`.
		found: quantities by name of Website Item.
	"""
	respect_threshold = get_settings().respect_threshold_quantity
	different = {}
	for row in rows:
		if row.has_variants:
			continue
		quantity = quantity_of(row, found)
		threshold = (row.custom_threshold_qty or 0) if respect_threshold else 0
		wanted = {
			"custom_in_stock": int(quantity.actual > max(threshold, 0)),
			"custom_available_qty": quantity.available,
		}
		if changed := {field: value for field, value in wanted.items() if value != (row[field] or 0)}:
			different[row.name] = changed
	return different


def quantity_of(row: Any, found: Mapping[str, Quantity]) -> Quantity:
	"""Return what the shop may sell of a Website Item: nothing of an unpublished one."""
	return found.get(row.name, NOTHING) if row.published else NOTHING


def template_changes(item_codes: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
	"""Return the values to write by name of template, whose availability depends on its variants.

	Two statements.

	Args:
		item_codes: Items of the templates, None for all.
	"""
	chosen = {} if item_codes is None else {"item_code": ("in", list(item_codes))}
	of_chosen = ("is", "set") if item_codes is None else chosen["item_code"]
	in_stock = set(
		frappe.get_all(
			WEBSITE_ITEM,
			filters={"published": 1, "custom_in_stock": 1, "variant_of": of_chosen},
			pluck="variant_of",
			distinct=True,
		)
	)
	templates = frappe.get_all(
		WEBSITE_ITEM,
		filters={"has_variants": 1, **chosen},
		fields=["name", "item_code", "published", "custom_in_stock"],
	)
	wanted = {row.name: int(bool(row.published) and row.item_code in in_stock) for row in templates}
	return {
		row.name: {"custom_in_stock": wanted[row.name]}
		for row in templates
		if wanted[row.name] != (row.custom_in_stock or 0)
	}


def write(different: Mapping[str, dict]) -> int:
	"""Write these values without changing `modified`, and return the number of Website Items.

	One statement, none without values.
	"""
	frappe.db.bulk_update(WEBSITE_ITEM, different, chunk_size=len(different) or 1, update_modified=False)
	# lists show whether an item is in stock, and quantities change with each sale
	if any("custom_in_stock" in values for values in different.values()):
		shared_cache.forget(products=different)
	return len(different)

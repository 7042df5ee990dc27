"""The field map: maps values of documents to values for Medusa, without a site, documents or HTTP.

The `..._FIELDS` constants name the mapped fields; a save that changes none of them sends nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from medusa_integration.catalogue.product.plain_text import plain_text, unescaped
from medusa_integration.mirror.values import Collection, Product, Specification, Variant

# Website Item fields that a product or its variant is made of
WEBSITE_ITEM_FIELDS = (
	"web_item_name",
	"item_code",
	"web_long_description",
	"short_description",
	"ranking",
	"published",
	"brand",
	"item_group",
	"stock_uom",
	"on_backorder",
	"website_image",
	"slideshow",
)
# ... and of its Item
ITEM_FIELDS = ("country_of_origin", "customs_tariff_number", "weight_per_unit", "weight_uom", "has_variants")

GRAMS = {"gram": 1, "g": 1, "kg": 1000, "kilogram": 1000, "milligram": 0.001, "tonne": 1_000_000}
GRAMS |= {"pound": 453.59237, "ounce": 28.349523125}


def slug(text: str | None) -> str:
	"""Return a text in lower case, with one hyphen for every run of other characters than a-z and 0-9.

	Args:
		text: any text.

	Returns:
		The slug; "" if the text has no Latin letter or digit.
	"""
	return re.sub(r"[^a-z0-9]+", "-", (text or "").lower()).strip("-")


def product(
	row: Mapping[str, Any],
	*,
	specifications: Sequence[tuple[str | None, str | None]] = (),
	barcode: str | None = None,
	images: Sequence[str] = (),
	had_images: bool = False,
	propagate_backorder: bool = True,
) -> Product:
	"""Map one Website Item to a product.

	A template becomes a draft, because nobody can buy it until its variants are options of the product.

	Args:
		row: the Website Item's `name`, `route`, `medusa_id`, `medusa_variant_id` and WEBSITE_ITEM_FIELDS,
			the ITEM_FIELDS of its Item, `country_code` of the Item's country, and `collection_id` of its Item
			Group.
		specifications: pairs of label and description, in HTML.
		barcode: the first barcode of the Item.
		images: absolute addresses of the images.
		had_images: whether this app has sent images of the item to Medusa.
		propagate_backorder: if False, a variant that Medusa has keeps its `allow_backorder`.
	"""
	return Product(
		key=row["name"],
		item_code=row["item_code"],
		title=title(row),
		handle=handle(row),
		fallback_handle=fallback_handle(row),
		published=bool(row["published"] and not row["has_variants"]),
		description=plain_text(row["web_long_description"]),
		short_description=plain_text(row["short_description"]),
		ranking=int(row["ranking"] or 0),
		brand_name=unescaped(row["brand"]) or None,
		origin_country=country(row["country_code"]),
		specifications=tuple(_specifications(specifications)),
		collection_id=row["collection_id"] or None,
		images=tuple(dict.fromkeys(images)),
		clears_images=had_images and not images,
		metadata={"UOM": unescaped(row["stock_uom"]), "website_item": row["name"]},
		variant=variant(row, barcode, propagate_backorder),
		id=row["medusa_id"] or None,
	)


def title(row: Mapping[str, Any]) -> str:
	"""Return the title of a Website Item: its name, otherwise its item code."""
	return unescaped(row["web_item_name"] or row["item_code"]).strip()


def variant(row: Mapping[str, Any], barcode: str | None, propagate_backorder: bool = True) -> Variant:
	"""Map one Website Item to its variant "Default".

	Args:
		row: the same values as for `product`.
		barcode: the first barcode of the Item.
		propagate_backorder: if False, a variant that Medusa has keeps its `allow_backorder`.
	"""
	known = row["medusa_variant_id"] or None
	return Variant(
		sku=row["item_code"],
		allow_backorder=None if known and not propagate_backorder else bool(row["on_backorder"]),
		origin_country=country(row["country_code"]),
		barcode=barcode or None,
		hs_code=row["customs_tariff_number"] or None,
		weight=grams(row["weight_per_unit"], row["weight_uom"]),
		id=known,
	)


def collection(row: Mapping[str, Any]) -> Collection:
	"""Map one Item Group to a collection.

	Args:
		row: `name`, `parent_item_group`, `is_group` and `medusa_id` of the Item Group.
	"""
	return Collection(
		key=row["name"],
		title=unescaped(row["name"]),
		handle=group_handle(row["name"]),
		fallback_handle=f"{slug(row['name'])}-{_mark(row['name'])}".lstrip("-"),
		metadata={
			"parent_item_group": unescaped(row["parent_item_group"]),
			"is_group": bool(row["is_group"]),
		},
		id=row["medusa_id"] or None,
	)


def handle(row: Mapping[str, Any]) -> str:
	"""Return the last part of the Website Item's route; `fallback_handle` without one."""
	return slug((row["route"] or "").rstrip("/").rpartition("/")[2]) or fallback_handle(row)


def fallback_handle(row: Mapping[str, Any]) -> str:
	"""Return a handle of title and item code, for a product whose handle is taken.

	It is made of the document's name if neither has a Latin letter or digit.
	"""
	return slug(f"{unescaped(row['web_item_name'])} {row['item_code']}") or slug(row["name"])


def group_handle(name: str) -> str:
	"""Return the handle of an Item Group.

	It ends with a hash if the name has characters that a handle cannot contain, so that different names have
	different handles.
	"""
	handle = slug(name)
	if handle.replace("-", " ") == name.strip().lower():
		return handle
	return f"{handle}-{_mark(name)}".lstrip("-")


def _mark(name: str) -> str:
	return hashlib.sha256(name.casefold().encode()).hexdigest()[:6]


def country(code: str | None) -> str | None:
	"""Return an ISO 3166-1 alpha-2 code in upper case; None for an empty code."""
	return code.strip().upper() or None if code else None


def grams(weight: float | None, uom: str | None) -> int | None:
	"""Return a weight in whole grams; None without a weight, or for a unit that is not a unit of weight.

	Args:
		weight: the weight in `uom`.
		uom: name of the UOM.
	"""
	factor = GRAMS.get((uom or "").lower())
	return round(float(weight) * factor) or None if weight and factor else None


def _specifications(rows: Iterable[tuple[str | None, str | None]]) -> Iterable[Specification]:
	for label, description in rows:
		label, description = plain_text(label), plain_text(description)
		if label and description:
			yield Specification(label, description)

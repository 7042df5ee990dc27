"""The field map: our values as Medusa's keys, and back.

Pure functions. What both generations spell alike is here; what they spell differently is in `product_calls`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..medusa.bodies import metadata_of, rows
from ..medusa.values import Json
from .outcomes import SharedProduct
from .values import Collection, Extras, Listed, Product, Specification, Variant, others_variants, pick_own

DEFAULT = "Default"
"""Title of the one option and of its one value."""
OWNER = "website_item"
"""The key in a product's metadata that names the Website Item it belongs to."""
GROUP = "item_group"
"""The key in a collection's metadata that names the Item Group it belongs to."""
EXTRAS = ("item_code", "short_description", "ranking", "brand_name", "specifications")
"""What only an extended server takes as properties of a product."""
EXTENSION = "erp_product"
"""What an extended v2 server calls its link from a product to these."""
VARIANT_FIELDS = (
	"sku",
	"allow_backorder",
	"manage_inventory",
	"origin_country",
	"barcode",
	"hs_code",
	"weight",
)


def product_fields(product: Product, extras: Extras) -> Json:
	"""Return what creating and updating a product have in common, in both generations.

	In metadata an empty text stands for "no value": Medusa merges metadata, and "" takes a key out.
	"""
	ours = {
		"item_code": product.item_code,
		"short_description": product.short_description,
		"ranking": product.ranking,
		"brand_name": product.brand_name,
		"specifications": [
			{"label": row.label, "description": row.description} for row in product.specifications
		],
	}
	fields: Json = {
		"title": product.title,
		"description": product.description,
		"status": "published" if product.published else "draft",
		"discountable": False,
		"collection_id": product.collection_id or None,
		"origin_country": product.origin_country or None,
	}
	metadata: Json = {**product.metadata, OWNER: product.key}
	(fields if extras == "properties" else metadata).update(ours)
	fields["metadata"] = {key: "" if value is None else value for key, value in metadata.items()}
	if product.images or product.clears_images:
		fields["thumbnail"] = product.images[0] if product.images else None
	return fields


def new_product_fields(product: Product, extras: Extras) -> Json:
	"""Return what a new product has besides its variant; an update never carries the handle."""
	fields = product_fields(product, extras)
	fields["metadata"] = {key: value for key, value in fields["metadata"].items() if value != ""}
	return {**fields, "handle": product.handle, "is_giftcard": False}


def new_variant_fields(variant: Variant) -> Json:
	"""Return a new variant without its option, which the generations spell differently."""
	return {
		"title": variant.title,
		"sku": variant.sku or None,
		"manage_inventory": variant.manage_inventory,
		"allow_backorder": bool(variant.allow_backorder),
		"origin_country": variant.origin_country or None,
		"barcode": variant.barcode or None,
		"hs_code": variant.hs_code or None,
		"weight": variant.weight,
		"prices": [],
		"metadata": {},
	}


def variant_changes(variant: Variant, remote: Mapping[str, Any]) -> Json:
	"""Return our fields that Medusa's variant has not; None and "" leave what Medusa has."""
	wanted = {field: getattr(variant, field) for field in VARIANT_FIELDS}
	return {
		field: value
		for field, value in wanted.items()
		if value not in (None, "") and not _equal(value, remote.get(field))
	}


def _equal(ours: object, theirs: Any) -> bool:
	if isinstance(ours, int) and not isinstance(ours, bool):
		try:
			return theirs is not None and float(theirs) == ours
		except (TypeError, ValueError):
			return False
	return bool(ours == theirs)


def own_variant(remote: Mapping[str, Any], variant: Variant) -> Json | None:
	"""Return our variant of Medusa's product: by id, else by title, else by SKU; never by position."""
	variants = (found for found in rows(remote, "variants") if found.get("id"))
	return pick_own(variants, variant, lambda found, field: found.get(field))


def default_option(remote: Mapping[str, Any]) -> str | None:
	"""Return the id of the option "Default" of Medusa's product, or None."""
	options = rows(remote, "options")
	return next((option.get("id") for option in options if option.get("title") == DEFAULT), None)


def collection_fields(collection: Collection) -> Json:
	"""Return what creating and updating a collection have in common."""
	return {"title": collection.title, "metadata": {**collection.metadata, GROUP: collection.key}}


def extra(remote: Mapping[str, Any], name: str) -> Any:
	"""Return one of EXTRAS as Medusa's product has it: as a property, in its extension or its metadata."""
	for place in (remote, remote.get(EXTENSION), metadata_of(remote)):
		if isinstance(place, Mapping) and place.get(name) is not None:
			return place[name]
	return None


def is_named(product: Product, remote: Mapping[str, Any]) -> bool:
	"""Whether Medusa's product names this Website Item as the one that it belongs to."""
	return product.key in (metadata_of(remote).get(OWNER), remote.get("external_id"))


def why_not_ours(product: Product, remote: Mapping[str, Any]) -> SharedProduct | None:
	"""Return why Medusa's product must not be changed for this Website Item; None when it is ours.

	It has variants of others, or names another Website Item and another item code.
	"""
	named = is_named(product, remote)
	candidates = [found for found in rows(remote, "variants") if found.get("id")]
	others = others_variants(
		candidates, product.variant, lambda found, field: found.get(field), is_ours=named
	)
	title = _text(remote.get("title"))
	if others:
		names = [_text(found.get("sku") or found.get("title")) for found in others]
		return SharedProduct.with_variants(product.variant.sku, title, remote["id"], names)
	owner, code = _text(metadata_of(remote).get(OWNER)), _text(extra(remote, "item_code"))
	if not named and owner and code and code != product.item_code:
		return SharedProduct.of_other_item(product.variant.sku, title, remote["id"], owner)
	return None


def is_ours(product: Product, remote: Mapping[str, Any]) -> bool:
	"""Whether Medusa's product is this one of ours: by Website Item, item code or the variant's SKU."""
	if is_named(product, remote):
		return True
	if product.item_code and extra(remote, "item_code") == product.item_code:
		return True
	return bool(product.variant.sku) and any(
		found.get("sku") == product.variant.sku for found in rows(remote, "variants")
	)


def best_match(product: Product, remotes: Iterable[Json]) -> Json | None:
	"""Return which product is ours, one that names our Website Item first; None when none is."""
	ours = [remote for remote in remotes if is_ours(product, remote)]
	ours.sort(key=lambda remote: metadata_of(remote).get(OWNER) != product.key)
	return ours[0] if ours else None


def product_from(remote: Mapping[str, Any]) -> Product:
	"""Return Medusa's product as our value, with extras from wherever they are.

	`key` is "" for a product that never was a Website Item's; `variant` has an empty SKU when there is none;
	`metadata` is without our own keys.
	"""
	metadata = {
		key: value for key, value in metadata_of(remote).items() if key != OWNER and key not in EXTRAS
	}
	return Product(
		id=remote["id"],
		key=_text(metadata_of(remote).get(OWNER) or remote.get("external_id")),
		item_code=_text(extra(remote, "item_code")),
		title=_text(remote.get("title")),
		handle=_text(remote.get("handle")),
		fallback_handle=_text(remote.get("handle")),
		variant=_variant_from(own_variant(remote, Variant(sku="")) or {}),
		published=remote.get("status") == "published",
		description=_text(remote.get("description")),
		short_description=_text(extra(remote, "short_description")),
		ranking=_whole(extra(remote, "ranking")) or 0,
		brand_name=_text(extra(remote, "brand_name")) or None,
		origin_country=remote.get("origin_country") or None,
		specifications=tuple(
			Specification(_text(row.get("label")), _text(row.get("description")))
			for row in rows({"specifications": extra(remote, "specifications")}, "specifications")
		),
		collection_id=remote.get("collection_id") or None,
		images=tuple(image["url"] for image in rows(remote, "images") if image.get("url")),
		metadata=metadata,
	)


def listed_from(remote: Mapping[str, Any]) -> Listed:
	"""Return Medusa's product with the Website Item that it belongs to and all of its variants."""
	return Listed(
		product=product_from(remote),
		owner=_text(metadata_of(remote).get(OWNER)),
		external_id=_text(remote.get("external_id")),
		variants=tuple(_variant_from(found) for found in rows(remote, "variants") if found.get("id")),
	)


def collection_from(remote: Mapping[str, Any]) -> Collection:
	"""Return Medusa's collection as our value; `key` is "" for one that never was an Item Group's."""
	metadata = {key: value for key, value in metadata_of(remote).items() if key != GROUP}
	return Collection(
		id=remote["id"],
		key=_text(metadata_of(remote).get(GROUP)),
		title=_text(remote.get("title")),
		handle=_text(remote.get("handle")),
		fallback_handle=_text(remote.get("handle")),
		metadata=metadata,
	)


def _variant_from(remote: Mapping[str, Any]) -> Variant:
	return Variant(
		id=remote.get("id"),
		title=remote.get("title") or DEFAULT,
		sku=_text(remote.get("sku")),
		allow_backorder=remote.get("allow_backorder"),
		manage_inventory=bool(remote.get("manage_inventory", True)),
		origin_country=remote.get("origin_country") or None,
		barcode=remote.get("barcode") or None,
		hs_code=remote.get("hs_code") or None,
		weight=_whole(remote.get("weight")),
	)


def _whole(value: Any) -> int | None:
	"""The nearest whole number; None where somebody has put something else there."""
	try:
		return round(float(value))
	except (TypeError, ValueError, OverflowError):
		return None


def _text(value: object) -> str:
	return "" if value is None else str(value)

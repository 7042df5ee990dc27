"""Finds the fields in which a product or collection in Medusa differs from its document, from values alone.

Values that the app does not send are not compared: handles, and further images, metadata and variants.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from medusa_integration.mirror.values import Collection, Listed, Product, Variant

# fields that are compared, with their labels
PRODUCT_FIELDS = {
	"title": "Title",
	"published": "Published",
	"description": "Description",
	"item_code": "Item Code",
	"short_description": "Short Description",
	"ranking": "Ranking",
	"brand_name": "Brand",
	"origin_country": "Country of Origin",
	"specifications": "Specifications",
	"collection_id": "Collection",
}
VARIANT_FIELDS = {
	"sku": "SKU",
	"allow_backorder": "Backorder",
	"manage_inventory": "Manage Inventory",
	"origin_country": "Country of Origin of the Variant",
	"barcode": "Barcode",
	"hs_code": "Customs Tariff Number",
	"weight": "Weight",
}
LONGEST, LEAD = 80, 20


@dataclass(frozen=True, slots=True)
class Difference:
	"""One field that differs.

	Attributes:
		field: its label, not translated.
		ours: our value as a text.
		theirs: Medusa's value as a text.
	"""

	field: str
	ours: str
	theirs: str


def of_product(ours: Product, theirs: Listed) -> list[Difference]:
	"""Return the fields in which Medusa's product differs, except those of its variants.

	Args:
		ours: the product as it would be sent.
		theirs: the product in Medusa.
	"""
	found = list(_fields(ours, theirs.product, PRODUCT_FIELDS))
	# v2 stores the Website Item in two places; v1 has no external id
	for named in {theirs.owner, theirs.external_id or theirs.owner} - {ours.key}:
		found.append(_difference("Website Item", ours.key, named))
	found += _metadata(ours.metadata, theirs.product.metadata)
	if missing := [url for url in ours.images if url not in theirs.product.images]:
		found.append(_difference("Images", ", ".join(missing), ""))
	return found


def of_variant(ours: Variant, theirs: Variant) -> list[Difference]:
	"""Return the fields in which Medusa's variant differs; fields without a value here are not compared.

	Args:
		ours: the variant as it would be sent.
		theirs: the variant in Medusa.
	"""
	said = {name: label for name, label in VARIANT_FIELDS.items() if getattr(ours, name) not in (None, "")}
	found = list(_fields(ours, theirs, said))
	if theirs.id and ours.id != theirs.id:
		found.append(_difference("Variant ID", ours.id, theirs.id))
	return found


def of_collection(ours: Collection, theirs: Collection) -> list[Difference]:
	"""Return the fields in which Medusa's collection differs.

	Args:
		ours: the collection as it would be sent.
		theirs: the collection in Medusa.
	"""
	found = list(_fields(ours, theirs, {"title": "Title", "key": "Item Group"}))
	return found + list(_metadata(ours.metadata, theirs.metadata))


def _fields(ours: object, theirs: object, fields: dict[str, str]) -> Iterator[Difference]:
	for name, label in fields.items():
		mine, others = getattr(ours, name), getattr(theirs, name)
		if (mine or None) != (others or None):
			yield _difference(label, mine, others)


def _metadata(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Difference]:
	for key, value in ours.items():
		# the Website Item is compared separately, because it is stored in two places
		if key != "website_item" and (value or None) != (theirs.get(key) or None):
			yield _difference(key, value, theirs.get(key))


def _difference(label: str, ours: object, theirs: object) -> Difference:
	mine, others = _text(ours), _text(theirs)
	same = next((i for i, (a, b) in enumerate(zip(mine, others, strict=False)) if a != b), 0)
	# long texts begin shortly before the first difference
	start = max(same - LEAD, 0) if max(len(mine), len(others)) > LONGEST else 0
	return Difference(label, _cut(mine, start), _cut(others, start))


def _text(value: object) -> str:
	"""Return a value in one line."""
	if isinstance(value, bool):
		return "yes" if value else "no"
	if isinstance(value, tuple):
		value = "; ".join(f"{row.label}: {row.description}" for row in value)
	return " ".join(("" if value is None else str(value)).split())


def _cut(text: str, start: int) -> str:
	text = f"…{text[start:]}" if start else text
	return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

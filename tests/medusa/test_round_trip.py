"""Each value that the reconciliation compares comes back from Medusa as it was sent, on v1 and v2."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from medusa_integration.catalogue.reconcile import diff
from medusa_integration.mirror.values import Product, Specification, Variant

from .conftest import Shop

# a value of each field that is compared, other than what a product has without it
VALUES = {
	"title": "Vinyl gloves",
	"published": False,
	"description": "Latex free",
	"item_code": "ROUND-TRIP",
	"short_description": "Vinyl",
	"ranking": 11,
	"brand_name": "Ansell",
	"origin_country": "MY",
	"specifications": (Specification("Thickness", "0.1 mm"),),
}
OF_VARIANT = {
	"allow_backorder": True,
	"manage_inventory": True,
	"origin_country": "MY",
	"hs_code": "392620",
	"weight": 1250,
}
# these are unique in Medusa, or made by it: the test chooses them
CHOSEN, CHOSEN_OF_VARIANT = {"collection_id"}, {"sku", "barcode"}
GUIDE = "see *How to add a field to the field map* in CONTRIBUTING.md"
ADD = f"add a value to %s in tests/medusa/test_round_trip.py ({GUIDE}): "
LOST = (
	f"Medusa {{}} does not return {{}} as it was sent: write and read it in mirror/fields.py, and for v2 add "
	f"Medusa's key to _READ in mirror/products_v2.py ({GUIDE})"
)


def test_each_field_that_is_compared_has_a_value():
	missing = sorted(set(diff.PRODUCT_FIELDS) - set(VALUES) - CHOSEN)
	assert not missing, ADD % "VALUES" + ", ".join(missing)
	missing = sorted(set(diff.VARIANT_FIELDS) - set(OF_VARIANT) - CHOSEN_OF_VARIANT)
	assert not missing, ADD % "OF_VARIANT" + ", ".join(missing)
	plain = Product("", "", "", "", "", Variant(""))
	assert not [name for name, value in VALUES.items() if getattr(plain, name) == value]
	# `manage_inventory` has one value only
	assert [name for name, value in OF_VARIANT.items() if getattr(plain.variant, name) == value] == [
		"manage_inventory"
	]


def all_values(shop: Shop, product: Product) -> Product:
	"""A product with a value in each field that is compared."""
	body = {"title": f"Of {product.key}", "handle": f"of-{product.handle}"}
	collection = shop.ask("POST", "/admin/collections", json=body)["collection"]["id"]
	variant = replace(product.variant, **OF_VARIANT, barcode=product.handle)
	return replace(product, **VALUES, collection_id=collection, variant=variant)


def check(shop: Shop, sent: Product) -> None:
	[read] = shop.client.products.read_listed([sent.id])
	where = f"{shop.generation}{'' if shop.extended else ', without the extension,'}"
	for ours, theirs, compared in (
		(sent, read.product, diff.PRODUCT_FIELDS),
		(sent.variant, read.own_variant(sent.variant), diff.VARIANT_FIELDS),
	):
		lost = [name for name in compared if getattr(ours, name) != getattr(theirs, name)]
		assert not lost, LOST.format(where, ", ".join(lost))
	assert diff.of_product(sent, read) == []


@pytest.mark.parametrize("how", ["created", "updated"])
def test_each_field_that_is_compared_comes_back(shop, how):
	product = shop.make(metadata={"UOM": "Pair"})
	if how == "updated":
		plain = Product(
			product.key, product.item_code, "Gloves", product.handle, "", Variant(product.item_code)
		)
		[plain] = shop.save(plain)
		product = replace(product, id=plain.id, variant=replace(product.variant, id=plain.variant.id))
	[sent] = shop.save(all_values(shop, product))
	check(shop, sent)


def test_each_field_of_a_value_is_known():
	"""Compared, or among those that are compared in another way or not at all."""
	otherwise = {"key", "images", "metadata", "variant", "id"}
	never = {"handle", "fallback_handle", "clears_images"}
	left = {field.name for field in fields(Product)} - set(diff.PRODUCT_FIELDS) - otherwise - never
	assert not left, (
		f"add to PRODUCT_FIELDS in catalogue/reconcile/diff.py ({GUIDE}): {', '.join(sorted(left))}"
	)
	left = {field.name for field in fields(Variant)} - set(diff.VARIANT_FIELDS) - {"id", "title"}
	assert not left, (
		f"add to VARIANT_FIELDS in catalogue/reconcile/diff.py ({GUIDE}): {', '.join(sorted(left))}"
	)

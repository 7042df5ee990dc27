"""In what a product differs, and in what not: values only, no site."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medusa_integration.catalogue.reconcile import diff as differences
from medusa_integration.catalogue.reconcile.diff import Difference
from medusa_integration.mirror.values import Collection, Listed, Product, Specification, Variant
from medusa_integration.sync.reconcile.finding import Finding

OURS = Product(
	id="prod_1",
	key="WEB-1",
	item_code="GLOVE-1",
	title="Gloves",
	handle="gloves",
	fallback_handle="gloves-glove-1",
	variant=Variant(id="variant_1", sku="GLOVE-1", barcode="123", weight=250),
	description="Powder free",
	short_description="Gloves",
	ranking=3,
	brand_name="Halyard",
	origin_country="OM",
	specifications=(Specification("Size", "M"),),
	collection_id="pcol_1",
	images=("https://shop/a.png",),
	metadata={"UOM": "Box", "website_item": "WEB-1"},
)


def theirs(**changes):
	listing = {name: changes.pop(name) for name in ("owner", "external_id") if name in changes}
	product = replace(OURS, metadata={"UOM": "Box"}, **changes)
	return Listed(product, **{"owner": "WEB-1", "variants": (OURS.variant,), **listing})


def test_what_is_as_it_was_sent_has_no_difference():
	assert differences.of_product(OURS, theirs()) == []
	assert differences.of_product(OURS, theirs(external_id="WEB-1")) == []
	assert differences.of_variant(OURS.variant, OURS.variant) == []


@pytest.mark.parametrize(
	("change", "expected"),
	[
		({"title": "Mittens"}, Difference("Title", "Gloves", "Mittens")),
		({"published": False}, Difference("Published", "yes", "no")),
		({"description": ""}, Difference("Description", "Powder free", "")),
		({"item_code": "X"}, Difference("Item Code", "GLOVE-1", "X")),
		({"short_description": "Y"}, Difference("Short Description", "Gloves", "Y")),
		({"ranking": 4}, Difference("Ranking", "3", "4")),
		({"brand_name": None}, Difference("Brand", "Halyard", "")),
		({"origin_country": "US"}, Difference("Country of Origin", "OM", "US")),
		({"specifications": ()}, Difference("Specifications", "Size: M", "")),
		({"collection_id": None}, Difference("Collection", "pcol_1", "")),
		({"images": ()}, Difference("Images", "https://shop/a.png", "")),
		({"owner": "WEB-2"}, Difference("Website Item", "WEB-1", "WEB-2")),
		({"external_id": "WEB-2"}, Difference("Website Item", "WEB-1", "WEB-2")),
		({"owner": "", "external_id": "WEB-1"}, Difference("Website Item", "WEB-1", "")),
	],
)
def test_each_field_that_is_sent(change, expected):
	assert differences.of_product(OURS, theirs(**change)) == [expected]


def test_metadata_of_ours_and_of_others():
	others = replace(theirs().product, metadata={"UOM": "Nos", "theirs": "stays"})
	found = differences.of_product(OURS, replace(theirs(), product=others))
	assert found == [Difference("UOM", "Box", "Nos")]


@pytest.mark.parametrize(
	"change",
	[
		{"handle": "by-hand"},
		{"images": ("https://shop/a.png", "https://shop/by-hand.png")},
	],
)
def test_what_is_not_sent_is_no_difference(change):
	assert differences.of_product(OURS, theirs(**change)) == []


@pytest.mark.parametrize("field", ["description", "short_description", "brand_name", "origin_country"])
def test_nothing_is_nothing(field):
	"""Medusa answers None where "" was sent."""
	ours = replace(OURS, **{field: ""})
	assert differences.of_product(ours, theirs(**{field: None})) == []


@pytest.mark.parametrize(
	("change", "expected"),
	[
		({"sku": "X"}, [Difference("SKU", "GLOVE-1", "X")]),
		({"allow_backorder": True}, [Difference("Backorder", "no", "yes")]),
		({"manage_inventory": False}, [Difference("Manage Inventory", "yes", "no")]),
		({"weight": 1}, [Difference("Weight", "250", "1")]),
		({"id": "variant_2"}, [Difference("Variant ID", "variant_1", "variant_2")]),
		({"hs_code": "by hand"}, []),
	],
)
def test_a_variant(change, expected):
	"""What we have no value for is left to Medusa."""
	assert differences.of_variant(OURS.variant, replace(OURS.variant, **change)) == expected


def test_backorder_that_is_left_to_medusa():
	ours = replace(OURS.variant, allow_backorder=None)
	assert differences.of_variant(ours, replace(ours, allow_backorder=True)) == []


def test_a_collection():
	ours = Collection(
		"Gloves", "Gloves", "gloves", "gloves-1", {"parent_item_group": "All", "is_group": False}, "c1"
	)
	same = replace(
		ours, metadata={"parent_item_group": "All", "is_group": False, "theirs": 1}, handle="other"
	)
	assert differences.of_collection(ours, same) == []
	other = replace(same, title="Mittens", metadata={"parent_item_group": "All", "is_group": True})
	assert differences.of_collection(ours, other) == [
		Difference("Title", "Gloves", "Mittens"),
		Difference("is_group", "no", "yes"),
	]


def test_long_texts_are_shown_where_they_part():
	long = "x" * 500
	(found,) = differences.of_product(
		replace(OURS, description=f"{long} ours"), theirs(description=f"{long} theirs")
	)
	assert found.ours.endswith("ours") and found.theirs.endswith("theirs")
	assert len(found.ours) <= 80 >= len(found.theirs)


def test_a_finding_is_known_again():
	"""By its document; what is one too many in Medusa by its id there.

	Other words are another state of it.
	"""
	drifted = Finding("Drifted", "Product", "product", "Website Item", "A", "Title: ...", medusa_id="p1")
	assert replace(drifted, words="Brand: ...", medusa_id="p2").identity == drifted.identity
	assert replace(drifted, words="Brand: ...").digest != drifted.digest
	assert replace(drifted, docname="B").identity != drifted.identity
	double = replace(drifted, kind="Duplicated")
	assert replace(double, medusa_id="p2").identity != double.identity

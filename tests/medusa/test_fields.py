"""The field map, as pure functions: what goes out comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa_integration.mirror.fields import (
	EXTENSION,
	EXTRAS,
	best_match,
	is_ours,
	new_product_fields,
	new_variant_fields,
	own_variant,
	product_fields,
	product_from,
	variant_changes,
)
from medusa_integration.mirror.values import Product, Specification, Variant

words = st.text(max_size=12)
names = st.text(min_size=1, max_size=12)
variants = st.builds(
	Variant,
	sku=names,
	allow_backorder=st.booleans(),
	origin_country=st.none() | st.sampled_from(["OM", "DE"]),
	barcode=st.none() | names,
	hs_code=st.none() | names,
	weight=st.none() | st.integers(0, 10**6),
	id=st.none(),
)
products = st.builds(
	Product,
	key=names,
	item_code=names,
	title=names,
	handle=names,
	fallback_handle=names,
	variant=variants,
	published=st.booleans(),
	description=words,
	short_description=words,
	ranking=st.integers(-(10**6), 10**6),
	brand_name=st.none() | names,
	origin_country=st.none() | st.sampled_from(["OM", "DE"]),
	specifications=st.lists(st.builds(Specification, label=names, description=names)).map(tuple),
	collection_id=st.none() | names,
	metadata=st.dictionaries(names.filter(lambda name: name not in (*EXTRAS, "website_item")), names),
	id=st.none(),
	images=st.just(()),
	clears_images=st.just(False),
)
modes = st.sampled_from(["properties", "metadata"])


def held(product: Product, extras: str) -> dict:
	"""What Medusa holds once the product was created."""
	variant = {**new_variant_fields(product.variant), "id": "variant_1"}
	return {**new_product_fields(product, extras), "id": "prod_1", "variants": [variant]}


def merged(remote: dict, changes: dict) -> dict:
	"""What Medusa holds after an update: metadata is merged, "" takes a key out."""
	metadata = {**remote["metadata"], **changes["metadata"]}
	metadata = {key: value for key, value in metadata.items() if value != ""}
	return {**remote, **changes, "metadata": metadata}


@given(products, modes)
def test_a_product_comes_back_as_it_went_out(product, extras):
	"""Every field survives the way to Medusa and back, wherever the extras are kept."""
	read = product_from(held(product, extras))
	expected = replace(product, id="prod_1", variant=replace(product.variant, id="variant_1"))
	assert read == replace(expected, fallback_handle=product.handle)


@given(products, products, modes)
def test_an_update_leaves_nothing_behind(before, after, extras):
	"""After an update Medusa holds the new values, whatever it held before; only handle and variant stay."""
	after = replace(after, metadata=before.metadata)
	read = product_from(merged(held(before, extras), product_fields(after, extras)))
	expected = replace(after, id="prod_1", handle=before.handle, fallback_handle=before.handle)
	assert read == replace(expected, variant=replace(before.variant, id="variant_1"))


@given(products, modes)
def test_an_update_never_moves_a_product(product, extras):
	"""No handle and no is_giftcard, which Medusa refuses."""
	assert not {"handle", "is_giftcard", "id", "variants", "options"} & set(product_fields(product, extras))


@given(products, modes)
def test_ours_is_known_again(product, extras):
	"""By its Website Item, and without that by its item code or sku."""
	remote = held(product, extras)
	assert is_ours(product, remote)
	renamed = replace(product, key=f"{product.key}-renamed")
	assert is_ours(renamed, remote)
	stranger = replace(renamed, item_code="x" * 20, variant=replace(product.variant, sku="x" * 20))
	assert not is_ours(stranger, remote)


def test_the_one_that_names_the_website_item_comes_first(product):
	"""When two of Medusa's products could be ours, it is the one that says so."""
	ours = product(1)
	same_sku = {"id": "prod_1", "variants": [{"id": "v", "sku": "GLOVE-1"}]}
	named = {"id": "prod_2", "metadata": {"website_item": ours.key}}
	assert best_match(ours, [same_sku, named]) == named and best_match(ours, [same_sku]) == same_sku
	assert best_match(ours, [{"id": "prod_3"}]) is None


@given(variants, variants)
def test_a_change_of_the_variant_is_the_difference(before, after):
	"""What is sent makes Medusa's variant ours, and is nothing when it is ours already;
	None leaves what is there.
	"""
	remote = new_variant_fields(before)
	after_change = {**remote, **variant_changes(after, remote)}
	assert variant_changes(after, after_change) == {}
	assert variant_changes(before, remote) == {}
	for field, value in variant_changes(after, remote).items():
		assert value == getattr(after, field) and value not in (None, "")


@pytest.mark.parametrize("weight", [250, 250.0, "250"])
def test_numbers_are_compared_as_numbers(weight):
	"""Medusa may return a weight as a text."""
	assert (
		variant_changes(
			Variant("A", None, weight=250), {"sku": "A", "manage_inventory": True, "weight": weight}
		)
		== {}
	)


def test_our_variant_is_found_by_id_then_title_then_sku():
	"""Never by its position."""
	found = [{"id": "1", "title": "Large", "sku": "A"}, {"id": "2", "title": "Default", "sku": "B"}]
	remote = {"variants": found}
	assert own_variant(remote, Variant("A", id="1"))["id"] == "1"
	assert own_variant(remote, Variant("A", id="gone"))["id"] == "2"
	assert own_variant({"variants": found[:1]}, Variant("A"))["id"] == "1"
	assert own_variant({"variants": found[:1]}, Variant("C")) is None
	assert own_variant({}, Variant("A")) is None


def test_extras_are_read_from_the_extension_of_v2():
	"""An extended v2 server keeps them in a record of its own."""
	read = product_from({"id": "p", EXTENSION: {"item_code": "A", "ranking": 4, "specifications": None}})
	assert (read.item_code, read.ranking, read.specifications) == ("A", 4, ())


json_values = st.recursive(
	st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
	lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
	max_leaves=6,
)
KEYS = ("metadata", "variants", "options", "images", "weight", "status", "title", EXTENSION, *EXTRAS)


@given(st.dictionaries(st.sampled_from(KEYS), json_values))
def test_what_others_have_put_into_medusa_can_be_read(remote):
	"""Somebody's own metadata, of whatever shape, never keeps the catalogue from being read."""
	assert product_from({**remote, "id": "prod_1"}).id == "prod_1"


@given(json_values)
def test_metadata_of_any_shape_can_be_read(value):
	"""The same inside the metadata."""
	remote = {"id": "prod_1", "metadata": dict.fromkeys([*EXTRAS, "website_item", "UOM"], value)}
	assert product_from(remote).id == "prod_1"

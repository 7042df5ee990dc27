"""Products in whole servers, simulated and real: what arrives, changes, goes, and is adopted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from devbench.medusa.simulator import Simulator
from medusa_integration.medusa.errors import Duplicate, Invalid, NotFound
from medusa_integration.medusa.values import Upload
from medusa_integration.mirror.values import Specification


@pytest.mark.contract(44, 45, 46, 48, 75, 76, 77, 78, 79, 80, 81, 82, 83, 85, 87, 89, 91)
def test_a_new_product_arrives_whole(shop):
	"""Every row of the field map, and the one variant."""
	[product] = shop.save(shop.make(published=True))
	remote = shop.product(product.id)
	assert {
		key: remote[key]
		for key in ("title", "handle", "description", "status", "origin_country", "discountable")
	} == {
		"title": "Nitrile gloves",
		"handle": product.handle,
		"description": "Powder free",
		"status": "published",
		"origin_country": "OM",
		"discountable": False,
	}
	assert {key: shop.extra(remote, key) for key in ("item_code", "short_description", "ranking")} == {
		"item_code": product.item_code,
		"short_description": "Gloves",
		"ranking": 3,
	}
	assert shop.extra(remote, "brand_name") == "Halyard"
	assert shop.extra(remote, "specifications") == [
		{"label": "Size", "description": "M"},
		{"label": "Colour", "description": "Blue"},
	]
	assert remote["metadata"]["UOM"] == "Box" and remote["metadata"]["website_item"] == product.key
	[variant] = remote["variants"]
	assert variant["id"] == product.variant.id and variant["title"] == "Default"
	assert variant["sku"] == product.variant.sku and variant["manage_inventory"] is True
	assert variant["allow_backorder"] is False and variant["origin_country"] == "OM"
	assert (variant["hs_code"], variant["weight"]) == ("4015", 250)
	assert variant.get("inventory_quantity", 0) == 0
	[option] = remote["options"]
	assert option["title"] == "Default" and variant["options"][0]["value"] == "Default"
	if shop.generation == "v2":
		assert len(remote["sales_channels"]) == 1 and remote["external_id"] == product.key
		if not isinstance(shop.server, Simulator):
			# without one, no cart with this product could be completed
			assert remote["shipping_profile"]["type"] == "default"


CHANGES = [
	("title", "Vinyl gloves"),
	("item_code", "OTHER-CODE"),
	("description", ""),
	("description", "Latex free"),
	("short_description", ""),
	("ranking", 0),
	("ranking", -7),
	("published", False),
	("brand_name", None),
	("brand_name", "Ansell"),
	("origin_country", None),
	("origin_country", "MY"),
	("specifications", ()),
	("specifications", (Specification("Size", "L"),)),
	("metadata", {"UOM": "Pair"}),
]


@pytest.mark.contract(72, 75, 76, 77, 78, 79, 80, 81, 82, 83, 85)
@pytest.mark.long_if_real
@pytest.mark.parametrize("field, value", CHANGES, ids=lambda value: str(value)[:20])
def test_each_field_can_be_changed(shop, field, value):
	"""A change of any field arrives, also a change to nothing, and nothing else changes with it."""
	[product] = shop.save(shop.make())
	changed = replace(product, **{field: value})
	shop.save(changed)
	[read] = shop.client.products.read([product.id])
	expected = replace(changed, fallback_handle=changed.handle, variant=read.variant)
	assert read == expected
	assert read.variant.id == product.variant.id


@pytest.mark.contract(99)
def test_products_are_deleted(shop):
	"""Many at once; what is gone already counts as deleted."""
	products = shop.save(*(shop.make() for _ in range(3)))
	ids = [product.id for product in products]
	for _ in range(2):
		outcomes = shop.client.products.delete([*ids, "prod_never"])
		assert [(outcome.key, outcome.error) for outcome in outcomes] == [
			*((id, None) for id in ids),
			("prod_never", None),
		]
	assert shop.client.products.read(ids) == []


def test_a_deleted_product_can_be_created_again(shop):
	"""Handle and sku are free again once the product is deleted."""
	[product] = shop.save(shop.make())
	shop.client.products.delete([product.id])
	[again] = shop.save(replace(product, id=None, variant=replace(product.variant, id=None)))
	assert again.id != product.id


def test_a_product_that_is_gone_is_said_to_be_gone(shop):
	"""An update of a deleted product fails with NotFound, alone; the others are updated."""
	first, second = shop.save(shop.make(), shop.make())
	shop.client.products.delete([first.id])
	gone, there = shop.client.products.save([first, replace(second, title="New title")])
	assert isinstance(gone.error, NotFound) and not gone.error.retryable
	assert there.error is None and shop.product(second.id)["title"] == "New title"


@pytest.mark.parametrize("look_up", [True, False])
def test_what_is_there_already_is_adopted(shop, look_up):
	"""After a lost answer the product is found again by handle, key or sku, updated,
	and there is still one of it.
	"""
	first, second, third = shop.save(shop.make(), shop.make(), shop.make())
	forgotten = [
		replace(product, id=None, title="Found again", variant=replace(product.variant, id=None))
		for product in (
			first,
			replace(second, handle=f"{second.handle}-moved"),
			replace(third, handle=f"{third.handle}-moved", key=f"{third.key}-renamed"),
			shop.make(title="Found again"),
		)
	]
	found = shop.save(*forgotten, look_up=look_up)
	assert [product.id for product in found[:3]] == [first.id, second.id, third.id]
	assert [product.variant.id for product in found[:3]] == [
		product.variant.id for product in (first, second, third)
	]
	for product in found:
		assert shop.product(product.id)["title"] == "Found again"
		assert len(shop.client.products.calls.look_up([product])) == 1


def test_finding_tells_ours_from_others(shop):
	"""Those that Medusa has, by key; a product with the handle of ours that is not ours is not found."""
	[ours] = shop.save(shop.make())
	[foreign] = shop.save(shop.make())
	absent, taken = shop.make(), shop.make(handle=foreign.handle)
	asked = [replace(ours, id=None), absent, taken]
	assert shop.client.products.find(asked) == {ours.key: (ours.id, ours.variant.id)}


@pytest.mark.parametrize("look_up", [True, False])
def test_a_foreign_product_keeps_its_handle(shop, look_up):
	"""When somebody else's product has the handle, ours takes the other one; when that is taken too,
	it says so.
	"""
	[foreign] = shop.save(shop.make(title="Not ours"))
	mine = shop.make(handle=foreign.handle)
	[saved] = shop.save(mine, look_up=look_up)
	assert saved.id != foreign.id and shop.product(saved.id)["handle"] == mine.fallback_handle
	assert shop.product(foreign.id)["title"] == "Not ours"
	[third] = shop.client.products.save(
		[shop.make(handle=foreign.handle, fallback_handle=mine.fallback_handle)], look_up=look_up
	)
	assert isinstance(third.error, Duplicate) and third.error.field == "handle" and third.id is None


def test_two_of_the_same_call_never_share_a_product(shop):
	"""Two rows with one handle, or one sku, in one call: the first gets it, the second another one,
	or an error.
	"""
	first = shop.make()
	same_handle = shop.make(handle=first.handle)
	same_sku = shop.make(sku=first.variant.sku)
	one, two, three = shop.client.products.save([first, same_handle, same_sku])
	results = sorted((outcome.id for outcome in (one, two, three) if outcome.id), key=str)
	assert len(results) == len(set(results)) == 2 and two.error is None
	assert [type(outcome.error) for outcome in (one, three) if outcome.error] == [Duplicate]


def test_one_bad_row_of_fifty_fails_alone(shop):
	"""49 arrive, the bad one has Medusa's own message."""
	products = [shop.make(**({"published": None} if number == 31 else {})) for number in range(50)]
	products[31] = replace(products[31], ranking=2.5, variant=replace(products[31].variant, weight="heavy"))
	outcomes = shop.client.products.save(products)
	failed = [number for number, outcome in enumerate(outcomes) if outcome.error]
	assert failed == [31]
	assert isinstance(outcomes[31].error, Invalid) and "weight" in outcomes[31].error.message
	assert len(shop.client.products.read([outcome.id for outcome in outcomes if outcome.id])) == 49


TEXTS = [
	"قفازات نتريل 🧤 خالية من البودرة",
	"👩🏽‍⚕️ Ärzte & Co. \"quoted\" 'single' \\back\\slash </script><b>x</b>",
	"tab\tnew\nline 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u202ertl\u202c",
	"NUL\x00 and half\ud83d a pair",
]


@pytest.mark.parametrize("text", TEXTS, ids=["Arabic and emoji", "quotes", "white space", "not storable"])
def test_any_text_arrives(shop, text):
	"""Emoji, Arabic, quotes and line ends arrive as they are; what no database stores is left out."""
	storable = text.replace("\x00", "").encode("utf-8", "replace").decode()
	fields = {
		"title": text,
		"description": text,
		"short_description": text,
		"brand_name": text,
		"specifications": (Specification(text, text),),
		"metadata": {"UOM": text},
	}
	[product] = shop.save(shop.make(**fields))
	[read] = shop.client.products.read([product.id])
	assert (read.title, read.description, read.short_description, read.brand_name) == (storable,) * 4
	assert read.specifications == (Specification(storable, storable),) and read.metadata == {"UOM": storable}


def test_files_are_stored(shop):
	"""Each file gets an address that visitors can open."""
	png = b"\x89PNG\r\n\x1a\n" + bytes(100)
	outcomes = shop.client.upload(
		[Upload("a", "gloves.png", png, "image/png"), Upload("b", "قفاز 1.txt", b"hello", "text/plain")]
	)
	assert [outcome.key for outcome in outcomes] == ["a", "b"] and not any(each.error for each in outcomes)
	assert all(re.match("https?://", outcome.url) for outcome in outcomes)
	assert len({outcome.url for outcome in outcomes}) == 2
	[product] = shop.save(shop.make(images=tuple(outcome.url for outcome in outcomes)))
	remote = shop.product(product.id)
	assert remote["thumbnail"] == outcomes[0].url
	assert {image["url"] for image in remote["images"]} == {outcome.url for outcome in outcomes}
	shop.save(replace(product, images=()))
	assert len(shop.product(product.id)["images"]) == 2

"""Variants in whole servers, simulated and real: what is changed, made again and left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medusa_integration.medusa.errors import Duplicate, NotFound
from medusa_integration.mirror.outcomes import SharedProduct
from medusa_integration.mirror.values import Variant

# on a real Medusa: tests/medusa/test_real_products.py has a variant in each product
pytestmark = pytest.mark.long_if_real


@pytest.mark.contract(63, 72)
def test_only_what_differs_of_a_variant_is_changed(shop):
	"""allow_backorder follows when it is given, None leaves what Medusa has; a new sku arrives too."""
	[product] = shop.save(shop.make())

	def variant():
		[found] = shop.product(product.id)["variants"]
		return found

	shop.save(replace(product, variant=replace(product.variant, allow_backorder=True)))
	assert variant()["allow_backorder"] is True
	requests_before = len(shop.exchanges)
	shop.save(replace(product, variant=replace(product.variant, allow_backorder=None)))
	assert variant()["allow_backorder"] is True and len(shop.exchanges) == requests_before + 1
	sku = f"{product.variant.sku}-NEW"
	shop.save(replace(product, variant=replace(product.variant, sku=sku, weight=300, barcode=sku)))
	assert (variant()["sku"], variant()["weight"], variant()["barcode"]) == (sku, 300, sku)
	assert variant()["id"] == product.variant.id


def test_many_variants_are_changed_at_once(shop):
	"""A batch of products whose variants changed, as when a whole brand goes on backorder."""
	products = shop.save(*(shop.make() for _ in range(12)))
	shop.save(*(replace(each, variant=replace(each.variant, allow_backorder=True)) for each in products))
	assert all(shop.product(each.id)["variants"][0]["allow_backorder"] for each in products)


def _by_hand(shop, product, skus, **values):
	"""A product that somebody has made, with a variant for each (title, sku)."""
	v1 = shop.generation == "v1"
	body = {
		"title": "Shirt",
		"handle": product.handle,
		"options": [{"title": "Default", **({} if v1 else {"values": list(skus)})}],
		"variants": [
			{
				"title": title,
				"sku": sku,
				"prices": [],
				"options": [{"value": title}] if v1 else {"Default": title},
			}
			for title, sku in reversed(skus.items())
		],
		**values,
	}
	return shop.ask("POST", "/admin/products", json=body)["product"]["id"]


@pytest.mark.parametrize("how", ["new", "repeated", "id known"])
def test_a_product_with_variants_of_others_is_left_alone(shop, how):
	"""Whether its SKU is found, looked up, or its id known from before: nothing of it is changed."""
	product, other = shop.make(title="Ours", published=False), shop.make()
	sku = f"{product.variant.sku}-XL"
	id_ = _by_hand(shop, product, {"S": product.variant.sku, "XL": sku}, status="published")
	before = shop.product(id_)
	if how == "id known":
		product = replace(product, id=id_)
	refused, saved = shop.client.products.save(
		[product, other], look_up=how == "repeated", unchecked={product.key}
	)
	assert (type(refused.error), refused.variant_id, saved.error) == (SharedProduct, None, None)
	assert str(refused.error) == (
		f'Medusa has {product.variant.sku} in the product "Shirt" ({id_}), together with other variants ({sku}).'
		" It is left as it is. Give the item's variant a product of its own there, or another SKU, and try again."
	)
	assert not refused.error.retryable
	assert shop.product(id_) == before
	assert shop.client.products.find([replace(product, id=None)]) == {}


def test_somebody_elses_variant_stays(shop):
	"""A variant that was added in Medusa to a product of ours survives every update."""
	product = shop.make()
	skus = {"Default": product.variant.sku, "XL": f"{product.variant.sku}-XL"}
	# without our name on it, it would not be ours to change, as ruled since
	id_ = _by_hand(shop, product, skus, metadata={"website_item": product.key})
	[adopted] = shop.save(replace(product, variant=replace(product.variant, allow_backorder=True)))
	variants = {variant["title"]: variant for variant in shop.product(id_)["variants"]}
	assert {title: variant["sku"] for title, variant in variants.items()} == skus
	assert [variants[title]["allow_backorder"] for title in skus] == [True, False]
	assert (adopted.id, adopted.variant.id) == (id_, variants["Default"]["id"])


@pytest.mark.parametrize("known", ["id known", "id unknown"])
def test_a_missing_variant_is_made_again(shop, known):
	"""A variant that was deleted in Medusa is created again by the next update, and its new id is told."""
	[product] = shop.save(shop.make())
	shop.ask("DELETE", f"/admin/products/{product.id}/variants/{product.variant.id}")
	if known == "id unknown":
		product = replace(product, variant=replace(product.variant, id=None))
	[mended] = shop.save(product)
	[variant] = shop.product(product.id)["variants"]
	assert variant["id"] == mended.variant.id and variant["title"] == "Default"
	assert variant["sku"] == product.variant.sku


@pytest.mark.contract(43, 44, 45, 46, 47, 48, 87, 88, 89, 91)
def test_a_variant_by_itself(shop):
	"""Option and variant are created for a product that has none, found when they are there,
	and never doubled.
	"""
	body = {"title": "Bare", "handle": shop.new_name("bare")}
	if shop.generation == "v2":
		body["options"] = [{"title": "Material", "values": ["Latex"]}]
	id_ = shop.ask("POST", "/admin/products", json=body)["product"]["id"]
	if shop.generation == "v2":
		option = shop.product(id_)["options"][0]["id"]
		shop.ask("POST", f"/admin/products/{id_}/options/batch", json={"remove": [option]})
	option_id = shop.client.products.ensure_option(id_)
	assert shop.client.products.ensure_option(id_) == option_id
	variant = Variant(
		sku=f"BARE-{id_}", allow_backorder=True, origin_country="OM", barcode=f"B{id_}", weight=9
	)
	variant_id = shop.client.products.ensure_variant(id_, variant)
	assert shop.client.products.ensure_variant(id_, variant) == variant_id
	remote = shop.product(id_)
	assert [option["title"] for option in remote["options"]] == ["Default"]
	[found] = remote["variants"]
	assert (found["id"], found["title"], found["sku"]) == (variant_id, "Default", variant.sku)
	assert found["allow_backorder"] is True and found["manage_inventory"] is True
	assert (found["origin_country"], found["weight"]) == ("OM", 9)
	with pytest.raises(NotFound):
		shop.client.products.ensure_variant("prod_never", variant)


def test_a_barcode_that_is_taken_is_that_products_fault(shop):
	"""Barcodes are unique in Medusa; the error says what collided, on create and on update."""
	first, second = shop.make(), shop.make()
	first = replace(first, variant=replace(first.variant, barcode=first.key))
	[saved] = shop.save(first)
	taken = replace(second, variant=replace(second.variant, barcode=first.key))
	[outcome] = shop.client.products.save([taken])
	assert isinstance(outcome.error, Duplicate) and outcome.error.field == "barcode"
	[second] = shop.save(second)
	[outcome] = shop.client.products.save(
		[replace(second, variant=replace(second.variant, barcode=first.key))]
	)
	assert isinstance(outcome.error, Duplicate) and outcome.id == second.id
	assert outcome.variant_id == second.variant.id and saved.id != second.id

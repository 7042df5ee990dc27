"""Many, large and long products in whole servers, simulated and real."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from medusa_integration.medusa.errors import TooLarge
from medusa_integration.mirror.values import Variant
from tests.medusa.conftest import shared_shop
from tests.support.medusa import servers


@pytest.fixture(params=servers(real_is_long=True))
def shop(request):
	"""A whole server, simulated or real."""
	return shared_shop(*request.param)


def test_a_hundred_and_more(shop):
	"""More than one request's worth is created, found, read and listed."""
	products = shop.save(*(shop.make() for _ in range(130)))
	ids = [product.id for product in products]
	assert len(set(ids)) == 130
	assert [product.id for product in shop.client.products.read(ids)] == ids
	found = shop.client.products.find([replace(product, id=None) for product in products])
	assert found == {product.key: (product.id, product.variant.id) for product in products}
	listed = [product.id for product in shop.client.products.list_all(page=50)]
	assert set(ids) <= set(listed) and len(listed) == len(set(listed))
	shop.client.products.delete(ids)


def test_products_are_listed_with_whom_they_belong_to(shop):
	"""The Website Item that they name, v2's external id, and all of their variants;
	those that are gone are left out.
	"""
	saved = shop.save(shop.make(), shop.make())
	ids = [product.id for product in saved]
	pages = list(shop.client.products.pages(page=50))
	assert all(len(page) <= 50 for page in pages)
	listed = {one.id: one for page in pages for one in page}
	for product in saved:
		one = listed[product.id]
		assert (one.owner, one.title) == (product.key, product.title)
		assert one.external_id == (product.key if shop.generation == "v2" else "")
		assert [variant.id for variant in one.variants] == [product.variant.id]
		assert one.own_variant(Variant(sku=product.variant.sku)).id == product.variant.id
	shop.client.products.delete(ids[:1])
	assert [one.id for one in shop.client.products.read_listed(ids)] == ids[1:]
	assert shop.client.products.read_listed([]) == []


def test_long_handles_do_not_break_a_look_up(shop):
	"""Handles of a hundred Arabic letters each: look-ups are split so that their addresses stay short."""
	products = [
		replace(product, handle=f"{'ق' * 100}-{product.handle}")
		for product in (shop.make() for _ in range(40))
	]
	products = shop.save(*products)
	found = shop.client.products.find([replace(product, id=None) for product in products])
	assert {key: id for key, (id, _) in found.items()} == {each.key: each.id for each in products}
	assert max(len(exchange.url) for exchange in shop.exchanges) < 8000


def test_large_products_are_sent_in_smaller_requests(shop):
	"""Bodies stay below what Medusa takes; all arrive."""
	products = [shop.make(description=f"{number} " + "x" * 60_000) for number in range(40)]
	outcomes = shop.client.products.save(products)
	assert [outcome.error for outcome in outcomes] == [None] * 40
	assert 413 not in {exchange.status for exchange in shop.exchanges}


def test_a_product_that_is_too_large_says_why(shop):
	"""No server takes it: the error names the sizes, and the other product arrives."""
	large, small = shop.client.products.save(
		[shop.make(title="Novel", description="x" * 12_000_000), shop.make()]
	)
	assert isinstance(large.error, TooLarge) and re.search(r"Novel .*description 12000", str(large.error))
	assert small.error is None

"""Fixtures of the shop, and of its runs."""

from __future__ import annotations

import pytest

from tests.reconcile.support import any_shop, runs  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, only_ours, shop  # noqa: F401


@pytest.fixture
def item(shop, only_ours):  # noqa: F811
	"""A Website Item that Medusa has."""
	item = shop.website_item(item_group=shop.exported_group().name)
	shop.drain()
	assert shop.task(item).status == "Synced"
	return item


@pytest.fixture
def change(shop, item):  # noqa: F811
	"""`change(title)` gives its product another title in Medusa."""
	id = shop.product(item)["id"]
	return lambda title: shop.by_hand("POST", f"/admin/products/{id}", title=title)

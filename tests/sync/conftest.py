"""Fixtures of the shop."""

from __future__ import annotations

import pytest

from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401


@pytest.fixture
def new_item(shop):  # noqa: F811
	"""A Website Item whose group Medusa has already."""
	return shop.website_item(item_group=shop.exported_group().name)


@pytest.fixture
def item(shop):  # noqa: F811
	"""A Website Item that Medusa has."""
	item = shop.website_item(web_item_name="Nitrile gloves", ranking=1)
	shop.drain()
	return item

"""Fixtures of the shop."""

import pytest

from tests.support.pictures import attach  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, only_ours, shop, stock  # noqa: F401


@pytest.fixture
def item(shop):  # noqa: F811
	"""A Website Item that Medusa has, with its group."""
	item = shop.website_item()
	shop.drain()
	return item

"""Fixtures of the shop."""

from tests.support.shop_fixtures import generation, medusa, shop, stock  # noqa: F401

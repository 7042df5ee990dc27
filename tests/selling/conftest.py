"""Fixtures of the shop and its sales."""

from tests.support.quotes import quotes  # noqa: F401
from tests.support.sales import sales  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, shop, stock  # noqa: F401

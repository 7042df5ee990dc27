"""Fixtures of the shop, and of its runs."""

from tests.reconcile.support import any_shop, only_ours, runs  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401

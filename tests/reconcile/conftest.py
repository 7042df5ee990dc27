"""Fixtures of the shop, and of its runs."""

from tests.reconcile.support import any_shop, runs  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, only_ours, shop  # noqa: F401

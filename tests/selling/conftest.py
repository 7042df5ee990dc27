"""Fixtures of the shop and its sales."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.quotes import quotes  # noqa: F401
from tests.support.sales import sales  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, shop, stock  # noqa: F401

if TYPE_CHECKING:
	from tests.support.money import Money
	from tests.support.quotes import Quotes


@pytest.fixture
def money(quotes: Quotes) -> Iterator[Money]:  # noqa: F811
	"""Orders of one test that are paid in Medusa."""
	from tests.support.money import Money

	money = Money(quotes)
	try:
		yield money
	finally:
		money.clean_up()

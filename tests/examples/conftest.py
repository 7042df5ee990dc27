"""The shop of the examples, on a site of its own as far as that goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.customers.conftest import visitors  # noqa: F401
from tests.examples.shop import ExampleShop
from tests.support.quotes import quotes  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, only_ours, shop  # noqa: F401


@pytest.fixture
def example(quotes, visitors, only_ours) -> Iterator[ExampleShop]:  # noqa: F811
	"""The shop of the examples with all data; on a real bench its names may be taken."""
	if not quotes.site.is_ours:
		pytest.skip("the examples are run on devbench's site")
	made = ExampleShop(quotes, visitors)
	made.make()
	yield made

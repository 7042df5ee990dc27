"""The prices that the shop shows: those of `selling/rates`, except where they are only told on request."""

from __future__ import annotations

from collections.abc import Iterable

from medusa_integration.selling.price_visibility import shown, threshold
from medusa_integration.selling.rates import Price, prices_of
from medusa_integration.storefront.viewers import NOBODY, Viewer


def shown_prices(items: Iterable[str], viewer: Viewer = NOBODY) -> dict[str, Price]:
	"""Return the prices that a customer is shown, by item code. Two statements for any number of items.

	Args:
		items: item codes.
		viewer: whose negotiated prices are meant.

	Returns:
		Major units of the public price list's currency; 0 where there is no price, or it is on request.
	"""
	limit = threshold()
	return {item: shown(price, limit) for item, price in prices_of(items, viewer.customer).items()}

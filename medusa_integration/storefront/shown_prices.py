"""The prices that the shop shows: those of `selling/rates`, except where they are only told on request."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.utils import flt

from medusa_integration.selling.rates import Price, prices_of
from medusa_integration.settings import number
from medusa_integration.storefront.viewers import NOBODY, Viewer

HOMEPAGE = "Homepage Landing"
DEFAULT_THRESHOLD = 50


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


def shown(price: Price, limit: float) -> Price:
	"""Return a price as it is shown: a standard price from the threshold on is not.

	The negotiated price is not shown either then, unless *Hide Negotiated Prices Too* is off.

	Args:
		price: what the item costs, in major units.
		limit: the threshold, in major units.
	"""
	if price.standard < limit:
		return price
	return Price(0, 0 if number("hide_negotiated_with_standard") else price.negotiated)


def threshold() -> float:
	"""Return the *Price Visibility Threshold* of the homepage, in major units. From Frappe's cache."""
	value = frappe.get_cached_doc(HOMEPAGE).price_visibility_threshold
	return DEFAULT_THRESHOLD if value is None else flt(value)

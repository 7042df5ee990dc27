"""Which prices the shop is told: those from a threshold on are told on request only."""

from __future__ import annotations

import frappe
from frappe.utils import flt

from medusa_integration.constants import HOMEPAGE
from medusa_integration.selling.rates import Price
from medusa_integration.settings import number
from medusa_integration.shared_cache import shared

DEFAULT_THRESHOLD = 50


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
	"""Return the *Price Visibility Threshold* of the homepage, in major units.

	One statement, none if nothing has changed.
	"""
	return shared(("price visibility threshold",), _threshold)


def _threshold() -> float:
	# not the document, which has seventeen tables
	single = frappe.qb.DocType("Singles")
	query = frappe.qb.from_(single).select(single.value)
	query = query.where((single.doctype == HOMEPAGE) & (single.field == "price_visibility_threshold"))
	values = query.run(pluck=True)
	return flt(values[0]) if values and values[0] not in (None, "") else DEFAULT_THRESHOLD

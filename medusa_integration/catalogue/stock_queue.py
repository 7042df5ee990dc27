"""Whose stock Medusa, or the shop's own lists, have to hear of: recording for the lane "stock"."""

from __future__ import annotations

from collections.abc import Iterable

import frappe

from medusa_integration.sync import outbox

WEBSITE_ITEM = "Website Item"
LANE = "stock"
OPERATION = "Stock"
# what of a Website Item decides how many of it there are, or whether that is shown
DECISIVE_FIELDS = ("published", "website_warehouse", "custom_threshold_qty")


def record(names: Iterable[str]) -> int:
	"""Have the stock of these Website Items looked at after the commit. One statement per 500; answers how many."""
	return outbox.record_many(WEBSITE_ITEM, names, LANE, OPERATION)


def record_new(names: Iterable[str]) -> None:
	"""Medusa has these products from now on: it has to hear how many there are, if quantities are sent at all."""
	if frappe.get_cached_doc("Medusa Configuration").push_stock_quantities:
		record(names)

"""Whose stock Medusa, or the shop's own lists, have to hear of: recording for the lane "stock"."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from medusa_integration.constants import WEBSITE_ITEM
from medusa_integration.settings import get_settings
from medusa_integration.sync import task_recording

LANE = "stock"
OPERATION = "Stock"


def is_kept_up() -> bool:
	"""Whether somebody wants stock to follow what changes, and not only the daily job."""
	settings = get_settings()
	return bool(settings.push_stock_quantities or settings.refresh_stock_on_movement)


def decisive_values(website_item: Document) -> tuple[int, str, int]:
	"""What of a Website Item decides how many of it there are, or whether that is shown;
	a form sends texts.
	"""
	return (
		cint(website_item.get("published")),
		website_item.get("website_warehouse") or "",
		cint(website_item.get("custom_threshold_qty")),
	)


def record(names: Iterable[str]) -> int:
	"""Have the stock of these Website Items looked at after the commit. One statement per 500;
	returns how many.
	"""
	return task_recording.record_many(WEBSITE_ITEM, names, LANE, OPERATION)


def record_new(names: Iterable[str]) -> None:
	"""Medusa has these products from now on: it has to hear how many there are,
	if quantities are sent at all.
	"""
	if get_settings().push_stock_quantities:
		record(names)


def record_homeless() -> None:
	"""Record the Website Items that name no warehouse: another one has become their default.

	Two statements per 500.
	"""
	if is_kept_up():
		filters = {"website_warehouse": ("is", "not set"), "has_variants": ("!=", 1)}
		record(frappe.get_all(WEBSITE_ITEM, filters=filters, pluck="name"))

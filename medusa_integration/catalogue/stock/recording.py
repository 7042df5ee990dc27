"""Records Website Items whose stock has to be updated and sent: tasks of the lane "stock"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from medusa_integration.constants import WEBSITE_ITEM
from medusa_integration.settings import get_settings
from medusa_integration.sync import task_recording, task_states

LANE = "stock"
OPERATION = "Stock"


def is_kept_up() -> bool:
	"""Return whether changes of the stock are processed at once, and not only by the daily job."""
	settings = get_settings()
	return bool(settings.push_stock_quantities or settings.refresh_stock_on_movement)


def decisive_values(website_item: Document) -> tuple[int, str, int]:
	"""Return the values of a Website Item that affect its quantity, converted because forms send texts."""
	return (
		cint(website_item.get("published")),
		website_item.get("website_warehouse") or "",
		cint(website_item.get("custom_threshold_qty")),
	)


def record(names: Iterable[str]) -> int:
	"""Record Website Items whose stock has to be checked after the commit. One statement per 500.

	Args:
		names: names of the Website Items.

	Returns:
		The number of recorded Website Items.
	"""
	return task_recording.record_many(WEBSITE_ITEM, names, LANE, OPERATION)


def record_again(names: Sequence[str]) -> None:
	"""Record Website Items whose quantity Medusa has changed itself: it is sent even if it is the same here.

	Two statements, none while quantities are not sent.
	"""
	if names and get_settings().push_stock_quantities:
		task_states.forget_fingerprints(WEBSITE_ITEM, names, LANE)
		record(names)


def record_new(names: Iterable[str]) -> None:
	"""Record the quantities of Website Items that Medusa has from now on, if quantities are sent.

	Args:
		names: names of the Website Items.
	"""
	if get_settings().push_stock_quantities:
		record(names)


def record_without_warehouse() -> None:
	"""Record the Website Items without a warehouse, because the default warehouse has changed.

	Two statements per 500.
	"""
	if is_kept_up():
		filters = {"website_warehouse": ("is", "not set"), "has_variants": ("!=", 1)}
		record(frappe.get_all(WEBSITE_ITEM, filters=filters, pluck="name"))

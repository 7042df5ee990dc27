"""The daily job that stores the availability and quantity of each Website Item on it.

Listings read them there, and not from `tabBin`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import frappe
from frappe import _
from rq.timeouts import JobTimeoutException

from medusa_integration.catalogue.stock import exporter as stock_levels
from medusa_integration.catalogue.stock import recording as stock_queue
from medusa_integration.catalogue.stock import state as stock_state
from medusa_integration.catalogue.stock.quantities import quantities
from medusa_integration.exceptions import StockNotUpdated
from medusa_integration.sync.jobs import scheduled_job

ROWS = 1000


@scheduled_job
def update_webitem_stock() -> dict[str, int]:
	"""Compute `custom_in_stock` and `custom_available_qty` of all Website Items.

	What there is of an item is the sum of its Bins in `website_warehouse` and all warehouses below it, as
	`get_bin_details(..., include_child_warehouses=1)` has it, without batches that have expired;
	`quantities` says what becomes of bundles and of items without a warehouse. In stock means more than 0,
	or more than `custom_threshold_qty` where the setting `respect_threshold_quantity` is on. Unpublished
	ones are not in stock; a template is when one of its published variants is. Writes only what changes,
	without touching `modified`. With `push_stock_quantities` those are recorded of which Medusa has another
	quantity, or none. Returns {"updated", "checked"}; commits. Raises StockNotUpdated after the last
	chunk if one failed.
	"""
	checked = updated = failed = 0
	for rows in _chunks():
		checked += len(rows)
		try:
			updated += _update(rows)
			frappe.db.commit()  # a chunk at a time: neither locks nor a long transaction for the whole shop
		except JobTimeoutException:
			raise  # no chunk's fault: the job has to end
		except Exception:
			frappe.db.rollback()
			frappe.log_error("Medusa: the stock of some Website Items could not be updated")
			frappe.db.commit()  # the log row
			failed += len(rows)
	updated += stock_state.write(stock_state.template_changes())
	# nosemgrep: frappe-manual-commit -- the raise below would take it back
	frappe.db.commit()
	if failed:
		frappe.throw(
			_("The stock of {0} Website Items could not be updated.").format(failed), StockNotUpdated
		)
	return {"updated": updated, "checked": checked}


def _chunks() -> Iterator[list[frappe._dict]]:
	yield from stock_state.read_all(ROWS)


def _update(rows: Sequence[Any]) -> int:
	"""Write the values that differ on these Website Items, and record those whose quantity changed.

	Returns how many were written.
	"""
	found = quantities(rows)
	changes = stock_state.changes(rows, found)
	stock_state.write(changes)
	stock_queue.record(stock_levels.outdated(rows, found))
	return len(changes)

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
	"""Update `custom_in_stock` and `custom_available_qty` of all Website Items.

	The stock of an item is the sum of its Bins in `website_warehouse` and all warehouses below it, as in
	`get_bin_details(..., include_child_warehouses=1)`, without expired batches; `quantities` describes
	bundles and items without a warehouse. An item is in stock if it has more than 0, or more than
	`custom_threshold_qty` with the setting `respect_threshold_quantity`. Unpublished items are not in stock;
	a template is if one of its published variants is. Only changed values are written, without changing
	`modified`. With `push_stock_quantities`, items whose quantity in Medusa differs are recorded. Commits.

	Returns:
		Numbers of Website Items: {"updated", "checked"}.

	Raises:
		StockNotUpdated: after the last batch, if some items could not be updated.
	"""
	checked = updated = failed = 0
	for rows in _chunks():
		checked += len(rows)
		try:
			updated += _update(rows)
			frappe.db.commit()  # one batch at a time: no long transaction that locks all items
		except JobTimeoutException:
			raise  # the job has to end; the batch did not fail
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
	"""Write changed values, record items to be sent, and return the number of changed items."""
	found = quantities(rows)
	changes = stock_state.changes(rows, found)
	stock_state.write(changes)
	stock_queue.record(stock_levels.outdated(rows, found))
	return len(changes)

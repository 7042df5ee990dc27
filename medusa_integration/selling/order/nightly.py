"""What no document event tells of: the nightly look at all orders of the shop."""

from __future__ import annotations

from collections.abc import Iterator

import frappe

from medusa_integration import database
from medusa_integration.constants import QUOTATION, SALES_ORDER, SETTLED, SYNC_TASK, Status
from medusa_integration.selling.order.exporter import (
	OrderExporter,
	load_orders,
	order_status_of,
	was_placed_in_medusa,
)
from medusa_integration.selling.quotation.exporter import QuotationExporter
from medusa_integration.sync import task_recording, task_states
from medusa_integration.sync.exporter import fingerprint
from medusa_integration.sync.jobs import scheduled_job

ROWS = 500


@scheduled_job
def record_missed_orders() -> int:
	"""Record the orders of the shop that stand otherwise than Medusa was last told.

	ERPNext's own daily job makes invoices overdue past all events, and others write to the database by hand.
	What is on its way, waits, or has failed is left alone, and so is what Medusa need not be told of an order
	that was placed in it. Five statements per 500 orders, one more if some are recorded. Commits.

	Returns:
		How many were recorded.
	"""
	if not task_recording.is_configured():
		return 0
	recorded = 0
	for names in _chunks():
		recorded += task_recording.record_many(SALES_ORDER, _missed(names), OrderExporter.name, "Status")
		# nosemgrep: frappe-manual-commit -- a chunk at a time: no long transaction for all orders of the shop
		frappe.db.commit()
	_record_missed_quotations()
	# nosemgrep: frappe-manual-commit -- a chunk at a time: no long transaction for all orders of the shop
	frappe.db.commit()
	return recorded


def _record_missed_quotations() -> None:
	"""Record the Quotations that had no ids of Medusa when they were to be sent, and have them now."""
	task, quotation = frappe.qb.DocType(SYNC_TASK), frappe.qb.DocType(QUOTATION)
	names = (
		frappe.qb.from_(task)
		.inner_join(quotation)
		.on(quotation.name == task.reference_name)
		.select(quotation.name)
		.where((task.reference_doctype == QUOTATION) & (task.lane == QuotationExporter.name))
		.where((task.status == Status.NOT_WANTED) & (quotation.medusa_quotation_id != ""))
		.where(quotation.medusa_draft_order_id != "")
	).run(pluck=True)
	task_recording.record_many(QUOTATION, names, QuotationExporter.name)


def _chunks() -> Iterator[list[str]]:
	"""The names of all orders that Medusa has, 500 a statement."""
	order = frappe.qb.DocType(SALES_ORDER)
	has_id = database.is_set(order.medusa_order_id)
	query = frappe.qb.from_(order).select(order.name).where((order.from_ecommerce == 1) & has_id)
	for rows in database.pages(query, order.name, ROWS):
		yield [row.name for row in rows]


def _missed(names: list[str]) -> list[str]:
	tasks = task_states.states(SALES_ORDER, names, OrderExporter.name)
	missed = []
	for name, row in load_orders(names).items():
		task = tasks.get(name)
		is_other = task and task.fingerprint != fingerprint(order_status_of(row))
		is_its_own = task and task.status == Status.NOT_WANTED and was_placed_in_medusa(row)
		if not task or (task.status in SETTLED and is_other and not is_its_own):
			missed.append(name)
	return missed

"""All Website Items that Medusa does not have: one by one from the console, or in four batches side by side."""

from __future__ import annotations

from math import ceil

import frappe
from frappe import _

from medusa_integration.catalogue.products import WEBSITE_ITEM
from medusa_integration.catalogue.website_item import LANE, export_website_item
from medusa_integration.sync import connection, drain, outbox
from medusa_integration.sync.desk import listening_workers
from medusa_integration.sync.direct import SyncFailed
from medusa_integration.sync.jobs import scheduled_job

BATCHES = 4
QUEUE = "long"
TIMEOUT = 28800
BATCH_JOB = "medusa_integration.api.export_items_batch"
# a task in one of these states is dealt with by the outbox, or waits for a person
OPEN = ("Pending", "In Progress", "Retrying", "Waiting", "Failed", "Ignored")


def export_all_website_item() -> dict[str, int]:
	"""Export all published Website Items without `medusa_id`, one after the other, by name (94, 95).

	What goes wrong with one is logged, and the next goes on. Answers {"exported", "failed", "skipped"}; commits.
	"""
	counts = {"exported": 0, "failed": 0, "skipped": 0}
	for name in _unsynced():
		try:
			ids = export_website_item(name)
			counts["exported" if ids and ids["medusa_id"] else "skipped"] += 1
		except SyncFailed:
			frappe.log_error(f"Error exporting {name} item", frappe.get_traceback())
			frappe.db.commit()  # the log row, before the next item
			counts["failed"] += 1
	return counts


@scheduled_job
def export_items_and_images_custom() -> int:
	"""The nightly catch-up: what is published and unsynced is recorded and sent by four jobs (23-29, 94, 96, 100).

	Enqueues nothing when there is nothing to do or nothing may be sent, and no batch that is still going.
	Answers how many Website Items are to be sent.
	"""
	if not connection.may_send():
		return 0
	names = _unsynced()
	if not names:
		return 0
	busy = set(
		frappe.get_all(
			outbox.TASK,
			filters={"reference_doctype": WEBSITE_ITEM, "lane": LANE, "status": ("in", OPEN)},
			pluck="reference_name",
		)
	)
	outbox.record_many(WEBSITE_ITEM, [name for name in names if name not in busy], LANE)
	frappe.db.commit()  # the batches claim what is committed
	batch_size = ceil(len(names) / BATCHES)
	for i in range(ceil(len(names) / batch_size)):
		frappe.enqueue(
			BATCH_JOB,
			queue=QUEUE,
			timeout=TIMEOUT,
			is_async=True,
			job_name=f"export_items_batch_{i}",
			job_id=f"export_items_batch_{i}",
			deduplicate=True,
			batch_index=i,
			batch_size=batch_size,
		)
	if (listening_workers() or {}).get(QUEUE) == 0:
		message = _("No worker listens on the queue {0}: the export waits until one does.").format(QUEUE)
		frappe.log_error("Medusa: the export waits for a worker", message)
	return len(names)


def export_items_batch(batch_index: int, batch_size: int) -> dict[str, int]:
	"""One of the four jobs: sends up to `batch_size` due tasks, which no other job gets (26, 28-31).

	What the jobs take is claimed, so together they send every item once however they run. Answers how many
	tasks ended in which state. Raises SyncFailed with the count when some could not be sent.
	"""
	states = drain.drain(limit=batch_size, seconds=TIMEOUT - 600)
	failed = states["Failed"] + states["Retrying"]
	if failed:
		message = _("Batch {0}: {1} of {2} Website Items could not be exported.")
		frappe.throw(message.format(batch_index, failed, states.total()), exc=SyncFailed)
	return dict(states)


def _unsynced() -> list[str]:
	item = frappe.qb.DocType(WEBSITE_ITEM)
	empty = item.medusa_id.isnull() | (item.medusa_id == "")
	return (
		frappe.qb.from_(item).select(item.name).where((item.published == 1) & empty).orderby(item.name)
	).run(pluck=True)

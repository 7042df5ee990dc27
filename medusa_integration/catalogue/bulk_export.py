"""Exports all Website Items that Medusa does not have, from the console or in four parallel batches."""

from __future__ import annotations

import time
from math import ceil

import frappe
from frappe import _
from frappe.utils import now_datetime
from pypika.queries import QueryBuilder
from pypika.terms import Criterion, ExistsCriterion

from medusa_integration import shared_cache
from medusa_integration.catalogue import progress
from medusa_integration.catalogue.collection.exporter import CollectionExporter
from medusa_integration.catalogue.product.events import LANE, export_website_item
from medusa_integration.constants import ITEM_GROUP, SETTLED, SYNC_TASK, WEBSITE_ITEM, Status
from medusa_integration.database import is_not_set, is_set
from medusa_integration.exceptions import SyncFailed
from medusa_integration.settings import get_settings
from medusa_integration.sync import connection, task_recording, task_states, worker
from medusa_integration.sync.health import listening_workers
from medusa_integration.sync.jobs import part_of, scheduled_job
from medusa_integration.sync.task_store import Share

BATCHES = 4
QUEUE = "long"
TIMEOUT = 28800
BATCH_JOB = "medusa_integration.api.export_items_batch"
# seconds until a batch checks again whether another batch has created the collection that its items wait for
PAUSE = 1


def export_all_website_item() -> dict[str, int]:
	"""Export all published Website Items without `medusa_id` one by one, in the order of their names.

	An error of one item is logged and does not stop the others. Commits.

	Returns:
		Numbers of Website Items: {"exported", "failed", "skipped"}.
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


export_items_and_images = export_all_website_item


@scheduled_job
def export_items_and_images_custom() -> int:
	"""Export published Website Items without `medusa_id` every night, with up to four batch jobs.

	Items that failed before get one more attempt. Nothing is enqueued when there is nothing to export, when
	nothing may be sent, or for a batch that is still running.

	Returns:
		The number of published Website Items without `medusa_id`.
	"""
	if not connection.may_send():
		return 0
	task_states.come_back()
	_try_failed_once_more()
	_send_held_back()
	# nosemgrep: frappe-manual-commit -- there may be nothing to export
	frappe.db.commit()
	return start_batches()


def _try_failed_once_more() -> None:
	"""Give failed unsynced items, and the Item Groups that they wait for, one more attempt."""
	item, group = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(ITEM_GROUP)
	attempts = get_settings().max_attempts or 7
	task_states.try_once_more(WEBSITE_ITEM, _unsynced(), LANE, attempts)
	groups = (
		frappe.qb.from_(item)
		.inner_join(group)
		.on(group.name == item.item_group)
		.select(group.name)
		.distinct()
		.where(is_not_set(group.medusa_id) & item.name.isin(unsynced_names()))
	).run(pluck=True)
	task_states.try_once_more(ITEM_GROUP, groups, CollectionExporter.name, attempts)


def _send_held_back() -> None:
	"""Send the changes of Website Items that were saved with the skip flag."""
	held_back = {"reference_doctype": WEBSITE_ITEM, "lane": LANE, "held_back": 1, "status": ("!=", "Ignored")}
	task_recording.record_many(
		WEBSITE_ITEM, frappe.get_all(SYNC_TASK, filters=held_back, pluck="reference_name"), LANE
	)


def start_batches(user: str | None = None) -> int:
	"""Record published Website Items without `medusa_id`, and enqueue up to four batches of them. Commits.

	Args:
		user: the User who sees the progress in Desk, None for nobody.

	Returns:
		The number of Website Items to be exported.
	"""
	names = _unsynced()
	if not names:
		return 0
	_record()
	# nosemgrep: frappe-manual-commit -- the batches claim what is committed
	frappe.db.commit()
	progress.begin(len(names), user=user)
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
	if message := missing_worker():
		frappe.log_error("Medusa: the export waits for a worker", message)
		# nosemgrep: frappe-manual-commit -- the row in the Error Log has to stay
		frappe.db.commit()
	return len(names)


def missing_worker() -> str | None:
	"""Return a message for users if no worker listens on the queue `long`, otherwise None."""
	if (listening_workers() or {}).get(QUEUE) != 0:
		return None
	return _("No worker listens on the queue {0}: the export waits until one does.").format(QUEUE)


@part_of("medusa_integration.api.export_items_and_images_custom")
def export_items_batch(batch_index: int, batch_size: int) -> dict[str, int]:
	"""Export up to `batch_size` published Website Items without `medusa_id`: one of the four batch jobs.

	Up to a hundred items are sent at once, in the same way as `export_website_item()` sends one. Each is
	claimed before it is sent, so no two batches send the same item. A batch whose remaining items wait for a
	collection that another batch is creating waits for it, so together the batches process all items. An item
	that fails does not stop the others. Commits.

	Args:
		batch_index: number of the batch, from 0; named in the error.
		batch_size: largest number of Website Items to export.

	Returns:
		Numbers of Website Items: {"exported", "failed"}.

	Raises:
		SyncFailed: some items could not be sent; the message has their number.
	"""
	_record()
	# nosemgrep: frappe-manual-commit -- the batches claim what is committed
	frappe.db.commit()
	deadline = time.monotonic() + TIMEOUT - 600
	counts = {"exported": 0, "failed": 0}
	while True:
		share = Share(LANE, unsynced_names(), batch_size - sum(counts.values()))
		seconds = deadline - time.monotonic()
		states = worker.drain(share=share, seconds=seconds, after_batch=progress.show)
		counts["exported"] += states[Status.SYNCED]
		counts["failed"] += states[Status.FAILED] + states[Status.RETRYING]
		met_trouble = states[Status.RETRYING] or states[Status.PENDING]
		if met_trouble or sum(counts.values()) >= batch_size or not _has_more(deadline):
			break
		time.sleep(PAUSE)
	progress.end()
	if counts["failed"]:
		message = _("Batch {0}: {1} of {2} Website Items could not be exported.")
		text = message.format(batch_index, counts["failed"], sum(counts.values()))
		frappe.throw(text, exc=SyncFailed)
	return counts


def update_all_website_item(method: str | None = None) -> int:
	"""Record all Website Items with a `medusa_id`, and return their number. Commits.

	Those that have changed are sent.
	"""
	count = task_recording.record_many(
		WEBSITE_ITEM, frappe.get_all(WEBSITE_ITEM, filters={"medusa_id": ("is", "set")}, pluck="name"), LANE
	)
	# nosemgrep: frappe-manual-commit -- a console command: its tasks have to be seen by the workers
	frappe.db.commit()
	return count


def export_all_item_groups() -> dict[str, int]:
	"""Export all Item Groups without `medusa_id` now, except the root of the tree, which has no products.

	They are sent in batches like any other change; errors are stored in the tasks. Commits.

	Returns:
		Numbers of Item Groups: {"exported", "failed", "skipped"}.
	"""
	group = frappe.qb.DocType(ITEM_GROUP)
	empty = is_not_set(group.medusa_id)
	has_parent = is_set(group.parent_item_group)
	names = (frappe.qb.from_(group).select(group.name).where(empty & has_parent).orderby(group.name)).run(
		pluck=True
	)
	if not names or not connection.may_send():
		return {"exported": 0, "failed": 0, "skipped": len(names)}
	lane = CollectionExporter.name
	task_recording.record_many(ITEM_GROUP, names, lane, wakes=False)
	# nosemgrep: frappe-manual-commit -- the drain claims what is committed
	frappe.db.commit()
	states = worker.drain(only=[(ITEM_GROUP, name, lane) for name in names])
	exported, failed = states[Status.SYNCED], states[Status.FAILED] + states[Status.RETRYING]
	return {"exported": exported, "failed": failed, "skipped": len(names) - exported - failed}


def clear_all_item_group_id(dry_run: bool = True) -> int:
	"""Clear the `medusa_id` of all Item Groups, for a new Medusa that has no collections. Commits.

	With `dry_run`, the default, they are only counted. If Medusa still has the collections, the next export
	finds them again.

	Returns:
		The number of Item Groups with a `medusa_id`.
	"""
	return _clear(ITEM_GROUP, ("medusa_id",), dry_run)


def clear_all_website_item_id(dry_run: bool = True) -> int:
	"""Clear both ids of all Website Items and return how many had one, as `clear_all_item_group_id` does."""
	return _clear(WEBSITE_ITEM, ("medusa_id", "medusa_variant_id"), dry_run)


def _clear(doctype: str, fields: tuple[str, ...], dry_run: bool) -> int:
	has_one = [[field, "is", "set"] for field in fields]
	count = len(frappe.get_all(doctype, or_filters=has_one, pluck="name"))
	if not dry_run and count:
		table = frappe.qb.DocType(doctype)
		query = frappe.qb.update(table)
		for field in fields:
			query = query.set(table[field], None)
		query.where(Criterion.any(table[field].isnotnull() for field in fields)).run()
		shared_cache.forget()
		# nosemgrep: frappe-manual-commit -- a console command, which ends here
		frappe.db.commit()
		frappe.clear_document_cache(doctype)
	return count


def unsynced_names() -> QueryBuilder:
	"""Return the query of the names of published Website Items without `medusa_id`."""
	item = frappe.qb.DocType(WEBSITE_ITEM)
	empty = is_not_set(item.medusa_id)
	return frappe.qb.from_(item).select(item.name).where((item.published == 1) & empty)


def _unsynced() -> list[str]:
	return unsynced_names().orderby(frappe.qb.DocType(WEBSITE_ITEM).name).run(pluck=True)


def _record() -> None:
	"""Record the unsynced Website Items that have no task, or one that is settled."""
	item, task = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(SYNC_TASK)
	mine = (task.reference_doctype == WEBSITE_ITEM) & (task.reference_name == item.name) & (task.lane == LANE)
	names = (
		unsynced_names()
		.left_join(task)
		.on(mine)
		.where(task.name.isnull() | task.status.isin(list(SETTLED)))
		.orderby(item.name)
	).run(pluck=True)
	task_recording.record_missing(WEBSITE_ITEM, names, LANE)


def _has_more(deadline: float) -> bool:
	"""Return whether an item is due, or waits for a task that another worker is sending."""
	if time.monotonic() > deadline or not connection.may_send():
		return False
	task, now = frappe.qb.DocType(SYNC_TASK), now_datetime()
	mine = (task.lane == LANE) & task.reference_name.isin(unsynced_names())
	rows = frappe.qb.from_(task).select(task.name).where(mine & (task.next_attempt_at <= now)).limit(1).run()
	if not rows:
		groups = frappe.qb.DocType(SYNC_TASK).as_("groups")
		sending = (groups.lane == CollectionExporter.name) & (groups.status == Status.IN_PROGRESS)
		being_sent = (
			frappe.qb.from_(groups).select(groups.name).where(sending & (groups.lease_expires_at > now))
		)
		waits = mine & (task.status == Status.WAITING) & ExistsCriterion(being_sent)
		rows = frappe.qb.from_(task).select(task.name).where(waits).limit(1).run()
	frappe.db.rollback()
	return bool(rows)

"""The button *Export Everything* of Medusa Configuration: its preview and its action."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import frappe
from frappe import _
from frappe.utils import create_batch, now_datetime
from typing_extensions import TypedDict

from medusa_integration.catalogue import bulk_export as bulk
from medusa_integration.catalogue import progress
from medusa_integration.catalogue.collection.exporter import ITEM_GROUP, CollectionExporter
from medusa_integration.catalogue.product.exporter import WEBSITE_ITEM, Items, ProductExporter
from medusa_integration.constants import SYNC_TASK, Status
from medusa_integration.database import is_set
from medusa_integration.endpoints.parameters import Flag
from medusa_integration.sync import connection, task_recording, wake
from medusa_integration.sync.task import Broken, Task, Unchanged, WaitFor

CHUNK = 500
# largest number of reasons that the preview shows
REASONS = 10
# the button tries these again; tasks that a person ignored stay ignored
RETRIED = (Status.FAILED, Status.RETRYING)


class Started(TypedDict):
	"""Numbers of Website Items, and a message when no worker would export them."""

	to_export: int
	to_check: int
	warning: str | None


class Hindered(TypedDict):
	"""A Website Item that would not be sent."""

	name: str
	reason: str


class Preview(TypedDict):
	"""Numbers of Item Groups and Website Items, reasons of the first that would not be sent, and messages."""

	collections: int
	products: int
	updates: int
	unchanged: int
	waiting: int
	ignored: int
	failing: int
	reasons: list[Hindered]
	warnings: list[str]


def export_everything(dry_run: Flag = False) -> Started | Preview:
	"""Export all published Website Items that Medusa lacks, and update the others.

	New items are sent in up to four batches on the queue `long`; the others are sent if they have changed.
	Items that failed before are tried again, ignored ones are not. Needs the write permission on Medusa
	Configuration.

	Args:
		dry_run: return the result of `preview`; write and send nothing.

	Returns:
		{"to_export": number of new items, "to_check": number of items that are checked for changes,
		"warning": message or None}.

	Raises:
		NotConnected: nothing may be sent at the moment (503).
	"""
	if dry_run:
		return preview()
	connection.require_sending()
	failed = _names_of_tasks(RETRIED)
	task_recording.record_many(WEBSITE_ITEM, failed, ProductExporter.name, wakes=False)
	to_check = update_all(wakes=False)
	to_export = bulk.start_batches(user=frappe.session.user)
	frappe.db.after_commit.add(wake.enqueue)
	if not to_export:
		progress.store(
			_("{0}: nothing new to export; {1} products are checked for changes.").format(
				frappe.utils.format_datetime(now_datetime()), to_check
			)
		)
	return {
		"to_export": to_export,
		"to_check": to_check,
		"warning": bulk.missing_worker() if to_export else None,
	}


def update_all(*, wakes: bool = True) -> int:
	"""Record all Website Items with a `medusa_id`, except those that a person ignored.

	Args:
		wakes: also start the worker after the commit.

	Returns:
		The number of recorded Website Items.
	"""
	item, task = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(SYNC_TASK)
	aside = (
		frappe.qb.from_(task)
		.select(task.reference_name)
		.where(
			(task.reference_doctype == WEBSITE_ITEM)
			& (task.lane == ProductExporter.name)
			& (task.status == Status.IGNORED)
		)
	)
	names = (
		frappe.qb.from_(item)
		.select(item.name)
		.where(is_set(item.medusa_id) & item.name.notin(aside))
		.orderby(item.name)
	).run(pluck=True)
	return task_recording.record_many(WEBSITE_ITEM, names, ProductExporter.name, wakes=wakes)


def preview() -> Preview:
	"""Return what an export would do now, without a write or a request to Medusa.

	Eight statements per 500 items.

	Returns:
		Numbers: `collections` and `products` (to be created), `updates` (changed items), `unchanged`,
		`waiting` (for an Item Group that failed), `ignored`, and `failing` (invalid, or failed the last time
		and tried again); `reasons`, at most ten of {"name", "reason"}; and `warnings`, messages about the
		connection and the workers.
	"""
	counts: Counter[str] = Counter()
	reasons: list[Hindered] = []
	groups: set[str] = set()
	failed_groups = dict(
		frappe.get_all(
			SYNC_TASK,
			filters={
				"reference_doctype": ITEM_GROUP,
				"lane": CollectionExporter.name,
				"status": Status.FAILED,
			},
			fields=["reference_name", "last_error"],
			as_list=True,
		)
	)
	for rows in _chunks():
		items = Items([_task(row) for row in rows])
		for row in rows:
			kind, reason = _judge(row, items, groups, failed_groups)
			counts[kind] += 1
			if reason and len(reasons) < REASONS:
				reasons.append({"name": row.name, "reason": reason})
	return {
		"collections": len(groups - set(failed_groups)),
		"products": counts["products"],
		"updates": counts["updates"],
		"unchanged": counts["unchanged"],
		"waiting": counts["waiting"],
		"ignored": counts["ignored"],
		"failing": counts["failing"],
		"reasons": reasons,
		"warnings": [text for text in (connection.hindrance(), bulk.missing_worker()) if text],
	}


def _judge(
	row: frappe._dict, items: Items, groups: set[str], failed_groups: dict[str, str]
) -> tuple[str, str | None]:
	"""Return the counter that an item belongs to, and a reason if it would not be sent.

	The groups that the item waits for are added to `groups`.
	"""
	if row.status == Status.IGNORED:
		return "ignored", None
	try:
		work = items.work(_task(row))
	except Exception as error:  # the worker would log it in the Error Log
		return "failing", str(error)
	if isinstance(work, Broken):
		return "failing", work.error
	waits_for = [name for _doctype, name, _lane in work.parents] if isinstance(work, WaitFor) else []
	groups.update(waits_for)
	for name in waits_for:
		if name in failed_groups:
			reason = _("Waits for {0}.").format(f"{ITEM_GROUP} {name}")
			return "waiting", " ".join(text for text in (reason, failed_groups[name]) if text)
	if row.status in RETRIED:
		return "failing", row.last_error
	if isinstance(work, Unchanged):
		return "unchanged", None
	return ("updates" if row.medusa_id else "products"), None


def _chunks() -> Iterator[Sequence[frappe._dict]]:
	"""Yield all published or exported Website Items with their tasks, 500 at a time, ordered by name."""
	item, task = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(SYNC_TASK)
	mine = (
		(task.reference_doctype == WEBSITE_ITEM)
		& (task.reference_name == item.name)
		& (task.lane == ProductExporter.name)
	)
	in_medusa = is_set(item.medusa_id)
	rows = (
		frappe.qb.from_(item)
		.left_join(task)
		.on(mine)
		.select(item.name, item.medusa_id, task.status, task.last_error, task.fingerprint, task.payload)
		.where((item.published == 1) | in_medusa)
		.orderby(item.name)
		.run(as_dict=True)
	)
	yield from create_batch(rows, CHUNK)


def _task(row: frappe._dict) -> Task:
	"""Make a task as a worker would claim it."""
	return Task(
		name="",
		doctype=WEBSITE_ITEM,
		docname=row.name,
		lane=ProductExporter.name,
		operation="Upsert",
		attempts=0,
		version=0,
		seen=False,
		fingerprint=row.fingerprint,
		medusa_id=row.medusa_id,
		payload=row.payload,
		lease=now_datetime(),
	)


def _names_of_tasks(states: Sequence[str]) -> list[str]:
	filters = {"reference_doctype": WEBSITE_ITEM, "lane": ProductExporter.name, "status": ("in", states)}
	filters["operation"] = "Upsert"
	return frappe.get_all(SYNC_TASK, filters=filters, pluck="reference_name")

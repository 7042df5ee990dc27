"""Recording that Medusa has to hear about a document, in that document's own transaction.

One statement a change, no HTTP, and nothing at all on a site that no Medusa was ever configured for.
If the transaction rolls back, so does the task.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import frappe
from frappe.utils import now_datetime
from pypika.terms import Criterion

from medusa_integration import database
from medusa_integration.settings import get_settings
from medusa_integration.sync import wake
from medusa_integration.sync.upsert import COLUMNS, TASK, upsert

ROWS_PER_STATEMENT = 500
# what a round has ended, and what only time or another change may make worth another look
SETTLED = ("Synced", "Not Wanted")


class Change(NamedTuple):
	"""What Medusa has to hear about one document.

	Medusa's id and `payload` are kept from before when they are None.
	"""

	name: str
	operation: str = "Upsert"
	medusa_id: str | None = None
	payload: str | None = None


def is_configured() -> bool:
	"""Whether a Medusa was ever configured on this site: only then are changes recorded."""
	return bool(get_settings().url)


def record(
	doctype: str,
	name: str,
	lane: str,
	operation: str = "Upsert",
	*,
	medusa_id: str | None = None,
	payload: str | None = None,
	wakes: bool = True,
) -> None:
	"""Write or refresh the one task of a document in a lane; sent after the commit.

	`medusa_id` and `payload` (a JSON text) are kept from before when they are None;
	without `wakes` the caller sends it. One statement.
	"""
	record_many(doctype, [name], lane, operation, medusa_id=medusa_id, payload=payload, wakes=wakes)


def record_many(
	doctype: str,
	names: Iterable[str],
	lane: str,
	operation: str = "Upsert",
	*,
	medusa_id: str | None = None,
	payload: str | None = None,
	wakes: bool = True,
) -> int:
	"""The same for many documents of a DocType, 500 a statement. Returns how many were recorded."""
	return _record(doctype, lane, (Change(name, operation, medusa_id, payload) for name in names), wakes)


def record_lanes(doctype: str, name: str, operations: Mapping[str, str]) -> None:
	"""Write the tasks of one document in several lanes: lane -> operation. One statement."""
	if operations and is_configured():
		now = now_datetime()
		upsert([_row(doctype, lane, Change(name, does), now) for lane, does in operations.items()])
		wake.after_commit((doctype, name, lane) for lane in operations)


def record_deletion(
	doctype: str, name: str, lane: str, *, medusa_id: str | None, payload: str, also: Iterable[str]
) -> None:
	"""Write the task of a deletion, and those of other documents that it changes something for.

	One statement.
	"""
	_record(doctype, lane, [Change(name, "Delete", medusa_id, payload), *map(Change, also)], wakes=True)


def _record(doctype: str, lane: str, changes: Iterable[Change], wakes: bool) -> int:
	"""Write the tasks of these changes, 500 a statement; how many there were."""
	if not is_configured():
		return 0
	now, count = now_datetime(), 0
	changes = iter(changes)
	while chunk := list(islice(changes, ROWS_PER_STATEMENT)):
		upsert([_row(doctype, lane, change, now) for change in chunk])
		if wakes:
			wake.after_commit((doctype, change.name, lane) for change in chunk)
		count += len(chunk)
	return count


def _row(doctype: str, lane: str, change: Change, now: datetime) -> tuple:
	"""The COLUMNS of a new task."""
	user = frappe.session.user
	of_the_row = (frappe.generate_hash(length=20), now, now, user, user)
	of_the_task = (change.operation, "Pending", now, 1, change.medusa_id, change.payload)
	return (*of_the_row, doctype, change.name, lane, *of_the_task)


def record_missing(doctype: str, names: Sequence[str], lane: str) -> None:
	"""Record documents that have no task, or one that is settled or was set aside by the app itself.

	What is under way, or waits for a person, stays.

	Whoever calls it sends them. Two statements per 500.
	"""
	if not is_configured():
		return
	task = frappe.qb.DocType(TASK)
	now = now_datetime()
	for start in range(0, len(names), ROWS_PER_STATEMENT):
		chunk = list(names[start : start + ROWS_PER_STATEMENT])
		rows = [_row(doctype, lane, Change(name), now) for name in chunk]
		# somebody else may record the same at this moment
		frappe.db.bulk_insert(TASK, COLUMNS, rows, ignore_duplicates=True)
		database.run(
			frappe.qb.update(task)
			.set(task.status, "Pending")
			.set(task.operation, "Upsert")
			.set(task.next_attempt_at, now)
			.set(task.version, task.version + 1)
			.set(task.modified, now)
			.where(tasks_of(doctype, chunk, lane) & task.status.isin(SETTLED))
		)


def states(doctype: str, names: Iterable[str], lane: str) -> dict[str, frappe._dict]:
	"""How the tasks of these documents in a lane stand, by document. One statement, none without names.

	Of each `status`, `fingerprint`, `payload`, `last_error`, `modified` and `synced_at`.
	"""
	names = list(names)
	filters = {"reference_doctype": doctype, "reference_name": ("in", names), "lane": lane}
	if not filters["reference_name"][1]:
		return {}
	fields = ["reference_name", "status", "fingerprint", "payload", "last_error", "modified", "synced_at"]
	rows = frappe.get_all(TASK, filters=filters, fields=fields)
	return database.as_asked(names, ((row.reference_name, row) for row in rows))


def tasks_of(doctype: str, names: Sequence[str], lane: str) -> Criterion:
	"""The tasks of these documents in a lane."""
	task = frappe.qb.DocType(TASK)
	return (task.reference_doctype == doctype) & task.reference_name.isin(list(names)) & (task.lane == lane)


def try_anew(doctype: str, name: str, lane: str) -> None:
	"""A document that could not be sent has changed: try again with all attempts, if it has a task.

	One statement.
	"""
	task = frappe.qb.DocType(TASK)
	database.run(
		frappe.qb.update(task)
		.set(task.status, "Pending")
		.set(task.attempts, 0)
		.set(task.next_attempt_at, now_datetime())
		.where(tasks_of(doctype, [name], lane) & task.status.isin(["Failed", "Retrying"]))
	)
	wake.after_commit([(doctype, name, lane)])


def hold_back(doctype: str, name: str, lane: str) -> None:
	"""A change is not to be sent with this save: the next one, or the night, sends it. One statement."""
	if is_configured():
		task = frappe.qb.DocType(TASK)
		database.run(frappe.qb.update(task).set(task.held_back, 1).where(tasks_of(doctype, [name], lane)))


def needs_another_look(doctype: str, name: str, lane: str, *, in_medusa: bool) -> bool:
	"""Whether a save that has changed nothing is worth a task all the same. One statement.

	It is for a document that Medusa does not have, or has no task of, and for one whose task has failed, was
	set aside by the app itself, or has a change held back. What a person has ignored stays so.
	"""
	task = frappe.db.get_value(
		TASK,
		{"reference_doctype": doctype, "reference_name": name, "lane": lane},
		["status", "held_back"],
		as_dict=True,
	)
	if not task:
		return True
	if task.status == "Ignored":
		return False
	return not in_medusa or task.status in ("Failed", "Not Wanted") or bool(task.held_back)


def try_once_more(doctype: str, names: Sequence[str], lane: str, max_attempts: int) -> None:
	"""Give each of these that has failed one more try. One statement per 500."""
	task = frappe.qb.DocType(TASK)
	now = now_datetime()
	for start in range(0, len(names), ROWS_PER_STATEMENT):
		chunk = list(names[start : start + ROWS_PER_STATEMENT])
		database.run(
			frappe.qb.update(task)
			.set(task.status, "Pending")
			.set(task.attempts, max(max_attempts - 1, 0))
			.set(task.next_attempt_at, now)
			.where(tasks_of(doctype, chunk, lane) & (task.status == "Failed"))
		)


def forget_fingerprints(doctype: str, names: Sequence[str], lane: str) -> None:
	"""Have documents sent the next time even if nothing of them has changed. One statement."""
	task = frappe.qb.DocType(TASK)
	database.run(frappe.qb.update(task).set(task.fingerprint, None).where(tasks_of(doctype, names, lane)))

"""Reads and changes the states of tasks, for users, for waiting tasks, and by time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.utils import create_batch, now_datetime
from pypika.terms import Criterion

from medusa_integration import database
from medusa_integration.constants import SYNC_TASK, Status
from medusa_integration.sync import wake
from medusa_integration.sync.retry_policy import back_off
from medusa_integration.sync.task import LEASE, TaskKey
from medusa_integration.sync.task_recording import ROWS_PER_STATEMENT, is_configured, tasks_of

# longest time until the next attempt by state; for settled tasks, the exporter sets it
LONGEST = {
	Status.PENDING: LEASE,
	Status.IN_PROGRESS: LEASE,
	Status.WAITING: timedelta(hours=1),
	Status.RETRYING: timedelta(days=1),
}
# a worker has claimed tasks In Progress; a user may send Synced ones again
RETRIABLE = (
	Status.PENDING,
	Status.WAITING,
	Status.RETRYING,
	Status.FAILED,
	Status.NOT_WANTED,
	Status.IGNORED,
	Status.SYNCED,
)
IGNORABLE = (Status.PENDING, Status.WAITING, Status.RETRYING, Status.FAILED, Status.NOT_WANTED)


def states(doctype: str, names: Iterable[str], lane: str) -> dict[str, frappe._dict]:
	"""Return the tasks of documents in a lane, by document. One statement, none without names.

	Args:
		doctype: DocType of the documents.
		names: names of the documents.
		lane: name of the lane.

	Returns:
		`status`, `fingerprint`, `payload`, `last_error`, `modified` and `synced_at` of each task.
	"""
	names = list(names)
	filters = {"reference_doctype": doctype, "reference_name": ("in", names), "lane": lane}
	if not filters["reference_name"][1]:
		return {}
	fields = ["reference_name", "status", "fingerprint", "payload", "last_error", "modified", "synced_at"]
	rows = frappe.get_all(SYNC_TASK, filters=filters, fields=fields)
	return database.as_asked(names, ((row.reference_name, row) for row in rows))


def retry(names: Sequence[str]) -> int:
	"""Make tasks due now, with all attempts, to be sent even if nothing has changed. Two statements.

	Tasks that a worker has claimed are not changed.

	Args:
		names: names of the tasks.

	Returns:
		The number of tasks that were changed.
	"""
	values = {
		"status": Status.PENDING,
		"attempts": 0,
		"next_attempt_at": now_datetime(),
		"last_error": None,
		"fingerprint": None,
	}
	rows = _set(names, RETRIABLE, values)
	wake.after_commit(rows)
	return len(rows)


def ignore(names: Sequence[str]) -> int:
	"""Ignore tasks until their document changes again, and return their number. Two statements."""
	return len(_set(names, IGNORABLE, {"status": Status.IGNORED, "next_attempt_at": None}))


def _set(names: Sequence[str], states: Sequence[Status], values: dict[str, Any]) -> list[TaskKey]:
	"""Set values of the tasks that are in one of the states, with locks; return their keys."""
	task = frappe.qb.DocType(SYNC_TASK)
	rows = database.run(
		frappe.qb.from_(task)
		.select(task.name, task.reference_doctype, task.reference_name, task.lane)
		.where(task.name.isin(list(names)) & task.status.isin(list(states)))
		.for_update()
	)
	if rows:
		query = frappe.qb.update(task).where(task.name.isin([row[0] for row in rows]))
		for column, value in values.items():
			query = query.set(task[column], value)
		query = query.set(task.modified, now_datetime()).set(task.modified_by, frappe.session.user)
		database.run(query)
	return [tuple(row[1:]) for row in rows]


def send_again(lane: str) -> None:
	"""Make all tasks of a lane due, with all attempts, except ignored ones. One statement."""
	task = frappe.qb.DocType(SYNC_TASK)
	held = task.status == Status.IN_PROGRESS
	now = now_datetime()
	database.run(
		frappe.qb.update(task)
		.set(task.version, task.version + 1)
		.set(task.next_attempt_at, Case().when(held, task.next_attempt_at).else_(now))
		.set(task.attempts, Case().when(held, task.attempts).else_(0))
		.set(task.status, Case().when(held, task.status).else_(Status.PENDING))
		.set(task.modified, now)
		.where((task.lane == lane) & (task.status != Status.IGNORED))
	)
	frappe.db.after_commit.add(wake.enqueue)


def open_again(doctype: str, names: Sequence[str], lane: str) -> None:
	"""Make waiting tasks due after what they have waited for was sent. One statement.

	A worker may have claimed and loaded some of them before that, and would set them to Waiting. Their
	version is increased, so that they become due when they are settled.
	"""
	if not names:
		return
	task = frappe.qb.DocType(SYNC_TASK)
	held = task.status == Status.IN_PROGRESS
	database.run(
		frappe.qb.update(task)
		# MariaDB assigns from left to right: expressions with `status` must come before it
		.set(task.version, Case().when(held, task.version + 1).else_(task.version))
		.set(task.next_attempt_at, Case().when(held, task.next_attempt_at).else_(now_datetime()))
		.set(task.last_error, Case().when(held, task.last_error).else_(None))
		.set(task.status, Case().when(held, task.status).else_(Status.PENDING))
		.where(
			(task.reference_doctype == doctype)
			& task.reference_name.isin(list(names))
			& (task.lane == lane)
			& task.status.isin([Status.WAITING, Status.IN_PROGRESS])
		)
	)


def try_anew(doctype: str, name: str, lane: str) -> None:
	"""Retry a failed document that has changed, with all attempts, if it has a task. One statement."""
	task = frappe.qb.DocType(SYNC_TASK)
	database.run(
		frappe.qb.update(task)
		.set(task.status, Status.PENDING)
		.set(task.attempts, 0)
		.set(task.next_attempt_at, now_datetime())
		.where(tasks_of(doctype, [name], lane) & task.status.isin([Status.FAILED, Status.RETRYING]))
	)
	wake.after_commit([(doctype, name, lane)])


def hold_back(doctype: str, name: str, lane: str) -> None:
	"""Hold a change back: the next save, or the nightly job, sends it. One statement."""
	if is_configured():
		task = frappe.qb.DocType(SYNC_TASK)
		database.run(frappe.qb.update(task).set(task.held_back, 1).where(tasks_of(doctype, [name], lane)))


def needs_another_look(doctype: str, name: str, lane: str, *, in_medusa: bool) -> bool:
	"""Return whether a save without a changed field must be recorded. One statement.

	This is the case if Medusa does not have the document, if the document has no task, or if its task has
	failed, is Not Wanted, or has a change that was held back. It is not if a user has ignored the task.

	Args:
		doctype: DocType of the document.
		name: name of the document.
		lane: name of the lane.
		in_medusa: whether Medusa has the document.
	"""
	task = frappe.db.get_value(
		SYNC_TASK,
		{"reference_doctype": doctype, "reference_name": name, "lane": lane},
		["status", "held_back"],
		as_dict=True,
	)
	if not task:
		return True
	if task.status == Status.IGNORED:
		return False
	return not in_medusa or task.status in (Status.FAILED, Status.NOT_WANTED) or bool(task.held_back)


def try_once_more(doctype: str, names: Sequence[str], lane: str, max_attempts: int) -> None:
	"""Retry those of these documents that have failed once more. One statement per 500."""
	task = frappe.qb.DocType(SYNC_TASK)
	now = now_datetime()
	for chunk in create_batch(names, ROWS_PER_STATEMENT):
		database.run(
			frappe.qb.update(task)
			.set(task.status, Status.PENDING)
			.set(task.attempts, max(max_attempts - 1, 0))
			.set(task.next_attempt_at, now)
			.where(tasks_of(doctype, chunk, lane) & (task.status == Status.FAILED))
		)


def forget_fingerprints(doctype: str, names: Sequence[str], lane: str) -> None:
	"""Clear fingerprints, so that documents are sent even if they have not changed. One statement."""
	task = frappe.qb.DocType(SYNC_TASK)
	database.run(frappe.qb.update(task).set(task.fingerprint, None).where(tasks_of(doctype, names, lane)))


def come_back() -> None:
	"""Make tasks due whose next attempt is later than the app ever sets it, after a clock was ahead.

	One statement. The nightly jobs of the exporters correct what was decided with such a clock.
	"""
	task, now = frappe.qb.DocType(SYNC_TASK), now_datetime()
	too_far = Criterion.any(
		(task.status == status) & (task.next_attempt_at > now + 2 * longest)
		for status, longest in LONGEST.items()
	)
	database.run(frappe.qb.update(task).set(task.next_attempt_at, now).where(too_far))


def finish_as(lane: str, medusa_id: str, doctype: str, name: str) -> None:
	"""Settle the task of an id in Medusa with its document; it gets its name, and its data are deleted.

	Two statements.

	Args:
		lane: name of the lane.
		medusa_id: Medusa's id.
		doctype: DocType of the document.
		name: name of the document.
	"""
	task = frappe.qb.DocType(SYNC_TASK)
	# a task of the document for an id of an earlier server would violate the unique key
	is_other = task.medusa_id.isnull() | (task.medusa_id != medusa_id)
	database.run(frappe.qb.from_(task).delete().where(tasks_of(doctype, [name], lane) & is_other))
	database.run(
		frappe.qb.update(task)
		.set(task.reference_doctype, doctype)
		.set(task.reference_name, name)
		.set(task.status, Status.SYNCED)
		.set(task.attempts, 0)
		.set(task.next_attempt_at, None)
		.set(task.lease_expires_at, None)
		.set(task.last_error, None)
		.set(task.payload, None)
		.set(task.synced_at, now_datetime())
		.where((task.lane == lane) & (task.medusa_id == medusa_id))
	)


def retry_later(lane: str, medusa_id: str, error: str) -> None:
	"""Retry the task of an id in Medusa after its first failure outside of a worker. One statement.

	Tasks that a worker has claimed or settled are not changed.

	Args:
		lane: name of the lane.
		medusa_id: Medusa's id.
		error: the message for the task.
	"""
	mine = {"lane": lane, "medusa_id": medusa_id, "status": ("in", (Status.PENDING, Status.RETRYING))}
	values = {
		"status": Status.RETRYING,
		"attempts": 1,
		"next_attempt_at": now_datetime() + back_off(1),
		"last_error": error,
	}
	with database.latest_rows():
		frappe.db.set_value(SYNC_TASK, mine, values)

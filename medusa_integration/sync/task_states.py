"""How tasks stand, and putting them into another state: for people, for what they waited for, with time."""

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

# how far off a task's next attempt may be, by its state; of what is settled only its exporter knows
LONGEST = {
	Status.PENDING: LEASE,
	Status.IN_PROGRESS: LEASE,
	Status.WAITING: timedelta(hours=1),
	Status.RETRYING: timedelta(days=1),
}
# In Progress belongs to a worker; Synced may be sent again when a person wants it
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
	"""How the tasks of these documents in a lane stand, by document. One statement, none without names.

	Of each `status`, `fingerprint`, `payload`, `last_error`, `modified` and `synced_at`.
	"""
	names = list(names)
	filters = {"reference_doctype": doctype, "reference_name": ("in", names), "lane": lane}
	if not filters["reference_name"][1]:
		return {}
	fields = ["reference_name", "status", "fingerprint", "payload", "last_error", "modified", "synced_at"]
	rows = frappe.get_all(SYNC_TASK, filters=filters, fields=fields)
	return database.as_asked(names, ((row.reference_name, row) for row in rows))


def retry(names: Sequence[str]) -> int:
	"""Make tasks due at once, with all their attempts, to be sent even if nothing changed.

	Tasks that a worker holds are left alone. Returns how many were re-opened. Two statements.
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
	"""Leave tasks unsent until their document changes again. Returns how many. Two statements."""
	return len(_set(names, IGNORABLE, {"status": Status.IGNORED, "next_attempt_at": None}))


def _set(names: Sequence[str], states: Sequence[Status], values: dict[str, Any]) -> list[TaskKey]:
	"""Set values of those tasks that are in one of the states, under their locks; return their keys."""
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
	"""Make all tasks of a lane due, with all their attempts, but those that a person has put aside.

	One statement.
	"""
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
	"""Make tasks due that waited for something that is there now. One statement.

	Those that are held at this moment may have been loaded before it was there, and be about to wait:
	their version moves, so that settling them makes them due.
	"""
	if not names:
		return
	task = frappe.qb.DocType(SYNC_TASK)
	held = task.status == Status.IN_PROGRESS
	database.run(
		frappe.qb.update(task)
		# MariaDB assigns from left to right: what reads `status` stands before it
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
	"""A document that could not be sent has changed: try again with all attempts, if it has a task.

	One statement.
	"""
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
	"""A change is not to be sent with this save: the next one, or the night, sends it. One statement."""
	if is_configured():
		task = frappe.qb.DocType(SYNC_TASK)
		database.run(frappe.qb.update(task).set(task.held_back, 1).where(tasks_of(doctype, [name], lane)))


def needs_another_look(doctype: str, name: str, lane: str, *, in_medusa: bool) -> bool:
	"""Return whether a save that has changed nothing is worth a task all the same. One statement.

	It is for a document that Medusa does not have, or has no task of, and for one whose task has failed, was
	set aside by the app itself, or has a change held back. What a person has ignored stays so.
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
	"""Give each of these that has failed one more try. One statement per 500."""
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
	"""Have documents sent the next time even if nothing of them has changed. One statement."""
	task = frappe.qb.DocType(SYNC_TASK)
	database.run(frappe.qb.update(task).set(task.fingerprint, None).where(tasks_of(doctype, names, lane)))


def come_back() -> None:
	"""Make due what waits for a time further off than the app ever sets one: the clock was ahead once.

	One statement. What was decided by such a clock is for the exporters' own nightly jobs.
	"""
	task, now = frappe.qb.DocType(SYNC_TASK), now_datetime()
	too_far = Criterion.any(
		(task.status == status) & (task.next_attempt_at > now + 2 * longest)
		for status, longest in LONGEST.items()
	)
	database.run(frappe.qb.update(task).set(task.next_attempt_at, now).where(too_far))


def finish_as(lane: str, medusa_id: str, doctype: str, name: str) -> None:
	"""The task of an id in Medusa is done by this document: it goes by its name, and lets its data go.

	Two statements.
	"""
	task = frappe.qb.DocType(SYNC_TASK)
	# the document's task of an id that it had before, on a server that is no more, would be in the way
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
	"""The task of an id in Medusa has failed for the first time, outside of a worker. One statement.

	What a worker holds, or has done, is its own affair.
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

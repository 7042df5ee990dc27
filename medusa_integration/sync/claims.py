"""Taking due tasks so that no two workers hold the same one, and giving them back with their results.

A claim is a lease of ten minutes. Whoever is killed while holding one loses it, and the task is taken
again; whoever comes back late finds that the lease is not theirs any more and writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe
from frappe.query_builder import Case
from frappe.utils import now_datetime
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from medusa_integration import database
from medusa_integration.database import read_committed as row_locks  # noqa: F401
from medusa_integration.sync.outbox import TASK
from medusa_integration.sync.wake import TaskKey

LEASE = timedelta(minutes=10)
# how far off a task's next attempt may be, by its state; of what is settled only its lane knows
LONGEST = {
	"Pending": LEASE,
	"In Progress": LEASE,
	"Waiting": timedelta(hours=1),
	"Retrying": timedelta(days=1),
}
# candidates looked at for each task wanted, so that several workers find different ones
LOOK_AHEAD = 4
# tries to find some that nobody holds: a long import may hold them all until it commits
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Task:
	"""A claimed task as it was when it was claimed.

	`seen` is whether it was claimed before: what was sent then may have arrived.
	"""

	name: str
	doctype: str
	docname: str
	lane: str
	operation: str
	attempts: int
	version: int
	seen: bool
	fingerprint: str | None
	medusa_id: str | None
	payload: str | None
	lease: datetime

	@property
	def key(self) -> TaskKey:
		return (self.doctype, self.docname, self.lane)

	@property
	def found_by(self) -> dict[str, str] | None:
		"""What Medusa has of a deleted document is found by this when its id never came back;
		`key` was its name.
		"""
		return json.loads(self.payload or "{}").get("found_by")


@dataclass(frozen=True, slots=True)
class Result:
	"""What became of a claimed task.

	Synced and Waiting need no attempt; `error` is the sentence for the person who looks at the task,
	of one that is Synced a remark.
	`fingerprint` None keeps the one before, "" removes it.
	"""

	task: Task
	status: str
	attempts: int = 0
	next_attempt_at: datetime | None = None
	error: str | None = None
	medusa_id: str | None = None
	fingerprint: str | None = None
	payload: str | None = None


def claim(
	lane: str, limit: int, only: Sequence[TaskKey] | None = None, *, among: QueryBuilder | None = None
) -> list[Task]:
	"""Take up to `limit` due tasks of a lane (of those in `only`, when given) and commit the lease.

	`among` is a query of documents' names: only their tasks are taken.

	Three statements, whatever the limit.
	"""
	now = now_datetime()
	for _ in range(ROUNDS):
		names = _due(lane, now, limit * LOOK_AHEAD, only, among)
		rows = names and _lock(names, now, limit, only)
		if rows:
			tasks = _lease(rows, now)
			frappe.db.commit()  # the lease must be seen by other workers before anything is sent
			return tasks
		frappe.db.rollback()  # others were quicker: look again at what they left
		if not names:
			break
	return []


def come_back() -> None:
	"""Make due what waits for a time further off than the app ever sets one: the clock was ahead once.

	One statement. What was decided by such a clock is for the lanes' own nightly jobs.
	"""
	task, now = frappe.qb.DocType(TASK), now_datetime()
	too_far = Criterion.any(
		(task.status == status) & (task.next_attempt_at > now + 2 * longest)
		for status, longest in LONGEST.items()
	)
	database.run(frappe.qb.update(task).set(task.next_attempt_at, now).where(too_far))


def due_lanes() -> set[str]:
	"""The names of the lanes in which anything is due. One statement, by the index of lane and time."""
	task = frappe.qb.DocType(TASK)
	query = frappe.qb.from_(task).select(task.lane).distinct().where(task.next_attempt_at <= now_datetime())
	return set(query.run(pluck=True))


def _due(
	lane: str, now: datetime, limit: int, only: Sequence[TaskKey] | None, among: QueryBuilder | None
) -> list[str]:
	"""Names of due tasks, read without locks: a range read under a lock would block who inserts."""
	task = frappe.qb.DocType(TASK)
	query = frappe.qb.from_(task).select(task.name).where((task.lane == lane) & (task.next_attempt_at <= now))
	if only is not None:
		documents = [name for _, name, its_lane in only if its_lane == lane]
		if not documents:
			return []
		query = query.where(task.reference_name.isin(documents))
	if among is not None:
		query = query.where(task.reference_name.isin(among))
	return query.orderby(task.next_attempt_at).limit(limit).run(pluck=True)


def _lock(names: list[str], now: datetime, limit: int, only: Sequence[TaskKey] | None) -> list[dict]:
	task = frappe.qb.DocType(TASK)
	rows = (
		frappe.qb.from_(task)
		.select(
			task.name,
			task.reference_doctype,
			task.reference_name,
			task.lane,
			task.operation,
			task.attempts,
			task.version,
			task.claimed_version,
			task.status,
			task.fingerprint,
			task.medusa_id,
			task.payload,
		)
		.where(task.name.isin(names) & (task.next_attempt_at <= now))
		.limit(limit)
		.for_update(skip_locked=True)
	).run(as_dict=True)
	if only is not None:
		# the names were compared by the database, which may take two spellings for one
		kinds = {(doctype, its_lane) for doctype, _name, its_lane in only}
		rows = [row for row in rows if (row.reference_doctype, row.lane) in kinds]
	return rows


def _lease(rows: list[dict], now: datetime) -> list[Task]:
	lease = now + LEASE
	task = frappe.qb.DocType(TASK)
	(
		frappe.qb.update(task)
		# whoever held it is gone: that counts, so that what kills its worker is given up one day
		.set(task.attempts, Case().when(task.status == "In Progress", task.attempts + 1).else_(task.attempts))
		.set(task.status, "In Progress")
		# what is loaded from here on has it
		.set(task.held_back, 0)
		.set(task.claimed_version, task.version)
		.set(task.lease_expires_at, lease)
		# an expired lease is found the same way as a due task
		.set(task.next_attempt_at, lease)
		.where(task.name.isin([row.name for row in rows]))
	).run()
	return [
		Task(
			name=row.name,
			doctype=row.reference_doctype,
			docname=row.reference_name,
			lane=row.lane,
			operation=row.operation,
			attempts=(row.attempts or 0) + (row.status == "In Progress"),
			version=row.version,
			seen=bool(row.claimed_version),
			fingerprint=row.fingerprint,
			medusa_id=row.medusa_id,
			payload=row.payload,
			lease=lease,
		)
		for row in rows
	]


def settle(results: Iterable[Result]) -> None:
	"""Write the results of claimed tasks, in the caller's transaction: two statements, whatever the number.

	A task whose version moved meanwhile goes back to Pending: the last save wins. A task whose lease was
	taken over by another worker is left to that worker.
	"""
	results = list(results)
	if not results:
		return
	task = frappe.qb.DocType(TASK)
	held = {
		row.name: row
		for row in (
			frappe.qb.from_(task)
			.select(task.name, task.version, task.operation)
			.where(
				task.name.isin([result.task.name for result in results])
				& (task.status == "In Progress")
				& (task.lease_expires_at == results[0].task.lease)
			)
			.for_update()
		).run(as_dict=True)
	}
	now = now_datetime()
	updates = {
		result.task.name: _columns(result, held[result.task.name], now)
		for result in results
		if result.task.name in held
	}
	if updates:
		_write(updates)


def _write(updates: dict[str, dict]) -> None:
	"""The tasks' new values, by name, in one statement that says only once what is the same for all."""
	task = frappe.qb.DocType(TASK)
	query = frappe.qb.update(task).where(task.name.isin(list(updates)))
	for column in {column: None for columns in updates.values() for column in columns}:
		values = {name: columns[column] for name, columns in updates.items() if column in columns}
		distinct = set(values.values())
		if len(distinct) == 1 and len(values) == len(updates):
			query = query.set(task[column], distinct.pop())
			continue
		case = Case()
		for name, value in values.items():
			case = case.when(task.name == name, value)
		query = query.set(task[column], case.else_(task[column]))
	query.run()


def _columns(result: Result, row: dict, now: datetime) -> dict:
	"""The task's new values; a column that is left out keeps its value."""
	moved = row.version != result.task.version
	synced = result.status == "Synced"
	columns = {
		"status": "Pending" if moved else result.status,
		"attempts": 0 if moved or synced else result.attempts,
		"next_attempt_at": now if moved else result.next_attempt_at,
		"lease_expires_at": None,
		"last_error": None if moved else result.error,
	}
	if synced:
		columns["synced_at"] = now
	kept = ["medusa_id", "fingerprint"]
	if row.operation == result.task.operation:
		kept.append("payload")  # else it belongs to what is wanted now
	for column in kept:
		value = getattr(result, column)
		if value is not None:
			columns[column] = value or None
	return columns

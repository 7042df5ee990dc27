"""Claims due tasks so that no task is claimed by two workers, and settles them: writes their results.

A claim is a lease of ten minutes. If a worker is killed, its lease expires and the task is claimed again. A
worker that continues after its lease has expired finds another lease in the task and writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.utils import now_datetime
from pypika.queries import QueryBuilder

from medusa_integration.constants import ON_ITS_WAY, SYNC_TASK, Status
from medusa_integration.sync import task_recording, task_states
from medusa_integration.sync.task import LEASE, Result, Task, TaskKey

# candidates that are read for each task, so that parallel workers find different ones
LOOK_AHEAD = 4
# attempts to find unlocked tasks: a long import may lock all of them until it commits
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Share:
	"""The tasks that a worker is limited to: up to `limit` tasks of a lane, of the documents of a query.

	Tasks of parents that they wait for are claimed too. These and tasks that are Waiting do not count.
	"""

	lane: str
	documents: QueryBuilder
	limit: int


class TaskStore:
	"""The tasks that one worker may claim: all that are due, those in `only`, or a share.

	Attributes:
		only: keys of tasks, None for all. The parents that they wait for are added; with a share it has only
			these parents.
		share: the tasks that the worker is limited to, None without a limit.
	"""

	def __init__(self, only: list[TaskKey] | None = None, share: Share | None = None) -> None:
		self.only = [] if share else only
		self.share = share

	def takes_all_of(self, lane: str) -> bool:
		"""Return whether all due tasks of a lane may be claimed, apart from the limit of the share."""
		return self.only is None or self._shares(lane)

	def _shares(self, lane: str) -> bool:
		return self.share is not None and self.share.lane == lane

	def due_lanes(self) -> set[str]:
		"""Return the lanes with due tasks. One statement, with the index of lane and time."""
		task = frappe.qb.DocType(SYNC_TASK)
		query = frappe.qb.from_(task).select(task.lane).distinct()
		return set(query.where(task.next_attempt_at <= now_datetime()).run(pluck=True))

	def claim(self, lane: str, limit: int) -> list[Task]:
		"""Claim up to `limit` due tasks of a lane and commit the lease. Three statements.

		Tasks with a low priority are only claimed if no other task of the lane can be: one or two statements
		more.
		"""
		now = now_datetime()
		for _ in range(ROUNDS):
			groups = self._by_priority(lane, now, limit * LOOK_AHEAD)
			for names in groups:
				if rows := self._lock(names, lane, now, limit):
					tasks = _lease(rows, now)
					# nosemgrep: frappe-manual-commit -- others must see the lease before anything is sent
					frappe.db.commit()
					return tasks
			frappe.db.rollback()  # other workers have locked them: read again what is left
			if not groups:
				break
		return []

	def _by_priority(self, lane: str, now: datetime, limit: int) -> list[list[str]]:
		"""Return names of due tasks, and after them those with a low priority. One statement, at most two."""
		due = self._due(lane, now, limit)
		first = [name for name, is_low in due if not is_low]
		if due and not first:
			# those that became due later may stand behind all of these
			first = [name for name, _is_low in self._due(lane, now, limit, low=False)]
		return [names for names in (first, [name for name, is_low in due if is_low]) if names]

	def _due(self, lane: str, now: datetime, limit: int, *, low: bool = True) -> Sequence[tuple[str, int]]:
		"""Return names of due tasks, and whether each has a low priority; without `low` none of these.

		They are read without locks: locking a range would block inserts of tasks.
		"""
		task = frappe.qb.DocType(SYNC_TASK)
		is_due = (task.lane == lane) & (task.next_attempt_at <= now)
		query = frappe.qb.from_(task).select(task.name, task.low_priority).where(is_due)
		if not low:
			query = query.where(task.low_priority == 0)
		if self.share and self._shares(lane):
			query = query.where(task.reference_name.isin(self.share.documents))
		elif self.only is not None:
			documents = [name for _, name, its_lane in self.only if its_lane == lane]
			if not documents:
				return []
			query = query.where(task.reference_name.isin(documents))
		return query.orderby(task.next_attempt_at).limit(limit).run()

	def _lock(self, names: list[str], lane: str, now: datetime, limit: int) -> list[Any]:
		task = frappe.qb.DocType(SYNC_TASK)
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
		if self.only is not None and not self._shares(lane):
			# the database has compared the names, and may consider two spellings equal
			kinds = {(doctype, its_lane) for doctype, _name, its_lane in self.only}
			rows = [row for row in rows if (row.reference_doctype, row.lane) in kinds]
		return rows

	def settle(self, results: Iterable[Result]) -> None:
		"""Write the results of claimed tasks, in the caller's transaction. Two statements.

		A task whose version has changed since it was claimed becomes Pending again, because the document was
		saved again. A task that another worker has claimed since is not changed.
		"""
		results = list(results)
		if not results:
			return
		task = frappe.qb.DocType(SYNC_TASK)
		rows = (
			frappe.qb.from_(task)
			.select(task.name, task.version, task.operation)
			.where(
				task.name.isin([result.task.name for result in results])
				& (task.status == Status.IN_PROGRESS)
				& (task.lease_expires_at == results[0].task.lease)
			)
			.for_update()
		).run(as_dict=True)
		held, now = {row.name: row for row in rows}, now_datetime()
		updates = {
			result.task.name: _columns(result, held[result.task.name], now)
			for result in results
			if result.task.name in held
		}
		if updates:
			_write(updates)

	def give_back(self, tasks: Iterable[Task]) -> None:
		"""Return claimed tasks unchanged, so that another worker can claim them. Two statements; commits."""
		self.settle(Result(task, Status.PENDING, task.attempts, now_datetime()) for task in tasks)
		# nosemgrep: frappe-manual-commit -- other workers may claim them now
		frappe.db.commit()

	def record_parents(self, parents: Collection[TaskKey]) -> None:
		"""Record the parents that claimed tasks wait for, unless their tasks are open already.

		This worker claims them itself. One statement, and one for each lane; none without parents.
		"""
		if not parents:
			return
		# the user who sends one document wants the result now, even if its parent has failed before
		wants_to_know = self.only is not None and not self.share
		states = (Status.IN_PROGRESS,) if wants_to_know else (*ON_ITS_WAY, Status.FAILED)
		on_their_way = frappe.get_all(
			SYNC_TASK,
			filters={
				"reference_name": ("in", {name for _doctype, name, _lane in parents}),
				"status": ("in", states),
			},
			fields=["reference_doctype", "reference_name", "lane"],
			as_list=True,
		)
		_record(set(parents) - {tuple(row) for row in on_their_way})
		if self.only is not None:
			self.only += parents

	def send_lost_again(self, lost: Collection[TaskKey]) -> None:
		"""Record documents that Medusa no longer has, to be sent again even if they have not changed."""
		for doctype, lane, names in _record(lost):
			task_states.forget_fingerprints(doctype, names, lane)
		if self.only is not None:
			self.only += lost


def _record(keys: Collection[TaskKey]) -> list[tuple[str, str, list[str]]]:
	"""Record documents without requesting a worker; return (DocType, lane, names) for each lane."""
	groups = []
	for doctype, lane in {(doctype, lane) for doctype, _name, lane in keys}:
		names = [key[1] for key in keys if key[::2] == (doctype, lane)]
		task_recording.record_many(doctype, names, lane, wakes=False)
		groups.append((doctype, lane, names))
	return groups


def _lease(rows: list[Any], now: datetime) -> list[Task]:
	lease = now + LEASE
	task = frappe.qb.DocType(SYNC_TASK)
	was_held = task.status == Status.IN_PROGRESS
	(
		frappe.qb.update(task)
		# its worker was killed: this is an attempt, so that a document that kills workers fails in the end
		.set(task.attempts, Case().when(was_held, task.attempts + 1).else_(task.attempts))
		.set(task.status, Status.IN_PROGRESS)
		# a held-back change is loaded with the document
		.set(task.held_back, 0)
		.set(task.claimed_version, task.version)
		.set(task.lease_expires_at, lease)
		# a task with an expired lease is found like a due task
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
			attempts=(row.attempts or 0) + (row.status == Status.IN_PROGRESS),
			version=row.version,
			seen=bool(row.claimed_version),
			fingerprint=row.fingerprint,
			medusa_id=row.medusa_id,
			payload=row.payload,
			lease=lease,
		)
		for row in rows
	]


def _write(updates: dict[str, dict[str, Any]]) -> None:
	"""Write new values of tasks in one statement, in which values that are equal for all occur once."""
	task = frappe.qb.DocType(SYNC_TASK)
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


def _columns(result: Result, row: Any, now: datetime) -> dict[str, Any]:
	"""Return the new values of a task; columns that are left out keep their value."""
	moved = row.version != result.task.version
	synced = result.status == Status.SYNCED
	columns: dict[str, Any] = {
		"status": Status.PENDING if moved else result.status,
		"attempts": 0 if moved or synced else result.attempts,
		"next_attempt_at": now if moved else result.next_attempt_at,
		"lease_expires_at": None,
		"last_error": None if moved else result.error,
	}
	if synced:
		columns["synced_at"] = now
	kept = ["medusa_id", "fingerprint"]
	if row.operation == result.task.operation:
		kept.append("payload")  # otherwise the stored one belongs to the new operation
	for column in kept:
		value = getattr(result, column)
		if value is not None:
			columns[column] = value or None
	return columns

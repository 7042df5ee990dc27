"""Claiming due tasks so that no two workers hold the same one, and settling them with their results.

A claim is a lease of ten minutes. Whoever is killed while holding one loses it, and the task is claimed
again; whoever comes back late finds that the lease is not theirs any more and writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
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

# candidates looked at for each task wanted, so that several workers find different ones
LOOK_AHEAD = 4
# tries to find some that nobody holds: a long import may hold them all until it commits
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Share:
	"""What a worker is confined to: up to `limit` tasks of a lane, of documents whose names a query gives.

	The parents that they wait for come along. Neither these nor tasks that only wait count.
	"""

	lane: str
	documents: QueryBuilder
	limit: int


class TaskStore:
	"""The tasks that one worker may claim: all that are due, those in `only`, or a share.

	Attributes:
		only: keys of tasks, None for all. The parents that they turn out to wait for are added to it;
			of a share, it has these alone.
		share: what the worker is confined to, None for a worker without a share.
	"""

	def __init__(self, only: list[TaskKey] | None = None, share: Share | None = None) -> None:
		self.only = [] if share else only
		self.share = share

	def takes_all_of(self, lane: str) -> bool:
		"""Return whether whatever is due in a lane may be claimed, as far as the share goes."""
		return self.only is None or self._shares(lane)

	def _shares(self, lane: str) -> bool:
		return self.share is not None and self.share.lane == lane

	def due_lanes(self) -> set[str]:
		"""Return the lanes in which anything is due. One statement, by the index of lane and time."""
		task = frappe.qb.DocType(SYNC_TASK)
		query = frappe.qb.from_(task).select(task.lane).distinct()
		return set(query.where(task.next_attempt_at <= now_datetime()).run(pluck=True))

	def claim(self, lane: str, limit: int) -> list[Task]:
		"""Claim up to `limit` due tasks of a lane and commit the lease. Three statements."""
		now = now_datetime()
		for _ in range(ROUNDS):
			names = self._due(lane, now, limit * LOOK_AHEAD)
			rows = names and self._lock(names, lane, now, limit)
			if rows:
				tasks = _lease(rows, now)
				# nosemgrep: frappe-manual-commit -- other workers must see the lease before anything is sent
				frappe.db.commit()
				return tasks
			frappe.db.rollback()  # others were quicker: look again at what they left
			if not names:
				break
		return []

	def _due(self, lane: str, now: datetime, limit: int) -> list[str]:
		"""Names of due tasks, read without locks: a range read under a lock would block who inserts."""
		task = frappe.qb.DocType(SYNC_TASK)
		is_due = (task.lane == lane) & (task.next_attempt_at <= now)
		query = frappe.qb.from_(task).select(task.name).where(is_due)
		if self.share and self._shares(lane):
			query = query.where(task.reference_name.isin(self.share.documents))
		elif self.only is not None:
			documents = [name for _, name, its_lane in self.only if its_lane == lane]
			if not documents:
				return []
			query = query.where(task.reference_name.isin(documents))
		return query.orderby(task.next_attempt_at).limit(limit).run(pluck=True)

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
			# the names were compared by the database, which may take two spellings for one
			kinds = {(doctype, its_lane) for doctype, _name, its_lane in self.only}
			rows = [row for row in rows if (row.reference_doctype, row.lane) in kinds]
		return rows

	def settle(self, results: Iterable[Result]) -> None:
		"""Write the results of claimed tasks, in the caller's transaction. Two statements.

		A task whose version moved meanwhile goes back to Pending: the last save wins. A task whose lease was
		taken over by another worker is left to that worker.
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
		"""Let claimed tasks go as they were, for whoever comes next. Two statements; commits."""
		self.settle(Result(task, Status.PENDING, task.attempts, now_datetime()) for task in tasks)
		# nosemgrep: frappe-manual-commit -- they are held by nobody now
		frappe.db.commit()

	def record_parents(self, parents: Collection[TaskKey]) -> None:
		"""Have those sent that claimed tasks wait for, unless they are on their way already.

		This worker claims them itself. One statement to find out, and one for each lane; none without any.
		"""
		if not parents:
			return
		# whoever asks for one document wants to know now, even if its parent has failed before
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
		"""Have those sent again that Medusa has lost: what referred to them is called then."""
		for doctype, lane, names in _record(lost):
			task_states.forget_fingerprints(doctype, names, lane)
		if self.only is not None:
			self.only += lost


def _record(keys: Collection[TaskKey]) -> list[tuple[str, str, list[str]]]:
	"""Record these without waking a worker; return (doctype, lane, names) by lane."""
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
		# whoever held it is gone: that counts, so that what kills its worker is given up one day
		.set(task.attempts, Case().when(was_held, task.attempts + 1).else_(task.attempts))
		.set(task.status, Status.IN_PROGRESS)
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
	"""The tasks' new values, by name, in one statement that says only once what is the same for all."""
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
	"""The task's new values; a column that is left out keeps its value."""
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
		kept.append("payload")  # else it belongs to what is wanted now
	for column in kept:
		value = getattr(result, column)
		if value is not None:
			columns[column] = value or None
	return columns

"""The round: claim, load, send, settle, chunk by chunk, until nothing is due or the time is up.

Any number of rounds may run side by side, on any number of machines. A round that meets an outage ends:
what it had not tried keeps its attempts and is found by the next round.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import frappe
from frappe import _
from frappe.utils import now_datetime

from medusa_integration.medusa.client import Medusa
from medusa_integration.sync import connection, outbox
from medusa_integration.sync.claims import Result, Task, claim, row_locks, settle
from medusa_integration.sync.jobs import scheduled_job
from medusa_integration.sync.lane import Lane, lanes
from medusa_integration.sync.request_log import RequestLog
from medusa_integration.sync.sending import Chunk, Health
from medusa_integration.sync.wake import TaskKey

SECONDS = 20 * 60
SETTLE_TRIES = 5
# states of a parent's task that only itself or a person may change
PARENT_IS_ON_ITS_WAY = ("Pending", "In Progress", "Retrying", "Waiting", "Failed")


@scheduled_job
def run() -> None:
	"""Send what is due; the job of the scheduler (`all`) and of the wake-up after a commit."""
	drain()


def drain(
	only: list[TaskKey] | None = None, *, seconds: float = SECONDS, limit: int | None = None
) -> Counter[str]:
	"""Send due tasks (those in `only` and the parents they wait for, when given; these are added to the list).

	Ends when nothing is due, after `seconds`, or after `limit` tasks. Commits as it goes: not for use inside
	a document's save. Answers how many tasks ended in which state.
	"""
	round_ = Round(only, deadline=time.monotonic() + seconds, limit=limit)
	try:
		with row_locks():
			frappe.db.commit()  # begins a transaction with such locks; the caller's ends here at the latest
			while round_.pass_through(lanes()):
				pass
	finally:
		round_.close()
	return round_.states


class Round:
	"""One worker's round: its connection, its log, its end."""

	def __init__(self, only: list[TaskKey] | None, deadline: float, limit: int | None = None) -> None:
		self.only = only
		self.deadline, self.limit = deadline, limit
		self.states: Counter[str] = Counter()
		self.log = RequestLog()
		self.health = Health()
		self._client: Medusa | None = None

	def goes_on(self) -> bool:
		in_time = time.monotonic() < self.deadline and self.left() > 0
		return in_time and not self.health.ended and connection.may_send()

	def left(self) -> int:
		"""How many more tasks this round may take."""
		return sys.maxsize if self.limit is None else self.limit - self.states.total()

	def pass_through(self, all_lanes: Sequence[Lane]) -> bool:
		"""Drain every lane once, in order. Answers whether anything was done."""
		done = False
		for lane in all_lanes:
			while self.goes_on() and (tasks := self._claim(lane)):
				self.process(lane, tasks)
				done = True
		return done

	def _claim(self, lane: Lane) -> list[Task]:
		return claim(lane.name, min(lane.chunk, self.left()), self.only)

	def process(self, lane: Lane, tasks: Sequence[Task]) -> None:
		"""Load, send and settle one chunk of claimed tasks."""
		chunk = Chunk(lane, self.log, self.health, self._max_attempts(), now_datetime)
		try:
			self._send(chunk, tasks)
			self._write_log()
			self._settle(chunk)
		except Exception:
			# nothing of ours may leave a task leased and untold: it would be taken again for ever
			frappe.db.rollback()
			if len(tasks) > 1:
				self._process_each(lane, tasks)
				return
			chunk = self._broken(lane, tasks)
			self._settle(chunk)
		self.states.update(result.status for result in chunk.results)

	def _process_each(self, lane: Lane, tasks: Sequence[Task]) -> None:
		"""Something of ours broke over one of them: alone, each meets only what it has brought about itself."""
		for task in tasks:
			# it may have arrived before that
			self.process(lane, [replace(task, seen=True)])

	def close(self) -> None:
		"""Keep what is still to be logged, of a round that ended before it settled."""
		frappe.db.rollback()
		self._write_log()

	def client(self) -> Medusa:
		if self._client is None:
			self._client = connection.open_medusa(self.log)
		return self._client

	def _send(self, chunk: Chunk, tasks: Sequence[Task]) -> None:
		lost = [task for task in tasks if task.attempts >= chunk.max_attempts]
		for task in lost:
			text = _("The worker was lost {0} times while sending this.").format(task.attempts)
			chunk.results.append(Result(task, "Failed", task.attempts, error=text))
		deletions, others = _split([task for task in tasks if task not in lost])
		deletions, revived, superseded = _check_deletions(chunk.lane, deletions)
		chunk.results += [Result(task, "Synced", medusa_id="", fingerprint="") for task in superseded]
		works = chunk.lane.load([*others, *revived])
		frappe.db.rollback()  # no transaction stays open while Medusa is called
		chunk.send(works, deletions, self.client)

	def _settle(self, chunk: Chunk) -> None:
		"""Ids to the documents, results to the tasks, in one transaction; documents first, as a save locks them."""
		arrived = [sent for sent in chunk.sent if sent.outcome.id or not sent.outcome.error]
		for attempt in range(SETTLE_TRIES):
			try:
				if arrived:
					chunk.lane.store(arrived)
				if chunk.deleted:
					chunk.lane.deleted()
				self._call_parents(chunk)
				self._check_parents(chunk)
				settle(chunk.results)
				if self.health.pause_reason:
					connection.pause(self.health.pause_reason)
				frappe.db.commit()  # Medusa has answered: its answer must not be lost with the next chunk
				return
			except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
				frappe.db.rollback()
				if attempt + 1 == SETTLE_TRIES:
					raise

	def _call_parents(self, chunk: Chunk) -> None:
		"""Have the parents sent that tasks of this chunk wait for, unless they are on their way."""
		keys = {key for work in chunk.waiting for key in work.waits_for}
		if not keys:
			return
		if self.only is not None:
			self.only += keys
		names = {name for _doctype, name, _lane in keys}
		# whoever asks for one document wants to know now, even if its parent has failed before
		states = PARENT_IS_ON_ITS_WAY if self.only is None else ("In Progress",)
		on_their_way = frappe.get_all(
			outbox.TASK,
			filters={"reference_name": ("in", names), "status": ("in", states)},
			fields=["reference_doctype", "reference_name", "lane"],
			as_list=True,
		)
		missing = keys - {tuple(row) for row in on_their_way}
		for doctype, lane in {(doctype, lane) for doctype, _name, lane in missing}:
			names = [key[1] for key in missing if key[::2] == (doctype, lane)]
			outbox.record_many(doctype, names, lane, wakes=False)  # this round takes them itself

	def _check_parents(self, chunk: Chunk) -> None:
		"""Have the parents sent again that Medusa has lost; what has referred to them is called by them."""
		if self.only is not None:
			self.only += chunk.lost
		for doctype, lane in {(doctype, lane) for doctype, _name, lane in chunk.lost}:
			names = [key[1] for key in chunk.lost if key[::2] == (doctype, lane)]
			outbox.record_many(doctype, names, lane, wakes=False)
			outbox.forget_fingerprints(doctype, names, lane)

	def _broken(self, lane: Lane, tasks: Sequence[Task]) -> Chunk:
		"""Something of ours broke: the tasks fail and name the Error Log row with the traceback."""
		reference = frappe.log_error(f"Medusa: the {lane.name} lane failed")
		text = _("Internal error. Reference: {0}").format(reference.name)
		chunk = Chunk(lane, self.log, self.health, self._max_attempts(), now_datetime)
		chunk.results = [Result(task, "Failed", task.attempts + 1, error=text) for task in tasks]
		return chunk

	def _write_log(self) -> None:
		try:
			self.log.write()
		except Exception:
			# what Medusa has answered is worth more than the log of it
			frappe.db.rollback()
			frappe.log_error("Medusa: requests could not be logged")
		frappe.db.commit()  # the requests happened, whatever becomes of what follows

	def _max_attempts(self) -> int:
		return frappe.get_cached_doc(connection.SETTINGS).max_attempts or 7


def _split(tasks: Sequence[Task]) -> tuple[list[Task], list[Task]]:
	"""Deletions, and everything else."""
	deletions = [task for task in tasks if task.operation == "Delete"]
	return deletions, [task for task in tasks if task.operation != "Delete"]


def _check_deletions(lane: Lane, deletions: Sequence[Task]) -> tuple[list[Task], list[Task], list[Task]]:
	"""Which deletions are to be sent; which documents are there after all; which ids others have taken over.

	Someone may have caught the refusal of a local deletion and committed; a later document for the same item may
	have adopted the product. One statement, none without deletions.
	"""
	if not deletions:
		return [], [], []
	document = frappe.qb.DocType(lane.doctype)
	id_field = document[lane.id_field]
	names = [task.docname for task in deletions]
	ids = [task.medusa_id for task in deletions if task.medusa_id]
	is_meant = document.name.isin(names) | id_field.isin(ids) if ids else document.name.isin(names)
	rows = frappe.qb.from_(document).select(document.name, id_field).where(is_meant).run()
	there, taken = {row[0] for row in rows}, {row[1] for row in rows}
	revived = [task for task in deletions if task.docname in there]
	superseded = [task for task in deletions if task not in revived and task.medusa_id in taken - {None}]
	return (
		[task for task in deletions if task not in revived and task not in superseded],
		[replace(task, operation="Upsert") for task in revived],
		superseded,
	)

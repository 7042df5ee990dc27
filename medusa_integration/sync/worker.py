"""The worker: claims due tasks, loads, sends and settles them, batch by batch, until nothing is due.

Any number of workers may run in parallel, on any number of machines. A worker ends at an outage: the tasks
that it did not try keep their attempts, and another worker sends them later.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import frappe
from frappe import _
from frappe.utils import now_datetime
from rq.timeouts import JobTimeoutException

from medusa_integration import database
from medusa_integration.constants import Status
from medusa_integration.mirror import Mirror
from medusa_integration.sync import connection
from medusa_integration.sync.batch import Batch
from medusa_integration.sync.exporter import Exporter, exporters
from medusa_integration.sync.inbox import intake
from medusa_integration.sync.jobs import scheduled_job, seconds_left
from medusa_integration.sync.lookahead import Lookahead
from medusa_integration.sync.request_log import RequestLog
from medusa_integration.sync.retry_policy import ServerState
from medusa_integration.sync.task import LEASE, TaskKey
from medusa_integration.sync.task_store import Share, TaskStore

SECONDS = 20 * 60
# seconds after its deadline in which a worker may still start requests of the current batch
GRACE = 15
SETTLE_TRIES = 5
# states that count for the limit of a share
DONE = (Status.SYNCED, Status.FAILED, Status.RETRYING, Status.NOT_WANTED, Status.IGNORED)


@scheduled_job
def run() -> None:
	"""Send what is due; the job of the scheduler (`all`), and the one that is enqueued after a commit."""
	drain()


def drain(
	only: list[TaskKey] | None = None,
	*,
	seconds: float = SECONDS,
	share: Share | None = None,
	after_batch: Callable[[], object] | None = None,
	among: Sequence[Exporter] | None = None,
) -> Counter[str]:
	"""Send due tasks. Commits after each step: not for use during the save of a document.

	Without limits to certain tasks, it processes received events of Medusa first.

	Ends when nothing is due, when the share is sent, after `seconds`, or shortly before its job times out.

	Args:
		only: keys of the tasks to send, None for all; the parents that they wait for are added to it.
		seconds: maximum duration.
		share: the tasks that this worker is limited to.
		after_batch: called after each batch is settled.
		among: the exporters whose tasks are sent, None for those of the hooks.

	Returns:
		The number of tasks by state; with a share, only those of its lane.
	"""
	deadline = time.monotonic() + seconds_left(seconds)
	worker = Worker(TaskStore(only, share), deadline=deadline, after_batch=after_batch)
	try:
		with database.read_committed():
			# nosemgrep: frappe-manual-commit -- READ COMMITTED applies from the next transaction on
			frappe.db.commit()
			if only is None and share is None and among is None:
				intake.take(deadline)
			while worker.go_through(exporters() if among is None else among):
				pass
	finally:
		worker.close()
	return worker.states


class Worker:
	"""One run of a worker, with its connection and its log.

	Attributes:
		states: the number of tasks by state.
	"""

	def __init__(
		self, store: TaskStore, *, deadline: float, after_batch: Callable[[], object] | None = None
	) -> None:
		self.store, self.deadline, self.after_batch = store, deadline, after_batch
		self.states: Counter[str] = Counter()
		self.log = RequestLog()
		self.server = ServerState()
		self._medusa: Mirror | None = None
		self._stops_at = deadline
		# the batch that was sent and is not settled yet
		self._unsettled: Batch | None = None

	# -- the loop --------------------------------------------------------------------------------------------

	def go_through(self, among: Sequence[Exporter]) -> bool:
		"""Send what is due in each lane, in order; return whether a task was claimed."""
		has_claimed, due = False, self.store.due_lanes()
		for exporter in among:
			batch = self._claim(exporter) if exporter.name in due else None
			while batch:
				has_claimed = True
				batch = self._process(batch) or self._claim(exporter)
		return has_claimed

	def _claim(self, exporter: Exporter) -> Batch | None:
		return self._claim_up_to(exporter, self._left()) if self._goes_on(exporter) else None

	def _process(self, batch: Batch) -> Batch | None:
		"""Load, send and settle a batch; return the next one if it was claimed while this one was sent.

		This batch is settled while the next one is sent; without a next one, immediately.
		"""
		ahead = Lookahead(self._settle_last, lambda: self._claim_after(batch))
		self._load_and_send(batch, ahead)
		if ahead.following and (ahead.interrupted or not self._goes_on(batch.exporter)):
			# nothing may be sent any more: another worker can claim these later
			self.store.give_back(ahead.following.tasks)
			ahead.following = None
		if not ahead.following:
			self._settle_last_or_break_up()
		if ahead.interrupted:
			raise ahead.interrupted
		return ahead.following

	def _load_and_send(self, batch: Batch, ahead: Lookahead | None = None) -> None:
		# do not start requests whose tasks another worker may claim, or which cannot be settled in time
		lease = (batch.tasks[0].lease - now_datetime()).total_seconds() - LEASE.total_seconds() / 2
		self._stops_at = min(self.deadline + GRACE, time.monotonic() + lease)
		try:
			if not batch.loaded:
				batch.load()
			batch.send(lambda: self._connect(ahead))
		except JobTimeoutException:
			raise  # the job times out: no time is left, and no document has caused it
		except Exception:
			self._break_up(batch)
		else:
			self._settle_last_or_break_up()
			self._unsettled = batch

	def _settle_last(self) -> None:
		"""Log and settle the batch that was sent last, unless it is settled already."""
		if batch := self._unsettled:
			self.log.write_and_commit()
			self._settle(batch)
			self._unsettled = None
			self._count(batch)

	def close(self) -> None:
		"""Close the connection, and settle and log what was sent before the run ended."""
		if self._medusa:
			self._medusa.close()
		frappe.db.rollback()
		try:
			self._settle_last()
		except Exception:
			frappe.db.rollback()  # after its lease, the tasks are claimed again, and found in Medusa
		self.log.write_and_commit()

	# -- limits ----------------------------------------------------------------------------------------------

	def _goes_on(self, exporter: Exporter) -> bool:
		in_time = time.monotonic() < self.deadline and self._left() > 0
		if not exporter.needs_medusa:
			return in_time
		return in_time and not self.server.ended and connection.may_send()

	def _left(self) -> int:
		"""Return how many more tasks of its share this worker may claim."""
		if not self.store.share:
			return sys.maxsize
		return self.store.share.limit - sum(self.states[state] for state in DONE)

	def _claim_up_to(self, exporter: Exporter, limit: int) -> Batch | None:
		share = self.store.share
		limit = min(exporter.chunk, limit) if share and share.lane == exporter.name else exporter.chunk
		tasks = self.store.claim(exporter.name, limit)
		return Batch(exporter, tasks, log=self.log, server=self.server) if tasks else None

	def _claim_after(self, batch: Batch) -> Batch | None:
		"""Claim the batch after the one that is being sent; None if no more is due or allowed."""
		exporter, held = batch.exporter, len(batch.tasks)
		was_full = held >= exporter.chunk  # otherwise nothing more was due a moment ago
		if was_full and self._left() > held and self.store.takes_all_of(exporter.name):
			return self._claim_up_to(exporter, self._left() - held)
		return None

	def _connect(self, ahead: Lookahead | None) -> Mirror:
		if self._medusa is None:
			self._medusa = connection.open_medusa(self.log)
		self._medusa.meanwhile(ahead)
		self._medusa.set_deadline(self._stops_at)
		return self._medusa

	# -- settling --------------------------------------------------------------------------------------------

	def _settle(self, batch: Batch) -> None:
		"""Write ids to documents, then results to tasks, in one transaction: saves lock in the same order."""
		arrived = [sent for sent in batch.sent if sent.outcome.id or not sent.outcome.error]
		for attempt in range(SETTLE_TRIES):
			try:
				if batch.loaded:
					batch.exporter.keep(batch.loaded.found)
				if arrived:
					batch.exporter.store(arrived)
				if batch.deleted:
					batch.exporter.deleted()
				self.store.record_parents(batch.parents)
				self.store.send_lost_again(batch.lost)
				self.store.settle(batch.results)
				if self.server.pause_reason:
					connection.pause(self.server.pause_reason)
				# nosemgrep: frappe-manual-commit -- an error in the next batch must not undo these results
				frappe.db.commit()
				return
			except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
				frappe.db.rollback()
				if attempt + 1 == SETTLE_TRIES:
					raise

	def _count(self, batch: Batch) -> None:
		share = self.store.share
		if not share or share.lane == batch.exporter.name:
			self.states.update(result.status.value for result in batch.results)
		if self.after_batch:
			self.after_batch()

	# -- errors of the app -----------------------------------------------------------------------------------

	def _settle_last_or_break_up(self) -> None:
		try:
			self._settle_last()
		except JobTimeoutException:
			raise
		except Exception:
			if batch := self._unsettled:
				self._unsettled = None
				self._break_up(batch)

	def _break_up(self, batch: Batch) -> None:
		"""Process the tasks of a batch one by one after an error of the app; a single task fails.

		Tasks without a result would be claimed again and again.
		"""
		frappe.db.rollback()
		if len(batch.tasks) == 1:
			reference = frappe.log_error(f"Medusa: the {batch.exporter.name} lane failed")
			batch.break_off(_("Internal error. Reference: {0}").format(reference.name))
			self._settle(batch)
			self._count(batch)
			return
		# one by one, a task only fails because of its own document
		for task in batch.tasks:
			# Medusa may have it already
			alone = [replace(task, seen=True)]
			self._load_and_send(Batch(batch.exporter, alone, log=self.log, server=self.server))
			self._settle_last_or_break_up()

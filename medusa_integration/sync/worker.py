"""The worker: claims due tasks, loads, sends and settles them, batch by batch, until nothing is due.

Any number of workers may run side by side, on any number of machines. A worker that meets an outage ends:
what it had not tried keeps its attempts and is found by the next one.
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
from medusa_integration.sync.jobs import scheduled_job, seconds_left
from medusa_integration.sync.lookahead import Lookahead
from medusa_integration.sync.request_log import RequestLog
from medusa_integration.sync.retry_policy import ServerState
from medusa_integration.sync.task import LEASE, TaskKey
from medusa_integration.sync.task_store import Share, TaskStore

SECONDS = 20 * 60
# seconds after its time is up for which a worker may still begin requests of the batch that it is at
GRACE = 15
SETTLE_TRIES = 5
# states in which a task of a share has had its turn
DONE = (Status.SYNCED, Status.FAILED, Status.RETRYING, Status.NOT_WANTED, Status.IGNORED)


@scheduled_job
def run() -> None:
	"""Send what is due; the job of the scheduler (`all`) and of the wake-up after a commit."""
	drain()


def drain(
	only: list[TaskKey] | None = None,
	*,
	seconds: float = SECONDS,
	share: Share | None = None,
	after_batch: Callable[[], object] | None = None,
	among: Sequence[Exporter] | None = None,
) -> Counter[str]:
	"""Send due tasks. Commits as it goes: not for use inside a document's save.

	Ends when nothing is due, when the share is done, after `seconds`, or shortly before its job's time is up.

	Args:
		only: keys of the tasks to be sent, None for all; the parents that they wait for are added to it.
		seconds: how long this may take.
		share: what this worker is confined to.
		after_batch: called whenever a batch was settled.
		among: the exporters whose tasks are sent, None for those that the hooks name.

	Returns:
		How many tasks ended in which state; of a share, how many of its lane.
	"""
	deadline = time.monotonic() + seconds_left(seconds)
	worker = Worker(TaskStore(only, share), deadline=deadline, after_batch=after_batch)
	try:
		with database.read_committed():
			# nosemgrep: frappe-manual-commit -- begins a transaction with such locks
			frappe.db.commit()
			while worker.go_through(exporters() if among is None else among):
				pass
	finally:
		worker.close()
	return worker.states


class Worker:
	"""One run: its connection, its log, its end.

	Attributes:
		states: how many tasks ended in which state.
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
		# sent, and not settled yet
		self._unsettled: Batch | None = None

	# -- the loop --------------------------------------------------------------------------------------------

	def go_through(self, among: Sequence[Exporter]) -> bool:
		"""Send what is due in each lane, in order; return whether anything was claimed."""
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
		"""Load, send and settle a batch; return the next, if there was time to claim it while this was sent.

		This one is settled while the next is sent; without a next one, at once.
		"""
		ahead = Lookahead(self._settle_last, lambda: self._claim_after(batch))
		self._load_and_send(batch, ahead)
		if ahead.following and (ahead.interrupted or not self._goes_on(batch.exporter)):
			# nothing may be sent any more: whoever comes next finds these as they were
			self.store.give_back(ahead.following.tasks)
			ahead.following = None
		if not ahead.following:
			self._settle_last_or_break_up()
		if ahead.interrupted:
			raise ahead.interrupted
		return ahead.following

	def _load_and_send(self, batch: Batch, ahead: Lookahead | None = None) -> None:
		# what another worker may have taken over, or nobody will settle, is not begun
		lease = (batch.tasks[0].lease - now_datetime()).total_seconds() - LEASE.total_seconds() / 2
		self._stops_at = min(self.deadline + GRACE, time.monotonic() + lease)
		try:
			if not batch.loaded:
				batch.load()
			batch.send(lambda: self._connect(ahead))
		except JobTimeoutException:
			raise  # there is no time to find out whose fault it was, and it was nobody's
		except Exception:
			self._break_up(batch)
		else:
			self._settle_last_or_break_up()
			self._unsettled = batch

	def _settle_last(self) -> None:
		"""Log and settle what was sent last, unless that is done."""
		if batch := self._unsettled:
			self.log.write_and_commit()
			self._settle(batch)
			self._unsettled = None
			self._count(batch)

	def close(self) -> None:
		"""Let go of the server, and keep what is known, and still to be logged, of a run that was ended."""
		if self._medusa:
			self._medusa.close()
		frappe.db.rollback()
		try:
			self._settle_last()
		except Exception:
			frappe.db.rollback()  # it is found in Medusa when its lease has ended
		self.log.write_and_commit()

	# -- how much --------------------------------------------------------------------------------------------

	def _goes_on(self, exporter: Exporter) -> bool:
		in_time = time.monotonic() < self.deadline and self._left() > 0
		if not exporter.needs_medusa:
			return in_time
		return in_time and not self.server.ended and connection.may_send()

	def _left(self) -> int:
		"""How many more tasks of its share this worker may claim."""
		if not self.store.share:
			return sys.maxsize
		return self.store.share.limit - sum(self.states[state] for state in DONE)

	def _claim_up_to(self, exporter: Exporter, limit: int) -> Batch | None:
		share = self.store.share
		limit = min(exporter.chunk, limit) if share and share.lane == exporter.name else exporter.chunk
		tasks = self.store.claim(exporter.name, limit)
		return Batch(exporter, tasks, log=self.log, server=self.server) if tasks else None

	def _claim_after(self, batch: Batch) -> Batch | None:
		"""Claim the batch after this one, which is being sent; None without a reason to."""
		exporter, held = batch.exporter, len(batch.tasks)
		was_full = held >= exporter.chunk  # else nothing more was due a moment ago
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
		"""Ids to the documents, then results to the tasks, as saves lock them, in one transaction."""
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
				# nosemgrep: frappe-manual-commit -- Medusa's answer must not be lost with the next batch
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

	# -- something of ours broke -----------------------------------------------------------------------------

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
		"""Nothing may stay claimed and untold: it would be claimed again for ever."""
		frappe.db.rollback()
		if len(batch.tasks) == 1:
			reference = frappe.log_error(f"Medusa: the {batch.exporter.name} lane failed")
			batch.break_off(_("Internal error. Reference: {0}").format(reference.name))
			self._settle(batch)
			self._count(batch)
			return
		# alone, each meets only what it has brought about itself
		for task in batch.tasks:
			# it may have arrived before that
			alone = [replace(task, seen=True)]
			self._load_and_send(Batch(batch.exporter, alone, log=self.log, server=self.server))
			self._settle_last_or_break_up()

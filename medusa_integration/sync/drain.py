"""The round: claim, load, send, settle, chunk by chunk, until nothing is due or the time is up.

Any number of rounds may run side by side, on any number of machines. A round that meets an outage ends:
what it had not tried keeps its attempts and is found by the next round.
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

from medusa_integration.mirror import Mirror
from medusa_integration.settings import get_settings
from medusa_integration.sync import connection, parents
from medusa_integration.sync.claimed import Claimed, Share
from medusa_integration.sync.claims import LEASE, Result, Task, claim, due_lanes, row_locks, settle
from medusa_integration.sync.jobs import scheduled_job, seconds_left
from medusa_integration.sync.lane import Lane, lanes
from medusa_integration.sync.request_log import RequestLog
from medusa_integration.sync.sending import Chunk, Health
from medusa_integration.sync.wake import TaskKey

SECONDS = 20 * 60
# seconds after its time is up for which a round may still begin requests of the chunk that it is at
GRACE = 15
SETTLE_TRIES = 5
# states in which a task of a share has had its turn
DONE = ("Synced", "Failed", "Retrying", "Not Wanted", "Ignored")


@scheduled_job
def run() -> None:
	"""Send what is due; the job of the scheduler (`all`) and of the wake-up after a commit."""
	drain()


def drain(
	only: list[TaskKey] | None = None,
	*,
	seconds: float = SECONDS,
	share: Share | None = None,
	after_chunk: Callable[[], object] | None = None,
) -> Counter[str]:
	"""Send due tasks: those in `only`, when given, and the parents they wait for, which are added to it.

	Ends when nothing is due, after `seconds` or shortly before its job's time is up, or when the `share` is
	done. Calls `after_chunk` whenever a chunk was settled. Commits as it goes: not for use inside a
	document's save. Answers how many tasks ended in which state; of a share, how many of its lane.
	"""
	deadline = time.monotonic() + seconds_left(seconds)
	round_ = Round(only, deadline, share=share, after_chunk=after_chunk)
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

	def __init__(
		self,
		only: list[TaskKey] | None,
		deadline: float,
		share: Share | None = None,
		after_chunk: Callable[[], object] | None = None,
	) -> None:
		# of a share, the parents
		self.only = [] if share else only
		self.deadline, self.share, self.after_chunk = deadline, share, after_chunk
		self.states: Counter[str] = Counter()
		self.log = RequestLog()
		self.health = Health()
		self._client: Mirror | None = None
		self._meanwhile: Callable[[], None] | None = None
		self._stops_at = deadline
		self._interrupted: JobTimeoutException | None = None
		self._sent: tuple[Claimed, Chunk] | None = None

	def goes_on(self) -> bool:
		in_time = time.monotonic() < self.deadline and self.left() > 0
		return in_time and not self.health.ended and connection.may_send()

	def left(self) -> int:
		"""How many more tasks this round may take."""
		if not self.share:
			return sys.maxsize
		return self.share.limit - sum(self.states[state] for state in DONE)

	def pass_through(self, all_lanes: Sequence[Lane]) -> bool:
		"""Drain every lane in which something is due once, in order. Answers whether anything was done."""
		done = False
		due = due_lanes()
		for lane in (lane for lane in all_lanes if lane.name in due):
			while self.goes_on() and (tasks := self._claim(lane)):
				claimed = Claimed(lane, tasks)
				while claimed:
					claimed = self.process(claimed)
				done = True
		return done

	def _claim(self, lane: Lane, held: int = 0) -> list[Task]:
		if self.share and lane.name == self.share.lane:
			return claim(lane.name, min(lane.chunk, self.left() - held), among=self.share.documents)
		return claim(lane.name, lane.chunk, self.only)

	def process(self, claimed: Claimed) -> Claimed | None:
		"""Load and send one chunk; answer the next, if there was time to claim it while this was sent.

		This one is settled while the next is sent; without a next one, at once.
		"""
		following: list[Claimed] = []
		self._meanwhile = lambda: self._use_the_time(claimed, following)
		self._process(claimed)
		if following and (self._interrupted or not self.goes_on()):
			self._give_back(following.pop())
		if not following:
			self._finish_sent()
		if self._interrupted:
			raise self._interrupted
		return following[0] if following else None

	def _use_the_time(self, claimed: Claimed, following: list[Claimed]) -> None:
		"""Settle the chunk before this one; claim and load the one after.

		What goes wrong will do so again in its turn.
		"""
		try:
			frappe.db.commit()  # what was learned of the server on the way to this
			self._finish()
			all_of_it = self.only is None or (self.share and claimed.lane.name == self.share.lane)
			was_full = len(claimed.tasks) >= claimed.lane.chunk  # else nothing more was due a moment ago
			if all_of_it and was_full and self.left() > len(claimed.tasks):
				lane = type(claimed.lane)()  # a lane may keep what it has loaded until it is sent
				if tasks := self._claim(lane, held=len(claimed.tasks)):
					following.append(Claimed(lane, tasks))
					following[0].load(self._chunk(lane))
		except JobTimeoutException as error:
			frappe.db.rollback()
			self._interrupted = error  # once what is being sent is settled
		except Exception:
			frappe.db.rollback()

	def _give_back(self, claimed: Claimed) -> None:
		"""Nothing may be sent any more: whoever comes next finds these as they were."""
		settle(Result(task, "Pending", task.attempts, now_datetime()) for task in claimed.tasks)
		frappe.db.commit()  # they are held by nobody now

	def _process(self, claimed: Claimed) -> None:
		# what another worker may have taken over, or nobody will settle, is not begun
		lease = (claimed.tasks[0].lease - now_datetime()).total_seconds() - LEASE.total_seconds() / 2
		self._stops_at = min(self.deadline + GRACE, time.monotonic() + lease)
		try:
			ready = claimed.ready or claimed.load(self._chunk(claimed.lane))
			chunk = ready.send(self.client)
		except JobTimeoutException:
			raise  # there is no time to find out whose fault it was, and it was nobody's
		except Exception:
			self._break_up(claimed)
		else:
			self._finish_sent()
			self._sent = claimed, chunk

	def _finish(self) -> None:
		"""Log and settle what was sent last, unless that is done."""
		if self._sent:
			claimed, chunk = self._sent
			self.log.write_and_commit()
			self._settle(chunk)
			self._sent = None
			self._count(claimed, chunk)

	def _finish_sent(self) -> None:
		"""The same, whatever it takes."""
		try:
			self._finish()
		except JobTimeoutException:
			raise
		except Exception:
			if self._sent:
				(claimed, _chunk), self._sent = self._sent, None
				self._break_up(claimed)

	def _break_up(self, claimed: Claimed) -> None:
		"""Something of ours broke: nothing may stay leased and untold, it would be taken again for ever."""
		frappe.db.rollback()
		if len(claimed.tasks) > 1:
			self._process_each(claimed)
		else:
			broken = self._broken(claimed)
			self._settle(broken)
			self._count(claimed, broken)

	def _process_each(self, claimed: Claimed) -> None:
		"""Alone, each meets only what it has brought about itself."""
		self._meanwhile = None
		for task in claimed.tasks:
			# it may have arrived before that
			self._process(Claimed(claimed.lane, [replace(task, seen=True)]))
			self._finish_sent()

	def _count(self, claimed: Claimed, chunk: Chunk) -> None:
		if not self.share or claimed.lane.name == self.share.lane:
			self.states.update(result.status for result in chunk.results)
		if self.after_chunk:
			self.after_chunk()

	def _chunk(self, lane: Lane) -> Chunk:
		return Chunk(lane, self.log, self.health, self._max_attempts(), now_datetime)

	def close(self) -> None:
		"""Let go of the server, and keep what is known, and still to be logged, of a round that was ended."""
		if self._client:
			self._client.close()
		frappe.db.rollback()
		try:
			self._finish()
		except Exception:
			frappe.db.rollback()  # it is found in Medusa when its lease has ended
		self.log.write_and_commit()

	def client(self) -> Mirror:
		if self._client is None:
			self._client = connection.open_medusa(self.log)
		self._client.meanwhile(self._meanwhile)
		self._client.set_deadline(self._stops_at)
		return self._client

	def _settle(self, chunk: Chunk) -> None:
		"""Ids to the documents, results to the tasks, in one transaction; documents first,
		as a save locks them.
		"""
		arrived = [sent for sent in chunk.sent if sent.outcome.id or not sent.outcome.error]
		for attempt in range(SETTLE_TRIES):
			try:
				if chunk.loaded:
					chunk.lane.keep()
				if arrived:
					chunk.lane.store(arrived)
				if chunk.deleted:
					chunk.lane.deleted()
				self._call_parents(chunk)
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
		# whoever asks for one document wants to know now, even if its parent has failed before
		wants_to_know = self.only is not None and not self.share
		called = [*parents.call(chunk, even_failed=wants_to_know), *parents.send_again(chunk)]
		if self.only is not None:
			self.only += called

	def _broken(self, claimed: Claimed) -> Chunk:
		"""Something of ours broke: the tasks fail and name the Error Log row with the traceback."""
		reference = frappe.log_error(f"Medusa: the {claimed.lane.name} lane failed")
		text = _("Internal error. Reference: {0}").format(reference.name)
		chunk = self._chunk(claimed.lane)
		chunk.results = [Result(task, "Failed", task.attempts + 1, error=text) for task in claimed.tasks]
		return chunk

	def _max_attempts(self) -> int:
		return get_settings().max_attempts or 7

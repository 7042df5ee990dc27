"""One chunk of claimed tasks on its way to Medusa: what is sent, in which calls, and what each task ends in.

Nothing here writes to the database; the drain does that with what it gets back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import TypeVar

from frappe import _

from medusa_integration.medusa.errors import MedusaError, MissingReference
from medusa_integration.mirror import Mirror
from medusa_integration.sync import failures
from medusa_integration.sync.claims import Result, Task
from medusa_integration.sync.lane import Lane, Sent, Work
from medusa_integration.sync.request_log import RequestLog
from medusa_integration.sync.wake import TaskKey

T = TypeVar("T")
# a parent's own task calls its children; should it not, they look again after this
WAIT_AGAIN = timedelta(hours=1)
# calls in a row that met a fault of the server: the second is no accident
FAULTS_IN_A_ROW = 2


@dataclass
class Health:
	"""What this round has learned of the server: why everything is to be paused, and whether to go on."""

	pause_reason: str | None = None
	ended: bool = False
	faults: int = 0

	def note(self, error: MedusaError) -> None:
		"""Take note of an error that a whole call met."""
		if failures.pauses(error):
			self.pause_reason = str(error)
			self.ended = True
		elif failures.is_outage(error):
			self.faults += 1
			self.ended = self.ended or failures.is_certain_outage(error) or self.faults >= FAULTS_IN_A_ROW

	def well(self) -> None:
		self.faults = 0


@dataclass
class Chunk:
	"""Sends one chunk and collects a Result for each of its tasks, and what came of each value sent."""

	lane: Lane
	log: RequestLog
	health: Health
	max_attempts: int
	now: Callable[[], datetime]
	results: list[Result] = field(default_factory=list)
	sent: list[Sent] = field(default_factory=list)
	waiting: list[Work] = field(default_factory=list)
	deleted: list[Task] = field(default_factory=list)
	# what Medusa has lost, as it says, although it had it
	lost: set[TaskKey] = field(default_factory=set)
	# whether the lane has something to keep: not if it broke over these documents
	loaded: bool = False

	def send(self, works: Sequence[Work], deletions: Sequence[Task], medusa: Callable[[], Mirror]) -> None:
		"""Send what there is to send; `medusa` connects when it is called for the first time."""
		to_send = [work for work in works if not self._is_done(work)]
		tasks = [*deletions, *(work.task for work in to_send)]
		if not tasks:
			return
		try:
			client = medusa()
		except MedusaError as error:
			self._fail(tasks, error)
			return
		for group in _groups(deletions, self.lane.chunk, lambda task: task.attempts):
			self._delete(client, group)
		for group in _groups(to_send, self.lane.chunk, lambda work: work.task.attempts):
			self._save(client, group)

	def _is_done(self, work: Work) -> bool:
		"""Whether a work ends here, without a request."""
		if work.error:
			result = Result(work.task, "Failed", work.task.attempts + 1, error=work.error)
		elif work.waits_for:
			self.waiting.append(work)
			result = Result(
				work.task,
				"Waiting",
				work.task.attempts,
				self.now() + WAIT_AGAIN,
				error=_("Waits for {0}.").format(
					", ".join(f"{doctype} {name}" for doctype, name, _lane in work.waits_for)
				),
			)
		elif work.waits:
			result = Result(
				work.task, "Waiting", work.task.attempts, self.now() + WAIT_AGAIN, error=work.waits
			)
		elif work.value is None:
			reason = work.unwanted or _("The document no longer exists.")
			result = Result(work.task, "Not Wanted", next_attempt_at=work.again_at, error=reason)
		elif work.unchanged:
			result = Result(work.task, "Synced", next_attempt_at=work.again_at, error=work.remark)
		else:
			return False
		self.results.append(result)
		return True

	def _delete(self, client: Mirror, tasks: Sequence[Task]) -> None:
		if self._skip(tasks):
			return
		self._about(tasks)
		try:
			outcomes = self.lane.delete(client, tasks)
		except MedusaError as error:
			self._fail(tasks, error)
			return
		self.health.well()
		for task, outcome in zip(tasks, outcomes, strict=True):
			if outcome.error:
				self.results.append(self._judged(task, outcome.error))
			else:
				self.deleted.append(task)
				self.results.append(Result(task, "Synced", medusa_id="", fingerprint="", payload=""))

	def _save(self, client: Mirror, works: Sequence[Work]) -> None:
		tasks = [work.task for work in works]
		if self._skip(tasks):
			return
		self._about(tasks)
		try:
			# what was claimed before may have arrived: Medusa is asked before anything is made a second time
			sent = self.lane.save(client, works, look_up=any(task.seen for task in tasks))
		except MedusaError as error:
			self._fail(tasks, error)
			return
		self.health.well()
		for error in {type(item.outcome.error): item.outcome.error for item in sent}.values():
			# part of a batch got through before the server went away
			if isinstance(error, MedusaError):
				self.health.note(error)
		self.sent += sent
		self.results += [self._result(item) for item in sent]

	def _skip(self, tasks: Sequence[Task]) -> bool:
		"""After an outage the rest is not tried, and loses no attempt."""
		if self.health.ended:
			self.results += [Result(task, "Pending", task.attempts, self.now()) for task in tasks]
		return self.health.ended

	def _about(self, tasks: Sequence[Task]) -> None:
		"""What the next requests are about: the document and its task, when it is one."""
		alone = tasks[0] if len(tasks) == 1 else None
		self.log.tasks = {task.docname: task.name for task in tasks}
		self.log.voucher = (
			self.lane.doctype,
			alone.docname if alone and alone.operation != "Delete" else None,
			alone.name if alone else None,
		)

	def _fail(self, tasks: Sequence[Task], error: MedusaError) -> None:
		"""A whole call failed: every task in it is judged by the same error."""
		self.health.note(error)
		self.results += [self._judged(task, error) for task in tasks]

	def _result(self, sent: Sent) -> Result:
		task, outcome = sent.work.task, sent.outcome
		if outcome.error:
			lost = sent.work.refers_to if isinstance(outcome.error, MissingReference) else ()
			self.lost.update(lost)
			return self._judged(
				task, outcome.error, may_pass=bool(lost), medusa_id=outcome.id, payload=sent.payload
			)
		return Result(
			task,
			"Synced",
			next_attempt_at=sent.work.again_at,
			error=sent.work.remark,
			medusa_id=outcome.id,
			fingerprint=sent.work.fingerprint,
			payload=sent.payload,
		)

	def _judged(
		self,
		task: Task,
		error: Exception,
		*,
		may_pass: bool = False,
		medusa_id: str | None = None,
		payload: str | None = None,
	) -> Result:
		verdict = failures.judge(error, task.attempts, self.max_attempts, self.now(), may_pass=may_pass)
		prefix = self.lane.error_prefix(task)
		return Result(
			task,
			verdict.status,
			verdict.attempts,
			verdict.next_attempt_at,
			error=f"{prefix}: {error}" if prefix else str(error),
			medusa_id=medusa_id,
			payload=payload,
		)


def _groups(items: Sequence[T], batch_size: int, attempts_of: Callable[[T], int]) -> Iterator[list[T]]:
	"""Those that have failed as often share calls, fewer and fewer of them; the untroubled go first."""
	for attempts, same in groupby(sorted(items, key=attempts_of), key=attempts_of):
		group, size = list(same), failures.group_size(attempts, batch_size)
		for start in range(0, len(group), size):
			yield group[start : start + size]

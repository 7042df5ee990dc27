"""A batch: claimed tasks of one lane that are loaded and sent, and their results.

This module writes nothing to the database, apart from what exporters do. The worker settles the results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar

import frappe
from frappe import _
from frappe.utils import create_batch, now_datetime

from medusa_integration.constants import Status
from medusa_integration.medusa.errors import MedusaError, MissingReference
from medusa_integration.mirror import Mirror
from medusa_integration.settings import get_settings
from medusa_integration.sync import retry_policy
from medusa_integration.sync.exporter import Exporter, Loaded
from medusa_integration.sync.request_log import RequestLog
from medusa_integration.sync.retry_policy import ServerState
from medusa_integration.sync.task import (
	Broken,
	NotWanted,
	Result,
	Send,
	Sent,
	Task,
	TaskKey,
	Unchanged,
	WaitFor,
)
from medusa_integration.sync.task_departures import check_deletions

T = TypeVar("T")


class Batch:
	"""Tasks of one lane that a worker has claimed. First call `load`, then `send`, then read the results.

	Attributes:
		results: the results that are known so far.
		loaded: what the exporter has loaded; None before that, and after an error of the exporter.
		sent: Medusa's response about each value.
		deleted: the deletions that Medusa has carried out.
		parents: the tasks that some of these wait for.
		lost: the tasks of what Medusa says it no longer has.
	"""

	def __init__(
		self, exporter: Exporter, tasks: Sequence[Task], *, log: RequestLog, server: ServerState
	) -> None:
		self.exporter, self.tasks = exporter, tasks
		self.log, self.server = log, server
		self.max_attempts = get_settings().max_attempts or 7
		self.results: list[Result] = []
		self.loaded: Loaded | None = None
		self.sent: list[Sent] = []
		self.deleted: list[Task] = []
		self.parents: set[TaskKey] = set()
		self.lost: set[TaskKey] = set()
		self._deletions: list[Task] = []

	def load(self) -> None:
		"""Read what to send for each task; tasks that end here get their result. Ends the transaction."""
		self.results = []
		exhausted = [task for task in self.tasks if task.attempts >= self.max_attempts]
		for task in exhausted:
			text = _("The worker stopped {0} times while sending this.").format(task.attempts)
			self.results.append(Result(task, Status.FAILED, task.attempts, error=text))
		rest = [task for task in self.tasks if task not in exhausted]
		deletions = [task for task in rest if task.operation == "Delete"]
		self._deletions, revived, superseded = check_deletions(self.exporter, deletions)
		for task in superseded:
			self.results.append(Result(task, Status.SYNCED, medusa_id="", fingerprint=""))
		others = [task for task in rest if task.operation != "Delete"]
		self.loaded = self.exporter.load([*others, *revived])
		frappe.db.rollback()  # no transaction is open while Medusa is called

	def send(self, connect: Callable[[], Mirror]) -> None:
		"""Send what was loaded.

		Args:
			connect: returns the client; called only if something must be sent to Medusa.
		"""
		to_send: list[Send] = []
		for work in self.loaded.works if self.loaded else ():
			if isinstance(work, Send):
				to_send.append(work)
			else:
				self.results.append(self._ended(work))
		tasks = [*self._deletions, *(work.task for work in to_send)]
		if not tasks:
			return
		medusa: Any = None
		if self.exporter.needs_medusa:
			try:
				medusa = connect()
			except MedusaError as error:
				self._fail(tasks, error)
				return
		for deletions in _groups(self._deletions, self.exporter.chunk, lambda task: task.attempts):
			self._delete(medusa, deletions)
		for some in _groups(to_send, self.exporter.chunk, lambda work: work.task.attempts):
			self._save(medusa, some)

	def break_off(self, error: str) -> None:
		"""Let all tasks fail with this message after an error of the app, and discard all other results."""
		self.results = [Result(task, Status.FAILED, task.attempts + 1, error=error) for task in self.tasks]
		self.loaded = None
		self.sent, self.deleted = [], []
		self.parents, self.lost = set(), set()

	def _ended(self, work: Unchanged | WaitFor | NotWanted | Broken) -> Result:
		"""Return the result of a work that needs no request."""
		task = work.task
		if isinstance(work, Broken):
			return Result(task, Status.FAILED, task.attempts + 1, error=work.error)
		if isinstance(work, NotWanted):
			return Result(task, Status.NOT_WANTED, error=work.reason)
		if isinstance(work, WaitFor):
			self.parents.update(work.parents)
			names = ", ".join(f"{doctype} {name}" for doctype, name, _lane in work.parents)
			reason = work.reason or _("Waits for {0}.").format(names)
			due = work.until or now_datetime() + retry_policy.WAIT_AGAIN
			return Result(task, Status.WAITING, task.attempts, due, error=reason)
		return Result(task, Status.SYNCED, next_attempt_at=work.again_at, error=work.remark)

	def _delete(self, medusa: Mirror, tasks: Sequence[Task]) -> None:
		if self._skip(tasks):
			return
		self._about(tasks)
		try:
			outcomes = self.exporter.delete(medusa, tasks)
		except MedusaError as error:
			self._fail(tasks, error)
			return
		self.server.well()
		for task, outcome in zip(tasks, outcomes, strict=True):
			if outcome.error:
				self.results.append(self._judged(task, outcome.error))
			else:
				self.deleted.append(task)
				self.results.append(Result(task, Status.SYNCED, medusa_id="", fingerprint="", payload=""))

	def _save(self, medusa: Mirror, works: Sequence[Send]) -> None:
		tasks = [work.task for work in works]
		if self._skip(tasks):
			return
		self._about(tasks)
		found = self.loaded.found if self.loaded else None
		try:
			# Medusa may have what was claimed before: it is looked up before it is created again
			sent = self.exporter.save(medusa, works, found, look_up=any(task.seen for task in tasks))
		except MedusaError as error:
			self._fail(tasks, error)
			return
		self.server.well()
		for met in {type(item.outcome.error): item.outcome.error for item in sent}.values():
			# a part of the values was accepted before the server failed
			if isinstance(met, MedusaError):
				self.server.note(met)
		self.sent += sent
		self.results += [self._result(item) for item in sent]

	def _skip(self, tasks: Sequence[Task]) -> bool:
		"""After an outage, return the rest as Pending without using up an attempt."""
		if not (self.server.ended and self.exporter.needs_medusa):
			return False
		self.results += [Result(task, Status.PENDING, task.attempts, now_datetime()) for task in tasks]
		return True

	def _about(self, tasks: Sequence[Task]) -> None:
		"""Tell the log which documents the next requests are about, and the task if it is only one."""
		alone = tasks[0] if len(tasks) == 1 else None
		self.log.personal = self.exporter.personal
		self.log.tasks = {task.docname: task.name for task in tasks}
		self.log.voucher = (
			self.exporter.doctype,
			alone.docname if alone and alone.operation != "Delete" else None,
			alone.name if alone else None,
		)

	def _fail(self, tasks: Sequence[Task], error: MedusaError) -> None:
		"""Judge every task of a request that has failed by its error."""
		self.server.note(error)
		self.results += [self._judged(task, error) for task in tasks]

	def _result(self, sent: Sent) -> Result:
		work, outcome = sent.work, sent.outcome
		if outcome.error:
			lost = work.refers_to if isinstance(outcome.error, MissingReference) else ()
			self.lost.update(lost)
			return self._judged(
				work.task, outcome.error, may_pass=bool(lost), medusa_id=outcome.id, payload=sent.payload
			)
		return Result(
			work.task,
			Status.SYNCED,
			next_attempt_at=work.again_at,
			error=work.remark,
			medusa_id=outcome.id,
			fingerprint=work.fingerprint,
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
		verdict = retry_policy.judge(
			error, task.attempts, self.max_attempts, now_datetime(), may_pass=may_pass
		)
		is_no_error = isinstance(error, retry_policy.NotYet | retry_policy.NotNeeded)
		prefix = "" if is_no_error else self.exporter.error_prefix(task)
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
	"""Yield groups of equal numbers of attempts, fewest first; the more attempts, the smaller the groups."""
	for attempts, same in groupby(sorted(items, key=attempts_of), key=attempts_of):
		yield from create_batch(list(same), retry_policy.group_size(attempts, batch_size))

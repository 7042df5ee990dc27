"""Values that the modules of `sync` exchange: a claimed task, what has to be done for it, and its result."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from medusa_integration.constants import Status
from medusa_integration.mirror.outcomes import Outcome

# how long a claim is valid
LEASE = timedelta(minutes=10)
# (DocType, name, lane) of a task
TaskKey: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Task:
	"""A claimed task as it was when it was claimed.

	Attributes:
		seen: whether it was claimed before; Medusa may already have what was sent then.
		lease: when the claim expires, in the time zone of the site.
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
		"""The document and lane, which identify the task."""
		return (self.doctype, self.docname, self.lane)

	@property
	def found_by(self) -> dict[str, Any] | None:
		"""The values by which a deleted document without an id is found in Medusa; `key` was its name."""
		return json.loads(self.payload or "{}").get("found_by")


@dataclass(frozen=True, slots=True)
class Send:
	"""Medusa should have `value`.

	Attributes:
		fingerprint: hash of the value, stored in the task when Medusa has accepted it; "" stores none.
		refers_to: the tasks that have sent what the value refers to.
		again_at: when the value may change without a save, so that the task is checked again.
		remark: a message for the user although the value was sent.
	"""

	task: Task
	value: Any
	fingerprint: str | None = None
	refers_to: tuple[TaskKey, ...] = ()
	again_at: datetime | None = None
	remark: str | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
	"""Medusa already has `value`: nothing is sent. `again_at` and `remark` as in `Send`."""

	task: Task
	value: Any = None
	again_at: datetime | None = None
	remark: str | None = None


@dataclass(frozen=True, slots=True)
class WaitFor:
	"""Something else must be sent first.

	Attributes:
		parents: the tasks that must be sent first; they are recorded if necessary.
		reason: the message that says what it waits for, if that has no task.
		until: when it is checked again; None leaves that to the worker.
	"""

	task: Task
	parents: tuple[TaskKey, ...] = ()
	reason: str | None = None
	until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotWanted:
	"""Medusa should not have it. `reason` is the message that says why; None without a message."""

	task: Task
	reason: str | None


@dataclass(frozen=True, slots=True)
class Broken:
	"""The document cannot be sent as it is; `error` is the message that says why."""

	task: Task
	error: str


# what the `load` method of an exporter returns for a task
Work: TypeAlias = Send | Unchanged | WaitFor | NotWanted | Broken


@dataclass(frozen=True, slots=True)
class Sent:
	"""The result of sending a value: Medusa's outcome, and the `payload` that the task stores for later."""

	work: Send
	outcome: Outcome
	payload: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
	"""The result of a claimed task.

	Synced and Waiting use up no attempt.

	Attributes:
		error: the message for the user; for a task that is Synced, a remark.
		fingerprint: None keeps the stored one, "" removes it; the same for `medusa_id` and `payload`.
	"""

	task: Task
	status: Status
	attempts: int = 0
	next_attempt_at: datetime | None = None
	error: str | None = None
	medusa_id: str | None = None
	fingerprint: str | None = None
	payload: str | None = None

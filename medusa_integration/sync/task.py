"""What the parts of `sync` hand to each other: a claimed task, what is to be done for it, and its result."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from medusa_integration.constants import Status
from medusa_integration.mirror.outcomes import Outcome

# how long a claim holds
LEASE = timedelta(minutes=10)
# (DocType, name, lane) of a task
TaskKey: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Task:
	"""A claimed task as it was when it was claimed.

	Attributes:
		seen: whether it was claimed before; what was sent then may have arrived.
		lease: when the claim ends, in the site's time.
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
		"""What identifies the task, whatever its row is called."""
		return (self.doctype, self.docname, self.lane)

	@property
	def found_by(self) -> dict[str, Any] | None:
		"""What a deleted document is found by in Medusa when its id never came back; `key` was its name."""
		return json.loads(self.payload or "{}").get("found_by")


@dataclass(frozen=True, slots=True)
class Send:
	"""Medusa is to hold `value`.

	Attributes:
		fingerprint: of the value, kept by the task once Medusa has it; "" is kept as none.
		refers_to: the tasks by which Medusa has got what the value refers to.
		again_at: when time alone will have changed what Medusa is to hold.
		remark: a sentence for whoever looks at the task although it has arrived.
	"""

	task: Task
	value: Any
	fingerprint: str | None = None
	refers_to: tuple[TaskKey, ...] = ()
	again_at: datetime | None = None
	remark: str | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
	"""Medusa has `value` already: nothing is sent. `again_at` and `remark` as of `Send`."""

	task: Task
	value: Any = None
	again_at: datetime | None = None
	remark: str | None = None


@dataclass(frozen=True, slots=True)
class WaitFor:
	"""Something has to be done first.

	Attributes:
		parents: the tasks that have to be done first; they are sent because of this.
		reason: the sentence that says what it waits for, where that has no task of its own.
	"""

	task: Task
	parents: tuple[TaskKey, ...] = ()
	reason: str | None = None


@dataclass(frozen=True, slots=True)
class NotWanted:
	"""Medusa is not to have it. `reason` is the sentence that says why, None where nobody has to be told."""

	task: Task
	reason: str | None


@dataclass(frozen=True, slots=True)
class Broken:
	"""The document cannot be sent as it is; `error` is the sentence that says why."""

	task: Task
	error: str


# what an exporter returns for a task
Work: TypeAlias = Send | Unchanged | WaitFor | NotWanted | Broken


@dataclass(frozen=True, slots=True)
class Sent:
	"""What became of a value: the outcome from Medusa, and what the task keeps of it for the next time."""

	work: Send
	outcome: Outcome
	payload: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
	"""What became of a claimed task.

	Synced and Waiting need no attempt.

	Attributes:
		error: the sentence for the person who looks at the task; of one that is Synced a remark.
		fingerprint: None keeps the one before, "" removes it; the same for `medusa_id` and `payload`.
	"""

	task: Task
	status: Status
	attempts: int = 0
	next_attempt_at: datetime | None = None
	error: str | None = None
	medusa_id: str | None = None
	fingerprint: str | None = None
	payload: str | None = None

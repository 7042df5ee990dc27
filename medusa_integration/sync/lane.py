"""What a lane has to bring: how a kind of document becomes a value, is sent, and gets its ids back.

The drain asks a lane for four things, each for a whole chunk at once; none of them may cost a statement or a
request per document.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

import frappe

from medusa_integration.medusa.errors import NotFound
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.sync.claims import Task
from medusa_integration.sync.wake import TaskKey


@dataclass(frozen=True, slots=True)
class Work:
	"""A claimed task with what was loaded for it.

	`value` is what Medusa is to hold (None: the document is gone); `waits_for` names the tasks that must be
	done first, `refers_to` those that were done, as far as is known, for what the value refers to; `error` is
	the sentence that says why it cannot be sent; `unchanged` means Medusa has it already. `waits` is the
	sentence that says what it waits for where that has no task of its own; `unwanted` the one that says why
	Medusa is not to have it, when it does not; `again_at` is when time alone will have changed what Medusa is
	to hold. `remark` is a sentence for whoever looks at the task although it has arrived.
	"""

	task: Task
	value: Any = None
	fingerprint: str | None = None
	unchanged: bool = False
	waits_for: tuple[TaskKey, ...] = ()
	refers_to: tuple[TaskKey, ...] = ()
	error: str | None = None
	waits: str | None = None
	unwanted: str | None = None
	again_at: datetime | None = None
	remark: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
	"""What became of one work: the outcome from Medusa, and what the task keeps of it for the next time."""

	work: Work
	outcome: Outcome
	payload: str | None = None


class Lane(ABC):
	"""One kind of change. `chunk` is how many tasks are claimed at once,
	`id_field` where a document has Medusa's id.
	"""

	name: ClassVar[str]
	doctype: ClassVar[str]
	chunk: ClassVar[int] = 100
	id_field: ClassVar[str] = "medusa_id"

	@abstractmethod
	def load(self, tasks: Sequence[Task]) -> list[Work]:
		"""Read the documents' state of this moment, with the same number of statements for any number."""

	@abstractmethod
	def save(self, medusa: Mirror, works: Sequence[Work], *, look_up: bool) -> list[Sent]:
		"""Create or update in Medusa; one Sent per work. Raises MedusaError for what concerns them all."""

	@abstractmethod
	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Delete in Medusa; one Outcome per task, in order. What is not there counts as deleted."""

	@abstractmethod
	def store(self, sent: Sequence[Sent]) -> None:
		"""Write Medusa's ids to the documents without touching `modified`, in the settling transaction."""

	def keep(self) -> None:  # noqa: B027 - most lanes find out nothing
		"""Write what `load` has found out about the documents, in the settling transaction,
		whatever Medusa says.
		"""

	def deleted(self) -> None:
		"""What else to record, in the settling transaction,
		after documents of this lane were deleted in Medusa.
		"""
		return None

	def error_prefix(self, task: Task) -> str:
		"""How the sentence of a failed task begins."""
		return ""


def fingerprint(value: Any) -> str:
	"""SHA-256 of what a value says, whatever ids Medusa has given it."""
	return hashlib.sha256(json.dumps(value, sort_keys=True, default=_content).encode()).hexdigest()


def _content(value: Any) -> Any:
	"""A value's fields without its id, for JSON."""
	if not is_dataclass(value):
		return str(value)
	return {field.name: getattr(value, field.name) for field in fields(value) if field.name != "id"}


def save_or_create_again(save: Any, values: Sequence[Any], *, look_up: bool) -> list[Outcome]:
	"""Save values; those that Medusa does not have any more (404) are created again, once.

	`save(values, look_up=...)` is one of the client's operations; answers one Outcome per value.
	"""
	outcomes = list(save(values, look_up=look_up))
	gone = [i for i, outcome in enumerate(outcomes) if isinstance(outcome.error, NotFound) and values[i].id]
	if gone:
		for i, outcome in zip(gone, save([_without_ids(values[i]) for i in gone], look_up=True), strict=True):
			outcomes[i] = outcome
	return outcomes


def _without_ids(value: Any) -> Any:
	variant = getattr(value, "variant", None)
	return replace(value, id=None, **({"variant": replace(variant, id=None)} if variant else {}))


def lanes() -> list[Lane]:
	"""The lanes of all apps that name some under `medusa_lanes`, in their order: parents before children."""
	return [frappe.get_attr(path)() for path in frappe.get_hooks("medusa_lanes")]

"""What an exporter brings: how a kind of document becomes a value, is sent, and gets Medusa's ids back.

A worker asks an exporter for four things, each for a whole batch at once; none of them may cost a statement
or a request per document. An exporter keeps nothing from one call to the next: what `load` has found out
beside the works is handed back to it.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar, Protocol

import frappe
from frappe import _

from medusa_integration.medusa.errors import NotFound
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.sync.task import NotWanted, Send, Sent, Task, Work


@dataclass(frozen=True, slots=True)
class Loaded:
	"""What `load` returns: one work per task, and what else it has found out for `save` and `keep`."""

	works: list[Work] = field(default_factory=list)
	found: Any = None


class Exporter(ABC):
	"""One kind of document on its way to Medusa.

	Attributes:
		name: the lane of its tasks.
		chunk: how many tasks are claimed at once.
		id_field: where a document has Medusa's id.
		needs_medusa: whether sending takes a connection; without, it goes on while sending is off or paused.
	"""

	name: ClassVar[str]
	doctype: ClassVar[str]
	chunk: ClassVar[int] = 100
	id_field: ClassVar[str] = "medusa_id"
	needs_medusa: ClassVar[bool] = True

	@abstractmethod
	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""Read the documents' state of this moment, with the same number of statements for any number.

		Args:
			tasks: claimed tasks of this lane, none of them a deletion.

		Returns:
			One work per task.
		"""

	@abstractmethod
	def save(self, medusa: Mirror, works: Sequence[Send], found: Any, *, look_up: bool) -> list[Sent]:
		"""Create or update in Medusa.

		Args:
			medusa: the client; None for an exporter that needs none.
			works: some of those that `load` has returned.
			found: what `load` has found out beside them.
			look_up: whether something of it may be in Medusa already without our knowing.

		Returns:
			One Sent per work.

		Raises:
			MedusaError: what concerns them all.
		"""

	@abstractmethod
	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Delete in Medusa. What is not there counts as deleted.

		Returns:
			One Outcome per task, in order.

		Raises:
			MedusaError: what concerns them all.
		"""

	@abstractmethod
	def store(self, sent: Sequence[Sent]) -> None:
		"""Write Medusa's ids to the documents without touching `modified`, in the settling transaction."""

	def keep(self, found: Any) -> None:  # noqa: B027 - most exporters find out nothing
		"""Write what `load` has found out about the documents, whatever Medusa says.

		In the settling transaction.

		Args:
			found: as `load` has returned it.
		"""

	def deleted(self) -> None:  # noqa: B027 - most deletions concern nobody else
		"""Record what deletions of this lane concern, in the settling transaction."""

	def error_prefix(self, task: Task) -> str:
		"""Return how the sentence of a failed task begins."""
		return ""


def gone(task: Task) -> NotWanted:
	"""Return the work of a task whose document is not there any more."""
	return NotWanted(task, _("The document no longer exists."))


def fingerprint(value: Any) -> str:
	"""Return the SHA-256 of what a value says, whatever ids Medusa has given it."""
	return hashlib.sha256(json.dumps(value, sort_keys=True, default=_content).encode()).hexdigest()


def _content(value: Any) -> Any:
	"""A value's fields without its id, for JSON."""
	if not is_dataclass(value):
		return str(value)
	return {field.name: getattr(value, field.name) for field in fields(value) if field.name != "id"}


class Save(Protocol):
	"""One of the client's operations that create or update values."""

	def __call__(self, values: Sequence[Any], /, *, look_up: bool) -> Sequence[Outcome]: ...


def save_or_create_again(save: Save, values: Sequence[Any], *, look_up: bool) -> list[Outcome]:
	"""Save values; those that Medusa does not have any more (404) are created again, once.

	Args:
		save: the client's operation.
		values: what Medusa is to hold.
		look_up: passed on to `save`.

	Returns:
		One Outcome per value.
	"""
	outcomes = list(save(values, look_up=look_up))
	lost = [i for i, outcome in enumerate(outcomes) if isinstance(outcome.error, NotFound) and values[i].id]
	if lost:
		for i, outcome in zip(lost, save([_without_ids(values[i]) for i in lost], look_up=True), strict=True):
			outcomes[i] = outcome
	return outcomes


def _without_ids(value: Any) -> Any:
	variant = getattr(value, "variant", None)
	return replace(value, id=None, **({"variant": replace(variant, id=None)} if variant else {}))


def exporters() -> list[Exporter]:
	"""Return the exporters that apps name under `medusa_exporters`, in order: parents before children."""
	return [frappe.get_attr(path)() for path in frappe.get_hooks("medusa_exporters")]

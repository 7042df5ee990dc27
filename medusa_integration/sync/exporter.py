"""The base class of exporters, which map documents to values, send them, and store Medusa's ids.

A worker calls four methods, each for a whole batch; none of them may need a statement or a request for each
document. An exporter stores nothing between calls: other results of `load` are passed to its later methods.
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
from frappe.utils import strip_html

from medusa_integration.medusa.errors import NotFound, shortened
from medusa_integration.medusa.masking import mask_text
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.sync.task import NotWanted, Send, Sent, Task, Work


@dataclass(frozen=True, slots=True)
class Loaded:
	"""The result of `load`: one work for each task, and other results for `save` and `keep`."""

	works: list[Work] = field(default_factory=list)
	found: Any = None


class Exporter(ABC):
	"""Sends one kind of document to Medusa.

	Attributes:
		name: the lane of its tasks.
		doctype: the DocType of its documents.
		chunk: maximum number of tasks in a batch.
		id_field: field of the document with Medusa's id.
		needs_medusa: whether it needs a connection; if not, it also works while sending is off or paused.
		personal: whether its requests are about people; only users who may read Leads see them in the log.
	"""

	name: ClassVar[str]
	doctype: ClassVar[str]
	chunk: ClassVar[int] = 100
	id_field: ClassVar[str] = "medusa_id"
	needs_medusa: ClassVar[bool] = True
	personal: ClassVar[bool] = False

	@abstractmethod
	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""Read the current state of the documents, with a constant number of statements.

		Args:
			tasks: claimed tasks of this lane without deletions.

		Returns:
			One work for each task.
		"""

	@abstractmethod
	def save(self, medusa: Mirror, works: Sequence[Send], found: Any, *, look_up: bool) -> list[Sent]:
		"""Create or update in Medusa.

		Args:
			medusa: the client; None if the exporter needs none.
			works: some of the works that `load` has returned.
			found: the other results of `load`.
			look_up: whether Medusa may already have some of the values although their ids are not known.

		Returns:
			One Sent for each work.

		Raises:
			MedusaError: an error that concerns all of them.
		"""

	@abstractmethod
	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Delete in Medusa. What Medusa does not have is a success.

		Args:
			medusa: the client; None if the exporter needs none.
			tasks: claimed tasks of deletions.

		Returns:
			One Outcome for each task, in the same order.

		Raises:
			MedusaError: an error that concerns all of them.
		"""

	@abstractmethod
	def store(self, sent: Sequence[Sent]) -> None:
		"""Write Medusa's ids to the documents without touching `modified`, in the settling transaction."""

	def keep(self, found: Any) -> None:  # noqa: B027 - most exporters have no other results
		"""Write results of `load` to the documents, whatever Medusa's response is.

		Called in the settling transaction.

		Args:
			found: the other results of `load`.
		"""

	def deleted(self) -> None:  # noqa: B027 - most deletions affect no other document
		"""Record documents that deletions of this lane affect, in the settling transaction."""

	def error_prefix(self, task: Task) -> str:
		"""Return the beginning of the message of a failed task."""
		return ""


def sentence_of(error: Exception) -> str:
	"""Return the message of an error as a sentence for a task: short, without markup and secrets."""
	return shortened(mask_text(strip_html(str(error))).strip()) or type(error).__name__


def gone(task: Task) -> NotWanted:
	"""Return the work of a task whose document no longer exists."""
	return NotWanted(task, _("The document no longer exists."))


def fingerprint(value: Any) -> str:
	"""Return the SHA-256 of a value without Medusa's ids."""
	return hashlib.sha256(json.dumps(value, sort_keys=True, default=_content).encode()).hexdigest()


def _content(value: Any) -> Any:
	"""Return the fields of a value without its id, for JSON."""
	if not is_dataclass(value):
		return str(value)
	return {field.name: getattr(value, field.name) for field in fields(value) if field.name != "id"}


class Save(Protocol):
	"""One of the client's operations that create or update values."""

	def __call__(self, values: Sequence[Any], /, *, look_up: bool) -> Sequence[Outcome]: ...


def save_or_create_again(save: Save, values: Sequence[Any], *, look_up: bool) -> list[Outcome]:
	"""Save values; those that Medusa no longer has (404) are created again, once.

	Args:
		save: the client's operation.
		values: what Medusa should have.
		look_up: passed on to `save`.

	Returns:
		One Outcome for each value.
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

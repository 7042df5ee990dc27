"""What a comparer has to bring: how one kind of document is compared with what Medusa has of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

import frappe
from frappe import _
from frappe.utils import now_datetime
from pypika import Criterion

from medusa_integration.constants import ON_ITS_WAY, SYNC_TASK, Status
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.sync.reconcile.finding import Finding
from medusa_integration.sync.task import Task
from medusa_integration.sync.task_states import states

# as much as the clocks of the servers may be apart
CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(slots=True)
class Progress:
	"""How far a run has come.

	Attributes:
		read: how many things of Medusa were read.
		foreign: how many of them are none of ours.
		documents: how many documents there are.
	"""

	read: int = 0
	foreign: int = 0
	documents: int = 0


class Comparer(ABC):
	"""One kind of document, its lane, and how it stands in Medusa. Reads Medusa, never writes to it."""

	lane: ClassVar[str]
	doctype: ClassVar[str]

	@abstractmethod
	def compare(self, medusa: Mirror, since: datetime, progress: Progress) -> Iterator[list[Finding]]:
		"""Yield the findings of one page of Medusa after the other, an empty list for a page without.

		As many statements for a page of any size. What was saved after `since`, or is on its way,
		is left out. Raises MedusaError when Medusa cannot be read.
		"""

	@abstractmethod
	def link(self, findings: Sequence[Finding]) -> list[Finding]:
		"""Write ids of findings to their documents, in the caller's transaction; return those it could.

		What another document has meanwhile, or a document that has another id by now, is left as it is.
		"""

	@abstractmethod
	def delete(self, medusa: Mirror, findings: Sequence[Finding]) -> list[Outcome]:
		"""Delete in Medusa what nothing here refers to any more; one Outcome each, in order, its key the id.

		What has become a document's own since it was found has an error instead.
		"""


@dataclass(frozen=True, slots=True)
class TaskState:
	"""How a document's task stands. `changed` is when it was last recorded or sent."""

	status: str
	changed: datetime
	payload: str | None = None
	error: str | None = None

	def leaves_out(self, since: datetime) -> bool:
		"""Return whether the document is on its way, put aside by a person, or changed after `since`."""
		return self.status in (*ON_ITS_WAY, Status.IGNORED) or is_since(self.changed, since)

	@property
	def held_up(self) -> str:
		"""Why it was not sent, when only a person can help; "" otherwise."""
		return _("It could not be sent: {0}").format(self.error) if self.status == Status.FAILED else ""


def is_since(moment: datetime, since: datetime) -> bool:
	"""Whether this happened after `since`, which has passed.

	What lies ahead was written while a clock was ahead, and says nothing.
	"""
	return since <= moment <= now_datetime() + CLOCKS_DIFFER


def unchanged(
	doctype: str, names: Sequence[str], states: Mapping[str, TaskState], since: datetime
) -> list[str]:
	"""Those of the documents that nobody has saved or sent since, and that are not on their way.

	One statement, none without names.
	"""
	filters = {"name": ("in", list(names))}
	rows = frappe.get_all(doctype, filters=filters, fields=["name", "modified"]) if names else []
	still = [row.name for row in rows if not is_since(row.modified, since)]
	return [name for name in still if name not in states or not states[name].leaves_out(since)]


def task_states(doctype: str, lane: str, names: Sequence[str]) -> dict[str, TaskState]:
	"""The tasks of these documents in a lane. One statement."""
	return {
		name: TaskState(
			row.status, max(filter(None, (row.modified, row.synced_at))), row.payload, row.last_error
		)
		for name, row in states(doctype, names, lane).items()
	}


def open_deletions(doctype: str, lane: str, names: Sequence[str], ids: Sequence[str]) -> set[str]:
	"""Which of these documents and ids Medusa will soon be told to delete. One statement."""
	if not names and not ids:
		return set()
	task = frappe.qb.DocType(SYNC_TASK)
	mine = (task.reference_doctype == doctype) & (task.lane == lane) & (task.operation == "Delete")
	meant = Criterion.any(
		column.isin(list(of)) for column, of in ((task.reference_name, names), (task.medusa_id, ids)) if of
	)
	query = frappe.qb.from_(task).select(task.reference_name, task.medusa_id)
	rows = query.where(mine & meant & task.status.isin(list(ON_ITS_WAY))).run()
	return {value for row in rows for value in row if value}


def unclaimed(doctype: str, lane: str, names: Sequence[str], states: Mapping[str, TaskState]) -> list[Task]:
	"""Return tasks as an exporter's `load` wants them, of documents that nobody is about to send."""
	return [
		Task(
			name="",
			doctype=doctype,
			docname=name,
			lane=lane,
			operation="Upsert",
			attempts=0,
			version=0,
			seen=True,
			fingerprint=None,
			medusa_id=None,
			payload=states[name].payload if name in states else None,
			lease=datetime.min,
		)
		for name in names
	]


def comparers() -> list[Comparer]:
	"""The comparers of all apps that name some under `medusa_comparers`, in their order."""
	return [frappe.get_attr(path)() for path in frappe.get_hooks("medusa_comparers")]

"""The base class of comparers, which compare one kind of document with Medusa, and helper functions."""

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

# maximum difference between the clocks of the servers
CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(slots=True)
class Progress:
	"""The progress of a run.

	Attributes:
		read: the number of records that were read from Medusa.
		foreign: how many of them do not belong to this app.
		documents: the number of documents.
	"""

	read: int = 0
	foreign: int = 0
	documents: int = 0


class Comparer(ABC):
	"""Compares one kind of document with Medusa. Only `delete` writes to Medusa."""

	lane: ClassVar[str]
	doctype: ClassVar[str]

	@abstractmethod
	def compare(self, medusa: Mirror, since: datetime, progress: Progress) -> Iterator[list[Finding]]:
		"""Yield the findings page by page, also an empty list. A constant number of statements for each page.

		Args:
			medusa: the client.
			since: the start of the run; documents that were saved later, or have an open task, are skipped.
			progress: updated by this method.

		Raises:
			MedusaError: Medusa cannot be read.
		"""

	@abstractmethod
	def link(self, findings: Sequence[Finding]) -> list[Finding]:
		"""Write the ids of findings to their documents, in the caller's transaction.

		An id that another document has now, and a document that has another id now, are skipped.

		Args:
			findings: the findings.

		Returns:
			The findings whose ids were written.
		"""

	@abstractmethod
	def delete(self, medusa: Mirror, findings: Sequence[Finding]) -> list[Outcome]:
		"""Delete in Medusa what no document refers to.

		Args:
			medusa: the client.
			findings: the findings.

		Returns:
			One Outcome for each finding, in the same order, with the id as key. What belongs to a document
			now has an error.
		"""


@dataclass(frozen=True, slots=True)
class TaskState:
	"""The state of a document's task. `changed` is when it was last recorded or sent."""

	status: str
	changed: datetime
	payload: str | None = None
	error: str | None = None

	def leaves_out(self, since: datetime) -> bool:
		"""Return whether the task is open or ignored, or was changed after `since`."""
		return self.status in (*ON_ITS_WAY, Status.IGNORED) or is_since(self.changed, since)

	@property
	def held_up(self) -> str:
		"""Why it was not sent, if a user must correct it; "" otherwise."""
		return _("It could not be sent: {0}").format(self.error) if self.status == Status.FAILED else ""


def is_since(moment: datetime, since: datetime) -> bool:
	"""Return whether a time is after `since`, which is in the past.

	A time in the future was written while a clock was ahead, and does not count.

	Args:
		moment: the time.
		since: the start of the run.
	"""
	return since <= moment <= now_datetime() + CLOCKS_DIFFER


def unchanged(
	doctype: str, names: Sequence[str], states: Mapping[str, TaskState], since: datetime
) -> list[str]:
	"""Return the documents that were not saved or sent after `since`, and have no open task.

	One statement, none without names.

	Args:
		doctype: DocType of the documents.
		names: names of the documents.
		states: their tasks, by name of the document.
		since: the start of the run.
	"""
	filters = {"name": ("in", list(names))}
	rows = frappe.get_all(doctype, filters=filters, fields=["name", "modified"]) if names else []
	still = [row.name for row in rows if not is_since(row.modified, since)]
	return [name for name in still if name not in states or not states[name].leaves_out(since)]


def task_states(doctype: str, lane: str, names: Sequence[str]) -> dict[str, TaskState]:
	"""Return the states of the tasks of documents in a lane. One statement."""
	return {
		name: TaskState(
			row.status, max(row.modified, row.synced_at or row.modified), row.payload, row.last_error
		)
		for name, row in states(doctype, names, lane).items()
	}


def open_deletions(doctype: str, lane: str, names: Sequence[str], ids: Sequence[str]) -> set[str]:
	"""Return those of these documents and ids whose deletion in Medusa is recorded. One statement."""
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
	"""Return tasks for the `load` method of an exporter, for documents that are only compared."""
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
	"""Return the comparers that apps name under `medusa_comparers`, in order."""
	return [frappe.get_attr(path)() for path in frappe.get_hooks("medusa_comparers")]

"""A chunk of claimed tasks, and what is found out about it before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import frappe
from frappe import _
from pypika.queries import QueryBuilder

from medusa_integration.medusa.client import Medusa
from medusa_integration.sync.claims import Result, Task
from medusa_integration.sync.lane import Lane, Work
from medusa_integration.sync.sending import Chunk


@dataclass(frozen=True, slots=True)
class Share:
	"""What a round is confined to: up to `limit` tasks of a lane,
	of those documents whose names a query gives.

	The parents that they wait for come along. Neither these nor tasks that only wait count.
	"""

	lane: str
	documents: QueryBuilder
	limit: int


@dataclass(frozen=True, slots=True)
class Ready:
	"""A chunk that is loaded: what is to be sent, and what is to be deleted."""

	chunk: Chunk
	works: list[Work]
	deletions: list[Task]

	def send(self, medusa: Callable[[], Medusa]) -> Chunk:
		"""Send it; answer the chunk with its results."""
		self.chunk.send(self.works, self.deletions, medusa)
		return self.chunk


@dataclass(slots=True)
class Claimed:
	"""Tasks of one lane that this worker holds; `ready` once they are loaded."""

	lane: Lane
	tasks: Sequence[Task]
	ready: Ready | None = None

	def load(self, chunk: Chunk) -> Ready:
		"""Read what is to be sent of each task; whatever ends here has its result in the chunk.

		Ends the transaction.
		"""
		lost = [task for task in self.tasks if task.attempts >= chunk.max_attempts]
		for task in lost:
			text = _("The worker was lost {0} times while sending this.").format(task.attempts)
			chunk.results.append(Result(task, "Failed", task.attempts, error=text))
		deletions, others = _split([task for task in self.tasks if task not in lost])
		deletions, revived, superseded = _check_deletions(self.lane, deletions)
		chunk.results += [Result(task, "Synced", medusa_id="", fingerprint="") for task in superseded]
		works = self.lane.load([*others, *revived])
		chunk.loaded = True
		frappe.db.rollback()  # no transaction stays open while Medusa is called
		self.ready = Ready(chunk, works, deletions)
		return self.ready


def _split(tasks: Sequence[Task]) -> tuple[list[Task], list[Task]]:
	"""Deletions, and everything else."""
	deletions = [task for task in tasks if task.operation == "Delete"]
	return deletions, [task for task in tasks if task.operation != "Delete"]


def _check_deletions(lane: Lane, deletions: Sequence[Task]) -> tuple[list[Task], list[Task], list[Task]]:
	"""Which deletions are to be sent; which documents are there after all; which ids others have taken over.

	Someone may have caught the refusal of a local deletion and committed;
	a later document for the same item may have adopted the product. One statement, none without deletions.
	"""
	if not deletions:
		return [], [], []
	document = frappe.qb.DocType(lane.doctype)
	names = [task.docname for task in deletions]
	ids = [task.medusa_id for task in deletions if task.medusa_id]
	its_id = document[lane.id_field]
	is_meant = document.name.isin(names) | its_id.isin(ids) if ids else document.name.isin(names)
	rows = frappe.qb.from_(document).select(document.name, its_id).where(is_meant).run()
	there, taken = {row[0] for row in rows}, {row[1] for row in rows}
	revived = [task for task in deletions if task.docname in there]
	superseded = [task for task in deletions if task not in revived and task.medusa_id in taken - {None}]
	return (
		[task for task in deletions if task not in revived and task not in superseded],
		[replace(task, operation="Upsert") for task in revived],
		superseded,
	)

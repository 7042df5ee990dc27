"""A chunk of claimed tasks, and what is found out about it before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import frappe
from frappe import _
from pypika.queries import QueryBuilder

from medusa_integration.mirror import Mirror
from medusa_integration.sync.claims import Result, Task
from medusa_integration.sync.lane import Lane, Work
from medusa_integration.sync.outbox import TASK
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

	def send(self, medusa: Callable[[], Mirror]) -> Chunk:
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
			text = _("The worker stopped {0} times while sending this.").format(task.attempts)
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
	task, document = frappe.qb.DocType(TASK), frappe.qb.DocType(lane.doctype)
	owner = frappe.qb.DocType(lane.doctype).as_("owner")
	rows = (
		frappe.qb.from_(task)
		# the database compares names: it may take two spellings for one
		.left_join(document)
		.on(document.name == task.reference_name)
		.left_join(owner)
		.on(owner[lane.id_field] == task.medusa_id)
		.select(task.name, document.name.as_("document"), owner.name.as_("owner"))
		.where(task.name.isin([one.name for one in deletions]))
	).run(as_dict=True)
	there = {row.name: row.document for row in rows if row.document}
	taken = {row.name for row in rows if row.owner and not row.document}
	return (
		[one for one in deletions if one.name not in there and one.name not in taken],
		[replace(one, operation="Upsert", docname=there[one.name]) for one in deletions if one.name in there],
		[one for one in deletions if one.name in taken],
	)

"""The lane "collection": Item Groups on their way to Medusa."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe import _

from medusa_integration.catalogue import mapping
from medusa_integration.catalogue.products import WEBSITE_ITEM, ProductLane
from medusa_integration.medusa.client import Medusa
from medusa_integration.medusa.values import Outcome
from medusa_integration.sync import outbox, tasks
from medusa_integration.sync.claims import Task
from medusa_integration.sync.lane import Lane, Sent, Work, fingerprint, save_or_create_again

ITEM_GROUP = "Item Group"


class CollectionLane(Lane):
	"""One Item Group is one collection (contract 92)."""

	name = "collection"
	doctype = ITEM_GROUP

	def load(self, tasks: Sequence[Task]) -> list[Work]:
		"""One statement."""
		if not tasks:
			return []
		fields = ["name", "parent_item_group", "is_group", "medusa_id"]
		filters = {"name": ("in", [task.docname for task in tasks])}
		rows = {row.name: row for row in frappe.get_all(ITEM_GROUP, filters=filters, fields=fields)}
		return [_work(task, rows.get(task.docname)) for task in tasks]

	def save(self, medusa: Medusa, works: Sequence[Work], *, look_up: bool) -> list[Sent]:
		values = [work.value for work in works]
		outcomes = save_or_create_again(medusa.save_collections, values, look_up=look_up)
		return [Sent(work, outcome) for work, outcome in zip(works, outcomes, strict=True)]

	def delete(self, medusa: Medusa, tasks: Sequence[Task]) -> list[Outcome]:
		ids = [task.medusa_id for task in tasks if task.medusa_id]
		outcomes = dict(zip(ids, medusa.delete_collections(ids), strict=True)) if ids else {}
		return [outcomes.get(task.medusa_id, Outcome(task.name)) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Ids to the Item Groups; their products that waited are called, those of a new collection are sent again."""
		new = {
			item.work.task.docname: {"medusa_id": item.outcome.id}
			for item in sent
			if item.outcome.id != item.work.value.id
		}
		if not new:
			return
		frappe.db.bulk_update(ITEM_GROUP, new, chunk_size=len(new), update_modified=False)
		replaced = [item.work.value.key for item in sent if item.work.value.id and item.work.value.key in new]
		rows = frappe.get_all(
			WEBSITE_ITEM, filters={"item_group": ("in", list(new))}, fields=["name", "item_group"]
		)
		tasks.open_again(WEBSITE_ITEM, [row.name for row in rows], ProductLane.name)
		again = [row.name for row in rows if row.item_group in replaced]
		outbox.record_many(WEBSITE_ITEM, again, ProductLane.name)

	def error_prefix(self, task: Task) -> str:
		if task.operation == "Delete":
			return _("Error while deleting Item Group {0} in Medusa").format(task.docname)
		return _("Error while exporting Item Group {0} to Medusa").format(task.docname)


def _work(task: Task, row: dict | None) -> Work:
	if not row:
		return Work(task)
	collection = mapping.collection(row)
	mark = fingerprint(collection)
	return Work(task, collection, mark, unchanged=bool(collection.id) and mark == task.fingerprint)

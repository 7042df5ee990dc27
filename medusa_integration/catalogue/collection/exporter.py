"""The lane "collection": Item Groups on their way to Medusa."""

from __future__ import annotations

import json
from collections.abc import Sequence

import frappe
from frappe import _

from medusa_integration import database
from medusa_integration.catalogue.product import mapping
from medusa_integration.catalogue.product.exporter import ProductExporter
from medusa_integration.constants import ITEM_GROUP, WEBSITE_ITEM
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.values import Collection
from medusa_integration.sync import task_recording, task_states
from medusa_integration.sync.exporter import Exporter, Loaded, fingerprint, gone, save_or_create_again
from medusa_integration.sync.task import Send, Sent, Task, Unchanged, Work


class CollectionExporter(Exporter):
	"""One Item Group is one collection."""

	name = "collection"
	doctype = ITEM_GROUP

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""One statement."""
		if not tasks:
			return Loaded()
		fields = ["name", "parent_item_group", "is_group", "medusa_id"]
		filters = {"name": ("in", [task.docname for task in tasks])}
		rows = {row.name: row for row in frappe.get_all(ITEM_GROUP, filters=filters, fields=fields)}
		return Loaded([_work(task, rows.get(task.docname)) for task in tasks])

	def save(self, medusa: Mirror, works: Sequence[Send], found: None, *, look_up: bool) -> list[Sent]:
		"""Create or update collections."""
		values = [work.value for work in works]
		outcomes = save_or_create_again(medusa.collections.save, values, look_up=look_up)
		return [Sent(work, outcome) for work, outcome in zip(works, outcomes, strict=True)]

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Delete collections; one whose id is unknown is searched for first."""
		lost = _lost(tasks)
		looked_for = (
			dict(zip(lost, medusa.collections.find(list(lost.values())), strict=True)) if lost else {}
		)
		ids = {task.name: task.medusa_id for task in tasks}
		ids |= {name: found.id for name, found in looked_for.items()}
		wanted = [id for id in ids.values() if id]
		outcomes = dict(zip(wanted, medusa.collections.delete(wanted), strict=True)) if wanted else {}
		nothing = {task.name: looked_for.get(task.name, Outcome(task.name)) for task in tasks}
		return [outcomes.get(ids[task.name] or "", nothing[task.name]) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Ids to the Item Groups; products that waited are opened, those of a new collection sent again."""
		new = {
			item.work.task.docname: {"medusa_id": item.outcome.id}
			for item in sent
			if item.outcome.id != item.work.value.id
		}
		if not new:
			return
		frappe.db.bulk_update(ITEM_GROUP, new, chunk_size=len(new), update_modified=False)
		task_states.open_again(WEBSITE_ITEM, _products_of(list(new)), ProductExporter.name)
		replaced = [item.work.value.key for item in sent if item.work.value.id and item.work.value.key in new]
		again = _products_of(replaced) if replaced else ()
		task_recording.record_many(WEBSITE_ITEM, again, ProductExporter.name)

	def error_prefix(self, task: Task) -> str:
		"""Return how the sentence of a failed task begins."""
		if task.operation == "Delete":
			return _("Error while deleting Item Group {0} in Medusa").format(task.docname)
		return _("Error while exporting Item Group {0} to Medusa").format(task.docname)


def _products_of(groups: list[str]) -> list[str]:
	"""Return the names of the Website Items of these Item Groups."""
	return frappe.get_all(WEBSITE_ITEM, filters={"item_group": ("in", groups)}, pluck="name")


def deletion_payload(name: str) -> str:
	"""Return what the collection of a deleted Item Group without `medusa_id` is found by, as JSON."""
	collection = mapping.collection({"name": name, "parent_item_group": "", "is_group": 0, "medusa_id": None})
	handles = {"handle": collection.handle, "fallback_handle": collection.fallback_handle}
	return json.dumps({"found_by": {"key": name, **handles}})


def _lost(tasks: Sequence[Task]) -> dict[str, Collection]:
	"""Return by task the collections to search for, except those whose name another Item Group has now."""
	lost = {
		task.name: Collection(found_by["key"], "", found_by["handle"], found_by["fallback_handle"])
		for task in tasks
		if (found_by := task.found_by) and not task.medusa_id
	}
	if not lost:
		return {}
	names = [collection.key for collection in lost.values()]
	rows = frappe.get_all(ITEM_GROUP, filters={"name": ("in", names)}, pluck="name")
	taken = database.as_asked(names, ((name, name) for name in rows))
	frappe.db.rollback()  # no transaction is open during a request to Medusa
	return {name: collection for name, collection in lost.items() if collection.key not in taken}


def _work(task: Task, row: frappe._dict | None) -> Work:
	if not row:
		return gone(task)
	collection = mapping.collection(row)
	mark = fingerprint(collection)
	if collection.id and mark == task.fingerprint:
		return Unchanged(task, collection)
	return Send(task, collection, mark)

"""What becomes of the tasks of a document that is deleted, renamed or merged into another one.

Each in that document's own transaction, as in `task_recording`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import frappe
from frappe.query_builder import Case
from frappe.utils import now_datetime

from medusa_integration import database
from medusa_integration.constants import SYNC_TASK, Status
from medusa_integration.sync import wake
from medusa_integration.sync.exporter import Exporter
from medusa_integration.sync.task import Task
from medusa_integration.sync.task_recording import is_configured, record_many, tasks_of


def delete_orphans(doctype: str, lane: str) -> int:
	"""Have deleted in Medusa what was deleted here beside the documents' events; return how many.

	ERPNext deletes some documents by SQL. The task has kept Medusa's id, and what else they are found by.
	Two statements; one when there are none.
	"""
	task, document = frappe.qb.DocType(SYNC_TASK), frappe.qb.DocType(doctype)
	names = (
		frappe.qb.from_(task)
		.left_join(document)
		.on(document.name == task.reference_name)
		.select(task.reference_name)
		.where((task.reference_doctype == doctype) & (task.lane == lane))
		.where((task.operation != "Delete") & document.name.isnull())
	).run(pluck=True)
	return record_many(doctype, names, lane, "Delete")


def detach_deletion(doctype: str, name: str, lane: str) -> None:
	"""Let the deletion of an earlier document of this name go its own way: a new one has its own task.

	A naming series gives the number of the last deleted document again: without this, the new document's
	task would swallow the deletion that Medusa has not heard of yet. One statement.
	"""
	if not is_configured():
		return
	task = frappe.qb.DocType(SYNC_TASK)
	database.run(
		frappe.qb.update(task)
		.set(task.reference_name, deleted_name(name))
		.where(tasks_of(doctype, [name], lane) & (task.operation == "Delete"))
	)


def is_same_name(doctype: str, old: str, new: str) -> bool:
	"""Return whether a document is only spelt otherwise, "WEB-ITM-7" as "web-itm-7". One statement.

	For most databases that is the same name.
	To be asked before the document is renamed: then only itself can have the new name.
	"""
	return frappe.db.get_value(doctype, new, "name") == old


def deleted_name(name: str) -> str:
	"""The name under which the task of a deletion goes its own way."""
	suffix = f" (deleted {frappe.generate_hash(length=8)})"
	return name[: 140 - len(suffix)] + suffix


def delete_if_sent(doctype: str, name: str, lane: str, payload: str) -> None:
	"""A document without an id in Medusa goes: forget its task if it was never sent, else have it looked for.

	What is being sent at this moment may arrive after the document is gone. Two statements.
	"""
	if not is_configured():
		return
	task = frappe.qb.DocType(SYNC_TASK)
	was_never_sent = tasks_of(doctype, [name], lane) & (task.claimed_version == 0)
	database.run(frappe.qb.from_(task).delete().where(was_never_sent))
	_delete_what_is_left(doctype, name, lane, None, payload)


def merge(doctype: str, name: str, lane: str, medusa_id: str | None, payload: str) -> None:
	"""A document is about to be merged into another one: its task must not become that one's.

	What is being sent of it at this moment may arrive after the deletion: then a deletion of that goes its
	own way from here. Without an id in Medusa that may be so of all that was ever sent; with one, its
	deletion, which follows, is recorded besides. Three statements.
	"""
	if not medusa_id:
		delete_if_sent(doctype, name, lane, payload)
	elif is_configured():
		task = frappe.qb.DocType(SYNC_TASK)
		is_held = task.status == Status.IN_PROGRESS
		is_free = tasks_of(doctype, [name], lane) & is_held.negate()
		database.run(frappe.qb.from_(task).delete().where(is_free))
		_delete_what_is_left(doctype, name, lane, medusa_id, payload)
	detach_deletion(doctype, name, lane)


def rename(doctype: str, old: str, new: str) -> None:
	"""Let a document's tasks have its new name. One statement.

	Frappe does so for all dynamic links that it knew when it last looked, and a first task may be younger.
	"""
	task = frappe.qb.DocType(SYNC_TASK)
	mine = (task.reference_doctype == doctype) & (task.reference_name == old)
	database.run(frappe.qb.update(task).set(task.reference_name, new).where(mine))


def forget(doctype: str, name: str, lane: str) -> None:
	"""Remove a document's task in a lane in which nothing is left to tell. One statement."""
	if is_configured():
		task = frappe.qb.DocType(SYNC_TASK)
		database.run(frappe.qb.from_(task).delete().where(tasks_of(doctype, [name], lane)))


def forget_all(doctype: str, name: str) -> None:
	"""Remove a document's tasks in all lanes. One statement."""
	task = frappe.qb.DocType(SYNC_TASK)
	mine = (task.reference_doctype == doctype) & (task.reference_name == name)
	database.run(frappe.qb.from_(task).delete().where(mine))


def check_deletions(
	exporter: Exporter, deletions: Sequence[Task]
) -> tuple[list[Task], list[Task], list[Task]]:
	"""Look whether what is to be deleted in Medusa is really gone here. One statement at most.

	Someone may have caught the refusal of a local deletion and committed; a later document for the same item
	may have adopted the product.

	Returns:
		Which deletions are to be sent; the tasks of documents that are there after all; the deletions whose
		id another document has by now.
	"""
	if not deletions:
		return [], [], []
	task, document = frappe.qb.DocType(SYNC_TASK), frappe.qb.DocType(exporter.doctype)
	owner = frappe.qb.DocType(exporter.doctype).as_("owner")
	rows = (
		frappe.qb.from_(task)
		# the database compares names: it may take two spellings for one
		.left_join(document)
		.on(document.name == task.reference_name)
		.left_join(owner)
		.on(owner[exporter.id_field] == task.medusa_id)
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


def _delete_what_is_left(doctype: str, name: str, lane: str, medusa_id: str | None, payload: str) -> None:
	"""Make a document's task that of its deletion, if there is one. One statement."""
	task = frappe.qb.DocType(SYNC_TASK)
	held = task.status == Status.IN_PROGRESS
	now = now_datetime()
	query = (
		frappe.qb.update(task)
		.set(task.next_attempt_at, Case().when(held, task.next_attempt_at).else_(now))
		.set(task.status, Case().when(held, task.status).else_(Status.PENDING))
		.set(task.operation, "Delete")
		.set(task.version, task.version + 1)
		.set(task.payload, payload)
		.set(task.modified, now)
		.where(tasks_of(doctype, [name], lane))
	)
	if medusa_id:
		query = query.set(task.medusa_id, medusa_id)
	database.run(query)
	wake.after_commit([(doctype, name, lane)])

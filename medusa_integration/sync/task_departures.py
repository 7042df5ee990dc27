"""Changes the tasks of a document that is deleted, renamed or merged into another one.

All functions run in the transaction of the document, as in `task_recording`.
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
	"""Record the deletion of documents that were deleted without document events, and return how many.

	ERPNext deletes some documents with SQL. Their tasks have Medusa's ids, and the values by which they are
	found in Medusa. Two statements; one if there are none.
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


def detach_deletion(doctype: str, name: str, lane: str, operation: str = "Delete") -> None:
	"""Rename the task of a deletion, so that a new document with the same name gets its own task.

	A naming series uses the number of the last deleted document again. Otherwise the task of the new document
	would replace a deletion that was not sent yet. One statement.

	Args:
		doctype: DocType of the deleted document.
		name: name of the deleted document.
		lane: name of the lane.
		operation: what the task does, if it is another one that is done without the document.
	"""
	if not is_configured():
		return
	task = frappe.qb.DocType(SYNC_TASK)
	database.run(
		frappe.qb.update(task)
		.set(task.reference_name, deleted_name(name))
		.where(tasks_of(doctype, [name], lane) & (task.operation == operation))
	)


def is_same_name(doctype: str, old: str, new: str) -> bool:
	"""Return whether only the spelling of a name changes, as from "WEB-ITM-7" to "web-itm-7". One statement.

	For MariaDB both are the same name. Call this before the document is renamed: then no other document can
	have the new name.
	"""
	return frappe.db.get_value(doctype, new, "name") == old


def deleted_name(name: str) -> str:
	"""Return a new name for the task of a deletion, at most 140 characters."""
	suffix = f" (deleted {frappe.generate_hash(length=8)})"
	return name[: 140 - len(suffix)] + suffix


def delete_if_sent(doctype: str, name: str, lane: str, payload: str) -> None:
	"""Delete the task of a deleted document without an id in Medusa; record the deletion if it was ever sent.

	What a worker is sending at this moment may reach Medusa after the document was deleted. Two statements.
	"""
	if not is_configured():
		return
	task = frappe.qb.DocType(SYNC_TASK)
	was_never_sent = tasks_of(doctype, [name], lane) & (task.claimed_version == 0)
	database.run(frappe.qb.from_(task).delete().where(was_never_sent))
	_delete_what_is_left(doctype, name, lane, None, payload)


def merge(doctype: str, name: str, lane: str, medusa_id: str | None, payload: str) -> None:
	"""Keep the task of a document that is merged into another one from becoming the task of the other.

	What a worker is sending at this moment may reach Medusa after the deletion. Its task then becomes the
	task of a deletion, with another name. Without an id in Medusa, this is done for every task that was ever
	claimed. With an id, the deletion of the document, which follows, is recorded too. Three statements.
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
	"""Rename the tasks of a renamed document. One statement.

	Frappe renames dynamic links too, but from a cached list that may be older than the first task.
	"""
	task = frappe.qb.DocType(SYNC_TASK)
	mine = (task.reference_doctype == doctype) & (task.reference_name == old)
	database.run(frappe.qb.update(task).set(task.reference_name, new).where(mine))


def forget(doctype: str, name: str, lane: str) -> None:
	"""Delete a document's task in one lane. One statement."""
	if is_configured():
		task = frappe.qb.DocType(SYNC_TASK)
		database.run(frappe.qb.from_(task).delete().where(tasks_of(doctype, [name], lane)))


def forget_all(doctype: str, name: str) -> None:
	"""Delete a document's tasks in all lanes. One statement."""
	task = frappe.qb.DocType(SYNC_TASK)
	mine = (task.reference_doctype == doctype) & (task.reference_name == name)
	database.run(frappe.qb.from_(task).delete().where(mine))


def check_deletions(
	exporter: Exporter, deletions: Sequence[Task]
) -> tuple[list[Task], list[Task], list[Task]]:
	"""Check that the documents of deletions no longer exist. One statement at most.

	A program may have caught the error of a rejected deletion and committed, or another document for the same
	item may have adopted the product.

	Args:
		exporter: the exporter of the lane.
		deletions: claimed tasks of deletions.

	Returns:
		The deletions to send; the tasks of documents that exist, as tasks to send them; the deletions whose
		id another document has now.
	"""
	if not deletions:
		return [], [], []
	task, document = frappe.qb.DocType(SYNC_TASK), frappe.qb.DocType(exporter.doctype)
	owner = frappe.qb.DocType(exporter.doctype).as_("owner")
	rows = (
		frappe.qb.from_(task)
		# by the database, because it may consider two spellings equal
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
	"""Turn a document's task into the task of its deletion, if it has one. One statement."""
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

"""Recording that Medusa has to hear about a document, in that document's own transaction.

One statement a change, no HTTP, and nothing at all on a site that no Medusa was ever configured for.
If the transaction rolls back, so does the task.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import frappe
from frappe.query_builder import Case
from frappe.utils import now_datetime
from pypika.terms import Criterion, Parameter, PseudoColumn, Term, Values

from medusa_integration.settings import get_settings
from medusa_integration.sync import wake

TASK = "Medusa Sync Task"
ROWS_PER_STATEMENT = 500

COLUMNS = (
	"name",
	"creation",
	"modified",
	"owner",
	"modified_by",
	"reference_doctype",
	"reference_name",
	"lane",
	"operation",
	"status",
	"next_attempt_at",
	"version",
	"medusa_id",
	"payload",
)


class Change(NamedTuple):
	"""What Medusa has to hear about one document. Medusa's id and `payload` are kept from before when they are None."""

	name: str
	operation: str = "Upsert"
	medusa_id: str | None = None
	payload: str | None = None


def is_configured() -> bool:
	"""Whether a Medusa was ever configured on this site: only then are changes recorded."""
	return bool(get_settings().url)


def record(
	doctype: str,
	name: str,
	lane: str,
	operation: str = "Upsert",
	*,
	medusa_id: str | None = None,
	payload: str | None = None,
	wakes: bool = True,
) -> None:
	"""Write or refresh the one task of a document in a lane; sent after the commit.

	`medusa_id` and `payload` (a JSON text) are kept from before when they are None; without `wakes` the caller
	sends it. One statement.
	"""
	record_many(doctype, [name], lane, operation, medusa_id=medusa_id, payload=payload, wakes=wakes)


def record_many(
	doctype: str,
	names: Iterable[str],
	lane: str,
	operation: str = "Upsert",
	*,
	medusa_id: str | None = None,
	payload: str | None = None,
	wakes: bool = True,
) -> int:
	"""The same for many documents of a DocType, 500 a statement. Returns how many were recorded."""
	return _record(doctype, lane, (Change(name, operation, medusa_id, payload) for name in names), wakes)


def record_deletion(
	doctype: str, name: str, lane: str, *, medusa_id: str | None, payload: str, also: Iterable[str]
) -> None:
	"""Write the task of a deletion, and those of other documents that it changes something for. One statement."""
	_record(doctype, lane, [Change(name, "Delete", medusa_id, payload), *map(Change, also)], wakes=True)


def _record(doctype: str, lane: str, changes: Iterable[Change], wakes: bool) -> int:
	"""Write the tasks of these changes, 500 a statement; how many there were."""
	if not is_configured():
		return 0
	now, count = now_datetime(), 0
	changes = iter(changes)
	while chunk := list(islice(changes, ROWS_PER_STATEMENT)):
		_upsert([_row(doctype, lane, change, now) for change in chunk])
		if wakes:
			wake.after_commit((doctype, change.name, lane) for change in chunk)
		count += len(chunk)
	return count


def _row(doctype: str, lane: str, change: Change, now: datetime) -> tuple:
	"""The COLUMNS of a new task."""
	user = frappe.session.user
	of_the_row = (frappe.generate_hash(length=20), now, now, user, user)
	of_the_task = (change.operation, "Pending", now, 1, change.medusa_id, change.payload)
	return (*of_the_row, doctype, change.name, lane, *of_the_task)


def record_missing(doctype: str, names: Sequence[str], lane: str) -> None:
	"""Record documents that have no task, or one that is settled; what is under way, or waits for a person, stays.

	Whoever calls it sends them. Two statements per 500.
	"""
	if not is_configured():
		return
	task = frappe.qb.DocType(TASK)
	now = now_datetime()
	for start in range(0, len(names), ROWS_PER_STATEMENT):
		chunk = list(names[start : start + ROWS_PER_STATEMENT])
		rows = [_row(doctype, lane, Change(name), now) for name in chunk]
		# somebody else may record the same at this moment
		frappe.db.bulk_insert(TASK, COLUMNS, rows, ignore_duplicates=True)
		(
			frappe.qb.update(task)
			.set(task.status, "Pending")
			.set(task.operation, "Upsert")
			.set(task.next_attempt_at, now)
			.set(task.version, task.version + 1)
			.set(task.modified, now)
			.where(_of(doctype, chunk, lane) & (task.status == "Synced"))
		).run()


def states(doctype: str, names: Iterable[str], lane: str) -> dict[str, frappe._dict]:
	"""How the tasks of these documents in a lane stand, by document. One statement, none without names.

	Of each `status`, `fingerprint`, `payload`, `last_error`, `modified` and `synced_at`.
	"""
	filters = {"reference_doctype": doctype, "reference_name": ("in", list(names)), "lane": lane}
	if not filters["reference_name"][1]:
		return {}
	fields = ["reference_name", "status", "fingerprint", "payload", "last_error", "modified", "synced_at"]
	return {row.reference_name: row for row in frappe.get_all(TASK, filters=filters, fields=fields)}


def _of(doctype: str, names: Sequence[str], lane: str) -> Criterion:
	"""The tasks of these documents in a lane."""
	task = frappe.qb.DocType(TASK)
	return (task.reference_doctype == doctype) & task.reference_name.isin(list(names)) & (task.lane == lane)


def delete_orphans(doctype: str, lane: str) -> int:
	"""Have deleted in Medusa what was deleted here beside the documents' events; how many. Two statements, one without.

	ERPNext deletes some documents by SQL. The task has kept Medusa's id, and what else they are found by.
	"""
	task, document = frappe.qb.DocType(TASK), frappe.qb.DocType(doctype)
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
	"""Let the deletion of an earlier document of this name go its own way, so that a new one has its own task.

	A naming series gives the number of the last deleted document again: without this, the new document's
	task would swallow the deletion that Medusa has not heard of yet. One statement.
	"""
	if not is_configured():
		return
	task = frappe.qb.DocType(TASK)
	(
		frappe.qb.update(task)
		.set(task.reference_name, deleted_name(name))
		.where(_of(doctype, [name], lane) & (task.operation == "Delete"))
	).run()


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
	task = frappe.qb.DocType(TASK)
	frappe.qb.from_(task).delete().where(_of(doctype, [name], lane) & (task.claimed_version == 0)).run()
	_delete_what_is_left(doctype, name, lane, None, payload)


def _delete_what_is_left(doctype: str, name: str, lane: str, medusa_id: str | None, payload: str) -> None:
	"""Make a document's task that of its deletion, if there is one. One statement."""
	task = frappe.qb.DocType(TASK)
	held = task.status == "In Progress"
	now = now_datetime()
	query = (
		frappe.qb.update(task)
		.set(task.next_attempt_at, Case().when(held, task.next_attempt_at).else_(now))
		.set(task.status, Case().when(held, task.status).else_("Pending"))
		.set(task.operation, "Delete")
		.set(task.version, task.version + 1)
		.set(task.payload, payload)
		.set(task.modified, now)
		.where(_of(doctype, [name], lane))
	)
	if medusa_id:
		query = query.set(task.medusa_id, medusa_id)
	query.run()
	wake.after_commit([(doctype, name, lane)])


def try_anew(doctype: str, name: str, lane: str) -> None:
	"""A document that could not be sent has changed: try again with all attempts, if it has a task. One statement."""
	task = frappe.qb.DocType(TASK)
	(
		frappe.qb.update(task)
		.set(task.status, "Pending")
		.set(task.attempts, 0)
		.set(task.next_attempt_at, now_datetime())
		.where(_of(doctype, [name], lane) & task.status.isin(["Failed", "Retrying"]))
	).run()
	wake.after_commit([(doctype, name, lane)])


def forget_fingerprints(doctype: str, names: Sequence[str], lane: str) -> None:
	"""Have documents sent the next time even if nothing of them has changed. One statement."""
	task = frappe.qb.DocType(TASK)
	frappe.qb.update(task).set(task.fingerprint, None).where(_of(doctype, names, lane)).run()


def rename(doctype: str, old: str, new: str) -> None:
	"""Let a document's tasks have its new name. One statement.

	Frappe does so for all dynamic links that it knew when it last looked, and a first task may be younger.
	"""
	task = frappe.qb.DocType(TASK)
	mine = (task.reference_doctype == doctype) & (task.reference_name == old)
	frappe.qb.update(task).set(task.reference_name, new).where(mine).run()


def forget(doctype: str, name: str, lane: str) -> None:
	"""Remove a document's task in a lane in which nothing is left to tell. One statement."""
	if is_configured():
		frappe.db.delete(TASK, {"reference_doctype": doctype, "reference_name": name, "lane": lane})


def merge(doctype: str, name: str, lane: str, medusa_id: str | None, payload: str) -> None:
	"""A document is about to be merged into another one: its task must not become that one's.

	What is being sent of it at this moment may arrive after the deletion: then a deletion of that goes its own way
	from here. Without an id in Medusa that may be so of all that was ever sent; with one, its deletion, which
	follows, is recorded besides. Three statements.
	"""
	if not medusa_id:
		delete_if_sent(doctype, name, lane, payload)
	elif is_configured():
		task = frappe.qb.DocType(TASK)
		is_held = task.status == "In Progress"
		frappe.qb.from_(task).delete().where(_of(doctype, [name], lane) & is_held.negate()).run()
		_delete_what_is_left(doctype, name, lane, medusa_id, payload)
	detach_deletion(doctype, name, lane)


def _upsert(rows: list[tuple]) -> None:
	"""Insert the tasks; where a document has one in that lane already, re-open it with a higher version."""
	frappe.db.sql(_upsert_statement(frappe.db.db_type, len(rows)), [value for row in rows for value in row])


@lru_cache(maxsize=32)
def _upsert_statement(db_type: str, rows: int) -> str:
	"""The statement for so many rows, with a place for each value; kept, as every recorded save needs it."""
	task = frappe.qb.DocType(TASK)
	mariadb = db_type == "mariadb"

	def incoming(column: str) -> Term:
		return Values(task[column]) if mariadb else PseudoColumn(f'EXCLUDED."{column}"')

	# someone holds it: its lease stays, the higher version sends it back to Pending when it is settled
	held = task.status == "In Progress"
	# MariaDB assigns from left to right: what reads `status` and `operation` stands before them
	updates = {
		"modified": incoming("modified"),
		"modified_by": incoming("modified_by"),
		"next_attempt_at": Case().when(held, task.next_attempt_at).else_(incoming("next_attempt_at")),
		"attempts": Case().when(held, task.attempts).else_(0),
		"status": Case().when(held, task.status).else_(incoming("status")),
		"operation": incoming("operation"),
		"version": task.version + 1,
		"medusa_id": _coalesce(incoming("medusa_id"), task.medusa_id),
		"payload": _coalesce(incoming("payload"), task.payload),
	}
	places = [Parameter("%s")] * len(COLUMNS)
	query = frappe.qb.into(task).columns(*COLUMNS).insert(*[places] * rows)
	if not mariadb:
		query = query.on_conflict(task.reference_doctype, task.reference_name, task.lane)
	for column, value in updates.items():
		query = (query.on_duplicate_key_update if mariadb else query.do_update)(task[column], value)
	return query.get_sql()


def _coalesce(first: Term, second: Term) -> Term:
	return Case().when(first.isnotnull(), first).else_(second)

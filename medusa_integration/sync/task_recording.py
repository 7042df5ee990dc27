"""Records that a document must be sent to Medusa, in the transaction of the document.

One statement for each change, and no HTTP request. Nothing is recorded while the settings have no URL. The
task is rolled back together with the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import frappe
from frappe.query_builder import Case
from frappe.utils import create_batch, now_datetime
from pypika.terms import Criterion, Parameter, PseudoColumn, Term, Values

from medusa_integration import database
from medusa_integration.constants import SETTLED, SYNC_TASK, Status
from medusa_integration.settings import get_settings
from medusa_integration.sync import wake

ROWS_PER_STATEMENT = 500
COLUMNS = (
	*database.STANDARD_COLUMNS,
	"reference_doctype",
	"reference_name",
	"lane",
	"operation",
	"status",
	"next_attempt_at",
	"version",
	"medusa_id",
	"payload",
	"low_priority",
)


class Change(NamedTuple):
	"""What has to be sent about one document.

	Attributes:
		medusa_id: Medusa's id of the document; None keeps the stored one.
		payload: a JSON text for the exporter; None keeps the stored one.
	"""

	name: str
	operation: str = "Upsert"
	medusa_id: str | None = None
	payload: str | None = None


def is_configured() -> bool:
	"""Return whether the settings have a URL; otherwise changes are not recorded."""
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
	"""Write or update the task of a document in a lane; it is sent after the commit. One statement.

	Args:
		doctype: DocType of the document.
		name: name of the document.
		lane: name of the lane.
		operation: what has to be done.
		medusa_id: Medusa's id of the document; None keeps the stored one.
		payload: a JSON text for the exporter; None keeps the stored one.
		wakes: whether a worker is requested; if not, the caller sends the task.
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
	"""Record many documents of a DocType, 500 in a statement, and return their number; see `record`."""
	return _record(doctype, lane, (Change(name, operation, medusa_id, payload) for name in names), wakes)


def record_changes(doctype: str, changes: Iterable[Change], lane: str) -> int:
	"""Record changes of documents of a DocType, each with values of its own; as `record_many`."""
	return _record(doctype, lane, changes, wakes=True)


def record_lanes(doctype: str, name: str, operations: Mapping[str, str]) -> None:
	"""Write the tasks of one document in several lanes. One statement.

	Args:
		doctype: DocType of the document.
		name: name of the document.
		operations: the operation of each lane.
	"""
	if operations and is_configured():
		now = now_datetime()
		_upsert([_row(doctype, lane, Change(name, does), now) for lane, does in operations.items()])
		wake.after_commit((doctype, name, lane) for lane in operations)


def record_deletion(
	doctype: str, name: str, lane: str, *, medusa_id: str | None, payload: str, also: Iterable[str]
) -> None:
	"""Write the task of a deletion and those of other documents that it affects. One statement.

	Args:
		doctype: DocType of the documents.
		name: name of the deleted document.
		lane: name of the lane.
		medusa_id: Medusa's id of the deleted document, None if it is unknown.
		payload: a JSON text with the values by which it can be found in Medusa.
		also: names of the other documents.
	"""
	others = [Change(one) for one in also]
	_record(doctype, lane, [Change(name, "Delete", medusa_id, payload), *others], wakes=True)


def _record(doctype: str, lane: str, changes: Iterable[Change], wakes: bool) -> int:
	"""Write the tasks of these changes, 500 in a statement, and return their number."""
	if not is_configured():
		return 0
	now, count = now_datetime(), 0
	for chunk in database.batches(changes, ROWS_PER_STATEMENT):
		_upsert([_row(doctype, lane, change, now) for change in chunk])
		if wakes:
			wake.after_commit((doctype, change.name, lane) for change in chunk)
		count += len(chunk)
	return count


def _row(doctype: str, lane: str, change: Change, now: datetime, *, low_priority: bool = False) -> tuple:
	"""Return the values of COLUMNS for a new task."""
	of_the_row = database.standard_values(frappe.generate_hash(length=20), now, frappe.session.user)
	of_the_task = (change.operation, Status.PENDING, now, 1, change.medusa_id, change.payload)
	return (*of_the_row, doctype, change.name, lane, *of_the_task, int(low_priority))


def record_missing(doctype: str, names: Sequence[str], lane: str, *, low_priority: bool = False) -> None:
	"""Record documents without a task, or with a task that is Synced or Not Wanted.

	Tasks that are open, failed or ignored are not changed. The caller sends them. Two statements per 500.

	Args:
		doctype: DocType of the documents.
		names: names of the documents.
		lane: name of the lane.
		low_priority: whether workers send other tasks of the lane first.
	"""
	if not is_configured():
		return
	task = frappe.qb.DocType(SYNC_TASK)
	now = now_datetime()
	for chunk in create_batch(names, ROWS_PER_STATEMENT):
		rows = [_row(doctype, lane, Change(name), now, low_priority=low_priority) for name in chunk]
		# another transaction may record the same documents at this moment
		frappe.db.bulk_insert(SYNC_TASK, COLUMNS, rows, ignore_duplicates=True)
		database.run(
			frappe.qb.update(task)
			.set(task.status, Status.PENDING)
			.set(task.operation, "Upsert")
			.set(task.next_attempt_at, now)
			.set(task.version, task.version + 1)
			.set(task.low_priority, int(low_priority))
			.set(task.modified, now)
			.where(tasks_of(doctype, chunk, lane) & task.status.isin(list(SETTLED)))
		)


def tasks_of(doctype: str, names: Sequence[str], lane: str) -> Criterion:
	"""Return the condition for the tasks of these documents in a lane."""
	task = frappe.qb.DocType(SYNC_TASK)
	return (task.reference_doctype == doctype) & task.reference_name.isin(list(names)) & (task.lane == lane)


def _upsert(rows: list[tuple]) -> None:
	"""Insert the tasks; an existing task of a document in a lane becomes due again, with a higher version."""
	values = [value for row in rows for value in row]
	database.execute(_upsert_statement(frappe.db.db_type, len(rows)), values)


@lru_cache(maxsize=32)
def _upsert_statement(db_type: str, rows: int) -> str:
	"""Return the statement for a number of rows, with placeholders; cached, because every save needs it."""
	task = frappe.qb.DocType(SYNC_TASK)
	mariadb = db_type == "mariadb"

	def incoming(column: str) -> Term:
		return Values(task[column]) if mariadb else PseudoColumn(f'EXCLUDED."{column}"')

	# claimed by a worker: the lease stays, and the higher version makes it Pending when it is settled
	held = task.status == Status.IN_PROGRESS
	# MariaDB assigns from left to right: expressions with `status` and `operation` must come before these
	updates = {
		# the name may have another spelling after the document was renamed
		"reference_name": incoming("reference_name"),
		"modified": incoming("modified"),
		"modified_by": incoming("modified_by"),
		"next_attempt_at": Case().when(held, task.next_attempt_at).else_(incoming("next_attempt_at")),
		"attempts": Case().when(held, task.attempts).else_(0),
		"status": Case().when(held, task.status).else_(incoming("status")),
		"operation": incoming("operation"),
		"version": task.version + 1,
		"medusa_id": _coalesce(incoming("medusa_id"), task.medusa_id),
		"payload": _coalesce(incoming("payload"), task.payload),
		"low_priority": incoming("low_priority"),
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

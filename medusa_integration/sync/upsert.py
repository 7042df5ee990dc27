"""The one statement by which tasks are recorded, on MariaDB and on PostgreSQL."""

from __future__ import annotations

from functools import lru_cache

import frappe
from frappe.query_builder import Case
from pypika.terms import Parameter, PseudoColumn, Term, Values

from medusa_integration import database

TASK = "Medusa Sync Task"
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


def upsert(rows: list[tuple]) -> None:
	"""Insert the tasks; where a document has one in that lane already, re-open it with a higher version."""
	values = [value for row in rows for value in row]
	database.execute(_statement(frappe.db.db_type, len(rows)), values)


@lru_cache(maxsize=32)
def _statement(db_type: str, rows: int) -> str:
	"""The statement for so many rows, with a place for each value; kept, as every recorded save needs it."""
	task = frappe.qb.DocType(TASK)
	mariadb = db_type == "mariadb"

	def incoming(column: str) -> Term:
		return Values(task[column]) if mariadb else PseudoColumn(f'EXCLUDED."{column}"')

	# someone holds it: its lease stays, the higher version sends it back to Pending when it is settled
	held = task.status == "In Progress"
	# MariaDB assigns from left to right: what reads `status` and `operation` stands before them
	updates = {
		# the same name in another spelling, after a document was renamed
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

"""What a person may do with tasks: have them tried again, or leave them be."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe.query_builder import Case
from frappe.utils import now_datetime

from medusa_integration import database
from medusa_integration.sync import wake
from medusa_integration.sync.outbox import TASK

# In Progress belongs to a worker; Synced may be sent again when a person wants it
RETRIABLE = ("Pending", "Waiting", "Retrying", "Failed", "Not Wanted", "Ignored", "Synced")
IGNORABLE = ("Pending", "Waiting", "Retrying", "Failed", "Not Wanted")


def retry(names: Sequence[str]) -> int:
	"""Make tasks due at once, with all their attempts, to be sent even if nothing changed.

	Tasks that a worker holds are left alone. Answers how many were re-opened. Two statements.
	"""
	values = {
		"status": "Pending",
		"attempts": 0,
		"next_attempt_at": now_datetime(),
		"last_error": None,
		"fingerprint": None,
	}
	rows = _set(names, RETRIABLE, values)
	wake.after_commit(rows)
	return len(rows)


def ignore(names: Sequence[str]) -> int:
	"""Leave tasks unsent until their document changes again. Answers how many. Two statements."""
	return len(_set(names, IGNORABLE, {"status": "Ignored", "next_attempt_at": None}))


def _set(names: Sequence[str], states: Sequence[str], values: dict) -> list[tuple[str, str, str]]:
	"""Set values of those tasks that are in one of the states, under their locks; answers their keys."""
	task = frappe.qb.DocType(TASK)
	rows = database.run(
		frappe.qb.from_(task)
		.select(task.name, task.reference_doctype, task.reference_name, task.lane)
		.where(task.name.isin(list(names)) & task.status.isin(list(states)))
		.for_update()
	)
	if rows:
		query = frappe.qb.update(task).where(task.name.isin([row[0] for row in rows]))
		for column, value in values.items():
			query = query.set(task[column], value)
		query = query.set(task.modified, now_datetime()).set(task.modified_by, frappe.session.user)
		database.run(query)
	return [tuple(row[1:]) for row in rows]


def send_again(lane: str) -> None:
	"""Make all tasks of a lane due, with all their attempts, but those that a person has put aside.

	One statement.
	"""
	task = frappe.qb.DocType(TASK)
	held = task.status == "In Progress"
	now = now_datetime()
	database.run(
		frappe.qb.update(task)
		.set(task.version, task.version + 1)
		.set(task.next_attempt_at, Case().when(held, task.next_attempt_at).else_(now))
		.set(task.attempts, Case().when(held, task.attempts).else_(0))
		.set(task.status, Case().when(held, task.status).else_("Pending"))
		.set(task.modified, now)
		.where((task.lane == lane) & (task.status != "Ignored"))
	)
	frappe.db.after_commit.add(wake.enqueue)


def open_again(doctype: str, names: Sequence[str], lane: str) -> None:
	"""Make tasks due that waited for something that is there now. One statement.

	Those that are held at this moment may have been loaded before it was there, and be about to wait:
	their version moves, so that settling them makes them due.
	"""
	if not names:
		return
	task = frappe.qb.DocType(TASK)
	held = task.status == "In Progress"
	database.run(
		frappe.qb.update(task)
		# MariaDB assigns from left to right: what reads `status` stands before it
		.set(task.version, Case().when(held, task.version + 1).else_(task.version))
		.set(task.next_attempt_at, Case().when(held, task.next_attempt_at).else_(now_datetime()))
		.set(task.last_error, Case().when(held, task.last_error).else_(None))
		.set(task.status, Case().when(held, task.status).else_("Pending"))
		.where(
			(task.reference_doctype == doctype)
			& task.reference_name.isin(list(names))
			& (task.lane == lane)
			& task.status.isin(["Waiting", "In Progress"])
		)
	)

"""Sets tasks that the app, not a person, set to *Ignored* to *Not Wanted*.

If it is uncertain who set the status, the task becomes *Not Wanted*, because the nightly jobs check those
again.
"""

from __future__ import annotations

import frappe
from frappe import _

from medusa_integration.constants import SYNC_TASK, Status

# beginnings of the message of a task that waits: only a person ignores such a task, never the app
WAITS = (
	"Waits for {0}.",
	"Medusa Customer ID not found for Customer: {0}",
	"Medusa Customer ID not found for {0}: {1}",
)


def execute() -> None:
	"""Set the status of the tasks that the app ignored. Two statements."""
	task = frappe.qb.DocType(SYNC_TASK)
	rows = (
		frappe.qb.from_(task)
		.select(task.name, task.version, task.claimed_version, task.attempts, task.last_error)
		.where(task.status == Status.IGNORED)
	).run(as_dict=True)
	names = [row.name for row in rows if not _was_set_by_a_person(row)]
	if names:
		frappe.db.set_value(
			SYNC_TASK, {"name": ("in", names)}, "status", Status.NOT_WANTED, update_modified=False
		)


def _was_set_by_a_person(row: frappe._dict) -> bool:
	"""Return whether only a person can have set the status.

	The app set it on a task that it had just claimed, which had neither failed nor waited.
	"""
	if row.version != row.claimed_version or row.attempts:
		return True
	beginnings = {text.partition("{0}")[0] for wait in WAITS for text in (wait, _(wait))}
	return any((row.last_error or "").startswith(beginning) for beginning in beginnings)

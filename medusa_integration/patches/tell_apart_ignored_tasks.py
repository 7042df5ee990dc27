"""What the app set aside by itself was *Ignored* once, like what a person had; now it is *Not Wanted*.

Only what is certainly a person's stays *Ignored*: everything else is looked at again by the nightly jobs.
"""

from __future__ import annotations

import frappe
from frappe import _

from medusa_integration.constants import SYNC_TASK, Status

# what tasks say that wait: a person may have put them aside, the app never did
WAITS = (
	"Waits for {0}.",
	"Medusa Customer ID not found for Customer: {0}",
	"Medusa Customer ID not found for {0}: {1}",
)


def execute() -> None:
	"""Tell the two apart. Two statements."""
	task = frappe.qb.DocType(SYNC_TASK)
	rows = (
		frappe.qb.from_(task)
		.select(task.name, task.version, task.claimed_version, task.attempts, task.last_error)
		.where(task.status == Status.IGNORED)
	).run(as_dict=True)
	names = [row.name for row in rows if not _is_a_persons(row)]
	if names:
		frappe.db.set_value(
			SYNC_TASK, {"name": ("in", names)}, "status", Status.NOT_WANTED, update_modified=False
		)


def _is_a_persons(row: frappe._dict) -> bool:
	"""Whether only a person can have put it aside: the app did so with what it had just claimed, which then
	had neither failed nor waited.
	"""
	if row.version != row.claimed_version or row.attempts:
		return True
	beginnings = {text.partition("{0}")[0] for wait in WAITS for text in (wait, _(wait))}
	return any((row.last_error or "").startswith(beginning) for beginning in beginnings)

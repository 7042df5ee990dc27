"""What people in Desk ask for: send this document now, and how is it going."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime, time_diff_in_seconds
from frappe.utils.scheduler import is_scheduler_inactive

from medusa_integration.constants import SYNC_TASK
from medusa_integration.endpoints.access import permitted
from medusa_integration.endpoints.parameters import Id
from medusa_integration.exceptions import NothingToSync
from medusa_integration.sync.exporter import exporters
from medusa_integration.sync.health import listening_workers
from medusa_integration.sync.send_now import send_now


def sync_now(doctype: Id, name: Id) -> dict[str, str]:
	"""Send one document now, even if Medusa has it already; needs write permission on the document.

	Returns {"status", "task"} of its task. Raises 400 when documents of that kind are not sent, 403 before
	404 when there is none of that name, 417 with the task's sentence when it did not arrive.
	"""
	lanes = {one.doctype: one.name for one in reversed(exporters())}
	if doctype not in lanes:
		frappe.throw(_("Nothing to sync for {0}.").format(doctype), exc=NothingToSync)
	document = permitted(doctype, name)
	task = send_now(doctype, document.name, lanes[doctype], force=True)
	return {"status": task.status, "task": task.name}


def sync_health() -> dict[str, Any]:
	"""How the outbox stands; needs read permission on Medusa Sync Task.

	Returns `counts` (tasks by status), `oldest_due_seconds` (age of the oldest due task, None without one),
	`workers` (queue -> number listening, None when the queue cannot be reached), `scheduler` (bool) and
	`jobs` (method -> its last execution) of this app's scheduled jobs.
	"""
	return {
		"counts": _counts(),
		"oldest_due_seconds": _oldest_due_seconds(),
		"workers": listening_workers(),
		"scheduler": not is_scheduler_inactive(verbose=False),
		"jobs": dict(
			frappe.get_all(
				"Scheduled Job Type",
				filters={"method": ("like", "medusa_integration.%")},
				fields=["method", "last_execution"],
				as_list=True,
			)
		),
	}


def _counts() -> dict[str, int]:
	task = frappe.qb.DocType(SYNC_TASK)
	count = frappe.query_builder.functions.Count("*")
	return dict(frappe.qb.from_(task).select(task.status, count).groupby(task.status).run())


def _oldest_due_seconds() -> float | None:
	task = frappe.qb.DocType(SYNC_TASK)
	oldest = frappe.query_builder.functions.Min(task.next_attempt_at)
	now = now_datetime()
	due = frappe.qb.from_(task).select(oldest).where(task.next_attempt_at <= now).run()[0][0]
	return time_diff_in_seconds(now, due) if due else None

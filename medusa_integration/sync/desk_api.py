"""Functions for users of Desk: send a document now, and show the state of the outbox."""

from __future__ import annotations

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import now_datetime, time_diff_in_seconds
from frappe.utils.scheduler import is_scheduler_inactive
from typing_extensions import TypedDict

from medusa_integration.constants import SYNC_TASK
from medusa_integration.endpoints.access import permitted
from medusa_integration.endpoints.parameters import Id
from medusa_integration.exceptions import NothingToSync
from medusa_integration.sync.exporter import exporters
from medusa_integration.sync.health import listening_workers
from medusa_integration.sync.send_now import send_now


class SentNow(TypedDict):
	"""The state and the name of the document's Medusa Sync Task."""

	status: str
	task: str


class Health(TypedDict):
	"""The state of the outbox.

	Attributes:
		counts: Tasks by status.
		oldest_due_seconds: Age of the oldest due task, None without one.
		workers: Number of workers by queue; None if Redis cannot be reached.
		scheduler: Whether the scheduler of the site is on.
		jobs: The last execution of each scheduled job of this app.
	"""

	counts: dict[str, int]
	oldest_due_seconds: float | None
	workers: dict[str, int] | None
	scheduler: bool
	jobs: dict[str, datetime | None]


def sync_now(doctype: Id, name: Id) -> SentNow:
	"""Send one document now, even if Medusa already has it; requires write permission on the document.

	Args:
		doctype: Its DocType.
		name: Its name.

	Returns:
		`{"status", "task"}`, the status and the name of its task.

	Raises:
		NothingToSync: Documents of this DocType are not sent (400).
		frappe.PermissionError: No permission, also if the document does not exist (403).
		frappe.DoesNotExistError: The document does not exist (404).
		SyncFailed: It could not be sent; the message is that of the task (417).
		NotConnected: Sending is off or paused (503).
	"""
	lanes = {one.doctype: one.name for one in reversed(exporters())}
	if doctype not in lanes:
		frappe.throw(_("Nothing to sync for {0}.").format(doctype), exc=NothingToSync)
	document = permitted(doctype, name)
	task = send_now(doctype, document.name, lanes[doctype], force=True)
	return {"status": task.status, "task": task.name}


def sync_health() -> Health:
	"""Return the state of the outbox; requires read permission on Medusa Sync Task."""
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

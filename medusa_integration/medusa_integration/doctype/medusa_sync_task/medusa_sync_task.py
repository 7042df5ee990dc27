"""Medusa Sync Task: the state of one document's synchronization with Medusa.

There is one row per document and lane: the unique key ensures it. Only `medusa_integration.sync` writes the
rows; users retry and ignore them.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder.functions import IfNull
from frappe.utils import add_days, cint, now_datetime
from typing_extensions import TypedDict

from medusa_integration.constants import SYNC_TASK, Status
from medusa_integration.endpoints.parameters import Id, Ids
from medusa_integration.exceptions import TaskInProgressError
from medusa_integration.protection import WrittenByApp
from medusa_integration.sync import task_states

UNIQUE_KEY = "reference_lane"


class TaskState(TypedDict):
	"""What the task waits for now."""

	status: str


class MedusaSyncTask(WrittenByApp):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		attempts: DF.Int
		claimed_version: DF.Int
		fingerprint: DF.Data | None
		held_back: DF.Check
		lane: DF.Literal[
			"product",
			"collection",
			"price",
			"order",
			"quotation",
			"stock",
			"lead",
			"order_import",
			"delivery",
			"cancellation",
		]
		last_error: DF.SmallText | None
		lease_expires_at: DF.Datetime | None
		low_priority: DF.Check
		medusa_id: DF.Data | None
		next_attempt_at: DF.Datetime | None
		operation: DF.Literal["Upsert", "Delete", "Status", "Stock", "Insert Lead"]
		payload: DF.Code | None
		reference_doctype: DF.Link
		reference_name: DF.DynamicLink
		status: DF.Literal[
			"Pending", "In Progress", "Waiting", "Synced", "Retrying", "Failed", "Not Wanted", "Ignored"
		]
		synced_at: DF.Datetime | None
		version: DF.Int
	# end: auto-generated types

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		"""Delete tasks of deletions that were completed more than `days` days ago.

		All other tasks remain: they belong to a document, or to a deletion that has not been sent yet.
		"""
		task = frappe.qb.DocType(SYNC_TASK)
		(
			frappe.qb.from_(task)
			.delete()
			.where(task.status == Status.SYNCED)
			.where(task.operation == "Delete")
			.where(IfNull(task.synced_at, task.modified) < add_days(now_datetime(), -cint(days)))
		).run()


def on_doctype_update() -> None:
	"""Add the keys of more than one column, after each sync of the DocType."""
	frappe.db.add_unique(SYNC_TASK, ["reference_doctype", "reference_name", "lane"], UNIQUE_KEY)
	frappe.db.add_index(SYNC_TASK, ["status", "next_attempt_at"])
	frappe.db.add_index(SYNC_TASK, ["lane", "next_attempt_at"])


def retry(names: Ids) -> int:
	"""Make these tasks due again, with all attempts.

	It needs the role Medusa Manager or System Manager, and read permission on each task.

	Args:
		names: one name, a list, or a JSON list.

	Returns:
		The number of reopened tasks.

	Raises:
		frappe.DoesNotExistError: A name is unknown (404).
		TaskInProgressError: A task is being sent (409).
	"""
	return task_states.retry(_checked(names))


def retry_sync_task(name: Id) -> TaskState:
	"""Retry one task, at the documented path.

	Args:
		name: Of the task.

	Returns:
		`status` of the task.

	Raises:
		frappe.DoesNotExistError: There is no such task (404).
		TaskInProgressError: It is being sent (409).
	"""
	task_states.retry(_checked([name]))
	return {"status": frappe.db.get_value(SYNC_TASK, name, "status")}


def ignore(names: Ids) -> int:
	"""Ignore these tasks until their documents change again.

	Args:
		names: As for `retry`.

	Returns:
		The number of ignored tasks.

	Raises:
		frappe.DoesNotExistError: A name is unknown (404).
		TaskInProgressError: A task is being sent (409).
	"""
	return task_states.ignore(_checked(names))


def _checked(names: list[str]) -> list[str]:
	"""Return the names after checking that each task exists, is not in progress, and may be read."""
	for name in names:
		if not frappe.db.exists(SYNC_TASK, name):
			frappe.throw(_("Task not found."), frappe.DoesNotExistError, title=_("Task Missing"))
		task = frappe.get_doc(SYNC_TASK, name)
		task.check_permission("read")
		if task.status == Status.IN_PROGRESS:
			frappe.throw(_("Task is in progress."), TaskInProgressError, title=_("Task in Progress"))
	return names

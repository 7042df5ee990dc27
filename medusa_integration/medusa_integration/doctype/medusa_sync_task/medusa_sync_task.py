"""Medusa Sync Task: one document whose latest state Medusa has, or has yet, to hear about.

One row per document and lane, whatever happens to the document: the unique key says so. The rows are
written by `medusa_integration.sync`; people only retry and ignore them.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder.functions import IfNull
from frappe.utils import add_days, cint, now_datetime

from medusa_integration.endpoints import MANAGERS, Desk, Id, Ids, endpoint
from medusa_integration.exceptions import TaskInProgressError
from medusa_integration.protection import WrittenByApp
from medusa_integration.sync import tasks

DOCTYPE = "Medusa Sync Task"
UNIQUE_KEY = "reference_lane"


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
		lane: DF.Literal["product", "collection", "price", "order", "quotation", "stock", "lead"]
		last_error: DF.SmallText | None
		lease_expires_at: DF.Datetime | None
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
		"""Delete the tasks of deletions that Medusa carried out more than `days` days ago.

		Every other task stays: it belongs to a document, or to a deletion that Medusa has yet to hear about.
		"""
		task = frappe.qb.DocType(DOCTYPE)
		(
			frappe.qb.from_(task)
			.delete()
			.where(task.status == "Synced")
			.where(task.operation == "Delete")
			.where(IfNull(task.synced_at, task.modified) < add_days(now_datetime(), -cint(days)))
		).run()


def on_doctype_update() -> None:
	"""Declare the keys that need more than one column. Called by Frappe after each sync of the DocType."""
	frappe.db.add_unique(DOCTYPE, ["reference_doctype", "reference_name", "lane"], UNIQUE_KEY)
	frappe.db.add_index(DOCTYPE, ["status", "next_attempt_at"])
	frappe.db.add_index(DOCTYPE, ["lane", "next_attempt_at"])


@endpoint(Desk(DOCTYPE, roles=MANAGERS))
def retry(names: Ids) -> int:
	"""Send these tasks again at the next drain, with all attempts. Returns how many were re-opened.

	`names` is one name, a list, or a JSON list. Needs the role Medusa Manager or System Manager, and read on
	each task. Raises `frappe.DoesNotExistError` (404) for an unknown name, and
	`TaskInProgressError` (409) for a task that is being sent.
	"""
	return tasks.retry(_checked(names))


@endpoint(Desk(DOCTYPE, roles=MANAGERS))
def retry_sync_task(name: Id) -> dict[str, str]:
	"""Retry one task, at the documented path.

	Returns:
		`status` of the task.

	Raises:
		What `retry` raises.
	"""
	tasks.retry(_checked([name]))
	return {"status": frappe.db.get_value(DOCTYPE, name, "status")}


@endpoint(Desk(DOCTYPE, roles=MANAGERS))
def ignore(names: Ids) -> int:
	"""Put these tasks aside until their document changes again. Returns how many were put aside.

	Takes and raises what `retry` does.
	"""
	return tasks.ignore(_checked(names))


def _checked(names: list[str]) -> list[str]:
	"""Return the names, after checking that each task exists, is free, and may be read."""
	for name in names:
		if not frappe.db.exists(DOCTYPE, name):
			frappe.throw(_("Task not found."), frappe.DoesNotExistError, title=_("Task Missing"))
		task = frappe.get_doc(DOCTYPE, name)
		task.check_permission("read")
		if task.status == "In Progress":
			frappe.throw(_("Task is in progress."), TaskInProgressError, title=_("Task in Progress"))
	return names

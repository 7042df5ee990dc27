"""Sends one document immediately, for the documented functions, the console and the button *Sync Now*.

The document is recorded, claimed, sent and settled like any other change.
"""

from __future__ import annotations

import frappe
from frappe import _

from medusa_integration.constants import SYNC_TASK, Status
from medusa_integration.exceptions import SyncFailed
from medusa_integration.sync import connection, task_recording, task_states, worker


def send_now(doctype: str, name: str, lane: str, *, force: bool = False) -> frappe._dict:
	"""Send one document now. Commits: not for use during the save of a document.

	Args:
		doctype: DocType of the document.
		name: name of the document.
		lane: name of the lane.
		force: whether the document is sent even if Medusa already has it.

	Returns:
		Its task: `name`, `status`, `last_error`, `medusa_id`.

	Raises:
		NotConnected: nothing may be sent.
		SyncFailed: it could not be sent, with the message of the task; after a temporary error the task is
			retried later.
	"""
	connection.require_sending()
	task_recording.record(doctype, name, lane, wakes=False)
	if force:
		task_states.forget_fingerprints(doctype, [name], lane)
	# nosemgrep: frappe-manual-commit -- the worker only claims committed tasks
	frappe.db.commit()
	sent = [(doctype, name, lane)]
	worker.drain(only=sent)
	task = _task(doctype, name, lane)
	if task.status == Status.IN_PROGRESS:
		frappe.throw(
			_("{0} {1} is being sent by another worker.").format(_(doctype), name),
			exc=SyncFailed,
			title=_("Not Sent"),
		)
	if task.status != Status.SYNCED:
		parents = [_task(*key).last_error for key in sent[1:]] if task.status == Status.WAITING else []
		connection.require_sending()
		errors = [error for error in (task.last_error, *parents) if error]
		frappe.throw(" ".join(errors), exc=SyncFailed, title=_("Not Sent"))
	return task


def _filters(doctype: str, name: str, lane: str) -> dict[str, str]:
	return {"reference_doctype": doctype, "reference_name": name, "lane": lane}


def _task(doctype: str, name: str, lane: str) -> frappe._dict:
	fields = ["name", "status", "last_error", "medusa_id"]
	return frappe.db.get_value(SYNC_TASK, _filters(doctype, name, lane), fields, as_dict=True)

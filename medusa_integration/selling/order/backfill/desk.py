"""The buttons of Medusa Order Backfill."""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.utils import getdate
from typing_extensions import TypedDict

from medusa_integration.constants import BACKFILL
from medusa_integration.endpoints.access import permitted
from medusa_integration.endpoints.parameters import Date, Flag, Id
from medusa_integration.selling.order.backfill import row as rows
from medusa_integration.settings import get_settings, number
from medusa_integration.sync import connection

# an import continues where it ended
RESUMABLE = ("Stopped", "Failed", "Interrupted")


class ImportIsOff(frappe.ValidationError):
	"""Import Orders of Medusa Configuration is off."""

	http_status_code = 409


class NotPossible(frappe.ValidationError):
	"""The run is in a status in which this is not possible."""

	http_status_code = 409


class BackfillRun(TypedDict):
	"""Name of the Medusa Order Backfill."""

	run: str


def start(
	from_date: Date, to_date: Date, dry_run: Flag = True, history_before: Date | None = None
) -> BackfillRun:
	"""Import the orders that were placed in Medusa in a time, or say what an import would do.

	Requires the role Medusa Manager or System Manager.

	Args:
		from_date: The first day, in the time zone of the site.
		to_date: The last day.
		dry_run: Look at the orders and write nothing.
		history_before: Orders that were placed before this day reserve no stock: their Sales Orders are
			closed, and payments, deliveries and returns are not imported.

	Returns:
		`{"run"}`, the name of the run.

	Raises:
		frappe.ValidationError: From Date is after To Date or in the future, or the job queue does not respond
			(417).
		AlreadyRunning: Another run has not ended yet (409).
		ImportIsOff: Import Orders is off (409).
		NotConnected: Nothing may be sent (503).
	"""
	_require_time(from_date, to_date)
	_require_import(dry_run)
	run = rows.insert(
		from_date=from_date,
		to_date=to_date,
		dry_run=int(dry_run),
		history_before=history_before,
		started_by=frappe.session.user,
		source=get_settings().url,
	)
	rows.enqueue(run)
	return {"run": run}


def resume(run: Id) -> BackfillRun:
	"""Continue an import that was stopped, has failed or was interrupted, from where it ended.

	Requires the role Medusa Manager or System Manager.

	Args:
		run: Its name.

	Returns:
		`{"run"}`, the name of the run.

	Raises:
		frappe.DoesNotExistError: The run does not exist (404).
		NotPossible: It is a dry run, runs, or is completed (409).
		AlreadyRunning: Another run has not ended yet (409).
		ImportIsOff: Import Orders is off (409).
		frappe.ValidationError: The job queue does not respond (417).
		NotConnected: Nothing may be sent (503).
	"""
	doc = permitted(BACKFILL, run, "read")
	if doc.dry_run or doc.status not in RESUMABLE:
		frappe.throw(_("This run cannot be resumed."), NotPossible)
	_require_import(False)
	rows.queue_again(doc.name)
	rows.enqueue(doc.name)
	return {"run": doc.name}


def stop(run: Id) -> BackfillRun:
	"""Stop a run. At most 20 orders that are recorded already are still imported.

	Requires the role Medusa Manager or System Manager.

	Args:
		run: Its name.

	Returns:
		`{"run"}`, the name of the run.

	Raises:
		frappe.DoesNotExistError: The run does not exist (404).
		NotPossible: It has ended (409).
	"""
	doc = permitted(BACKFILL, run, "read")
	if frappe.db.get_value(BACKFILL, doc.name, "slot", for_update=True) != rows.SLOT:
		frappe.throw(_("This run has ended."), NotPossible)
	rows.end(doc.name, "Stopped")
	return {"run": doc.name}


def _require_time(from_date: datetime.date, to_date: datetime.date) -> None:
	if from_date > to_date:
		frappe.throw(_("From Date must not be after To Date."))
	if from_date > getdate():
		frappe.throw(_("From Date is in the future."))


def _require_import(dry_run: bool) -> None:
	connection.require_sending()
	if not dry_run and not number("import_orders"):
		frappe.throw(_("Turn on Import Orders in Medusa Configuration first."), ImportIsOff)

"""A run: compares Medusa with this site, lane by lane, and at the end queues what sending corrects.

A unique key allows only one run at a time. A run writes a heartbeat with each page. If its heartbeat is 15
minutes old, it is considered lost, and another run can start.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import create_batch, now_datetime
from rq.timeouts import JobTimeoutException

from medusa_integration.constants import RECONCILIATION, RECONCILIATION_FINDING
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.mirror import Mirror
from medusa_integration.protection import by_app
from medusa_integration.sync import connection, wake
from medusa_integration.sync.jobs import scheduled_job, tell_the_scheduler
from medusa_integration.sync.reconcile import actions, store
from medusa_integration.sync.reconcile.comparer import Comparer, Progress, comparers
from medusa_integration.sync.request_log import RequestLog

JOB = "medusa_integration.sync.reconcile.reconciliation.reconcile"
NIGHTLY = "medusa_integration.sync.reconcile.reconciliation.nightly"
QUEUE = "long"
TIMEOUT = 4 * 60 * 60
SILENCE = timedelta(minutes=15)
SLOT = "running"
SENT_AT_ONCE = 500
SEND_TRIES = 3


class AlreadyRunning(frappe.ValidationError):
	"""Another run has not ended yet."""

	http_status_code = 409


class NotReconciled(frappe.ValidationError):
	"""A part of Medusa could not be compared; the message says which part, and why."""


@scheduled_job
def nightly() -> str | None:
	"""Start the nightly run as a separate job on `long`.

	Returns:
		The name of the run; None if nothing may be sent or another one runs.
	"""
	if not connection.may_send():
		return None
	try:
		return start()
	except AlreadyRunning:
		return None


def start(user: str | None = None) -> str:
	"""Enqueue a run and return its name. Commits.

	Args:
		user: the user who sees the progress, None for the scheduler.

	Raises:
		NotConnected: nothing may be sent.
		AlreadyRunning: another run has not ended yet.
	"""
	connection.require_sending()
	_bury_the_dead()
	now = now_datetime()
	values = {"status": "Queued", "started_by": user, "heartbeat": now, "slot": SLOT}
	try:
		run = by_app(frappe.get_doc({"doctype": RECONCILIATION, **values})).insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.QueryDeadlockError):
		frappe.db.rollback()
		frappe.clear_last_message()
		frappe.throw(_("A reconciliation is running already."), AlreadyRunning, title=_("Already Running"))
	# nosemgrep: frappe-manual-commit -- the job reads the row
	frappe.db.commit()
	try:
		# with the name of the run, so that a job of a lost run is not mistaken for this one
		frappe.enqueue(JOB, queue=QUEUE, timeout=TIMEOUT, job_id=f"{JOB}::{run.name}", run=run.name)
	except wake.REFUSALS:
		message = _("The job queue does not respond, so nothing can be compared now.")
		run.db_set({"status": "Failed", "slot": None, "error": message, "ended_at": now_datetime()})
		frappe.db.commit()  # it must not block the next run
		frappe.throw(message, NotReconciled)
	return run.name


def _bury_the_dead() -> None:
	"""Mark a run without a heartbeat as interrupted, and free its slot."""
	filters = {"slot": SLOT, "heartbeat": ("<", now_datetime() - SILENCE)}
	message = _("No heartbeat for 15 minutes: the worker stopped, or no worker listens on the queue {0}.")
	values = {
		"status": "Interrupted",
		"slot": None,
		"ended_at": now_datetime(),
		"error": message.format(QUEUE),
	}
	# read without a lock: a lock on a range would block transactions that insert a run
	for run in frappe.get_all(RECONCILIATION, filters=filters, pluck="name"):
		frappe.db.set_value(RECONCILIATION, run, values)


@scheduled_job
def reconcile(run: str) -> dict[str, int]:
	"""Compare all lanes, store the findings, and queue what sending corrects. Commits.

	If a lane cannot be compared, the others are compared before the error is raised.

	Args:
		run: name of the run.

	Returns:
		`found` and `queued`, the numbers of findings and of queued documents.

	Raises:
		NotReconciled: with a message for each lane that could not be compared.
	"""
	return Reconciliation(run).do()


class Reconciliation:
	"""One run, in the process that executes it."""

	def __init__(self, name: str) -> None:
		self.name = name
		self.progress = Progress()
		self.log = RequestLog()
		self.log.voucher = (RECONCILIATION, name, None)
		self.started_by: str | None = None

	def do(self) -> dict[str, int]:
		"""See `reconcile`. A run that was considered lost before its job started does nothing."""
		run = frappe.db.get_value(RECONCILIATION, self.name, ["status", "slot", "started_by"], as_dict=True)
		if not run or run.status != "Queued" or run.slot != SLOT:
			return {"found": 0, "queued": 0}
		self.started_by = run.started_by
		try:
			self._write(status="Running", started_at=now_datetime())
			done, errors = self._compare_all()
			store.close_others(self.name, done)
			queued = self._queue()
			found = frappe.db.count(
				RECONCILIATION_FINDING, {"run": self.name, "state": ("in", store.UNSETTLED)}
			)
		except Lost:
			raise
		except Exception as error:
			# an error must not block the next run
			frappe.db.rollback()
			self._write(status="Failed", ended_at=now_datetime(), error=str(error), slot=None)
			raise
		self._end(errors, found=found, queued=queued)
		return {"found": found, "queued": queued}

	def _compare_all(self) -> tuple[list[str], list[str]]:
		"""Return the lanes that were compared, and a message for each that could not be."""
		try:
			connection.require_sending()
			medusa = connection.open_medusa(self.log)
		except (MedusaError, connection.NotConnected) as error:
			return [], [str(error)]
		with medusa:
			return self._compare_with(medusa)

	def _compare_with(self, medusa: Mirror) -> tuple[list[str], list[str]]:
		done, errors, since = [], [], now_datetime()
		for one in comparers():
			try:
				self._compare(one, medusa, since)
				done.append(one.lane)
			except MedusaError as error:
				errors.append(f"{_(one.doctype)}: {error}")
			except (Lost, JobTimeoutException):
				raise
			except Exception as error:
				frappe.db.rollback()
				reference = frappe.log_error(f"Medusa: {one.doctype} could not be compared")
				errors.append(_("{0}: {1} (Error Log {2})").format(_(one.doctype), error, reference.name))
			finally:
				self.log.write_and_commit()
		return done, errors

	def _compare(self, one: Comparer, medusa: Mirror, since: datetime) -> None:
		for findings in one.compare(medusa, since, self.progress):
			store.keep(self.name, findings)
			self.log.write_and_commit()
			self._tell(one)

	def _tell(self, one: Comparer) -> None:
		"""Write the heartbeat, and publish the progress for the user who has started the run."""
		self._write(**self._numbers())
		if self.started_by:
			share = 100 * self.progress.read / max(self.progress.documents, self.progress.read, 1)
			title = _("Comparing with Medusa")
			frappe.publish_progress(min(share, 99), title=title, description=_(one.doctype))

	def _numbers(self) -> dict[str, int]:
		progress = self.progress
		return {
			"documents": progress.documents,
			"read_in_medusa": progress.read,
			"foreign": progress.foreign,
		}

	def _write(self, **values: object) -> None:
		"""Write values to the run and commit; raises Lost if it is no longer the running one."""
		if frappe.db.get_value(RECONCILIATION, self.name, "slot", for_update=True) != SLOT:
			frappe.db.rollback()
			raise Lost(_("This run was considered lost, and another one may have started."))
		frappe.db.set_value(RECONCILIATION, self.name, {"heartbeat": now_datetime(), **values})
		# nosemgrep: frappe-manual-commit -- shows the progress, and leaves no transaction open
		frappe.db.commit()

	def _queue(self) -> int:
		"""Queue what sending corrects, after all comparisons, because sending changes what is compared."""
		rows = store.to_send(self.name)
		count = 0
		for some in create_batch(rows, SENT_AT_ONCE):
			count += self._send(some)
			self._write()
		return count

	def _send(self, rows: list) -> int:
		for attempt in range(SEND_TRIES):
			try:
				count = actions.send(rows)
				frappe.db.commit()  # a part at a time, so that others do not wait long for locks
				return count
			except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
				frappe.db.rollback()
				if attempt + 1 == SEND_TRIES:
					raise
		return 0

	def _end(self, errors: list[str], **counts: int) -> None:
		error = "\n".join(errors)
		values = {"status": "Failed" if errors else "Completed", "ended_at": now_datetime()}
		self._write(**values, **counts, **self._numbers(), error=error, slot=None)
		if self.started_by:
			frappe.publish_progress(100, title=_("Comparing with Medusa"))
		if errors:
			if not self.started_by:
				tell_the_scheduler(NIGHTLY, error)
			frappe.throw(error, NotReconciled)


class Lost(Exception):
	"""The run is no longer the running one."""

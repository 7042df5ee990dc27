"""The row of a run: one run at a time, whose job writes a heartbeat and can be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from medusa_integration.constants import BACKFILL
from medusa_integration.protection import by_app
from medusa_integration.sync import wake

JOB = "medusa_integration.selling.order.backfill.run.run"
QUEUE = "long"
TIMEOUT = 4 * 60 * 60
SILENCE = timedelta(minutes=15)
SLOT = "running"
RUN = (
	"dry_run",
	"slot",
	"job",
	"from_date",
	"to_date",
	"history_before",
	"read_until",
	"started_at",
	"source",
)


class AlreadyRunning(frappe.ValidationError):
	"""Another run has not ended yet."""

	http_status_code = 409


class NoQueue(frappe.ValidationError):
	"""The job queue does not respond."""


class Lost(Exception):
	"""The run was stopped, or another job does it now."""


def insert(**values: Any) -> str:
	"""Insert a run that is queued, and return its name.

	Raises:
		AlreadyRunning: another run has not ended yet.
	"""
	run = by_app(frappe.get_doc({"doctype": BACKFILL, **values, **_queued()}))
	with _one_at_a_time():
		run.insert(ignore_permissions=True)
	return run.name


def queue_again(name: str) -> None:
	"""Queue a run that has ended. Raises AlreadyRunning."""
	with _one_at_a_time():
		frappe.db.set_value(BACKFILL, name, {**_queued(), "error": None, "ended_at": None})


@contextmanager
def _one_at_a_time() -> Iterator[None]:
	"""Say that another run has not ended yet where the unique key of the slot says so."""
	frappe.db.savepoint("medusa_backfill")
	try:
		yield
	except Exception as error:
		if not (isinstance(error, frappe.UniqueValidationError) or frappe.db.is_duplicate_entry(error)):
			raise
		frappe.db.rollback(save_point="medusa_backfill")
		frappe.clear_messages()
		message = _("Another import of past orders has not ended yet.")
		frappe.throw(message, AlreadyRunning, title=_("Already Running"))


def _queued() -> dict[str, Any]:
	return {
		"status": "Queued",
		"slot": SLOT,
		# with another value each time, so that a job that was given up does not continue beside its successor
		"job": frappe.generate_hash(length=20),
		"heartbeat": now_datetime(),
	}


def enqueue(name: str) -> None:
	"""Commit, and enqueue the job of a queued run.

	Raises:
		NoQueue: the job queue does not respond; the run has failed.
	"""
	job = frappe.db.get_value(BACKFILL, name, "job")
	# nosemgrep: frappe-manual-commit -- the job reads the row
	frappe.db.commit()
	try:
		frappe.enqueue(JOB, queue=QUEUE, timeout=TIMEOUT, job_id=f"{JOB}::{job}", name=name, job=job)
	except wake.REFUSALS:
		message = _("The job queue does not respond.")
		end(name, "Failed", message)
		# nosemgrep: frappe-manual-commit -- it must not block the next run
		frappe.db.commit()
		frappe.throw(message, NoQueue)


def end(name: str, status: str, error: str | None = None) -> None:
	"""Set the last status of a run, and let another one begin. One statement."""
	values = {"status": status, "error": error, "slot": None, "job": None, "ended_at": now_datetime()}
	frappe.db.set_value(BACKFILL, name, values)


def held(name: str, job: str) -> frappe._dict:
	"""Lock and return the row of a run that this job works on. One statement.

	Raises:
		Lost: it was stopped, or another job works on it.
	"""
	row = frappe.db.get_value(BACKFILL, name, list(RUN), as_dict=True, for_update=True)
	if not row or row.slot != SLOT or row.job != job:
		raise Lost
	return row


def write(name: str, job: str, **values: Any) -> None:
	"""Write values and a heartbeat to the run that this job works on, show them, and commit.

	Raises:
		Lost: see `held`.
	"""
	try:
		held(name, job)
	except Lost:
		frappe.db.rollback()
		raise
	frappe.db.set_value(BACKFILL, name, {"heartbeat": now_datetime(), **values})
	_show(name)
	# nosemgrep: frappe-manual-commit -- shows the progress, and leaves no transaction open
	frappe.db.commit()


def _show(name: str) -> None:
	"""Have the form read the run again, as Frappe does after a save."""
	data = {"modified": str(now_datetime()), "doctype": BACKFILL, "name": name}
	frappe.publish_realtime("doc_update", data, doctype=BACKFILL, docname=name, after_commit=True)

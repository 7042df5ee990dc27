"""What the scheduler starts: its runs are to be seen in Desk, and so is what goes wrong."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timezone
from typing import ParamSpec, TypeVar

import frappe
from rq import get_current_job

from medusa_integration import database

P = ParamSpec("P")
R = TypeVar("R")
# seconds of a job's time that are left for what is under way when nothing more is begun
SPARE = 90


def scheduled_job(function: Callable[P, R]) -> Callable[P, R]:
	"""Put the traceback of a failed run into the Error Log; Frappe itself only marks the run as Failed."""

	name = function.__name__.lstrip("_")

	@functools.wraps(function)
	def run(*args: P.args, **kwargs: P.kwargs) -> R:
		try:
			with database.latest_rows():
				return function(*args, **kwargs)
		except frappe.PermissionError:
			raise  # refused to a person: the scheduler itself may do everything
		except Exception:
			frappe.db.rollback()
			frappe.log_error(f"Medusa: {name} failed")
			frappe.db.commit()  # the caller rolls back
			raise

	return run


def part_of(method: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
	"""Tell a failure in the name of the scheduler's job that has put this into the queue.

	Args:
		method: the dotted path of the scheduler's job.
	"""

	def decorate(function: Callable[P, R]) -> Callable[P, R]:
		@functools.wraps(function)
		def run(*args: P.args, **kwargs: P.kwargs) -> R:
			try:
				with database.latest_rows():
					return function(*args, **kwargs)
			except Exception as error:
				frappe.db.rollback()
				tell_the_scheduler(method, str(error))
				raise

		return run

	return decorate


def tell_the_scheduler(method: str, details: str) -> None:
	"""Leave a Failed row with these details in Scheduled Job Log. Commits.

	Where the work is a job of its own,
	the scheduler's own row says no more than that it was put into the queue.
	"""
	leave_details(method, details, "Failed")
	frappe.db.commit()  # what follows raises


def leave_details(method: str, details: str, status: str = "Complete") -> None:
	"""Leave what a run has to tell in Scheduled Job Log, in the caller's transaction.

	In a row of its own where it has failed, else in that of the scheduler's run that is under way, if any.
	"""
	job = frappe.db.get_value("Scheduled Job Type", {"method": method})
	if not job:
		return
	last = frappe.db.get_value(
		"Scheduled Job Log",
		{"scheduled_job_type": job},
		["name", "status"],
		order_by="creation desc",
		as_dict=True,
	)
	if status == "Complete" and last and last.status == "Start":
		frappe.db.set_value("Scheduled Job Log", last.name, "details", details)
		return
	values = {"scheduled_job_type": job, "status": status, "details": details}
	frappe.get_doc({"doctype": "Scheduled Job Log", **values}).insert(ignore_permissions=True)


def seconds_left(at_most: float) -> float:
	"""Return how many seconds something may go on: `at_most`, less in a job whose worker ends it sooner.

	The scheduler gives its jobs five minutes.
	Whoever is still at it then is interrupted wherever that may be.
	"""
	job = get_current_job()
	if not job or not job.timeout or job.timeout < 0:
		return at_most
	begun = job.started_at or datetime.now(timezone.utc)
	if not begun.tzinfo:
		begun = begun.replace(tzinfo=timezone.utc)
	passed = (datetime.now(timezone.utc) - begun).total_seconds()
	return min(at_most, max(job.timeout - SPARE, job.timeout / 2) - passed)

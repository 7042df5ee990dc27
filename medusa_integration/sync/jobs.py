"""Decorators for jobs of the scheduler, which show runs and errors in Desk."""

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
# seconds before a job's time-out after which it starts nothing more
SPARE = 90


def scheduled_job(function: Callable[P, R]) -> Callable[P, R]:
	"""Write the traceback of a failed run to the Error Log; Frappe only marks the run as Failed."""

	name = function.__name__.lstrip("_")

	@functools.wraps(function)
	def run(*args: P.args, **kwargs: P.kwargs) -> R:
		try:
			with database.latest_rows():
				return function(*args, **kwargs)
		except frappe.PermissionError:
			raise  # of a user who has called it: the scheduler has all permissions
		except Exception:
			frappe.db.rollback()
			frappe.log_error(f"Medusa: {name} failed")
			frappe.db.commit()  # the caller rolls back
			raise

	return run


def part_of(method: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
	"""Report errors of a function in the Scheduled Job Log of the job that has enqueued it.

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
	"""Write a Failed row to Scheduled Job Log. Commits.

	If the work is done by a separate job, the row of the scheduler only says that this job was enqueued.

	Args:
		method: the dotted path of the scheduler's job.
		details: the error.
	"""
	leave_details(method, details, "Failed")
	# nosemgrep: frappe-manual-commit -- the caller raises an error
	frappe.db.commit()


def leave_details(method: str, details: str, status: str = "Complete") -> None:
	"""Write the result of a run to Scheduled Job Log, in the caller's transaction.

	It is written to the row of the scheduler's run if that is still running and the result is Complete,
	otherwise to a new row.

	Args:
		method: the dotted path of the scheduler's job.
		details: the result.
		status: Complete or Failed.
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
	"""Return how many seconds a function may still run: `at_most`, or less if its job times out before.

	The scheduler gives its jobs five minutes. A job that runs longer is interrupted at any point.

	Args:
		at_most: seconds.
	"""
	job = get_current_job()
	if not job or not job.timeout or job.timeout < 0:
		return at_most
	begun = job.started_at or datetime.now(timezone.utc)
	if not begun.tzinfo:
		begun = begun.replace(tzinfo=timezone.utc)
	passed = (datetime.now(timezone.utc) - begun).total_seconds()
	return min(at_most, max(job.timeout - SPARE, job.timeout / 2) - passed)

"""What the scheduler starts: its runs are to be seen in Desk, and so is what goes wrong (contract 3, 40, 41)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import frappe

P = ParamSpec("P")
R = TypeVar("R")


def scheduled_job(function: Callable[P, R]) -> Callable[P, R]:
	"""Put the traceback of a failed run into the Error Log; Frappe itself only marks the run as Failed."""

	@functools.wraps(function)
	def run(*args: P.args, **kwargs: P.kwargs) -> R:
		try:
			return function(*args, **kwargs)
		except frappe.PermissionError:
			raise  # refused to a person: the scheduler itself may do everything
		except Exception:
			frappe.db.rollback()
			frappe.log_error(f"Medusa: {function.__name__} failed")
			frappe.db.commit()  # the caller rolls back
			raise

	return run

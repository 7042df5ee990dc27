"""Doing the work of an endpoint anew when the database has given it up for another's."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import frappe

TRIES = 5
LONGEST_PAUSE = 0.2  # seconds

Answer = TypeVar("Answer")


def anew_after_deadlock(work: Callable[[], Answer]) -> Answer:
	"""Return what the work of a write endpoint returns; after a deadlock it is done again, five times in all.

	Frappe replaces rows of child tables, which locks the gaps beside them: customers who decide at the same moment
	meet there, on documents that have nothing to do with each other. Over HTTP the endpoint is all of the
	transaction, so it can begin again; called by other code it is not, and the error is raised.
	"""
	again = TRIES - 1 if getattr(frappe.local, "medusa_inside", False) else 0
	while True:
		try:
			return work()
		except frappe.QueryDeadlockError:
			if not again:
				raise
		again -= 1
		frappe.db.rollback()
		frappe.clear_messages()
		time.sleep(random.uniform(0, LONGEST_PAUSE))

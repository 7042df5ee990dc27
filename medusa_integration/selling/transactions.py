"""The transaction of a write endpoint: it sees what it has waited for, and is done anew after a deadlock."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import frappe

from medusa_integration.sync.claims import row_locks

TRIES = 5
LONGEST_PAUSE = 0.2  # seconds

Answer = TypeVar("Answer")


def anew_after_deadlock(work: Callable[[], Answer]) -> Answer:
	"""Return what the work of a write endpoint returns; after a deadlock it is done again, five times in all.

	Over HTTP the endpoint is all of the transaction, so it can begin again; called by other code it is not,
	and the error is raised. Two calls about the same document wait for each other at its lock. Whoever was
	second has to find what the first has made of it: MariaDB's default would go on showing what there was
	when the request came in.
	"""
	if not getattr(frappe.local, "medusa_inside", False):
		return work()
	with row_locks():
		# nosemgrep: frappe-manual-commit -- a new transaction sees what others commit
		frappe.db.commit()
		return _done_anew(work)


def _done_anew(work: Callable[[], Answer]) -> Answer:
	"""Frappe replaces rows of child tables: customers who decide at the same moment meet there.

	They do so on documents that have nothing to do with each other.
	"""
	for _try in range(TRIES - 1):
		try:
			return work()
		except frappe.QueryDeadlockError:
			frappe.db.rollback()
			frappe.clear_messages()
			time.sleep(random.uniform(0, LONGEST_PAUSE))
	return work()

"""The transaction of a write endpoint: it sees what it has waited for, and is done anew after a deadlock."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import frappe

from medusa_integration.database import read_committed

TRIES = 5
LONGEST_PAUSE = 0.2  # seconds

Result = TypeVar("Result")


def anew_after_deadlock(work: Callable[[], Result]) -> Result:
	"""Do the work of a request in a transaction of its own; after a deadlock again, five times in all.

	To be called only where the work is all that the request does. Two calls about the same document wait for
	each other at its lock. Whoever was second has to find what the first has made of it: MariaDB's default
	would go on showing what there was when the request came in.

	Args:
		work: Commits nothing.

	Returns:
		What the work returns.

	Raises:
		frappe.QueryDeadlockError: The fifth try met another one too.
	"""
	with read_committed():
		# nosemgrep: frappe-manual-commit -- a new transaction sees what others commit
		frappe.db.commit()
		return _done_anew(work)


def _done_anew(work: Callable[[], Result]) -> Result:
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

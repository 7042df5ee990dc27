"""Collects what a transaction changes, and records it once, just before the commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import frappe

T = TypeVar("T")


def gathered(flag: str, make: Callable[[], T], record: Callable[[T], object]) -> T:
	"""Return the collection of this transaction, to which the caller adds. No SQL statement.

	Args:
		flag: key in `frappe.local.flags`, also for `noted`.
		make: creates an empty collection.
		record: called with the collection just before the commit, in the same transaction; not after a
			rollback.

	Returns:
		The collection of this transaction.
	"""
	so_far: T | None = frappe.local.flags.get(flag)
	if so_far is None:
		so_far = frappe.local.flags[flag] = make()
		frappe.db.after_rollback.add(lambda: frappe.local.flags.pop(flag, None))

	def hand_over() -> None:
		found = frappe.local.flags.pop(flag, None)
		if found is not None:
			record(found)

	# each time: if the callback of another app makes a commit fail, Frappe drops the callbacks after it,
	# but not the flag
	frappe.db.before_commit.add(hand_over)
	return so_far


def noted(flag: str) -> object | None:
	"""Return the collection of this transaction, None without one."""
	return frappe.local.flags.get(flag)

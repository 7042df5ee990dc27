"""What a transaction has touched, noted as it goes and recorded once, right before its commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import frappe

T = TypeVar("T")


def gathered(flag: str, make: Callable[[], T], record: Callable[[T], object]) -> T:
	"""Return what this transaction has noted so far, to be added to. No SQL statement.

	Args:
		flag: its name in `frappe.local.flags`, where `noted` finds it as well.
		make: begins it.
		record: gets it right before the commit, in the same transaction; not if that is rolled back.
	"""
	so_far: T | None = frappe.local.flags.get(flag)
	if so_far is None:
		so_far = frappe.local.flags[flag] = make()
		frappe.db.after_rollback.add(lambda: frappe.local.flags.pop(flag, None))

	def hand_over() -> None:
		found = frappe.local.flags.pop(flag, None)
		if found is not None:
			record(found)

	# each time: a commit that another app's callback has stopped forgets the callbacks behind it,
	# not the flag
	frappe.db.before_commit.add(hand_over)
	return so_far


def noted(flag: str) -> object | None:
	"""Return what this transaction has noted so far, None when there is nothing."""
	return frappe.local.flags.get(flag)

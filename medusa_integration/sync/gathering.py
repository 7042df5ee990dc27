"""What a transaction has touched, noted as it goes and recorded once, right before its commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import frappe

T = TypeVar("T")


def gathered(flag: str, make: Callable[[], T], record: Callable[[T], object]) -> T:
	"""What this transaction has noted so far, to be added to; `make` begins it.

	`record` gets it right before the commit, in the same transaction, and nothing if that is rolled back.
	`flag` is its name in `frappe.local.flags`, where `noted` finds it as well. No SQL statement.
	"""
	so_far = noted(flag)
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
	"""What this transaction has noted so far, None when there is nothing."""
	return frappe.local.flags.get(flag)

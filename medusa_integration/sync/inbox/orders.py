"""Rows of Medusa Order, and the tasks that import these orders, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import frappe
from frappe.utils import now_datetime

from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.sync import task_recording

LANE = "order_import"
OWNER = "Administrator"
STANDARD = ("name", "creation", "modified", "owner", "modified_by")


def record(order_ids: Iterable[str]) -> None:
	"""Record that these orders have changed in Medusa; a row of each is inserted if there is none.

	The caller's worker imports them, or requests one. Two statements per 500 orders.

	Args:
		order_ids: Medusa's ids.
	"""
	# in one order, so that two workers with the same orders do not deadlock
	names = sorted(set(order_ids))
	if names:
		now = now_datetime()
		rows = [standard(name, now) for name in names]
		frappe.db.bulk_insert(MEDUSA_ORDER, STANDARD, rows, ignore_duplicates=True)
		task_recording.record_many(MEDUSA_ORDER, names, LANE, wakes=False)


def standard(name: str, now: datetime) -> tuple:
	"""Return the values of STANDARD for a new row."""
	return (name, now, now, OWNER, OWNER)

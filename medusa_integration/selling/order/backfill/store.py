"""What an import of past orders reads and writes: rows of Medusa Order, and their tasks. SQL only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import now_datetime

from medusa_integration import database
from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER, SYNC_TASK, Status
from medusa_integration.mirror.shop_orders import OrderHead
from medusa_integration.sync import task_recording
from medusa_integration.sync.inbox import orders
from medusa_integration.sync.inbox.orders import LANE

OPEN = (Status.PENDING, Status.IN_PROGRESS, Status.RETRYING)


def imported(order_ids: Iterable[str]) -> set[str]:
	"""Return those of these orders that have a Sales Order. One statement."""
	filters = {"medusa_order_id": ("in", sorted(order_ids))}
	return set(frappe.get_all(SALES_ORDER, filters=filters, pluck="medusa_order_id"))


def record(
	run: str, heads: Sequence[OrderHead], unreadable: Sequence[str], history_before: date | None
) -> None:
	"""Store orders as those of a run, and record them behind all others. Four statements at most.

	The caller's worker imports them. To be called at READ COMMITTED.

	Args:
		run: the name of the Medusa Order Backfill.
		heads: what Medusa lists of orders without a Sales Order.
		unreadable: ids of orders that cannot be read: their tasks say why.
		history_before: orders that were placed before that day are history; None makes none.
	"""
	values = {
		head.id: {"backfill": run, "is_history": int(_is_before(head, history_before))} for head in heads
	}
	orders.upsert(heads, values)
	if unreadable:
		now = now_datetime()
		rows = [(*database.standard_values(name, now), run) for name in sorted(unreadable)]
		columns = (*database.STANDARD_COLUMNS, "backfill")
		frappe.db.bulk_insert(MEDUSA_ORDER, columns, rows, ignore_duplicates=True)
	names = sorted({*values, *unreadable})
	task_recording.record_missing(MEDUSA_ORDER, names, LANE, low_priority=True)


def _is_before(head: OrderHead, day: date | None) -> bool:
	return day is not None and orders.site_time(head.created_at).date() < day


def counts(run: str) -> dict[str, Any]:
	"""Return how many orders of a run are imported, wait, have failed, and are under way. One statement."""
	order, task = frappe.qb.DocType(MEDUSA_ORDER), frappe.qb.DocType(SYNC_TASK)
	rows = (
		frappe.qb.from_(order)
		.left_join(task)
		.on((task.reference_name == order.name) & (task.lane == LANE))
		.select(task.status, Count(order.name), Count(order.sales_order))
		.where(order.backfill == run)
		.groupby(task.status)
	).run()
	found = {status: number for status, number, _made in rows}
	return {
		"imported": sum(made for _status, _number, made in rows),
		"waiting": found.get(Status.WAITING, 0),
		"failed": found.get(Status.FAILED, 0),
		"under_way": sum(found.get(status, 0) for status in OPEN),
	}

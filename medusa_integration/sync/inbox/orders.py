"""Rows of Medusa Order, and the tasks that import these orders, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone, now_datetime
from pypika.terms import PseudoColumn, Values

from medusa_integration import database
from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.mirror.shop_orders import OrderHead
from medusa_integration.sync import task_recording

LANE = "order_import"
# what a list of orders says of each
HEAD = (
	"display_id",
	"order_status",
	"payment_status",
	"fulfillment_status",
	"currency",
	"grand_total",
	"placed_at",
	"medusa_updated_at",
)
# of a text, and of an amount in the database
LONGEST = 140
LARGEST = Decimal(10**12)
DECIMALS = Decimal("1e-9")


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
		rows = [database.standard_values(name, now) for name in names]
		frappe.db.bulk_insert(MEDUSA_ORDER, database.STANDARD_COLUMNS, rows, ignore_duplicates=True)
		task_recording.record_many(MEDUSA_ORDER, names, LANE, wakes=False)


def record_unknown(order_ids: Iterable[str]) -> int:
	"""Record those of these orders that have no row yet; as `record`, and one statement more.

	Returns:
		The number of orders that were recorded.
	"""
	ids = set(order_ids)
	if not ids:
		return 0
	ids -= set(frappe.get_all(MEDUSA_ORDER, filters={"name": ("in", sorted(ids))}, pluck="name"))
	record(ids)
	return len(ids)


def store(heads: Sequence[OrderHead]) -> int:
	"""Store what Medusa lists of these orders, and record those of which anything differs from their row.

	Three statements, one if nothing differs. To be called at READ COMMITTED, without a transaction.

	Args:
		heads: up to 500 orders.

	Returns:
		The number of orders that were recorded.
	"""
	found = {head.id: _values(head) for head in heads}
	known = {
		row[0]: row[1:]
		for row in frappe.get_all(
			MEDUSA_ORDER, filters={"name": ("in", list(found))}, fields=["name", *HEAD], as_list=True
		)
	}
	changed = {name: found[name] for name in sorted(found) if found[name] != known.get(name)}
	if changed:
		_upsert(changed, HEAD)
		task_recording.record_many(MEDUSA_ORDER, changed, LANE, wakes=False)
	return len(changed)


def upsert(heads: Sequence[OrderHead], more: Mapping[str, Mapping[str, Any]]) -> None:
	"""Store what Medusa lists of these orders, with further columns, and record none. One statement at most.

	Args:
		heads: up to 500 orders.
		more: the values of the further columns by id, with the same columns for each.
	"""
	rows = {head.id: (*_values(head), *more[head.id].values()) for head in heads}
	if rows:
		columns = next(iter(more.values()))
		_upsert({name: rows[name] for name in sorted(rows)}, (*HEAD, *columns))


def site_time(moment: datetime) -> datetime:
	"""Return a moment as the database stores it: in the time zone of the site, without naming it."""
	return moment.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)


def _values(head: OrderHead) -> tuple[Any, ...]:
	"""Return the values of HEAD as the database returns them."""
	texts = (head.display_id, head.status, head.payment_status, head.fulfillment_status, head.currency)
	# an amount that does not fit is shown as 0: the import reads the order itself
	total = float(head.total.quantize(DECIMALS)) if abs(head.total) < LARGEST else 0.0
	return (
		*(text[:LONGEST] for text in texts),
		total,
		site_time(head.created_at),
		site_time(head.updated_at),
	)


def _upsert(values: dict[str, tuple[Any, ...]], names: Sequence[str]) -> None:
	now = now_datetime()
	order = frappe.qb.DocType(MEDUSA_ORDER)
	mariadb = frappe.db.db_type == "mariadb"
	rows = [(*database.standard_values(name, now), *columns) for name, columns in values.items()]
	query = frappe.qb.into(order).columns(*database.STANDARD_COLUMNS, *names).insert(*rows)
	if not mariadb:
		query = query.on_conflict(order.name)
	for column in ("modified", *names):
		incoming = Values(order[column]) if mariadb else PseudoColumn(f'EXCLUDED."{column}"')
		query = (query.on_duplicate_key_update if mariadb else query.do_update)(order[column], incoming)
	database.run(query)

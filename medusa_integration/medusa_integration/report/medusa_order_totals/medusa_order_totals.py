"""Medusa Order Totals: orders placed in Medusa next to their Sales Orders, by day and currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Count, Date, IfNull, Sum
from frappe.utils import cstr, flt, getdate
from pypika.functions import Function
from pypika.terms import Criterion, LiteralValue

from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER
from medusa_integration.medusa.money import DECIMALS, decimals

# what the totals of orders are rounded to: Medusa 2 does not round them
PLACES = sorted({2, *DECIMALS.values()})
# a longer one would only be slow
LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Asked:
	"""The filters. `permitted` is the condition of the user's permissions on Sales Orders, "" without one."""

	begin: date
	end: date
	currency: str
	company: str
	permitted: str

	@property
	def only_known(self) -> bool:
		"""Whether only orders with a Sales Order count: Medusa knows no company."""
		return bool(self.company or self.permitted)


def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict], list[dict], str | None]:
	"""Return the report. Two statements, besides those of the permissions, and one for the message.

	Orders that are cancelled in Medusa do not count there, cancelled Sales Orders not here. An order counts
	on the day on which it was placed, in the time zone of the site.

	Args:
		filters: from_date and to_date; currency and company are optional.

	Returns:
		Columns, rows, and a message if some orders are left out.

	Raises:
		frappe.PermissionError: the user may not read Sales Orders.
	"""
	frappe.has_permission(SALES_ORDER, "read", throw=True)
	asked = _asked(frappe._dict(filters or {}))
	empty = {"orders": 0, "total": 0.0, "sales_orders": 0, "grand_total": 0.0, "not_imported": 0}
	days: dict[tuple[date, str], dict[str, Any]] = {}
	for row in (*_in_medusa(asked), *_here(asked)):
		key = (getdate(row.pop("day")), row.pop("currency"))
		days.setdefault(key, dict(empty)).update(row)
	newest_first = sorted(days, key=lambda key: (-key[0].toordinal(), key[1]))
	rows = [_row(day, currency, days[day, currency]) for day, currency in newest_first]
	return _columns(), rows, _message(asked)


def _asked(filters: frappe._dict) -> Asked:
	if not filters.from_date or not filters.to_date:
		frappe.throw(_("Enter From Date and To Date."))
	begin, end = getdate(filters.from_date), getdate(filters.to_date)
	if not begin or not end or begin > end:
		frappe.throw(_("From Date must not be after To Date."))
	if end - begin > LONGEST:
		frappe.throw(_("Choose at most three years."))
	permitted = build_match_conditions(SALES_ORDER)
	return Asked(begin, end, cstr(filters.currency), cstr(filters.company), permitted)


def _in_medusa(asked: Asked) -> list[dict[str, Any]]:
	"""Number and total of the orders in Medusa, and how many have no Sales Order. One statement."""
	order, sales_order = DocType(MEDUSA_ORDER), DocType(SALES_ORDER)
	day = Date(order.placed_at)
	query = (
		frappe.qb.from_(order)
		.left_join(sales_order)
		.on((sales_order.medusa_order_id == order.name) & _counted(sales_order, asked))
		.select(day.as_("day"), order.currency, Count("*").as_("orders"))
		.select(Count(sales_order.name).as_("known"))
		.select(*(Sum(_Round(order.grand_total, places)).as_(f"total_{places}") for places in PLACES))
		.where((order.placed_at >= asked.begin) & (order.placed_at <= datetime.combine(asked.end, time.max)))
		.where(order.order_status != "canceled")
		.groupby(day, order.currency)
	)
	if asked.currency:
		query = query.where(order.currency == asked.currency)
	if asked.only_known:
		query = query.where(sales_order.name.isnotnull())
	return [
		{
			"day": row.day,
			"currency": row.currency,
			"orders": row.orders,
			"total": row[f"total_{decimals(cstr(row.currency))}"],
			"not_imported": row.orders - row.known,
		}
		for row in query.run(as_dict=True)
	]


def _here(asked: Asked) -> list[dict[str, Any]]:
	"""Number and grand total of the Sales Orders of orders in Medusa. One statement."""
	order, sales_order = DocType(MEDUSA_ORDER), DocType(SALES_ORDER)
	day = Date(Coalesce(order.placed_at, sales_order.transaction_date))
	query = (
		frappe.qb.from_(sales_order)
		.left_join(order)
		.on(order.name == sales_order.medusa_order_id)
		.select(day.as_("day"), sales_order.currency, Count("*").as_("sales_orders"))
		.select(Sum(sales_order.grand_total).as_("grand_total"))
		.where((IfNull(sales_order.medusa_order_id, "") != "") & _counted(sales_order, asked))
		.where((day >= asked.begin) & (day <= asked.end))
		.groupby(day, sales_order.currency)
	)
	if asked.currency:
		query = query.where(sales_order.currency == asked.currency)
	return query.run(as_dict=True)


def _counted(sales_order: Any, asked: Asked) -> Criterion:
	"""The condition for Sales Orders that count and that the user may read."""
	found = sales_order.docstatus < 2
	if asked.company:
		found &= sales_order.company == asked.company
	if asked.permitted:
		found &= LiteralValue(f"({asked.permitted})")
	return found


class _Round(Function):
	def __init__(self, term: Any, places: int) -> None:
		super().__init__("ROUND", term, places)


def _row(day: date, currency: str, found: dict[str, Any]) -> dict[str, Any]:
	places = decimals(cstr(currency))
	difference = Decimal(cstr(found["grand_total"] or 0)) - Decimal(cstr(found["total"] or 0))
	return {"day": day, "currency": currency, **found, "difference": flt(difference, places)}


def _message(asked: Asked) -> str | None:
	if asked.only_known:
		return _("Orders without a Sales Order are left out, because they belong to no company yet.")
	unread = frappe.db.count(MEDUSA_ORDER, {"placed_at": ("is", "not set")})
	return (
		_("{0} orders are left out, because Medusa has not listed them yet.").format(unread)
		if unread
		else None
	)


def _columns() -> list[dict[str, Any]]:
	def column(fieldname: str, label: str, fieldtype: str, width: int = 120, **more: Any) -> dict[str, Any]:
		return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}

	return [
		column("day", _("Day"), "Date"),
		column("currency", _("Currency"), "Link", 90, options="Currency"),
		column("orders", _("Orders in Medusa"), "Int", 140),
		column("total", _("Total in Medusa"), "Currency", 150, options="currency"),
		column("sales_orders", _("Sales Orders"), "Int"),
		column("grand_total", _("Grand Total"), "Currency", 150, options="currency"),
		column("difference", _("Difference"), "Currency", 130, options="currency"),
		column("not_imported", _("Not Imported"), "Int"),
	]

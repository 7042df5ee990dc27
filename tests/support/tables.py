"""Rows that have a certain age, and the keys of a table."""

from __future__ import annotations

from typing import Any


def insert_aged(doctype: str, name: str, days: int, **values: Any) -> None:
	"""Insert a row that was created so many days ago, without its validations; not committed."""
	import frappe
	from frappe.utils import add_days, now_datetime

	at = add_days(now_datetime(), -days)
	frappe.get_doc({"doctype": doctype, "name": name, "creation": at, "modified": at, **values}).db_insert()


def keys_of(doctype: str) -> list[tuple[tuple[str, ...], bool]]:
	"""Return (columns, whether it is unique) of each key of the table."""
	import frappe

	rows = frappe.db.sql(f"SHOW INDEX FROM `tab{doctype}`", as_dict=True)
	columns: dict[tuple[str, bool], list[str]] = {}
	for row in sorted(rows, key=lambda row: row.Seq_in_index):
		columns.setdefault((row.Key_name, not row.Non_unique), []).append(row.Column_name)
	return [(tuple(names), unique) for (_name, unique), names in columns.items()]

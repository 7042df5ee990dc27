"""Keeps the content of "Active Homepage Landing", now that Homepage Landing is a Single.

It was a list of records before, of which the shop showed that one. Frappe leaves the old table and rows where
they are when a DocType becomes a Single.
"""

from __future__ import annotations

import frappe

HOMEPAGE = "Homepage Landing"
ACTIVE = "Active Homepage Landing"


def execute() -> None:
	"""Take the content of that record into the Single.

	A table that has rows already stays.
	"""
	meta = frappe.get_meta(HOMEPAGE)
	for field in meta.get_table_fields():
		rows = {"parenttype": HOMEPAGE, "parentfield": field.fieldname}
		if not frappe.db.exists(field.options, {**rows, "parent": HOMEPAGE}):
			old = {**rows, "parent": ACTIVE}
			frappe.db.set_value(field.options, old, "parent", HOMEPAGE, update_modified=False)
	if f"tab{HOMEPAGE}" in frappe.db.get_tables(cached=False):
		_take_values({field.fieldname for field in meta.get("fields", {"fieldtype": "Currency"})})
	frappe.clear_document_cache(HOMEPAGE, HOMEPAGE)


def _take_values(fieldnames: set[str]) -> None:
	table = frappe.qb.DocType(HOMEPAGE)
	columns = sorted(fieldnames & set(frappe.db.get_table_columns(HOMEPAGE)))
	if not columns:
		return
	rows = (
		frappe.qb.from_(table).select(*(table[column] for column in columns)).where(table.name == ACTIVE)
	).run(as_dict=True)
	for row in rows:
		frappe.db.set_single_value(HOMEPAGE, dict(row), update_modified=False)

"""Checks what is on the site before a custom field is created, and reports what cannot be."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.custom.doctype.customize_form.customize_form import CustomizeForm
from frappe.query_builder.functions import Count, Function, Max
from frappe.utils import get_link_to_form

from medusa_integration.constants import MODULE
from medusa_integration.setup.custom_fields import flags_of

LENGTH_OF_DATA = 140


def prepare(doctype: str, field: dict[str, Any]) -> dict[str, Any] | None:
	"""Return the argument for `create_custom_fields`, None for a field that must not be changed.

	Args:
		doctype: the DocType that gets the field.
		field: the field as `custom_fields` states it.
	"""
	fieldname = field["fieldname"]
	field = dict(field)
	only_if_missing = field.pop("only_if_missing", False)
	existing = frappe.db.get_value("Custom Field", {"dt": doctype, "fieldname": fieldname}, "fieldtype")
	field = flags_of(field) if existing else {**field, "module": MODULE}
	if existing and only_if_missing:
		return None
	standard = frappe.db.exists("DocField", {"parent": doctype, "fieldname": fieldname})
	if standard or (existing and not _can_become(doctype, fieldname, existing, field["fieldtype"])):
		_report(
			_("{0} of {1} can't be used by Medusa Integration").format(fieldname, doctype),
			_(
				"The field already exists and cannot be converted to the type {0}. Rename or remove it."
			).format(field["fieldtype"]),
		)
		return None

	if field.get("unique") and frappe.db.has_column(doctype, fieldname):
		_forget_blanks(doctype, fieldname)
		if duplicates := _find_duplicates(doctype, fieldname):
			_report(
				_("{0} of {1} has duplicates").format(fieldname, doctype),
				_(
					"Each value must belong to one document only. Clear the others, then run the migration again."
				)
				+ "\n\n"
				+ "\n".join(f"{value}: {', '.join(names)}" for value, names in duplicates.items()),
			)
			field = {**field, "unique": 0, "search_index": 1}
	return field


def _can_become(doctype: str, fieldname: str, old: str, new: str) -> bool:
	if old == new:
		return True
	if not CustomizeForm.allow_fieldtype_change(old, new):
		return False
	if new != "Data" or not frappe.db.has_column(doctype, fieldname):
		return True
	table = frappe.qb.DocType(doctype)
	longest = (frappe.qb.from_(table).select(Max(Function("CHAR_LENGTH", table[fieldname]))).run(pluck=True))[
		0
	]
	return (longest or 0) <= LENGTH_OF_DATA


def _forget_blanks(doctype: str, fieldname: str) -> None:
	"""Replace "" by NULL, because only NULL may occur more than once in a unique key."""
	table = frappe.qb.DocType(doctype)
	frappe.qb.update(table).set(table[fieldname], None).where(table[fieldname] == "").run()


def _find_duplicates(doctype: str, fieldname: str) -> dict[str, list[str]]:
	table = frappe.qb.DocType(doctype)
	column = table[fieldname]
	values = (
		frappe.qb.from_(table).select(column).where(column.isnotnull()).groupby(column).having(Count("*") > 1)
	).run(pluck=True)
	duplicates: dict[str, list[str]] = {}
	for value in values:
		rows = frappe.qb.from_(table).select(table.name).where(column == value).orderby(table.creation)
		duplicates[str(value)] = rows.run(pluck=True)
	return duplicates


def _report(title: str, message: str) -> None:
	"""Log a problem in the Error Log, print it, and notify the System Managers in Desk."""
	error = frappe.log_error(title=title, message=message)
	text = _("{0}: {1}").format(title, get_link_to_form("Error Log", error.name))
	frappe.msgprint(text, title=_("Medusa Integration"), indicator="orange", alert=True)
	for user in _system_managers():
		about = {"for_user": user, "subject": title, "read": 0}
		if not frappe.db.exists("Notification Log", about):
			frappe.get_doc(
				{
					"doctype": "Notification Log",
					**about,
					"type": "Alert",
					"document_type": "Error Log",
					"document_name": error.name,
				}
			).insert(ignore_permissions=True)


def _system_managers() -> list[str]:
	user, has_role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	return (
		frappe.qb.from_(user)
		.inner_join(has_role)
		.on((has_role.parent == user.name) & (has_role.parenttype == "User"))
		.select(user.name)
		.distinct()
		.where((user.enabled == 1) & (has_role.role == "System Manager"))
	).run(pluck=True)

"""The four default categories of a shop, and their Item Groups."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Lower

from medusa_integration import database
from medusa_integration.protection import by_app
from medusa_integration.settings import SETTINGS

CATEGORY = "Medusa Top Category"
FIELD = "top_categories"
# label, table of Product Collection, what the shop calls for it
DEFAULTS = (
	("Dental", "dental_items", "get_dental_items"),
	("Medical", "medical_items", "get_medical_items"),
	("Infection Control", "infection_control_items", "get_infection_control_items"),
	("Medical Laboratory IVD", "medical_laboratory_ivd_items", "get_medical_laboratory_items"),
)


def ensure_top_categories() -> None:
	"""Write the default rows if there are none, and fill in Item Groups that exist now.

	It does not use the form, whose checks concern other settings. Rows of users are not changed.
	"""
	filters = {"parent": SETTINGS, "parentfield": FIELD}
	names = frappe.get_all(CATEGORY, filters=filters, pluck="name", order_by="idx")
	rows = [frappe.get_doc(CATEGORY, name) for name in names] or [
		frappe.get_doc(
			{
				"doctype": CATEGORY,
				"parent": SETTINGS,
				"parenttype": SETTINGS,
				"parentfield": FIELD,
				"idx": idx,
				"label": label,
				"target_table": table,
				"homepage_function": function,
			}
		)
		for idx, (label, table, function) in enumerate(DEFAULTS, start=1)
	]
	filled = fill_item_groups(rows)
	for row in rows:
		if not names:
			by_app(row).insert(ignore_permissions=True)
		elif row in filled:
			row.db_set("item_group", row.item_group, update_modified=False)
	if filled or not names:
		frappe.clear_document_cache(SETTINGS, SETTINGS)


def fill_item_groups(rows: Iterable[Document]) -> list[Document]:
	"""Set the Item Group of rows that have none to the group with the name of their label, in any case.

	It costs at most one statement.

	Returns:
		The changed rows.
	"""
	empty = [row for row in rows if row.label and not row.item_group]
	if not empty:
		return []
	group = frappe.qb.DocType("Item Group")
	labels = [row.label.strip().lower() for row in empty]
	found = frappe.qb.from_(group).select(group.name).where(Lower(group.name).isin(labels)).run(pluck=True)
	names = {name.lower(): name for name in found}
	for row in empty:
		row.item_group = names.get(row.label.strip().lower())
	return [row for row in empty if row.item_group]


def without_item_group(rows: Iterable[Document]) -> list[str]:
	"""Return a sentence for each category whose Item Group is missing, so that it has no top sellers.

	It costs at most one statement.
	"""
	rows = list(rows)
	wanted = sorted({row.item_group for row in rows if row.item_group})
	filters = {"name": ("in", wanted)}
	found = frappe.get_all("Item Group", filters, pluck="name") if wanted else []
	there = database.as_asked(wanted, ((name, name) for name in found))
	return [lacks_item_group(row) for row in rows if row.item_group not in there]


def lacks_item_group(row: Document) -> str:
	"""Return the message for a category whose Item Group is empty or does not exist."""
	if not row.item_group:
		text = _("Top Categories: {0} has no Item Group, so it has no top sellers.")
		return text.format(row.label)
	text = _("Top Categories: the Item Group {1} of {0} does not exist, so it has no top sellers.")
	return text.format(row.label, row.item_group)

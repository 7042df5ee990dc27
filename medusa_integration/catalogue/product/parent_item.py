"""Checks the *Parent Website Item* of Website Items, whose variants the shop shows together."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from medusa_integration.constants import WEBSITE_ITEM

FIELD = "custom_parent_website_item"


def check_parent(doc: Document, method: str | None = None) -> None:
	"""Refuse a parent without variants, the item itself, and a parent of an item with variants.

	Website Item `before_validate`, so for forms, REST and imports. A parent that is not changed is not looked
	at, except that it is cleared when the item has got variants: the form does not show it then. One
	statement for another parent, else none.

	Raises:
		frappe.ValidationError: says what is wrong.
	"""
	parent = doc.get(FIELD)
	if not parent:
		return
	before = doc.get_doc_before_save()
	is_kept = bool(before) and before.get(FIELD) == parent
	if doc.get("has_variants"):
		if not is_kept:
			frappe.throw(_("A Website Item with variants cannot have a Parent Website Item."))
		doc.set(FIELD, None)
	elif not is_kept:
		if parent == doc.name:
			frappe.throw(_("A Website Item cannot be its own Parent Website Item."))
		if not frappe.db.get_value(WEBSITE_ITEM, parent, "has_variants"):
			text = _("The Parent Website Item {0} has no variants. Choose one with Has Variants.")
			frappe.throw(text.format(frappe.utils.escape_html(parent)))

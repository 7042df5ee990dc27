"""What the app writes on documents of others stays as the app wrote it (data model 3, Rules)."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

ID_FIELDS = {
	"Website Item": ("medusa_id", "medusa_variant_id"),
	"Item Group": ("medusa_id",),
	"Item Price": ("medusa_id", "medusa_price_id"),
	"Customer": ("medusa_id",),
	"Lead": ("medusa_id",),
	"Delivery Note": ("medusa_order_id",),
	"Quotation": ("medusa_quotation_id", "medusa_draft_order_id", "medusa_order_id"),
	"Sales Invoice": ("medusa_order_id",),
	"Sales Order": ("medusa_order_id",),
}
# what else nobody but the app decides: no form, no import, no copy, no System Manager
APP_FIELDS = {
	"Website Item": ("custom_in_stock", "custom_available_qty"),
	"Item Group": ("custom_medusa_route",),
	"Lead": ("t_c_acceptance",),
	"Delivery Note": ("from_ecommerce",),
	"Quotation": ("from_ecommerce", "unapproved_items", "custom_increased_items"),
	"Sales Invoice": ("from_ecommerce",),
	"Sales Order": ("from_ecommerce",),
}


def protect_ids(doc: Document, method: str | None = None) -> None:
	"""Doc event `before_validate` and `before_cancel`: a save keeps what the app wrote, ids and all else.

	Much of it is written beside the document, without touching `modified`: whoever loaded it before, a form
	or a job, would write back what it knew then. Of a new document nothing counts that was sent along. Only
	a System Manager may enter another id, and only the app (`doc.flags.medusa_id_update`) may clear one or
	set the rest. An empty id becomes None, as the unique key needs it. Costs no SQL statement.
	"""
	before = doc.get_doc_before_save()
	by_app = doc.flags.medusa_id_update
	for fieldname in ID_FIELDS[doc.doctype]:
		new = doc.get(fieldname) or None
		old = (before.get(fieldname) or None) if before else None
		if new != old and not (by_app or (new and _is_manager())):
			new = old
		doc.set(fieldname, new)
	for fieldname in () if by_app else APP_FIELDS.get(doc.doctype, ()):
		_keep(doc, fieldname, before)


def _keep(doc: Document, fieldname: str, before: Document | None) -> None:
	"""Give a field the value from before, of a new document the one that it has without anybody's doing."""
	field = doc.meta.get_field(fieldname)
	if field and field.fieldtype == "Table":
		doc.set(fieldname, before.get(fieldname) if before else [])
	elif before:
		doc.set(fieldname, before.get(fieldname))
	else:
		doc.set(fieldname, 0 if field and field.fieldtype in ("Check", "Float") else None)


def _is_manager() -> bool:
	return "System Manager" in frappe.get_roles()

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
COMPUTED_FIELDS = {
	"Website Item": ("custom_in_stock", "custom_available_qty"),
	"Item Group": ("custom_medusa_route",),
}


def protect_ids(doc: Document, method: str | None = None) -> None:
	"""Doc event `before_validate`: a save keeps the ids, the stock and the route that the app wrote.

	They are written beside the document, without touching `modified`: whoever loaded it before, a form or a
	job, would write back what it knew then. Only a System Manager may enter another id, and only the app
	(`doc.flags.medusa_id_update`) may clear one. An empty id becomes None, as the unique key needs it.
	Costs no SQL statement.
	"""
	before = doc.get_doc_before_save()
	for fieldname in ID_FIELDS[doc.doctype]:
		new = doc.get(fieldname) or None
		old = (before.get(fieldname) or None) if before else None
		if new != old and not (doc.flags.medusa_id_update or (new and _is_manager())):
			new = old
		doc.set(fieldname, new)
	for fieldname in COMPUTED_FIELDS.get(doc.doctype, ()) if before else ():
		doc.set(fieldname, before.get(fieldname))


def _is_manager() -> bool:
	return "System Manager" in frappe.get_roles()

"""What the app writes on documents of others stays as the app wrote it (data model 3, Rules)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

ID_FIELDS = {
	"Website Item": ("medusa_id", "medusa_variant_id"),
	"Item Group": ("medusa_id",),
}
STOCK_FIELDS = {"Website Item": ("custom_in_stock", "custom_available_qty")}
SAVE_OF_A_FORM = "frappe.desk.form.save.savedocs"


def protect_ids(doc: Document, method: str | None = None) -> None:
	"""Doc event `before_validate`: let nobody but the app and System Managers change Medusa's ids.

	The app says so with `doc.flags.medusa_id_update`; anybody else gets `frappe.PermissionError`. Ids and stock
	are written without touching `modified`, so a form that was opened before sends back what it knew then:
	from a form such values are replaced silently. An empty id becomes None, as the unique key needs it.
	Costs no SQL statement.
	"""
	before = doc.get_doc_before_save()
	is_form = before and frappe.form_dict.get("cmd") == SAVE_OF_A_FORM
	for fieldname in ID_FIELDS[doc.doctype]:
		new = doc.get(fieldname) or None
		old = (before.get(fieldname) or None) if before else None
		if new != old and not doc.flags.medusa_id_update:
			is_manager = "System Manager" in frappe.get_roles()
			if is_form and not (is_manager and new):
				new = old
			elif not is_manager:
				frappe.throw(
					_("{0} is set by Medusa Integration and can't be changed.").format(
						frappe.bold(_(doc.meta.get_label(fieldname)))
					),
					frappe.PermissionError,
				)
		doc.set(fieldname, new)
	if is_form:
		for fieldname in STOCK_FIELDS.get(doc.doctype, ()):
			doc.set(fieldname, before.get(fieldname))

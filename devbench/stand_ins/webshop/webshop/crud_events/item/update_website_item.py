"""Brings what changed in an Item into its Website Item."""

import frappe

FIELDS = ("item_name", "item_group", "stock_uom", "brand", "description", "disabled")


def execute(doc, method=None):
	"""Save the Website Item once more for each field that changed, as webshop does."""
	website_item = frappe.db.exists("Website Item", {"item_code": doc.item_code})
	before = doc.get_doc_before_save()
	if not website_item or not before:
		return
	values = {}
	for field in FIELDS:
		if before.get(field) != doc.get(field):
			if field == "disabled":
				values["published"] = not doc.disabled
			else:
				values[field] = doc.get(field)
			frappe.get_doc("Website Item", website_item).update(values).save()

"""Bins."""

import frappe


def get_or_make_bin(item_code, warehouse):
	"""The name of the Bin of this Item in this warehouse, made if it is missing."""
	filters = {"item_code": item_code, "warehouse": warehouse}
	name = frappe.db.get_value("Bin", filters)
	if not name:
		bin = frappe.get_doc({"doctype": "Bin", **filters})
		bin.flags.ignore_permissions = True
		name = bin.insert().name
	return name

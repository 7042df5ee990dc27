"""Moves fields of orders, quotations, invoices and deliveries, which were above the rows, further down."""

from __future__ import annotations

import frappe

DOCTYPES = ("Sales Order", "Quotation", "Sales Invoice", "Delivery Note")
# field: (its old position, its new position), each the field before it
MOVED = {
	"from_ecommerce": ("customer_name", "status"),
	"custom_is_courier_required": ("medusa_order_id", "shipping_address_name"),
}


def execute() -> None:
	"""Move the fields that are still in the position that the app chose; those that users moved stay."""
	for fieldname, (old, new) in MOVED.items():
		ours = {"dt": ("in", DOCTYPES), "fieldname": fieldname, "insert_after": old}
		frappe.db.set_value("Custom Field", ours, "insert_after", new, update_modified=False)
	for doctype in DOCTYPES:
		frappe.clear_cache(doctype=doctype)

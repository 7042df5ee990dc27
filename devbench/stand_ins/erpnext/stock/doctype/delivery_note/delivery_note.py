import frappe
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt

from erpnext.controllers.selling_controller import SellingController


class DeliveryNote(SellingController):
	"""What was delivered to a customer."""

	def find_status(self, status):
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus else "Draft"
		return "Return" if self.is_return else "To Bill"

	def on_submit(self):
		self.update_orders("against_sales_order", "qty", "delivered_qty", "per_delivered")

	def on_cancel(self):
		self.update_orders("against_sales_order", "qty", "delivered_qty", "per_delivered")
		self.db_set("status", "Cancelled")


@frappe.whitelist()
def make_sales_return(source_name, target_doc=None):
	"""The return of what a Delivery Note has delivered, not inserted."""
	source = frappe.get_doc("Delivery Note", source_name)
	tables = {"Delivery Note": {"doctype": "Delivery Note"}}
	target = get_mapped_doc("Delivery Note", source_name, tables, target_doc)
	target.update({"is_return": 1, "return_against": source.name, "items": []})
	for row in source.items:
		values = {key: row.get(key) for key in ("item_code", "item_name", "uom", "conversion_factor", "rate")}
		links = {"against_sales_order": row.against_sales_order, "so_detail": row.so_detail}
		links["dn_detail"] = row.name
		target.append("items", {**values, **links, "qty": -flt(row.qty)})
	return target

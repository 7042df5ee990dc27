import frappe
from frappe.model.mapper import get_mapped_doc

from erpnext.controllers.selling_controller import SellingController, map_rows


class Quotation(SellingController):
	"""What a customer or a lead is offered."""

	def find_status(self, status):
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus else "Draft"
		return "Open"

	def find_customer_name(self):
		return frappe.db.get_value(self.quotation_to, self.party_name, "customer_name")

	def on_cancel(self):
		self.db_set("status", "Cancelled")


@frappe.whitelist()
def make_sales_order(source_name, target_doc=None):
	"""The Sales Order of a submitted Quotation to a Customer, not inserted."""
	tables = {"Quotation": {"doctype": "Sales Order", "validation": {"docstatus": ["=", 1]}}}
	quotation = frappe.get_doc("Quotation", source_name)
	target = get_mapped_doc("Quotation", source_name, tables, target_doc)
	target.update({"customer": quotation.party_name, "items": []})
	return map_rows(quotation, target, "prevdoc_docname")

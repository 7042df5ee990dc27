import frappe
from frappe.model.mapper import get_mapped_doc

from erpnext.controllers.selling_controller import SellingController, map_rows


class Quotation(SellingController):
	"""What a customer or a lead is offered."""

	def find_status(self, status):
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus else "Draft"
		return "Open"

	def find_customer(self):
		return self.party_name if self.quotation_to == "Customer" else None

	def find_customer_name(self):
		if self.quotation_to == "Customer":
			return frappe.db.get_value("Customer", self.party_name, "customer_name")
		lead = frappe.db.get_value("Lead", self.party_name, ["company_name", "lead_name"], as_dict=True)
		return lead and (lead.company_name or lead.lead_name)

	def on_cancel(self):
		self.db_set("status", "Cancelled")


@frappe.whitelist()
def make_sales_order(source_name, target_doc=None):
	"""The Sales Order of a submitted Quotation to a Customer, not inserted."""
	return _make_sales_order(source_name, target_doc)


def _make_sales_order(source_name, target_doc=None, ignore_permissions=False):
	tables = {
		"Quotation": {"doctype": "Sales Order", "validation": {"docstatus": ["=", 1]}},
		"Sales Taxes and Charges": {"doctype": "Sales Taxes and Charges", "reset_value": True},
	}
	quotation = frappe.get_doc("Quotation", source_name)
	target = get_mapped_doc(
		"Quotation", source_name, tables, target_doc, ignore_permissions=ignore_permissions
	)
	target.update({"customer": quotation.party_name, "items": []})
	target.flags.ignore_permissions = ignore_permissions
	map_rows(quotation, target, "prevdoc_docname")
	for row, source in zip(target.items, quotation.items, strict=True):
		fields = ("price_list_rate", "item_tax_template", "item_tax_rate")
		# the mapper passes over what is empty
		given = {field: source.get(field) for field in fields if source.get(field)}
		row.update({"quotation_item": source.name, **given})
	return target

import frappe
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt

from erpnext.controllers.selling_controller import SellingController, map_rows


class SalesOrder(SellingController):
	"""What a customer has ordered: its status follows what was delivered and billed of it."""

	def find_status(self, status):
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus else "Draft"
		if status in ("On Hold", "Closed"):
			return status
		is_delivered = flt(self.per_delivered) >= 100 or self.skip_delivery_note
		is_billed = flt(self.per_billed) >= 100
		if is_delivered:
			return "Completed" if is_billed else "To Bill"
		return "To Deliver" if is_billed else "To Deliver and Bill"

	def on_cancel(self):
		self.db_set("status", "Cancelled")

	def update_status(self, status):
		"""Close, hold or open again; "Draft" opens."""
		self.set_status(update=True, status=status)


@frappe.whitelist()
def update_status(status, name):
	"""What the buttons Hold, Close and Re-open call."""
	frappe.get_doc("Sales Order", name).update_status(status)


@frappe.whitelist()
def make_sales_invoice(source_name, target_doc=None):
	"""The Sales Invoice of a submitted order, not inserted."""
	return _make(source_name, target_doc, "Sales Invoice", "sales_order")


@frappe.whitelist()
def make_delivery_note(source_name, target_doc=None):
	"""The Delivery Note of a submitted order, not inserted."""
	return _make(source_name, target_doc, "Delivery Note", "against_sales_order")


def _make(source_name, target_doc, doctype, link):
	tables = {"Sales Order": {"doctype": doctype, "validation": {"docstatus": ["=", 1]}}}
	target = get_mapped_doc("Sales Order", source_name, tables, target_doc)
	return map_rows(frappe.get_doc("Sales Order", source_name), target, link)

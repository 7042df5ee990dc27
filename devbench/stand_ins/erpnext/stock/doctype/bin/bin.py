import frappe
from frappe.model.document import Document
from frappe.utils import flt


class Bin(Document):
	"""What there is of an Item in a warehouse. Written by stock postings, without document events."""

	def before_save(self):
		self.stock_uom = self.stock_uom or frappe.get_cached_value("Item", self.item_code, "stock_uom")
		coming = flt(self.actual_qty) + flt(self.ordered_qty) + flt(self.indented_qty) + flt(self.planned_qty)
		reserved = flt(self.reserved_qty) + flt(self.reserved_qty_for_production)
		reserved += flt(self.reserved_qty_for_sub_contract) + flt(self.reserved_qty_for_production_plan)
		self.projected_qty = coming - reserved


def on_doctype_update():
	"""One Bin for an Item and a warehouse."""
	frappe.db.add_unique("Bin", ["item_code", "warehouse"], constraint_name="unique_item_warehouse")

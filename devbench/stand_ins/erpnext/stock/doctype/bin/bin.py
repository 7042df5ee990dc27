import frappe
from frappe.model.document import Document
from frappe.utils import flt


class Bin(Document):
	"""What there is of an Item in a warehouse. Written by stock postings, without document events."""

	def before_save(self):
		self.stock_uom = self.stock_uom or frappe.get_cached_value("Item", self.item_code, "stock_uom")
		coming = flt(self.actual_qty) + flt(self.ordered_qty) + flt(self.indented_qty) + flt(self.planned_qty)
		self.projected_qty = coming - flt(self.reserved_qty)


def on_doctype_update():
	"""One Bin for an Item and a warehouse."""
	frappe.db.add_unique("Bin", ["item_code", "warehouse"], constraint_name="unique_item_warehouse")

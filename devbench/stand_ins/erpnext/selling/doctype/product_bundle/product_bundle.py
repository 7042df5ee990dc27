import frappe
from frappe import _
from frappe.model.document import Document


class ProductBundle(Document):
	"""Items that are sold together as one other Item, which has no stock of its own."""

	def autoname(self):
		self.name = self.new_item_code

	def validate(self):
		if frappe.db.get_value("Item", self.new_item_code, "is_stock_item"):
			frappe.throw(_("Parent Item {0} must not be a Stock Item").format(self.new_item_code))

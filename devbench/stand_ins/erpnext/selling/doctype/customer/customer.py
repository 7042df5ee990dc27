import frappe
from frappe.model.document import Document


class Customer(Document):
	"""Who buys."""

	def autoname(self):
		if frappe.db.get_single_value("Selling Settings", "cust_master_name") == "Naming Series":
			frappe.model.naming.set_name_by_naming_series(self)
		else:
			self.name = self.customer_name

import frappe
from frappe import _
from frappe.model.document import Document

# one price for each combination of these
KEY = ("item_code", "price_list", "uom", "valid_from", "valid_upto", "customer", "batch_no", "packing_unit")


class ItemPriceDuplicateItem(frappe.ValidationError):
	"""There is such a price already."""


class ItemPrice(Document):
	"""The price of an Item in a Price List, for everybody or for one customer, for ever or for a time."""

	def validate(self):
		self.validate_item()
		self.validate_from_to_dates("valid_from", "valid_upto")
		self.take_values_of_price_list()
		self.item_name, self.item_description = frappe.db.get_value(
			"Item", self.item_code, ["item_name", "description"]
		)
		self.validate_not_duplicate()

	def validate_item(self):
		uoms = {"parenttype": "Item", "parent": self.item_code, "uom": self.uom}
		if self.uom and not frappe.db.exists("UOM Conversion Detail", uoms):
			frappe.throw(_("UOM {0} not found in Item {1}").format(self.uom, self.item_code))
		if frappe.db.get_value("Item", self.item_code, "has_variants"):
			frappe.throw(_("Item Price cannot be created for the template item {0}").format(self.item_code))

	def take_values_of_price_list(self):
		filters = {"name": self.price_list, "enabled": 1}
		values = frappe.db.get_value("Price List", filters, ["buying", "selling", "currency"])
		if not values:
			frappe.throw(_("The price list {0} does not exist or is disabled").format(self.price_list))
		self.buying, self.selling, self.currency = values

	def validate_not_duplicate(self):
		same_item = {"item_code": self.item_code, "price_list": self.price_list, "name": ["!=", self.name]}
		for other in frappe.get_all("Item Price", filters=same_item, fields=list(KEY)):
			if all(str(other[field] or "") == str(self.get(field) or "") for field in KEY):
				frappe.throw(_("Item Price appears multiple times"), ItemPriceDuplicateItem)

	def before_save(self):
		if self.selling:
			self.reference = self.customer

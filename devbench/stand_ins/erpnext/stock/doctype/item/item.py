import frappe
from frappe.model.document import Document
from frappe.utils import cstr, now, strip_html


class Item(Document):
	"""What is bought, stored and sold."""

	def validate(self):
		self.item_name = self.item_name or self.item_code
		if not strip_html(cstr(self.description)).strip():
			self.description = self.item_name
		if self.stock_uom not in [row.uom for row in self.uoms]:
			self.append("uoms", {"uom": self.stock_uom, "conversion_factor": 1})

	def on_update(self):
		self.update_item_prices()

	def on_trash(self):
		"""Bins and Item Prices go with it, without events of their own."""
		frappe.db.delete("Bin", {"item_code": self.name})
		frappe.db.delete("Item Price", {"item_code": self.name})

	def update_item_prices(self):
		"""Item Prices carry the Item's names; they are not saved for that."""
		price = frappe.qb.DocType("Item Price")
		query = (
			frappe.qb.update(price).where(price.item_code == self.name).set(price.item_name, self.item_name)
		)
		query = query.set(price.item_description, self.description).set(price.brand, self.brand)
		query.set(price.modified, now()).run()

	def after_rename(self, old_name, new_name, merge=False):
		frappe.db.set_value("Item", new_name, "item_code", new_name)

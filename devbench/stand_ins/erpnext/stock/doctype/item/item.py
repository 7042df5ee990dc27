import frappe
from frappe.model.document import Document
from frappe.utils import cstr, now, strip_html

from erpnext.stock.utils import get_or_make_bin


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

	def before_rename(self, old_name, new_name, merge=False):
		if merge:
			frappe.db.delete("Bin", {"item_code": old_name})

	def after_rename(self, old_name, new_name, merge=False):
		frappe.db.set_value("Item", new_name, "item_code", new_name)
		if merge:
			self.recalculate_bin_qty(new_name)

	def recalculate_bin_qty(self, new_name):
		"""Have the ledger of the merged Item computed anew; until then there is nothing of it."""
		moved = {"item_code": new_name}
		warehouses = frappe.get_all("Stock Ledger Entry", moved, pluck="warehouse", distinct=True)
		frappe.db.delete("Bin", moved)
		for warehouse in warehouses:
			entry = frappe.new_doc("Repost Item Valuation")
			entry.update({"based_on": "Item and Warehouse", "item_code": new_name, "warehouse": warehouse})
			entry.update({"posting_date": "1900-01-01", "posting_time": "00:01"})
			entry.flags.update({"ignore_links": True, "ignore_permissions": True})
			entry.save()
			entry.submit()
			get_or_make_bin(new_name, warehouse)

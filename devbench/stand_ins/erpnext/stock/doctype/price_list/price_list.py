import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now


class PriceList(Document):
	"""A set of Item Prices in one currency."""

	def validate(self):
		if not (self.buying or self.selling):
			frappe.throw(_("Price List must be applicable for Buying or Selling"))

	def on_update(self):
		if self.selling and not frappe.db.get_single_value("Selling Settings", "selling_price_list"):
			frappe.db.set_single_value("Selling Settings", "selling_price_list", self.name)
		self.update_item_prices()

	def update_item_prices(self):
		"""Item Prices carry what their list says; they are not saved for that."""
		price = frappe.qb.DocType("Item Price")
		query = (
			frappe.qb.update(price).where(price.price_list == self.name).set(price.currency, self.currency)
		)
		query = query.set(price.buying, self.buying).set(price.selling, self.selling)
		query.set(price.modified, now()).run()

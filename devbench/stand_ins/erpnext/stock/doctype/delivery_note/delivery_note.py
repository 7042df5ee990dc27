from erpnext.controllers.selling_controller import SellingController


class DeliveryNote(SellingController):
	"""What was delivered to a customer."""

	def find_status(self, status):
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus else "Draft"
		return "Return" if self.is_return else "To Bill"

	def on_submit(self):
		self.update_orders("against_sales_order", "qty", "delivered_qty", "per_delivered")

	def on_cancel(self):
		self.update_orders("against_sales_order", "qty", "delivered_qty", "per_delivered")
		self.db_set("status", "Cancelled")

from frappe.model.document import Document


class StockSettings(Document):
	"""Stock Settings, as far as this app touches them."""

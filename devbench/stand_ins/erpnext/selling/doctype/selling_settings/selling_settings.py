from frappe.model.document import Document


class SellingSettings(Document):
	"""Selling Settings, as far as this app touches it."""

from frappe.model.document import Document


class WebshopSettings(Document):
	"""Webshop Settings, as far as this app touches it."""

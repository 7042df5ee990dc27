from frappe.model.document import Document


class Brand(Document):
	"""Brand, as far as this app touches it."""

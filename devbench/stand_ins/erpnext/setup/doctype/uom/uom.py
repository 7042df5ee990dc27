from frappe.model.document import Document


class UOM(Document):
	"""UOM, as far as this app touches it."""

from frappe.model.document import Document


class Batch(Document):
	"""What came in together of an Item, as far as this app touches it."""

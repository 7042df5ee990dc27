from frappe.model.document import Document


class ItemBarcode(Document):
	"""Item Barcode, as far as this app touches it."""

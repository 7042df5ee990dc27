from frappe.model.document import Document


class UOMConversionDetail(Document):
	"""UOM Conversion Detail, as far as this app touches it."""

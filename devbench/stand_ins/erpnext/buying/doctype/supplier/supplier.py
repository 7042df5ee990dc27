from frappe.model.document import Document


class Supplier(Document):
	"""From whom is bought."""

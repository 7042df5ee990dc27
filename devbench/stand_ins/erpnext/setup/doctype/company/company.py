from frappe.model.document import Document


class Company(Document):
	"""Company, as far as this app touches it."""

from frappe.model.document import Document


class ItemWebsiteSpecification(Document):
	"""Item Website Specification, as far as this app touches it."""

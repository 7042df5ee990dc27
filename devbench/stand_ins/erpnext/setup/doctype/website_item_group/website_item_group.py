from frappe.model.document import Document


class WebsiteItemGroup(Document):
	"""Website Item Group, as far as this app touches it."""

from frappe.model.document import Document


class SalesTeam(Document):
	"""A Sales Person's share in what is sold."""

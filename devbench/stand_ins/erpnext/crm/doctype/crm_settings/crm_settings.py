from frappe.model.document import Document


class CRMSettings(Document):
	"""How Leads are made."""

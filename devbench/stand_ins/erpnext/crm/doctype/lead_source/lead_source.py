from frappe.model.document import Document


class LeadSource(Document):
	"""Where a Lead comes from."""

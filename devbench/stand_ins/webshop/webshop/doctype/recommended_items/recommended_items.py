from frappe.model.document import Document


class RecommendedItems(Document):
	"""A product that is shown beside another one."""

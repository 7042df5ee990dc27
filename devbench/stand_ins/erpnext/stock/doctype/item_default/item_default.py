from frappe.model.document import Document


class ItemDefault(Document):
	"""What an Item, its group or its brand has for one company."""

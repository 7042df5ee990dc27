from frappe.model.document import Document


class SerialandBatchEntry(Document):
	"""How much of a batch a movement has moved; negative out of it."""

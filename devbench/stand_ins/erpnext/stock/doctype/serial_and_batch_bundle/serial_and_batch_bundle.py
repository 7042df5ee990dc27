from frappe.model.document import Document


class SerialandBatchBundle(Document):
	"""The batches of a movement."""

from frappe.model.document import Document


class JournalEntryAccount(Document):
	"""A line of a Journal Entry."""

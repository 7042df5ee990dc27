from frappe.model.document import Document


class PaymentEntryReference(Document):
	"""What a Payment Entry pays for."""

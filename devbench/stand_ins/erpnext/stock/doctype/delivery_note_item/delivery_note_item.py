from frappe.model.document import Document


class DeliveryNoteItem(Document):
	"""A line of a Delivery Note."""

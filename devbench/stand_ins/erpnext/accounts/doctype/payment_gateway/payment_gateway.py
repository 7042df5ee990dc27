from frappe.model.document import Document


class PaymentGateway(Document):
	"""Who takes payments; of the app Payments."""

from frappe.model.document import Document


class SalesInvoicePayment(Document):
	"""How much of an invoice its customer has paid with it, and how."""

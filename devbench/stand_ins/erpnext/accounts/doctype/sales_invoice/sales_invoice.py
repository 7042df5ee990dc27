from frappe.model.document import Document


class SalesInvoice(Document):
	"""Sales Invoice, as far as this app touches it."""

from frappe.model.document import Document


class SalesInvoiceItem(Document):
	"""Sales Invoice Item, as far as this app touches it."""

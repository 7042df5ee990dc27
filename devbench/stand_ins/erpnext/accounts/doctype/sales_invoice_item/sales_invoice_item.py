from frappe.model.document import Document


class SalesInvoiceItem(Document):
	"""A line of a Sales Invoice."""

from frappe.model.document import Document


class QuotationItem(Document):
	"""A line of a Quotation."""

from frappe.model.document import Document


class ItemTaxTemplateDetail(Document):
	"""One rate, and the account that it is booked on."""

from frappe.model.document import Document


class SalesTaxesandCharges(Document):
	"""A tax or charge of a sale."""

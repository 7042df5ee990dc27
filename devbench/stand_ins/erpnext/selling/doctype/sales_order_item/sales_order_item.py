from frappe.model.document import Document


class SalesOrderItem(Document):
	"""A line of a Sales Order."""

from frappe.model.document import Document


class ItemTax(Document):
	"""A template that an Item or Item Group has, and since when."""

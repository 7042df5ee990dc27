from frappe.model.document import Document


class ProductBundleItem(Document):
	"""A part of a bundle, and how many of it one bundle has."""

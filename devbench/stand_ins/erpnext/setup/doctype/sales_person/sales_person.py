from frappe.utils.nestedset import NestedSet


class SalesPerson(NestedSet):
	"""A node in the tree of Sales Persons."""

	nsm_parent_field = "parent_sales_person"

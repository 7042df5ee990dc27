from frappe.utils.nestedset import NestedSet


class Territory(NestedSet):
	"""A node in the tree of Territories."""

	nsm_parent_field = "parent_territory"

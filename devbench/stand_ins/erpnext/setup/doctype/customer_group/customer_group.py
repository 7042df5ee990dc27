from frappe.utils.nestedset import NestedSet


class CustomerGroup(NestedSet):
	"""A node in the tree of Customer Groups."""

	nsm_parent_field = "parent_customer_group"

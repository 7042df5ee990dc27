import frappe
from frappe.utils.nestedset import NestedSet, get_descendants_of


class Warehouse(NestedSet):
	"""A node in the tree of warehouses, named with the company's abbreviation."""

	nsm_parent_field = "parent_warehouse"

	def autoname(self):
		suffix = f" - {frappe.get_cached_value('Company', self.company, 'abbr')}"
		self.name = self.warehouse_name.removesuffix(suffix) + suffix


def get_child_warehouses(warehouse):
	"""The names of the warehouse and of all below it."""
	return [*get_descendants_of("Warehouse", warehouse, ignore_permissions=True), warehouse]

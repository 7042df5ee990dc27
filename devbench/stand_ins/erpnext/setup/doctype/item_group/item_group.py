import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet


class ItemGroup(NestedSet):
	"""A node in the tree of Item Groups."""

	nsm_parent_field = "parent_item_group"

	def validate(self):
		root = _("All Item Groups")
		if not self.parent_item_group and self.name != root and frappe.db.exists("Item Group", root):
			self.parent_item_group = root

	def on_update(self):
		super().on_update()
		self.validate_one_root()

	def on_trash(self):
		super().on_trash(allow_root_deletion=True)

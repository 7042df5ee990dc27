"""An Item Group that is a page of the website."""

import frappe
from erpnext.setup.doctype.item_group.item_group import ItemGroup
from frappe.website.website_generator import WebsiteGenerator


class WebshopItemGroup(ItemGroup, WebsiteGenerator):
	"""Has a route, below its parent's one."""

	nsm_parent_field = "parent_item_group"
	website = frappe._dict(condition_field="show_in_website", no_cache=1)

	def validate(self):
		self.make_route()
		WebsiteGenerator.validate(self)
		super().validate()

	def make_route(self):
		if not self.route:
			parent = frappe.db.get_value(
				"Item Group", self.parent_item_group, ["parent_item_group", "route"], as_dict=True
			)
			# the root does not show in routes
			prefix = f"{parent.route}/" if parent and parent.parent_item_group and parent.route else ""
			self.route = prefix + self.scrub(self.item_group_name)
		return self.route

	def on_trash(self):
		WebsiteGenerator.on_trash(self)
		super().on_trash()

import json

import frappe
from frappe import _
from frappe.model.naming import make_autoname
from frappe.utils import cstr, random_string
from frappe.website.website_generator import WebsiteGenerator

FROM_ITEM = (
	"item_code",
	"item_name",
	"item_group",
	"stock_uom",
	"brand",
	"has_variants",
	"variant_of",
	"description",
)


class WebsiteItem(WebsiteGenerator):
	"""An Item as the shop shows it."""

	website = frappe._dict(page_title_field="web_item_name", condition_field="published", no_cache=1)

	def autoname(self):
		self.name = self.name or make_autoname(self.naming_series or "WEB-ITM-.####", doc=self)

	def validate(self):
		super().validate()
		other = frappe.db.exists("Website Item", {"item_code": self.item_code})
		if other and other != self.name:
			frappe.throw(
				_("Website Item already exists against Item {0}").format(frappe.bold(self.item_code))
			)
		self.validate_website_image()
		self.mark_item_as_published(True)

	def validate_website_image(self):
		"""An image that is no public File is dropped, with a message."""
		if frappe.flags.in_import or not self.website_image:
			return
		if not frappe.db.exists("File", {"file_url": self.website_image, "is_private": 0}):
			frappe.msgprint(_("Website Image {0} is no public file").format(self.website_image))
			self.website_image = None

	def make_route(self):
		"""The route of the group, the name, and five random letters, once and for all."""
		if not self.route:
			group = cstr(frappe.db.get_value("Item Group", self.item_group, "route"))
			return f"{group}/{self.scrub(f'{self.item_name or self.item_code}-{random_string(5)}')}"

	def on_update(self):
		self.publish_template()

	def publish_template(self):
		"""A variant that is shown needs its template shown."""
		if self.variant_of and self.published:
			template = frappe.get_doc("Item", self.variant_of)
			if not template.published_in_website:
				template.flags.ignore_permissions = True
				make_website_item(template)

	def on_trash(self):
		super().on_trash()
		self.mark_item_as_published(False)

	def mark_item_as_published(self, published):
		if frappe.db.get_value("Item", self.item_code, "published_in_website") != int(published):
			frappe.db.set_value("Item", self.item_code, "published_in_website", int(published))


def on_doctype_update():
	"""A text column can only be indexed with a length."""
	frappe.db.add_index("Website Item", ["route(500)"])


@frappe.whitelist()
def make_website_item(doc, save=True):
	"""Create the Website Item of an Item (or its JSON).

	Returns:
		Name and title; without `save` the new document.
	"""
	item = json.loads(doc) if isinstance(doc, str) else doc
	if frappe.db.exists("Website Item", {"item_code": item.get("item_code")}):
		frappe.throw(_("Website Item already exists against {0}").format(frappe.bold(item.get("item_code"))))
	website_item = frappe.new_doc("Website Item")
	website_item.update({field: item.get(field) for field in FROM_ITEM})
	website_item.web_item_name = item.get("item_name")
	website_item.website_image = item.get("image")
	if not save:
		return website_item
	website_item.save()
	return [website_item.name, website_item.web_item_name]

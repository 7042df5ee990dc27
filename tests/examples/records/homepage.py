"""Something in each table of the homepage, with the two products of the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
	from tests.examples.shop import ExampleShop

VIDEO = "https://videos.example.com/how-to-put-on-gloves"
LISTS = (
	"recommended_items",
	"trending_items",
	"new_arrivals",
	"dental_items",
	"medical_items",
	"medical_laboratory_items",
	"infection_control_items",
)


def make(example: ExampleShop) -> dict[str, str]:
	"""Save Homepage Landing, and a group with the name of a top category; commits."""
	import frappe
	from frappe.utils.nestedset import get_root_of

	gloves, masks = (
		frappe.db.get_value("Website Item", {"item_code": code}) for code in ("GLOVES-M", "MASKS-50")
	)
	group, brand = (
		{"link_doctype": doctype, "name1": name}
		for doctype, name in (("Item Group", "Gloves"), ("Brand", "Acme"))
	)
	if not frappe.db.exists("Item Group", "Dental"):
		example.shop.item_group("Dental", parent_item_group=get_root_of("Item Group"))
	example.site.keep_single("Homepage Landing")
	homepage = frappe.get_doc("Homepage Landing")
	homepage.update(
		{
			"top_section": [{"link_doctype": "Item Group", "name1": "Products"}, brand],
			"menu_section": [group, brand],
			"banners": [{"url": "https://cdn.example.com/summer.png", **group}],
			"order": [{"label": "Dental"}],
			"testimonials": [
				{"review": "Fast, and well packed.", "review_by": "Amal", "designation": "Dentist"}
			],
			"urls": [{"url": VIDEO, "website_item": gloves}],
			"best_deals": [{"website_item": masks, "url": "https://cdn.example.com/masks.png"}],
			**{name: [{"website_item": masks}] for name in LISTS},
			"top_sellers": [{"website_item": gloves}, {"website_item": masks}],
		}
	)
	homepage.save()
	frappe.db.commit()
	return {}

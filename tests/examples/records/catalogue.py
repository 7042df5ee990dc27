"""Item Groups of two levels, a product with a variant, a banner, and a top seller of the night."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
	from tests.examples.shop import ExampleShop


def make(example: ExampleShop) -> dict[str, str]:
	"""Insert them; commits."""
	import frappe

	shop = example.shop
	shop.item_group("Instruments", parent_item_group="Products", is_group=1, show_in_website=1)
	shop.item_group("Scissors", parent_item_group="Instruments", show_in_website=1)
	template = shop.as_template(example.website_item("SCISSORS", "Scissors", "Scissors", 0, "scissors"))
	title, parent = "Scissors, curved", {"custom_parent_website_item": template.name}
	variant = example.website_item("SCISSORS-C", title, "Scissors", 9.5, "scissors_curved", **parent)
	medical = {"parent": "Medusa Configuration", "label": "Medical"}
	frappe.db.set_value("Medusa Top Category", medical, "item_group", "Instruments")
	frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")
	_fill_singles(example, variant.item_code)
	frappe.db.delete("Medusa Sync Task")
	frappe.db.commit()
	return {}


def _fill_singles(example: ExampleShop, top_seller: str) -> None:
	import frappe

	for single in ("Homepage Landing", "Product Collection"):
		example.site.keep_single(single)
	homepage = frappe.get_doc("Homepage Landing")
	gloves = frappe.db.get_value("Website Item", {"item_code": "GLOVES-M"})
	banner = {"item_group": "Scissors", "url": "https://cdn.example.com/gloves.png"}
	homepage.append("product_details_banner", {**banner, "link_doctype": "Website Item", "name1": gloves})
	homepage.save()
	collection = frappe.get_doc("Product Collection")
	collection.append("medical_items", {"item_code": top_seller, "sales_count": 7})
	collection.save()

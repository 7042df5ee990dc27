"""Five products of the shop: three gloves and a mask in Dental, and one elsewhere."""

from __future__ import annotations

import pytest

# of products, by the name of their table in Homepage Landing
HOMEPAGE_LISTS = (
	"dental_items",
	"infection_control_items",
	"medical_items",
	"medical_laboratory_items",
	"new_arrivals",
	"recommended_items",
	"top_sellers",
	"trending_items",
)
# the field of a Website Item
PARENT = "custom_parent_website_item"
SPECS = {
	"Blue nitrile": [("Colour", "<p>Blue/white, sky&nbsp;blue</p>"), ("Shape", "Round")],
	"Clear vinyl": [("Colour", "white")],
	"Dark latex": [("Glove colour", "BLUE"), ("Shade", "A2, B1")],
	"Face mask": [("Shape", "Cone 3D/-/Flat")],
}


def listed_row(item, title, price):
	"""What a list tells everybody of a product that has no more than a title and a price."""
	return {
		"id": item.medusa_id,
		"variant_id": None,
		"item_code": item.item_code,
		"title": title,
		"collection_title": item.item_group,
		"thumbnail": None,
		"rating": 0,
		"is_wishlisted": 0,
		"has_variants": 0,
		"colour": None,
		"shape": None,
		"shade": None,
		"standard_price": price,
		"negotiated_price": 0,
	}


def pictured(item, url):
	"""The Website Item with an image at this address; webshop asks for one that is an attached file."""
	import frappe

	item.db_set("website_image", url, update_modified=False)
	frappe.db.commit()
	return item


def slug(name):
	"""The last part of the address of a group with such a plain name."""
	return name.lower().replace(" ", "-")


@pytest.fixture
def catalogue(quotes, visible):
	"""Five products: three gloves and a mask in Dental, and one elsewhere; by title."""
	import frappe
	from frappe.utils.nestedset import get_root_of

	class Catalogue:
		shop = quotes.shop

	top = Catalogue.top = quotes.shop.item_group(parent_item_group=get_root_of("Item Group"), is_group=1)
	quotes.shop.set(root_item_group=top.name, public_rate_limit=100_000)
	Catalogue.groups = groups = {}
	for label, parent in (("Dental", None), ("Gloves", "Dental"), ("Masks", "Dental"), ("Medical", None)):
		above = groups[parent].name if parent else top.name
		groups[label] = quotes.shop.item_group(
			quotes.shop.name(label), parent_item_group=above, is_group=int(label == "Dental")
		)
	brands = [quotes.site.new("Brand", brand=quotes.shop.name(label)).name for label in ("Acme", "Bolt")]
	Catalogue.brands = brands
	Catalogue.items = {}
	for title, group, brand, price, ranking in (
		("Blue nitrile", "Gloves", brands[0], 5, 1),
		("Clear vinyl", "Gloves", brands[1], 10, 3),
		("Dark latex", "Gloves", brands[0], 60, 2),
		("Face mask", "Masks", brands[1], None, 3),
		("Gauze", "Medical", brands[0], 2.5, 0),
	):
		document = visible(
			item=quotes.shop.item(item_group=groups[group].name, brand=brand),
			web_item_name=title,
			item_group=groups[group].name,
			brand=brand,
			ranking=ranking,
			website_specifications=[
				{"label": label, "description": text} for label, text in SPECS.get(title, ())
			],
		)
		if price:
			quotes.price(document.item_code, price)
		Catalogue.items[title] = document
	frappe.db.commit()
	return Catalogue


def names_of_values():
	"""What the shared cache has stored, by its keys in Redis."""
	import frappe

	return set(frappe.cache.keys(frappe.cache.make_key("medusa_shared:") + b"*"))

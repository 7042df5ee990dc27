"""The requests of the documentation, word for word, as the first generation of Medusa gets them."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.api import create_medusa_variant


@pytest.fixture
def generation():
	"""The documented shapes are v1's."""
	return "v1"


def sent(shop, path):
	"""Bodies of what was posted there, without the probe for extras, which has no title."""
	return [request.body for request in shop.medusa.sent("POST", path) if "title" in (request.body or {})]


@pytest.mark.contract(74, 76, 78, 79, 81, 82, 83, 84, 85, 86)
def test_the_documented_product(shop):
	"""`POST /admin/products` with the documented keys at the top, and the unit in the metadata."""
	brand = shop.site.new("Brand", brand=shop.name("Halyard")).name
	item = shop.website_item(
		shop.item(brand=brand, country_of_origin="Oman"),
		short_description="Blue",
		ranking=7,
		website_specifications=[{"label": "Size", "description": "<p>M</p>"}],
	)
	shop.drain()

	(body,) = sent(shop, "/admin/products")
	assert body["title"] == item.web_item_name
	assert body["item_code"] == item.item_code
	assert body["short_description"] == "Blue"
	assert body["ranking"] == 7
	assert body["status"] == "published"
	assert body["brand_name"] == brand
	assert body["origin_country"] == "OM"
	assert body["specifications"] == [{"label": "Size", "description": "M"}]
	assert body["collection_id"] == frappe.db.get_value("Item Group", item.item_group, "medusa_id")
	assert body["metadata"]["UOM"] == item.stock_uom
	assert (body["discountable"], body["is_giftcard"]) == (False, False)


@pytest.mark.contract(43, 44, 45, 46, 47, 48, 62, 89)
@pytest.mark.parametrize("backorder", [True, False])
def test_the_documented_variant(shop, backorder):
	"""`POST /admin/products/{id}/variants` with the documented keys; a variant that is there is taken."""
	item = shop.website_item()
	shop.drain()
	product_id = shop.value(item, "medusa_id")
	(existing,) = shop.product(item)["variants"]
	shop.by_hand("DELETE", f"/admin/products/{product_id}/variants/{existing['id']}")

	made = create_medusa_variant(product_id, backorder, "om")

	(body,) = sent(shop, f"/admin/products/{product_id}/variants")
	assert body["title"] == "Default"
	assert body["inventory_quantity"] == 0
	assert body["manage_inventory"] is True
	assert body["allow_backorder"] is backorder
	assert body["origin_country"] == "OM"
	assert (body["prices"], body["metadata"]) == ([], {})
	assert [option["value"] for option in body["options"]] == ["Default"]
	assert create_medusa_variant(product_id, backorder, "om") == made
	assert len(shop.product(item)["variants"]) == 1

"""`get_clearance_items`: what the nightly job wrote, with the filters of every list."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import add_days, today

from medusa_integration import api
from medusa_integration.storefront.clearance import show_clearance
from tests.support.queries import recorded_queries


@pytest.mark.contract(16, 61)
def test_clearance_items_as_the_job_wrote_them(catalogue, lists):
	assert api.get_clearance_items() == {
		"product_count": 0,
		"total_pages": 0,
		"current_page": 1,
		"items_in_page": 0,
		"distinct_parent_item_groups": [],
		"distinct_collection_titles": [],
		"distinct_brands": [],
		"distinct_colours": [],
		"distinct_shapes": [],
		"distinct_shades": [],
		"paginatedProducts": [],
	}
	items = catalogue.items
	expiring = frappe.get_doc("Expiring Items")
	for title, days in (("Blue nitrile", 20), ("Dark latex", 10)):
		row = {"website_item": items[title].name, "expiry_date": add_days(today(), days), "show": 1}
		expiring.append("expiring_items", row)
	expiring.save()
	items["Gauze"].custom_clearance_item = 1
	items["Gauze"].save()
	show_clearance(expiring)
	frappe.db.commit()
	answer = api.get_clearance_items()
	assert [(row["item_name"], row["expiry_date"]) for row in answer["paginatedProducts"]] == [
		("Dark latex", add_days(today(), 10)),
		("Blue nitrile", add_days(today(), 20)),
		("Gauze", None),
	]
	assert answer["paginatedProducts"][1] == {
		"website_item_name": "Blue nitrile",
		"product_id": items["Blue nitrile"].medusa_id,
		"variant_id": None,
		"item_name": "Blue nitrile",
		"item_group": catalogue.groups["Gloves"].name,
		"overall_rating": 0,
		"thumbnail": None,
		"is_wishlisted": 0,
		"has_variants": 0,
		"colour": "Blue/white, sky blue",
		"shape": "Round",
		"shade": None,
		"standard_price": 5,
		"negotiated_price": 0,
		"expiry_date": add_days(today(), 20),
	}
	assert (answer["product_count"], answer["distinct_shades"]) == (3, ["A2", "B1"])
	assert [
		row["item_name"]
		for row in api.get_clearance_items(sort_order="desc", page_size=2)["paginatedProducts"]
	] == [
		"Gauze",
		"Dark latex",
	]
	with recorded_queries() as queries:
		assert api.get_clearance_items(colour="blue", min_price=1)["product_count"] == 1
	assert queries and not [query for query in queries if "tabBin" in query]

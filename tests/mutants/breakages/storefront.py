"""Breakages of what the shop reads of the nightly jobs, and of what its customers write."""

from tests.mutants.breakage import Breakage

FILTERS = "storefront/filters.py"
LISTING = "storefront/listing.py"
PRODUCT = "storefront/product.py"
RECOMMENDATIONS = "storefront/recommendations.py"
REVIEWS = "storefront/reviews.py"

BREAKAGES = [
	Breakage(16, FILTERS, 'row.parentfield == "clearance_items"', 'row.parentfield == "new_arrivals"'),
	Breakage(
		22,
		RECOMMENDATIONS,
		"(row.parenttype == PRODUCT_COLLECTION)",
		'(row.parenttype == "Homepage Landing")',
	),
	Breakage(49, PRODUCT, '"in_stock": 1 if product.custom_in_stock else 0', '"in_stock": 1'),
	Breakage(
		59, FILTERS, "conditions.append(item.custom_in_stock == 1)", "conditions.append(item.published == 1)"
	),
	Breakage(
		60,
		LISTING,
		"	group = groups.of_url(url)\n",
		"	group, availability = groups.of_url(url), False\n",
	),
	Breakage(
		61,
		PRODUCT,
		'"in_stock": 1 if product.custom_in_stock else 0',
		'"in_stock": int(bool(frappe.db.get_value("Bin", {"item_code": product.item_code}, "actual_qty")))',
	),
	Breakage(
		97,
		REVIEWS,
		"		shared_cache.forget(products=())\n",
		"		shared_cache.forget(products=())\n		frappe.get_doc(WEBSITE_ITEM, website_item).save()\n",
	),
]

"""The paths by which products reach Medusa, and what has become of one of them."""

from __future__ import annotations

from datetime import timedelta

from frappe.utils import now_datetime

BATCH = "/admin/products/batch"
PRODUCTS = "/admin/products*"


def creates(request):
	"""Whether a request to Medusa is to create a product."""
	return b'"website_item"' in request.raw


def minutes_from_now(moment):
	"""How many whole minutes there are until then."""
	return round((moment - now_datetime()) / timedelta(minutes=1))


def assert_arrived_once(shop, item):
	"""Medusa has this product alone, once, with its one variant, and the task is done."""
	assert len(shop.medusa.products) == 1
	assert shop.value(item, "medusa_id") == shop.medusa.products[0]["id"]
	assert shop.value(item, "medusa_variant_id") == shop.medusa.products[0]["variants"][0]["id"]
	assert len(shop.medusa.products[0]["variants"]) == 1
	task = shop.task(item)
	assert (task.status, task.attempts, task.last_error) == ("Synced", 0, None)

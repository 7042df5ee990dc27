"""What becomes of groups and products in the simulated Medusa, and what a test does to them there."""

from __future__ import annotations

import json

import frappe

from devbench.medusa.simulator import faults

PRODUCTS = "/admin/products*"


def collection(shop, group):
	"""The collection that Medusa has of this Item Group; None without."""
	return next((one for one in shop.medusa.collections if one["id"] == shop.value(group, "medusa_id")), None)


def lose(shop, group, *, without_trace):
	"""Delete the collection in Medusa, as its own back office does, or as a restored backup does."""
	shop.by_hand("DELETE", f"/admin/collections/{group.medusa_id}")
	if without_trace:
		shop.medusa.app.collections.rows.pop(group.medusa_id)


def refuse(shop, name):
	"""Let Medusa refuse the product of this Website Item from now on."""
	body = json.dumps({"type": "invalid_data", "message": "The title is no good"}).encode()
	shop.medusa.fail(
		"POST",
		PRODUCTS,
		faults.status(400, body=body),
		times=None,
		only=lambda request: b'"website_item"' in request.raw and name.encode() in request.raw,
	)


def new_group(shop):
	"""The name of an Item Group that Medusa does not have."""
	group = shop.item_group()
	frappe.db.commit()
	return group.name


def extras(product):
	"""What Medusa 2 keeps beside a product, Medusa 1 in it."""
	return product.get("erp_product") or product


def variant(shop, item):
	"""The one variant that Medusa has of this Website Item."""
	(only,) = shop.product(item)["variants"]
	return only

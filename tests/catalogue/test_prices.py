"""Item Prices on their way to Medusa."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import add_days, nowdate


@pytest.fixture
def sold(shop):
	"""`sold()` is a Website Item that Medusa has."""

	def make():
		item = shop.website_item()
		shop.drain()
		return item

	return make


def new_price(shop, item, rate, **values):
	"""An Item Price in the shop's list, committed."""
	defaults = {"item_code": item.item_code, "price_list": "Standard Selling", "uom": "Nos"}
	price = shop.site.new("Item Price", **{**defaults, "price_list_rate": rate, "valid_from": None, **values})
	frappe.db.commit()
	return price


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_first(shop, medusa, sold):
	item = sold()
	price = new_price(shop, item, 12.345)
	print(shop.drain())
	task = shop.task(price)
	print(task.status, task.last_error)
	assert task.status == "Synced"

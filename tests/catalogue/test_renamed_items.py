"""Website Items whose own name, or that of their Item or Brand, is changed, merged or given again."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.sync import worker
from tests.catalogue.support import extras, variant
from tests.support.medusa import both_generations


@both_generations
@pytest.mark.contract(76)
def test_a_renamed_stock_item(shop, item):
	"""`item_code` and the variant's SKU follow; product and variant stay the same."""
	product = shop.product(item)
	new = shop.rename(frappe.get_doc("Item", item.item_code), shop.name("RENAMED"))
	shop.drain()

	renamed = shop.product(item)
	assert renamed["id"] == product["id"]
	assert extras(renamed)["item_code"] == new
	assert (variant(shop, item)["id"], variant(shop, item)["sku"]) == (product["variants"][0]["id"], new)
	assert shop.task(item).status == "Synced"


def test_a_merged_stock_item(shop, item):
	"""An Item is merged into another one that has no Website Item: code and SKU are that one's."""
	left = shop.item(item_group=item.item_group)
	frappe.db.commit()
	shop.rename(frappe.get_doc("Item", item.item_code), left.name, merge=True)
	shop.drain()

	assert extras(shop.product(item))["item_code"] == left.name
	assert variant(shop, item)["sku"] == left.name
	assert len(shop.medusa.products) == 1


def test_a_renamed_website_item(shop, item):
	"""Its task goes with it, and Medusa's product names the new one."""
	product = shop.product(item)["id"]
	new = shop.rename(item, f"WEB-{shop.mark}-RENAMED")
	assert shop.task(item.name) is None
	shop.drain()
	assert shop.task(new).status == "Synced"
	assert shop.product(new)["id"] == product
	assert len(shop.medusa.products) == 1


def test_a_website_item_is_given_the_name_of_a_deleted_one(shop, item):
	"""The deletion does not stand in the way of the new name."""
	gone = shop.website_item()
	shop.drain()
	frappe.delete_doc("Website Item", gone.name)
	frappe.db.commit()
	shop.rename(item, gone.name)
	shop.drain()
	assert len(shop.medusa.products) == 1
	assert variant(shop, gone)["sku"] == item.item_code
	assert set(shop.tasks()) == {"Synced"}


@both_generations
def test_a_website_item_is_merged_while_it_is_created(shop, item):
	"""What is left is one product: that of the item it was merged into."""
	other = shop.website_item()
	shop.when_creating(lambda: shop.elsewhere(lambda: shop.rename(other, item.name, merge=True)))
	shop.drain()
	assert len(shop.medusa.products) == 1
	assert shop.product(item)["id"] == shop.value(item, "medusa_id")
	assert set(shop.tasks()) == {"Synced"}


@both_generations
def test_a_website_item_is_merged_while_it_is_updated(shop, item):
	"""Its product is deleted before the update arrives, which makes it again: that one goes as well."""
	other = shop.website_item()
	shop.drain()
	shop.save(other, ranking=7)
	merged = []

	def merge(_request):
		if merged:
			return
		merged.append(True)
		shop.elsewhere(lambda: shop.rename(other, item.name, merge=True))
		shop.elsewhere(worker.drain)

	shop.medusa.on("POST", "*", merge, "arrived")
	shop.drain()

	assert merged and shop.created()[other.name] == 2
	assert len(shop.medusa.products) == 1
	assert shop.product(item)["id"] == shop.value(item, "medusa_id")
	assert set(shop.tasks()) == {"Synced"}


def test_a_website_item_is_renamed_while_it_is_created(shop):
	"""The ids find their way to the new name."""
	item = shop.website_item()
	new = f"WEB-{shop.mark}-RENAMED"
	shop.when_creating(lambda: shop.elsewhere(lambda: shop.rename(item, new)))
	shop.drain()

	assert len(shop.medusa.products) == 1
	frappe.db.rollback()
	assert frappe.db.get_value("Website Item", new, "medusa_id") == shop.medusa.products[0]["id"]
	assert shop.task(new).status == "Synced"


def test_a_renamed_brand(shop):
	"""All products of the brand carry the new name."""
	brand = shop.site.new("Brand", brand=shop.name("Halyard"))
	item = shop.website_item(shop.item(brand=brand.name))
	other = shop.website_item()
	shop.drain()
	requests = len(shop.medusa.sent("POST"))
	new = shop.rename(brand, shop.name("Halyard Health"))
	assert shop.task(other).status == "Synced"
	shop.drain()
	assert extras(shop.product(item))["brand_name"] == new
	assert len(shop.medusa.sent("POST")) == requests + 1

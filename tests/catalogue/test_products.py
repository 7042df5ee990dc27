"""Website Items as products: fields, variant, publication, and what is mended."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.sync import task_states
from medusa_integration.sync.desk_api import sync_now
from tests.catalogue.support import extras, variant
from tests.support.medusa import both_generations


@both_generations
@pytest.mark.contract(75, 76, 77, 78, 79, 80, 81, 82, 83, 85)
def test_the_field_map(shop):
	"""Every documented field arrives as documented."""
	brand = shop.site.new("Brand", brand=shop.name("Halyard"))
	stock_item = shop.item(brand=brand.name, country_of_origin="Oman")
	item = shop.website_item(
		stock_item,
		web_item_name="Gloves “Ultra” 🧤",
		web_long_description="<p>Powder &amp; latex free</p>",
		short_description="Blue &amp; thin",
		ranking=7,
		website_specifications=[
			{"label": "<b>Size</b>", "description": "<p>M &lt; L</p>"},
			{"label": "", "description": "no label"},
		],
	)

	shop.drain()

	product = shop.product(item)
	assert product["title"] == "Gloves “Ultra” 🧤"
	assert product["description"] == "Powder & latex free"
	assert product["status"] == "published"
	assert product["origin_country"] == "OM"
	assert product["metadata"]["UOM"] == stock_item.stock_uom
	values = extras(product)
	assert values["item_code"] == stock_item.name
	assert values["short_description"] == "Blue & thin"
	assert values["ranking"] == 7
	assert values["brand_name"] == brand.name
	assert values["specifications"] == [{"label": "Size", "description": "M < L"}]


@both_generations
@pytest.mark.contract(44, 45, 87, 88, 89, 91)
def test_the_one_variant(shop):
	"""Exactly one variant "Default", managed, without stock, its id on the Website Item."""
	item = shop.website_item(on_backorder=1)
	shop.drain()
	made = variant(shop, item)
	assert made["title"] == "Default"
	assert made["manage_inventory"] is True
	assert made["allow_backorder"] is True
	assert not made.get("inventory_quantity")
	assert made["sku"] == item.item_code
	assert shop.value(item, "medusa_variant_id") == made["id"]


@both_generations
@pytest.mark.contract(71, 80)
def test_an_unpublished_item_is_a_draft(shop, item):
	"""Unpublished: a draft; published again: published. Never deleted for that."""
	assert shop.product(item)["status"] == "published"
	shop.save(item, published=0)
	shop.drain()
	assert shop.product(item)["status"] == "draft"
	shop.save(item, published=1)
	shop.drain()
	assert shop.product(item)["status"] == "published"


def test_a_disabled_stock_item(shop, item):
	"""webshop unpublishes the Website Item of a disabled Item: a draft in Medusa."""
	shop.save(frappe.get_doc("Item", item.item_code), disabled=1)
	shop.drain()
	assert shop.product(item)["status"] == "draft"


@both_generations
@pytest.mark.contract(72)
def test_an_update_keeps_the_handle(shop, item):
	"""`medusa_id` set: changes are pushed to that product; its address in the shop stays."""
	handle = shop.product(item)["handle"]
	assert handle == item.route.rpartition("/")[2]
	shop.save(item, web_item_name="Vinyl gloves", route=f"{item.route}-vinyl")
	shop.drain()
	assert shop.product(item)["title"] == "Vinyl gloves"
	assert shop.product(item)["handle"] == handle
	assert len(shop.medusa.products) == 1


@both_generations
@pytest.mark.contract(63)
def test_a_changed_back_order_reaches_the_variant(shop, item):
	"""With `propagate_backorder_changes`, a changed `on_backorder` updates the variant."""
	assert variant(shop, item)["allow_backorder"] is False
	shop.save(item, on_backorder=1)
	shop.drain()
	assert variant(shop, item)["allow_backorder"] is True


@both_generations
@pytest.mark.contract(63)
def test_a_changed_back_order_stays_here(shop):
	"""Without it, the variant keeps what it was created with, whatever else is changed."""
	shop.set(propagate_backorder_changes=0)
	item = shop.website_item(on_backorder=1)
	shop.drain()
	assert variant(shop, item)["allow_backorder"] is True

	shop.save(item, on_backorder=0, ranking=4)
	shop.drain()

	assert extras(shop.product(item))["ranking"] == 4
	assert variant(shop, item)["allow_backorder"] is True


@pytest.mark.contract(82)
def test_the_country_of_the_item_changes(shop, item):
	"""`country_of_origin` is the Item's: its change is noticed there."""
	shop.save(frappe.get_doc("Item", item.item_code), country_of_origin="Germany")
	shop.drain()
	assert shop.product(item)["origin_country"] == "DE"


def test_weight_barcode_and_tariff_number(shop, item):
	"""What of the Item the variant carries, in grams."""
	stock_item = frappe.get_doc("Item", item.item_code)
	tariff = shop.site.new("Customs Tariff Number", tariff_number=f"4015{shop.mark}")
	barcode = str(4006381333931)
	stock_item.append("barcodes", {"barcode": barcode})
	shop.save(
		stock_item,
		weight_per_unit=1.25,
		weight_uom="Kg",
		customs_tariff_number=tariff.name,
		barcodes=stock_item.barcodes,
	)
	shop.drain()
	made = variant(shop, item)
	assert (made["barcode"], made["hs_code"], float(made["weight"])) == (barcode, tariff.name, 1250)


def test_a_change_of_the_item_that_no_product_shows(shop, item, query_counter):
	"""A save of an Item without mapped change writes nothing of ours."""
	stock_item = frappe.get_doc("Item", item.item_code)
	with query_counter() as queries:
		stock_item.save()
	assert [query for query in queries if "tabMedusa" in query] == []


@both_generations
@pytest.mark.parametrize("how", ["change", "Retry", "Sync now"])
def test_a_product_that_was_deleted_in_medusa(shop, item, how):
	"""404 on an update: it is made again, once, on the next change, on Retry and on Sync now."""
	gone = shop.product(item)["id"]
	shop.by_hand("DELETE", f"/admin/products/{gone}")
	if how == "change":
		shop.save(item, ranking=4)
	elif how == "Retry":
		task_states.retry([shop.task(item).name])
	else:
		sync_now("Website Item", item.name)
	shop.drain()

	assert len(shop.medusa.products) == 1
	made = shop.product(item)
	assert made["id"] == shop.value(item, "medusa_id") != gone
	assert shop.value(item, "medusa_variant_id") == variant(shop, item)["id"]
	assert shop.task(item).status == "Synced"


@both_generations
@pytest.mark.contract(87)
def test_a_missing_variant_is_mended(shop, item):
	"""Somebody deleted the variant: the next change makes it again."""
	gone = variant(shop, item)["id"]
	shop.by_hand("DELETE", f"/admin/products/{shop.product(item)['id']}/variants/{gone}")
	shop.save(item, ranking=4)
	shop.drain()
	assert variant(shop, item)["id"] == shop.value(item, "medusa_variant_id") != gone


@both_generations
def test_a_lost_variant_id_is_found_again(shop, item):
	"""The Website Item has lost its variant id: it is found, and no second variant is made."""
	frappe.db.set_value("Website Item", item.name, "medusa_variant_id", None, update_modified=False)
	shop.record([item.name])
	shop.drain()
	assert shop.value(item, "medusa_variant_id") == variant(shop, item)["id"]


def test_a_failed_update_keeps_both_ids(shop, item):
	"""Medusa refuses an update: product and variant are still known, for prices and orders."""
	product, made = shop.product(item)["id"], variant(shop, item)["id"]
	shop.medusa.fail("POST", "/admin/products/batch", 400, times=None)
	shop.save(item, ranking=4)
	shop.drain()
	assert shop.task(item).status == "Failed"
	assert (shop.value(item, "medusa_id"), shop.value(item, "medusa_variant_id")) == (product, made)


@both_generations
def test_lost_ids_are_found_again(shop, item):
	"""Both ids lost, as after a restored backup: the product is adopted, not doubled."""
	product = shop.product(item)["id"]
	ids = {"medusa_id": None, "medusa_variant_id": None}
	frappe.db.set_value("Website Item", item.name, ids, update_modified=False)
	frappe.db.delete("Medusa Sync Task", {"reference_name": item.name})
	shop.record([item.name])
	shop.drain()
	assert shop.value(item, "medusa_id") == product
	assert len(shop.medusa.products) == 1

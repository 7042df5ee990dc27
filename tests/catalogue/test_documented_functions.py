"""The documented dotted paths, called as a console, another app or a document event calls them."""

from __future__ import annotations

import json

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration import api
from medusa_integration.exceptions import SyncFailed
from tests.support.medusa import both_generations

only_v1 = pytest.mark.parametrize("generation", ["v1"])
PRODUCTS = "/admin/products*"
REFUSAL = faults.status(
	400, body=json.dumps({"type": "invalid_data", "message": "The title is no good"}).encode()
)


@pytest.fixture
def item(shop):
	"""A Website Item that Medusa has not seen yet."""
	return shop.website_item(web_item_name="Nitrile gloves", on_backorder=1)


def call(path, *arguments, **options):
	"""Call by dotted path, as `frappe.call` and the scheduler do."""
	return frappe.get_attr(f"medusa_integration.api.{path}")(*arguments, **options)


# -- export_website_item -------------------------------------------------------------------------------------


@both_generations
@pytest.mark.contract(30, 31, 71, 88, 91, 93)
@pytest.mark.parametrize("given", ["document", "name"])
def test_export_creates_product_and_variant(shop, item, given):
	"""At once: group, product, variant; both ids are answered, stored, and in the document that was given."""
	document = frappe.get_doc("Website Item", item.name)
	ids = call("export_website_item", document if given == "document" else item.name)

	product = shop.product(item)
	assert ids == {"medusa_id": product["id"], "medusa_variant_id": product["variants"][0]["id"]}
	assert shop.value(item, "medusa_id") == ids["medusa_id"]
	assert product["collection_id"]
	if given == "document":
		assert document.medusa_variant_id == ids["medusa_variant_id"]
		document.save()
	assert shop.task(item).status == "Synced"
	assert shop.woken == 1, "the save has woken a worker, the call itself needs none"


@only_v1
@pytest.mark.contract(74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86)
def test_the_documented_request(shop):
	"""`POST /admin/products` with the documented keys, from an item that has everything."""
	brand = shop.site.new("Brand", brand=shop.name("Halyard"))
	item = shop.website_item(
		shop.item(brand=brand.name, country_of_origin="Oman"),
		web_item_name="Nitrile gloves",
		web_long_description="<p>Powder &amp; latex free</p>",
		short_description="Thin",
		ranking=7,
		website_specifications=[{"label": "Size", "description": "<b>M</b>"}],
	)
	api.export_website_item(item)

	request = shop.medusa.sent("POST", "/admin/products")[-1]
	body = request.body
	assert {key: body[key] for key in body if key not in ("options", "variants")} == {
		"title": "Nitrile gloves",
		"item_code": item.item_code,
		"handle": item.route.rpartition("/")[2],
		"discountable": False,
		"is_giftcard": False,
		"collection_id": frappe.db.get_value("Item Group", item.item_group, "medusa_id"),
		"short_description": "Thin",
		"description": "Powder & latex free",
		"ranking": 7,
		"status": "published",
		"brand_name": brand.name,
		"origin_country": "OM",
		"metadata": {"UOM": item.stock_uom, "website_item": item.name},
		"specifications": [{"label": "Size", "description": "M"}],
	}


@both_generations
@pytest.mark.contract(80)
def test_an_unpublished_item_is_exported_as_a_draft(shop):
	"""Called by hand, an unpublished item is exported too."""
	item = shop.website_item(published=0)
	api.export_website_item(item)
	assert shop.product(item)["status"] == "draft"


def test_export_of_what_is_there_already(shop, item):
	"""With both ids nothing is sent, not even what has changed."""
	ids = api.export_website_item(item)
	shop.save(item, ranking=9)
	requests = len(shop.medusa.requests)
	assert api.export_website_item(item.name) == ids
	assert len(shop.medusa.requests) == requests


@pytest.mark.parametrize("function", ["export_website_item", "update_website_item"])
def test_switched_off_nothing_happens(shop, item, function):
	"""With `enable` off a call does nothing and raises nothing."""
	shop.set(enable=0)
	assert call(function, item) is None
	assert shop.medusa.requests == []


@both_generations
@pytest.mark.contract(30)
def test_export_says_why_it_failed(shop, item):
	"""The documented sentence, Medusa's own words, and a task that says the same."""
	api.export_item_group(item.item_group)
	plan = shop.medusa.fail(
		"POST", PRODUCTS, REFUSAL, times=None, only=lambda request: item.name.encode() in request.raw
	)
	with pytest.raises(SyncFailed) as raised:
		api.export_website_item(item)
	sentence = f"Error while exporting Website Item {item.name} to Medusa: Medusa refuses it (400): The title is no good"
	assert str(raised.value) == sentence
	assert (shop.task(item).status, shop.task(item).last_error) == ("Failed", sentence)

	plan.cancel()
	assert api.export_website_item(item)["medusa_id"]
	assert len(shop.medusa.products) == 1


def test_an_unknown_item(shop):
	"""There is no such Website Item."""
	with pytest.raises(frappe.DoesNotExistError, match="Website Item nothing does not exist"):
		api.export_website_item("nothing")


# -- update_website_item -------------------------------------------------------------------------------------


@only_v1
@pytest.mark.contract(72, 74, 75)
def test_update_sends_what_changed(shop, item):
	"""`POST /admin/products/{medusa_id}`, without `handle` and `is_giftcard`,
	and only when something is different.
	"""
	api.export_website_item(item)
	shop.save(item, web_item_name="Vinyl gloves")
	ids = api.update_website_item(frappe.get_doc("Website Item", item.name))

	requests = shop.medusa.sent("POST", f"/admin/products/{ids['medusa_id']}")
	assert [request.body["title"] for request in requests] == ["Vinyl gloves"]
	assert not {"handle", "is_giftcard"} & set(requests[0].body)
	api.update_website_item(item.name)
	assert len(shop.medusa.sent("POST", f"/admin/products/{ids['medusa_id']}")) == 1


@both_generations
def test_update_creates_what_is_not_there(shop, item):
	"""Called for an item without product, it makes one."""
	assert api.update_website_item(item)["medusa_id"] == shop.product(item)["id"]


@both_generations
@pytest.mark.contract(72)
def test_update_says_why_it_failed(shop, item):
	"""The documented sentence."""
	api.export_website_item(item)
	shop.save(item, ranking=9)
	shop.medusa.fail("POST", PRODUCTS, REFUSAL, times=None)
	with pytest.raises(
		SyncFailed, match=f"Error while updating Website Item {item.name} in Medusa: .*no good"
	):
		api.update_website_item(item)


@pytest.mark.contract(98)
def test_update_skips_a_document_with_the_flag(shop, item):
	"""The flag may stand in the document that is given, unsaved; it is reset there."""
	api.export_website_item(item)
	shop.save(item, ranking=9)
	requests = len(shop.medusa.requests)
	document = frappe.get_doc("Website Item", item.name)
	document.custom_skip_update_hook = 1
	assert api.update_website_item(document) is None
	assert document.custom_skip_update_hook == 0
	assert len(shop.medusa.requests) == requests


# -- create_medusa_variant -----------------------------------------------------------------------------------


@pytest.fixture
def bare_product(shop, item):
	"""A product without options and variants, which a Website Item knows."""
	product = shop.by_hand("POST", "/admin/products", title="Bare", handle=f"bare-{shop.mark}")["product"]
	ids = {"medusa_id": product["id"], "medusa_variant_id": None}
	frappe.db.set_value("Website Item", item.name, ids, update_modified=False)
	frappe.db.commit()
	return product["id"]


@only_v1
@pytest.mark.contract(43, 44, 45, 46, 47, 48, 62, 87, 88, 89)
@pytest.mark.parametrize("backorder", [True, False])
def test_create_medusa_variant(shop, item, bare_product, backorder):
	"""`POST /admin/products/{product_id}/variants` with exactly the documented payload;
	the id is answered.
	"""
	id = call("create_medusa_variant", bare_product, backorder, "om")

	(request,) = shop.medusa.sent("POST", f"/admin/products/{bare_product}/variants")
	option = shop.medusa.product(bare_product)["options"][0]
	assert option["title"] == "Default"
	assert request.body == {
		"title": "Default",
		"sku": item.item_code,
		"inventory_quantity": 0,
		"manage_inventory": True,
		"allow_backorder": backorder,
		"origin_country": "OM",
		"barcode": None,
		"hs_code": None,
		"weight": None,
		"prices": [],
		"metadata": {},
		"options": [{"option_id": option["id"], "value": "Default"}],
	}
	assert [one["id"] for one in shop.medusa.product(bare_product)["variants"]] == [id]
	assert create_again(shop, bare_product) == id


def create_again(shop, product_id):
	"""Exactly one variant: the second call adopts the first one's."""
	id = api.create_medusa_variant(product_id)
	assert len(shop.medusa.product(product_id)["variants"]) == 1
	return id


@only_v1
@pytest.mark.contract(43)
def test_create_medusa_variant_says_why_it_failed(shop):
	"""The documented sentence."""
	with pytest.raises(SyncFailed, match="Error while creating Item Variant for prod_nothing in Medusa: "):
		api.create_medusa_variant("prod_nothing")


@only_v1
def test_create_medusa_option(shop, bare_product):
	"""The option "Default", once; the documented sentence when it fails."""
	id = call("create_medusa_option", bare_product)
	assert call("create_medusa_option", bare_product) == id
	assert [one["title"] for one in shop.medusa.product(bare_product)["options"]] == ["Default"]
	with pytest.raises(SyncFailed, match="Error while creating Item Option for prod_nothing in Medusa: "):
		call("create_medusa_option", "prod_nothing")


def test_a_refusal_survives_as_a_row_in_the_log(shop):
	"""The caller rolls back because of the error: the requests stay in the log (contract 65)."""
	with pytest.raises(SyncFailed):
		api.create_medusa_variant("prod_nothing")
	frappe.db.rollback()
	assert shop.log(status="Failure")


# -- events --------------------------------------------------------------------------------------------------


@pytest.mark.contract(70, 71, 72)
def test_website_item_validate(shop, item):
	"""Called as the event calls it: the change is recorded, nothing is sent, nothing is raised."""
	frappe.db.delete("Medusa Sync Task")
	document = frappe.get_doc("Website Item", item.name)
	call("website_item_validate", document, "validate")
	frappe.db.commit()
	assert shop.task(item).status == "Pending"
	assert shop.medusa.requests == []

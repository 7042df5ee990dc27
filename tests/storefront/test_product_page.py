"""What the page of a product shows: variants, images, availability, prices, description."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import get_url

from medusa_integration import api
from tests.storefront.catalogue import PARENT, listed_row
from tests.support.asking import CALLERS, GUEST, STOREFRONT
from tests.support.pictures import NO_TEXT, PIXEL
from tests.support.queries import recorded_queries

NOT_FOUND = "No Website Item found with this medusa_id"


def variant(visible, parent, **values):
	item = visible(**values)
	item.db_set(PARENT, parent.name, update_modified=False)
	frappe.db.commit()
	return item


# -- variants ------------------------------------------------------------------------------------------------


def test_variants_are_the_visible_products_with_that_parent(quotes, visible, template):
	parent, other = template(), template()
	second = variant(visible, parent, web_item_name="Gloves M &lt;blue&gt;")
	first = variant(visible, parent, web_item_name="Gloves L")
	variant(visible, parent).db_set("published", 0)
	variant(visible, parent).db_set("medusa_id", None)
	variant(visible, other)
	quotes.price(first.item_code, 12.5)
	answer = api.get_website_variants(parent.medusa_id)
	assert answer["status"] == "success"
	assert answer["related_items"] == [
		listed_row(first, "Gloves L", 12.5),
		listed_row(second, "Gloves M <blue>", 0),
	]


def test_a_product_without_variants(visible, template):
	parent = template()
	item = variant(visible, parent)
	assert api.get_website_variants(item.medusa_id) == {"status": "empty", "related_items": []}


def test_an_item_that_became_its_own_parent_is_not_its_variant(visible, template):
	"""A merge of two Website Items can leave that."""
	parent = template()
	frappe.db.set_value("Website Item", parent.name, PARENT, parent.name, update_modified=False)
	frappe.db.commit()
	assert api.get_website_variants(parent.medusa_id) == {"status": "empty", "related_items": []}


def test_whether_a_product_has_variants(visible, template):
	assert api.get_product_has_variants(template().medusa_id) == {"status": "success", "has_variants": 1}
	medusa_id = visible().medusa_id
	with recorded_queries() as queries:
		assert api.get_product_has_variants(medusa_id) == {"status": "success", "has_variants": 0}
	assert len(queries) == 1, queries


@pytest.mark.parametrize("name", ["get_website_variants", "get_product_has_variants", "get_website_image"])
def test_a_product_that_is_not_shown_is_not_found(visible, ask, name):
	hidden = visible()
	hidden.db_set("published", 0)
	frappe.db.commit()
	for medusa_id in (hidden.medusa_id, "prod_unknown", "%"):
		answer = ask(GUEST, name, medusa_id=medusa_id)
		assert (answer.status_code, answer.json()["error"]) == (404, NOT_FOUND), answer.text


@pytest.mark.contract(61)
@pytest.mark.parametrize("count", [1, 10, 100])
def test_statements_of_variants(shop, template, customer, count):
	"""Two for parent and variants, six for the cards."""
	parent, buyer = template(), customer()
	shop.many(count, recorded=False, in_medusa=True, **{PARENT: parent.name})
	api.get_website_variants(parent.medusa_id, buyer.medusa_id)
	with recorded_queries() as queries:
		answer = api.get_website_variants(parent.medusa_id, buyer.medusa_id)
	assert len(answer["related_items"]) == count
	assert len(queries) == 9, queries
	assert not [query for query in queries if "tabBin" in query]


# -- images and the rest -------------------------------------------------------------------------------------


@pytest.mark.contract(49, 59, 61)
def test_what_the_page_shows(shop, quotes, visible):
	"""The flag and the quantity are those of the Website Item; the ledger is not read for them."""
	brand = shop.site.new("Brand", brand=shop.name("Acme"), image="/files/acme logo.png")
	item = visible(
		web_long_description="<div><p>Soft &amp; strong</p><ul><li>Latex-free</li></ul></div><script>x()</script>"
	)
	values = {
		"brand": brand.name,
		"website_image": "https://cdn.example.com/main.png",
		"custom_in_stock": 1,
		"custom_available_qty": 7.5,
	}
	item.db_set(values, update_modified=False)
	quotes.price(item.item_code, 12.5)
	frappe.db.commit()
	with recorded_queries() as queries:
		answer = api.get_website_image(item.medusa_id)
	assert answer == {
		"status": "success",
		"image": ["https://cdn.example.com/main.png"],
		"brand_image": get_url("/files/acme%20logo.png"),
		"in_stock": 1,
		"qty": 7.5,
		"price": 12.5,
		"negotiated_price": 0,
		"description": "Soft & strong\nLatex-free",
	}
	assert not [query for query in queries if "tabBin" in query]


@pytest.mark.contract(49)
def test_a_product_that_is_out_of_stock(visible):
	item = visible()
	item.db_set({"custom_in_stock": 0, "custom_available_qty": 0}, update_modified=False)
	frappe.db.commit()
	answer = api.get_website_image(item.medusa_id)
	assert (answer["in_stock"], answer["qty"]) == (0, 0)


def test_a_product_with_nothing(visible):
	assert api.get_website_image(visible().medusa_id) == {
		"status": "success",
		"image": [],
		"brand_image": None,
		"in_stock": 0,
		"qty": 0,
		"price": 0,
		"negotiated_price": 0,
		"description": "",
	}


def test_images_are_the_public_ones(shop, visible, attach):
	"""Also where a private file has the same content."""
	item = visible()
	same = PIXEL + NO_TEXT + shop.mark.encode()
	attach(item, private=1)
	attach(item, private=1, content=same)
	first, second = attach(item, content=same), attach(item)
	attach(item, content=b"no image", name=f"{shop.mark}.txt")
	answer = api.get_website_image(item.medusa_id)
	assert answer["image"] == [get_url(first.file_url), get_url(second.file_url)]


@pytest.mark.parametrize("image", ["/private/files/logo.png", "/Private/files/logo.png", "data:image/png,x"])
def test_an_image_of_a_brand_that_cannot_be_shown(shop, visible, image):
	brand = shop.site.new("Brand", brand=shop.name("Acme"))
	brand.db_set("image", image)
	item = visible()
	item.db_set("brand", brand.name, update_modified=False)
	frappe.db.commit()
	assert api.get_website_image(item.medusa_id)["brand_image"] is None


@pytest.mark.parametrize("who", CALLERS)
def test_the_quantity_is_told_to_the_shop_only(visible, told, who):
	item = visible()
	item.db_set("custom_available_qty", 7, update_modified=False)
	frappe.db.commit()
	assert told(who, "get_website_image", medusa_id=item.medusa_id)["qty"] == (
		7 if who == STOREFRONT else None
	)


@pytest.mark.parametrize("count", [1, 10, 100])
def test_statements_of_the_page(shop, quotes, visible, count):
	item = visible()
	for number in range(count):
		file = {"file_url": f"https://cdn.example.com/{number}.png", "file_name": f"{number}.png"}
		attached = {"attached_to_doctype": "Website Item", "attached_to_name": item.name}
		shop.site.added(frappe.get_doc({"doctype": "File", **file, **attached}).insert())
	frappe.db.commit()
	api.get_website_image(item.medusa_id)
	with recorded_queries() as queries:
		answer = api.get_website_image(item.medusa_id)
	assert len(answer["image"]) == count
	assert len(queries) == 4, queries

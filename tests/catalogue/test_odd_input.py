"""What shops really contain: each arrives, or its task says why not, in words that a person can act on."""

from __future__ import annotations

import frappe
import pytest

from tests.support.medusa import both_generations

pytestmark = both_generations


def arrives(shop, item):
	"""Send everything; the item's product."""
	shop.drain()
	task = shop.task(item)
	assert (task.status, task.last_error) == ("Synced", None)
	return shop.product(item)


def says_why(shop, item):
	"""Send everything; why the item did not arrive."""
	shop.drain()
	task = shop.task(item)
	assert (task.status, task.attempts, task.next_attempt_at) == ("Failed", 1, None)
	assert shop.errors() == [], "nobody needs a traceback for that"
	return task.last_error


def set_behind_its_back(item, **values):
	"""What imports and other programs leave: values that no form would take."""
	frappe.db.set_value("Website Item", item.name, values)
	frappe.db.commit()


# -- references ----------------------------------------------------------------------------------------------


def test_no_item_group(shop):
	"""Without a group: a product without a collection."""
	item = shop.website_item()
	set_behind_its_back(item, item_group=None)
	assert arrives(shop, item)["collection_id"] is None


def test_an_item_group_that_does_not_exist(shop):
	"""The task names it."""
	item = shop.website_item()
	set_behind_its_back(item, item_group="Gone With The Wind")
	assert says_why(shop, item) == "Item Group Gone With The Wind does not exist."


def test_no_stock_item(shop):
	"""The Item was removed behind its back: what the Website Item itself has, arrives."""
	item = shop.website_item()
	set_behind_its_back(item, item_code=f"GONE-{shop.mark}")
	product = arrives(shop, item)
	assert product["variants"][0]["sku"] == f"GONE-{shop.mark}"


def test_a_country_without_a_code(shop):
	"""No code, no `origin_country`."""
	country = shop.site.new("Country", country_name=shop.name("Atlantis"), code="om")
	country.db_set("code", None)
	item = shop.website_item(shop.item(country_of_origin=country.name))
	assert arrives(shop, item)["origin_country"] is None


def test_a_brand_that_does_not_exist(shop):
	"""A brand is a text to Medusa: it arrives."""
	item = shop.website_item()
	set_behind_its_back(item, brand="No Such Brand")
	product = arrives(shop, item)
	assert (product.get("erp_product") or product)["brand_name"] == "No Such Brand"


# -- texts ---------------------------------------------------------------------------------------------------


def test_a_description_of_300_kilobytes(shop, generation):
	"""v2 takes it in a batch. v1 takes no body of that size: the task names the field and its size."""
	item = shop.website_item(web_item_name="Gloves", web_long_description="<p>" + "glove " * 50_000 + "</p>")
	if generation == "v2":
		assert len(arrives(shop, item)["description"]) > 299_000
	else:
		assert says_why(shop, item) == (
			f"Error while exporting Website Item {item.name} to Medusa: "
			"Gloves has more text than Medusa takes for one product: description 300.0 KB."
		)


def test_one_long_description_does_not_hold_up_the_others(shop, generation):
	"""The others of its chunk arrive."""
	names = shop.many(5)
	long = shop.website_item(web_long_description="glove " * (50_000 if generation == "v1" else 400_000))
	shop.drain()
	assert shop.task(long).status == "Failed"
	assert "more text than Medusa takes for one product: description" in shop.task(long).last_error
	assert {shop.task(name).status for name in names} == {"Synced"}


@pytest.mark.parametrize(
	"title",
	[
		"Gloves “Ultra” 'thin' \"M\" 🧤",
		"<b>Gloves</b> & co.",
		"قفازات نتريل",
		"手套",
		"Gloves \\ / % ? # é",
		"G" * 140,
	],
)
def test_titles(shop, title):
	"""Emoji, quotes, HTML, other alphabets: as it was written, not as Frappe stores it (`&amp;`)."""
	item = shop.website_item(web_item_name=title)
	product = arrives(shop, item)
	assert product["title"] == title
	assert product["handle"]


def test_broken_html(shop):
	"""Texts are plain texts in Medusa, whatever was pasted here."""
	item = shop.website_item()
	set_behind_its_back(
		item,
		web_long_description="<p>Thin<p>and <b>strong<script>alert(1)</script></p>&nbsp;&lt;5 µm",
		short_description="<div",
	)
	description = arrives(shop, item)["description"]
	assert "Thin" in description
	assert "<5 µm" in description
	assert "<b>" not in description


# -- codes and handles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"code", ["A B/C", "UPPER lower", "½ inch – “N”", "a?b&c=d#e", "%41", "قفاز", "-", "x" * 120]
)
def test_item_codes(shop, code):
	"""Spaces, slashes, capitals and signs: the SKU is the item code, unchanged;
	a second change finds it again.
	"""
	item = shop.website_item(code=f"{code} {shop.mark}"[:140])
	assert arrives(shop, item)["variants"][0]["sku"] == item.item_code
	frappe.db.set_value("Website Item", item.name, {"medusa_id": None, "medusa_variant_id": None})
	shop.record([item.name])
	arrives(shop, item)
	assert len(shop.medusa.products) == 1


def test_two_items_with_the_same_handle(shop):
	"""Both arrive, the second with title and item code in its handle; an update keeps both."""
	one, two = shop.website_item(), shop.website_item()
	set_behind_its_back(one, route=f"gloves/thin-{shop.mark}")
	set_behind_its_back(two, route=f"masks/thin-{shop.mark}")
	handles = [arrives(shop, one)["handle"], arrives(shop, two)["handle"]]
	assert f"thin-{shop.mark}" in handles
	assert len(set(handles)) == 2
	for item in (one, two):
		shop.save(item, ranking=5)
	assert [arrives(shop, one)["handle"], arrives(shop, two)["handle"]] == handles


def test_no_route(shop):
	"""Without a route the handle is made of title and item code."""
	item = shop.website_item(web_item_name="Thin Gloves")
	set_behind_its_back(item, route=None)
	assert arrives(shop, item)["handle"].startswith("thin-gloves-")


def test_the_handle_belongs_to_a_product_made_by_hand(shop, generation):
	"""Somebody made a product of that name in Medusa: it is left alone, ours gets another handle."""
	item = shop.website_item()
	options = {} if generation == "v1" else {"options": [{"title": "Size", "values": ["M"]}]}
	theirs = shop.by_hand(
		"POST", "/admin/products", title="Theirs", handle=item.route.rpartition("/")[2], **options
	)
	product = arrives(shop, item)
	assert product["id"] != theirs["product"]["id"]
	assert shop.medusa.product(theirs["product"]["id"])["title"] == "Theirs"


# -- kinds of items ------------------------------------------------------------------------------------------


def test_a_template_and_its_variant(shop):
	"""Both are Website Items, both are products of their own."""
	template, variant = shop.website_item(), shop.website_item()
	frappe.db.set_value("Website Item", template.name, "has_variants", 1)
	frappe.db.set_value("Website Item", variant.name, "variant_of", template.item_code)
	arrives(shop, template)
	arrives(shop, variant)
	assert len(shop.medusa.products) == 2


def test_many_specifications(shop):
	"""Two hundred rows with quotes and breaks."""
	rows = [{"label": f"Size {i}", "description": f'<p>"{i}"<br>mm</p>'} for i in range(200)]
	item = shop.website_item(website_specifications=rows)
	product = arrives(shop, item)
	specifications = (product.get("erp_product") or product)["specifications"]
	assert specifications[7] == {"label": "Size 7", "description": '"7"\nmm'}
	assert len(specifications) == 200

"""The banners of product pages: *Product Details Banner* of Homepage Landing."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import get_url

from medusa_integration import api
from tests.storefront.catalogue import slug
from tests.support.queries import recorded_queries

IMAGE = "https://cdn.example.com/{}.png"


@pytest.fixture
def banners(lists):
	"""Write the rows of the homepage: (Item Group, address, type, name of what it links to)."""

	def write(*rows):
		homepage = frappe.get_doc("Homepage Landing")
		fields = ("item_group", "url", "link_doctype", "name1")
		homepage.set("product_details_banner", [dict(zip(fields, row, strict=True)) for row in rows])
		homepage.save()
		frappe.db.commit()

	return write


def test_each_kind_of_link(shop, banners, visible, template):
	group, other = shop.item_group(show_in_website=1), shop.item_group()
	brand = shop.site.new("Brand", brand=shop.name("Acme"))
	item, parent = visible(web_item_name="Gel &lt;50 ml&gt;"), template()
	banners(
		(group.name, IMAGE.format(1), "Item Group", group.name),
		(other.name, IMAGE.format(2), "Item Group", group.name),
		(group.name, "/files/a b.png", "Brand", brand.name),
		(group.name, IMAGE.format(4), "Website Item", item.name),
		(group.name, IMAGE.format(5), "Website Item", parent.name),
	)
	assert api.get_product_details_banner(group.name) == {
		"status": "success",
		"banners": [
			{
				"type": "Item Group",
				"title": group.name,
				"item_group_url": f"products/{slug(group.name)}",
				"banner_url": "https://cdn.example.com/1.png",
			},
			{"type": "Brand", "title": brand.name, "banner_url": get_url("/files/a%20b.png")},
			{
				"type": "Website Item",
				"title": "Gel <50 ml>",
				"product_id": item.medusa_id,
				"has_variants": 0,
				"banner_url": "https://cdn.example.com/4.png",
			},
			{
				"type": "Website Item",
				"title": parent.web_item_name,
				"product_id": parent.medusa_id,
				"has_variants": 1,
				"banner_url": "https://cdn.example.com/5.png",
			},
		],
	}


def test_the_group_in_any_case(shop, banners):
	group = shop.item_group()
	banners((group.name, IMAGE.format(1), "Item Group", group.name))
	assert api.get_product_details_banner(group.name.upper())["status"] == "success"
	assert api.get_product_details_banner_item_group(f" {group.name.lower()} ") == IMAGE.format(1)


def test_rows_that_show_nothing_are_left_out(shop, banners, visible):
	group, gone = shop.item_group(), shop.item_group()
	hidden, unsent = visible(), visible()
	banners(
		(group.name, IMAGE.format(1), "Website Item", hidden.name),
		(group.name, IMAGE.format(2), "Website Item", unsent.name),
		(group.name, IMAGE.format(3), "Item Group", gone.name),
		(group.name, None, "Item Group", group.name),
		(group.name, "/private/files/x.png", "Item Group", group.name),
	)
	shop.save(hidden, published=0)
	unsent.db_set("medusa_id", None)
	frappe.db.delete("Item Group", {"name": gone.name})
	frappe.db.commit()
	assert api.get_product_details_banner(group.name) == {"status": "not_found", "banners": []}
	assert api.get_product_details_banner_item_group(group.name) is None


def test_a_banner_without_a_link_is_only_an_image(shop, banners):
	group = shop.item_group()
	banners(
		(group.name, IMAGE.format(1), None, None), (group.name, IMAGE.format(2), "Item Group", group.name)
	)
	assert [one["banner_url"] for one in api.get_product_details_banner(group.name)["banners"]] == [
		IMAGE.format(2)
	]
	assert api.get_product_details_banner_item_group(group.name) == IMAGE.format(1)


@pytest.mark.parametrize("name", ["No Such Group", "%", "' or 1=1 -- "])
def test_a_group_without_banners(lists, anew, name):
	anew()
	assert api.get_product_details_banner(name) == {"status": "not_found", "banners": []}
	assert api.get_product_details_banner_item_group(name) is None


@pytest.mark.parametrize(("count", "statements"), [(1, 2), (10, 4), (100, 4)])
def test_four_statements_and_none_when_nothing_has_changed(shop, banners, visible, count, statements):
	"""One for the rows, and one for each kind of link that there is."""
	group, item = shop.item_group(), visible()
	brand = shop.site.new("Brand", brand=shop.name("Acme"))
	links = (("Item Group", group.name), ("Brand", brand.name), ("Website Item", item.name))
	banners(*((group.name, IMAGE.format(n), *links[n % 3]) for n in range(count)))
	with recorded_queries() as queries:
		assert len(api.get_product_details_banner(group.name)["banners"]) == count
	assert len(queries) == statements, queries
	with recorded_queries() as queries:
		assert api.get_product_details_banner_item_group(group.name) == IMAGE.format(0)
		assert api.get_product_details_banner("another group")["banners"] == []
	assert queries == []

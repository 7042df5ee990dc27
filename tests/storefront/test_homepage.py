"""What the homepage shows beside products: groups, brands, banners, testimonials, and its form."""

from __future__ import annotations

import json
from pathlib import Path

import frappe
import pytest

from medusa_integration import api
from tests.storefront.catalogue import slug
from tests.storefront.conftest import SITE
from tests.support.queries import recorded_queries

pytestmark = pytest.mark.usefixtures("site_address")
SECTIONS = (
	"get_homepage_top_section",
	"get_homepage_menu_section",
	"get_homepage_order_list",
	"get_homepage_banners",
	"get_testimonials",
	"get_yt_videos_list",
	"get_best_deals",
)
DOCTYPES = Path(api.__file__).parent / "medusa_integration" / "doctype"


@pytest.fixture
def group(lists):
	"""Make an Item Group below Products that is shown on the website."""

	def make(name, parent="Products", **values):
		values = {"show_in_website": 1, "is_group": 1, **values}
		document = lists.item_group(lists.name(name), parent_item_group=parent, **values)
		frappe.db.commit()
		return document.reload()

	return make


@pytest.fixture
def brand(lists):
	def make(name, **values):
		document = lists.site.new("Brand", brand=lists.name(name), **values)
		frappe.db.commit()
		return document.name

	return make


@pytest.fixture
def sold(lists, visible):
	"""Make a product of a group and a brand."""
	return lambda group, brand: visible(item=lists.item(item_group=group.name, brand=brand))


def test_an_empty_homepage(lists):
	"""A fresh site: nothing to show, and no error."""
	frappe.db.delete("Singles", {"doctype": "Homepage Landing"})
	frappe.clear_document_cache("Homepage Landing", "Homepage Landing")
	frappe.db.commit()
	assert [getattr(api, name)() for name in SECTIONS] == [[]] * len(SECTIONS)


def test_top_section(homepage, group, brand, sold, delete):
	dental, medical, gone = group("Dental", image="/files/dental.png"), group("Medical"), group("Gone")
	burs, hidden = group("Burs", dental.name), group("Hidden", dental.name, show_in_website=0)
	nova, unsold = brand("Nova & Sons", image="https://cdn.example.com/nova.png"), brand("Unsold")
	sold(burs, nova)
	sold(burs, nova)
	sold(hidden, nova).db_set("published", 0)
	homepage(
		top_section=[
			{"link_doctype": "Item Group", "name1": medical.name},
			{"link_doctype": "Brand", "name1": nova},
			{"link_doctype": "Item Group", "name1": gone.name},
			{"link_doctype": "Item Group", "name1": dental.name},
			{"link_doctype": "Brand", "name1": unsold},
		]
	)
	delete(gone)
	route, query = f"products/{slug(dental.name)}", f"Nova%20%26%20Sons{nova.removeprefix('Nova & Sons')}"
	query = query.replace(" ", "%20")
	assert api.get_homepage_top_section() == [
		{
			"type": "Item Group",
			"title": medical.name,
			"thumbnail": None,
			"url": f"products/{slug(medical.name)}",
			"sub_categories": [],
		},
		{
			"type": "Brand",
			"title": nova,
			"thumbnail": "https://cdn.example.com/nova.png",
			"url": f"products?brand={query}",
			"categories": [{"title": burs.name, "url": f"{route}/{slug(burs.name)}?brand={query}"}],
		},
		{
			"type": "Item Group",
			"title": dental.name,
			"thumbnail": f"{SITE}/files/dental.png",
			"url": route,
			"sub_categories": [{"title": burs.name, "url": f"{route}/{slug(burs.name)}"}],
		},
		{
			"type": "Brand",
			"title": unsold,
			"thumbnail": None,
			"url": f"products?brand={unsold.replace(' ', '%20')}",
			"categories": [],
		},
	]


def test_menu_section(homepage, group, brand, delete):
	dental, gone, nova = group("Dental"), group("Gone"), brand("Nova")
	homepage(
		menu_section=[
			{"link_doctype": "Brand", "name1": nova},
			{"link_doctype": "Item Group", "name1": gone.name},
			{"link_doctype": "Item Group", "name1": dental.name},
		]
	)
	delete(gone)
	assert api.get_homepage_menu_section() == [
		{"title": nova, "url": f"products?brand={nova.replace(' ', '%20')}"},
		{"title": dental.name, "url": f"products/{slug(dental.name)}"},
	]


def test_order_of_categories(homepage, group, lists, delete):
	"""The groups of Top Categories, or of the name of a label there, with the function of that row."""
	dental, medical, other, gone = (group(name) for name in ("dental CARE", "Medical", "Other", "Gone"))
	settings = frappe.get_doc("Medusa Configuration")
	lists.site.keep_single("Medusa Configuration")
	rows = (
		("Teeth", dental.name, "get_dental_items"),
		(medical.name.upper(), None, "get_medical_items"),
		(gone.name, None, "get_gone"),
	)
	settings.top_categories = []
	for label, item_group, function in rows:
		values = {"label": label, "item_group": item_group, "homepage_function": function}
		settings.append("top_categories", {**values, "target_table": "other_items"})
	settings.flags.ignore_validate = True
	settings.save()
	homepage(order=[{"label": one.name} for one in (medical, other, gone, dental)])
	delete(gone)
	assert api.get_homepage_order_list() == [
		{"title": " ".join(map(str.capitalize, medical.name.split())), "function": "get_medical_items"},
		{
			"title": f"Dental Care {dental.name.removeprefix('dental CARE ').capitalize()}",
			"function": "get_dental_items",
		},
	]


@pytest.mark.parametrize(
	("label", "title"), [("DENTAL", "Dental"), ("infection control", "Infection Control"), ("men's", "Men's")]
)
def test_titles_of_categories(homepage, group, label, title, monkeypatch):
	from medusa_integration.storefront import homepage as module

	made = group(label)
	homepage(order=[{"label": made.name}])
	category = frappe._dict(label="x", item_group=made.name, homepage_function="get_it")
	monkeypatch.setattr(module, "get_settings", lambda: frappe._dict(top_categories=[category]))
	(found,) = api.get_homepage_order_list()
	assert found["title"].startswith(f"{title} ") and found["function"] == "get_it"


def test_banners(homepage, group, brand, delete):
	dental, gone, nova = group("Dental"), group("Gone"), brand("Nova")
	link = {"link_doctype": "Item Group", "name1": dental.name}
	homepage(
		banners=[
			{"url": "/files/summer.png", **link},
			{"url": "https://cdn.example.com/b.png", "link_doctype": "Brand", "name1": nova},
			{"url": None, **link},
			{"url": "/private/files/secret.png", **link},
			{"url": "javascript:alert(1)", **link},
			{"url": "/files/no-link.png"},
			{"url": "/files/gone.png", "link_doctype": "Item Group", "name1": gone.name},
		]
	)
	delete(gone)
	assert api.get_homepage_banners() == [
		{
			"banner_url": f"{SITE}/files/summer.png",
			"link_doctype": "Item Group",
			"name1": dental.name,
			"item_group_url": f"products/{slug(dental.name)}",
		},
		{"banner_url": "https://cdn.example.com/b.png", "link_doctype": "Brand", "name1": nova},
	]


def test_testimonials(homepage):
	homepage(
		testimonials=[
			{"review": "Fast, and 5 < 6 days", "review_by": "Amal", "image_url": "/files/amal.png"},
			{"review": "  ", "review_by": "Nobody"},
			{"review": "Good", "designation": "Dentist", "image_url": "/private/files/x.png"},
		]
	)
	assert api.get_testimonials() == [
		{
			"thumbnail": f"{SITE}/files/amal.png",
			"review": "Fast, and 5 < 6 days",
			"review_by": "Amal",
			"designation": None,
		},
		{"thumbnail": None, "review": "Good", "review_by": None, "designation": "Dentist"},
	]


def of_size(size, group, brand, sold):
	"""Rows of every table, so many of each."""
	groups = [group("Group") for _ in range(size)]
	brands = [brand("Brand") for _ in range(size)]
	items = [sold(groups[0], brands[0]) for _ in range(size)]
	entries = [{"link_doctype": "Item Group", "name1": one.name} for one in groups]
	entries += [{"link_doctype": "Brand", "name1": name} for name in brands]
	return {
		"top_section": entries,
		"menu_section": entries,
		"banners": [{"url": "/files/x.png", **entry} for entry in entries],
		"order": [{"label": one.name} for one in groups],
		"testimonials": [{"review": "Good"} for _ in range(size)],
		"urls": [{"url": "https://youtu.be/x", "website_item": item.name} for item in items],
		"best_deals": [{"website_item": item.name} for item in items],
	}


def test_the_number_of_statements_is_constant(homepage, group, brand, sold):
	counts = []
	homepage(**of_size(1, group, brand, sold))
	for name in SECTIONS:
		getattr(api, name)()  # so that Frappe has what it keeps of DocTypes
	for size in (1, 10, 100):
		homepage(**of_size(size, group, brand, sold))
		with recorded_queries() as queries:
			found = [(len(getattr(api, name)()), len(queries)) for name in SECTIONS]
		assert [number for number, _ in found if number not in (0, size, 2 * size)] == []
		counts.append([total for _number, total in found])
		with recorded_queries() as queries:
			for name in SECTIONS:
				getattr(api, name)()
		assert queries == []
	assert counts[0] == counts[1] == counts[2], counts
	assert counts[0][-1] <= 32


LAYOUT = ("Tab Break", "Section Break", "Column Break")
TABLES = ("homepage_landing", "homepage_item", "homepage_banner", "homepage_order", "item_and_brand_entry")
TABLES += ("best_deals", "testimonial", "youtube_videos", "product_details_banner", "medusa_top_category")


@pytest.mark.parametrize("doctype", TABLES)
def test_every_field_says_what_it_does(doctype):
	fields = json.loads((DOCTYPES / doctype / f"{doctype}.json").read_text())["fields"]
	silent = [
		field["fieldname"]
		for field in fields
		if field["fieldtype"] not in LAYOUT and not field.get("description")
	]
	assert silent == []

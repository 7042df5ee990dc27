"""`get_website_items`: what the shop lists, by which filters, and what its visitors are told of it."""

from __future__ import annotations

import re

import frappe
import pytest

from medusa_integration import api, shared_cache
from medusa_integration.storefront.item_groups import ItemGroups
from tests.storefront.catalogue import listed_row, slug
from tests.support.queries import recorded_queries


def listed(url="/", **values):
	return api.get_website_items(url=url, **values)


def titles(url="/", **values):
	return [row["title"] for row in listed(url, **values)["paginatedProducts"]]


def test_a_group_with_those_below_it(catalogue):
	dental, medical = catalogue.groups["Dental"], catalogue.groups["Medical"]
	route = f"products/{slug(dental.name)}"
	for url in (route, f"/{route}/", slug(dental.name), f"/anything/{route}"):
		assert titles(url) == ["Blue nitrile", "Clear vinyl", "Dark latex", "Face mask"], url
	assert titles(slug(medical.name)) == ["Gauze"]
	for url in ("/", "products", "/products/", "all", "/all-products"):
		assert len(titles(url)) == 5, url
	with pytest.raises(frappe.DoesNotExistError, match="No matching item group found for the URL: /nowhere"):
		listed("/nowhere")


def test_only_what_is_published_and_in_medusa(catalogue):
	catalogue.items["Gauze"].db_set("published", 0)
	catalogue.items["Face mask"].db_set("medusa_id", None)
	frappe.db.commit()
	catalogue.items["Clear vinyl"].reload().save()
	frappe.db.commit()
	assert titles() == ["Blue nitrile", "Clear vinyl", "Dark latex"]


def test_all_that_is_answered(catalogue):
	groups, brands = catalogue.groups, catalogue.brands
	answer = listed(page_size=2, page=3)
	(row,) = answer.pop("paginatedProducts")
	assert row == listed_row(catalogue.items["Gauze"], "Gauze", 2.5)
	assert answer == {
		"product_count": 5,
		"total_pages": 3,
		"current_page": 3,
		"items_in_page": 1,
		"distinct_parent_item_groups": [
			{"title": groups[label].name, "handle": slug(groups[label].name)}
			for label in ("Dental", "Medical")
		],
		"distinct_collection_titles": [
			{"name": groups["Gloves"].name, "count": 3},
			{"name": groups["Masks"].name, "count": 1},
			{"name": groups["Medical"].name, "count": 1},
		],
		"distinct_brands": [{"name": brands[0], "count": 3}, {"name": brands[1], "count": 2}],
		"distinct_colours": ["Blue", "Sky Blue", "White"],
		"distinct_shapes": ["Flat", "Round"],
		"distinct_shades": ["A2", "B1"],
	}


@pytest.mark.parametrize(
	("values", "expected"),
	[
		({"colour": "blue"}, ["Blue nitrile", "Dark latex"]),
		({"colour": ["WHITE", "nothing"]}, ["Blue nitrile", "Clear vinyl"]),
		({"colour": "Sky  Blue"}, ["Blue nitrile"]),
		({"colour": "Sky"}, []),
		({"colour": "blue", "shape": "round"}, ["Blue nitrile"]),
		({"shade": "a2"}, ["Dark latex"]),
		({"min_price": 5}, ["Blue nitrile", "Clear vinyl"]),
		({"min_price": 5, "max_price": 9.99}, ["Blue nitrile"]),
		# on request, and without a price
		({"max_price": 4}, ["Dark latex", "Face mask", "Gauze"]),
		({"min_price": 0, "max_price": 0}, ["Dark latex", "Face mask"]),
		({"min_price": 60}, []),
		({"max_price": 50}, ["Blue nitrile", "Clear vinyl", "Dark latex", "Face mask", "Gauze"]),
		({"min_price": 10, "max_price": 5}, []),
		({"search": "vi"}, ["Clear vinyl"]),
		# of each item code
		({"search": "NITRILE"}, ["Blue nitrile", "Clear vinyl", "Dark latex", "Face mask", "Gauze"]),
		({"search": "bolt"}, ["Clear vinyl", "Face mask"]),
		({"search": " vinyl  CLEAR "}, ["Clear vinyl"]),
		({"search": "acme blue"}, ["Blue nitrile"]),
		({"search": "%"}, []),
		({"search": "_lue"}, []),
		({"search": "\\"}, []),
		({"search": "x' or '1'='1"}, []),
		({"sort_order": "desc"}, ["Gauze", "Face mask", "Dark latex", "Clear vinyl", "Blue nitrile"]),
	],
)
def test_filters(catalogue, values, expected):
	assert titles(**values) == expected
	assert listed(**values)["product_count"] == len(expected)


@pytest.mark.parametrize(
	("first", "second"),
	[
		# each is the one that counts, though the second one was entered later
		({"valid_from": "2026-02-01"}, {"valid_from": "2026-01-01"}),
		({"uom": "Nos"}, {"uom": None}),
		({"packing_unit": 0}, {"packing_unit": 1}),
		({}, {"valid_from": "2999-01-01"}),
		({}, {"valid_from": "2020-01-01", "valid_upto": "2020-12-31"}),
	],
)
def test_price_filters_mean_the_price_that_counts(catalogue, quotes, first, second):
	"""As on the card: 7 and not 8."""
	mask = catalogue.items["Face mask"]
	for rate, values in ((7, first), (8, second)):
		price = quotes.price(mask.item_code, rate)
		price.db_set({"valid_from": None, **values}, update_modified=False)
	frappe.db.commit()
	assert "Face mask" in titles(min_price=7, max_price=7)
	assert "Face mask" not in titles(min_price=8)
	(row,) = listed(search="face")["paginatedProducts"]
	assert row["standard_price"] == 7


def test_by_ranking_then_by_name_of_the_website_item(catalogue):
	first, second = sorted(
		[catalogue.items["Clear vinyl"], catalogue.items["Face mask"]], key=lambda item: item.name
	)
	expected = [first.web_item_name, second.web_item_name, "Dark latex", "Blue nitrile", "Gauze"]
	assert titles(sort_order="default") == expected


def test_groups_and_brands(catalogue):
	groups, (acme, bolt) = catalogue.groups, catalogue.brands
	assert titles(brand=bolt) == ["Clear vinyl", "Face mask"]
	assert titles(brand=[acme, "no such brand"], collection_title=groups["Dental"].name) == [
		"Blue nitrile",
		"Dark latex",
	]
	route = f"products/{slug(groups['Dental'].name)}/{slug(groups['Gloves'].name)}"
	assert titles(route, collection_title="no such group") == []
	assert titles(slug(groups["Dental"].name), collection_title=groups["Medical"].name) == []


def test_each_facet_counts_what_the_others_leave(catalogue):
	groups, (acme, _bolt) = catalogue.groups, catalogue.brands
	answer = listed(brand=acme, colour="blue", collection_title=groups["Gloves"].name)
	assert answer["product_count"] == 2
	assert answer["distinct_brands"] == [{"name": acme, "count": 2}]
	assert answer["distinct_collection_titles"] == [{"name": groups["Gloves"].name, "count": 2}]
	assert answer["distinct_colours"] == ["Blue", "Sky Blue", "White"], "of Acme's gloves of any colour"
	assert answer["distinct_shapes"] == ["Round"]
	assert [row["title"] for row in answer["distinct_parent_item_groups"]] == [groups["Dental"].name]
	answer = listed(colour="white")
	assert [row["count"] for row in answer["distinct_brands"]] == [1, 1]
	assert answer["distinct_colours"] == ["Blue", "Sky Blue", "White"]
	assert len(answer["distinct_parent_item_groups"]) == 2, "of all that is visible"


@pytest.mark.contract(59, 60)
def test_availability_is_what_the_stock_job_wrote(catalogue):
	blue = catalogue.items["Blue nitrile"]
	assert titles(availability=1) == []
	frappe.db.set_value("Website Item", blue.name, "custom_in_stock", 1, update_modified=False)
	frappe.db.commit()
	blue.reload().save()
	frappe.db.commit()
	assert titles(availability=1) == ["Blue nitrile"]
	assert len(titles(availability=0)) == 5


@pytest.mark.parametrize("brand", ["Nip & Tuck", "Nip &amp; Tuck"])
def test_brand_is_found_as_it_is_shown_and_as_it_is_stored(catalogue, brand):
	catalogue.items["Blue nitrile"].db_set("brand", "Nip &amp; Tuck")
	frappe.db.commit()
	assert titles(brand=brand) == ["Blue nitrile"]


def test_group_is_found_as_it_is_shown_and_as_it_is_stored(catalogue):
	group = catalogue.shop.item_group(
		catalogue.shop.name("Nip &amp; Tuck"), parent_item_group=catalogue.top.name
	)
	catalogue.items["Gauze"].db_set("item_group", group.name)
	frappe.db.commit()
	for name in (group.name, group.name.replace("&amp;", "&"), group.name.replace("&amp;", "&").upper()):
		assert titles(collection_title=name) == ["Gauze"]
		assert [row["brand"] for row in api.get_all_brands(name)["brand_list"]] == [catalogue.brands[0]]


def test_groups_above_one_another(site):
	"""The nearest first; a circle, as a merge beside ERPNext can leave it, ends."""
	tree = ItemGroups([("All", None, None), ("Dental", "all", None), ("Gloves", "DENTAL", None)])
	assert tree.above("Gloves") == ["Gloves", "Dental", "All"]
	circle = ItemGroups([("A", "C", None), ("B", "A", None), ("C", "B", None)])
	assert circle.above("A") == ["A", "C", "B"]


def test_beyond_the_last_page(catalogue):
	answer = listed(page=1_000_000, page_size=2)
	assert (answer["paginatedProducts"], answer["items_in_page"], answer["current_page"]) == (
		[],
		0,
		1_000_000,
	)
	assert (answer["product_count"], answer["total_pages"]) == (5, 3)


def test_size_of_a_page_is_a_setting(catalogue):
	catalogue.shop.set(page_size=3)
	assert listed()["items_in_page"] == 3


def test_specs_of_some_products(catalogue):
	items = catalogue.items
	items["Face mask"].db_set("published", 0)
	ids = [items[title].medusa_id for title in ("Dark latex", "Clear vinyl", "Face mask")]
	frappe.db.commit()
	assert api.get_distinct_specs(medusa_ids=[*ids, "prod_unknown"]) == {
		"distinct_colours": ["Blue", "White"],
		"distinct_shapes": [],
		"distinct_shades": ["A2", "B1"],
		"has_variants_map": {ids[0]: 0, ids[1]: 0},
	}


def test_routes_and_slugs(catalogue):
	gloves, dental = catalogue.groups["Gloves"], catalogue.groups["Dental"]
	assert api.slugify(gloves.name) == slug(gloves.name)
	assert api.get_full_route(gloves.name) == f"products/{slug(dental.name)}/{slug(gloves.name)}"
	assert api.slugify("Dental & Medical: 2nd") == "dental-medical-2nd"
	assert re.fullmatch("[0-9a-z]+", api.slugify("قفازات")), "of a name without Latin letters"
	assert api.slugify("قفازات") != api.slugify("أقنعة")
	with pytest.raises(frappe.DoesNotExistError):
		api.get_full_route("no such group")


# -- what it costs -------------------------------------------------------------------------------------------


def test_chosen_filters_use_up_nothing_of_the_lists_that_everybody_opens(shop, monkeypatch):
	"""Somebody sends searches until no more of their answers are stored."""
	shop.many(1, recorded=False)
	frappe.db.commit()
	frappe.cache.delete_keys("medusa_shared")
	listed()
	spent = {name: frappe.cache.make_key(shared_cache.SPENT + name) for name in ("facets", "page")}
	monkeypatch.setattr(
		shared_cache, "MOST", 4 * max(int(frappe.cache.get(key) or 0) for key in spent.values())
	)
	frappe.cache.delete_keys("medusa_shared")
	for number in range(40):
		listed(search=f"web {number}")
	listed()
	with recorded_queries() as warm:
		listed()
	assert [query for query in warm if "tabMedusa Product Facet" in query] == []


@pytest.mark.contract(59, 61)
@pytest.mark.parametrize("is_known", [False, True])
def test_statements_do_not_depend_on_the_number_of_products(shop, quotes, is_known):
	shop.set(public_rate_limit=100_000)
	buyer = quotes.customer() if is_known else None
	values = {"customer_id": buyer.medusa_id} if buyer else {}
	counts = []
	for size, more in ((1, 1), (10, 9), (100, 90)):
		shop.many(more, recorded=False, in_medusa=True)
		listed(**values)  # so that Frappe has what it keeps of DocTypes
		for filters in (
			{},
			{"min_price": 0, "search": "web", "availability": 0},
			{
				"max_price": 9,
				"colour": ["a", "b"],
				"shape": "c",
				"shade": "d",
				"brand": "e",
				"collection_title": "f",
			},
		):
			frappe.db.commit()
			frappe.cache.delete_keys("medusa_shared")
			with recorded_queries() as cold:
				answer = listed(page_size=100, **filters, **values)
			with recorded_queries() as warm:
				assert listed(page_size=100, **filters, **values) == answer
			if "brand" not in filters:
				assert answer["items_in_page"] == size
				counts.append((len(cold), len(warm)))
			assert not [query for query in (*cold, *warm) if "tabBin" in query]
			assert len(cold) <= 12
	assert len(set(counts)) == 1, counts
	assert counts[0][1] <= 8, counts

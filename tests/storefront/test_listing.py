"""`get_website_items`: what the shop lists, by which filters, and what its visitors are told of it."""

from __future__ import annotations

import frappe
import pytest
import requests
from frappe.utils.nestedset import get_root_of

from medusa_integration import api
from medusa_integration.storefront import item_groups
from tests.support.queries import recorded_queries

SPECS = {
	"Blue nitrile": [("Colour", "<p>Blue/white, sky&nbsp;blue</p>"), ("Shape", "Round")],
	"Clear vinyl": [("Colour", "white")],
	"Dark latex": [("Glove colour", "BLUE"), ("Shade", "A2, B1")],
	"Face mask": [("Shape", "Cone 3D/-/Flat")],
}


@pytest.fixture
def catalogue(quotes, visible):
	"""Five products: three gloves and a mask in Dental, and one elsewhere; by title."""

	class Catalogue:
		shop = quotes.shop

	top = Catalogue.top = quotes.shop.item_group(parent_item_group=get_root_of("Item Group"), is_group=1)
	quotes.shop.set(root_item_group=top.name, public_rate_limit=100_000)
	Catalogue.groups = groups = {}
	for label, parent in (("Dental", None), ("Gloves", "Dental"), ("Masks", "Dental"), ("Medical", None)):
		above = groups[parent].name if parent else top.name
		groups[label] = quotes.shop.item_group(
			quotes.shop.name(label), parent_item_group=above, is_group=int(label == "Dental")
		)
	brands = [quotes.site.new("Brand", brand=quotes.shop.name(label)).name for label in ("Acme", "Bolt")]
	Catalogue.brands = brands
	Catalogue.items = {}
	for title, group, brand, price, ranking in (
		("Blue nitrile", "Gloves", brands[0], 5, 1),
		("Clear vinyl", "Gloves", brands[1], 10, 3),
		("Dark latex", "Gloves", brands[0], 60, 2),
		("Face mask", "Masks", brands[1], None, 3),
		("Gauze", "Medical", brands[0], 2.5, 0),
	):
		document = visible(
			item=quotes.shop.item(item_group=groups[group].name, brand=brand),
			web_item_name=title,
			item_group=groups[group].name,
			brand=brand,
			ranking=ranking,
			website_specifications=[
				{"label": label, "description": text} for label, text in SPECS.get(title, ())
			],
		)
		if price:
			quotes.price(document.item_code, price)
		Catalogue.items[title] = document
	frappe.db.commit()
	return Catalogue


def listed(url="/", **values):
	return api.get_website_items(url=url, **values)


def titles(url="/", **values):
	return [row["title"] for row in listed(url, **values)["paginatedProducts"]]


def test_a_group_with_those_below_it(catalogue):
	dental, medical = catalogue.groups["Dental"], catalogue.groups["Medical"]
	route = frappe.db.get_value("Item Group", dental.name, "custom_medusa_route")
	assert route == f"products/{item_groups.slugify(dental.name)}"
	for url in (route, f"/{route}/", item_groups.slugify(dental.name), f"/anything/{route}"):
		assert titles(url) == ["Blue nitrile", "Clear vinyl", "Dark latex", "Face mask"], url
	assert titles(item_groups.slugify(medical.name)) == ["Gauze"]
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
	gauze = catalogue.items["Gauze"]
	assert row == {
		"id": gauze.medusa_id,
		"variant_id": None,
		"item_code": gauze.item_code,
		"title": "Gauze",
		"collection_title": groups["Medical"].name,
		"thumbnail": None,
		"rating": 0,
		"is_wishlisted": 0,
		"has_variants": 0,
		"colour": None,
		"shape": None,
		"shade": None,
		"standard_price": 2.5,
		"negotiated_price": 0,
	}
	assert answer == {
		"product_count": 5,
		"total_pages": 3,
		"current_page": 3,
		"items_in_page": 1,
		"distinct_parent_item_groups": [
			{"title": groups[label].name, "handle": item_groups.slugify(groups[label].name)}
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
	assert titles(groups["Gloves"].custom_medusa_route or "", collection_title="no such group") == []
	assert titles(item_groups.slugify(groups["Dental"].name), collection_title=groups["Medical"].name) == []


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
	slug = api.slugify(gloves.name)
	assert api.get_full_route(gloves.name) == f"products/{api.slugify(dental.name)}/{slug}"
	assert api.slugify("Dental & Medical: 2nd").startswith("dental-medical-2nd")
	with pytest.raises(frappe.DoesNotExistError):
		api.get_full_route("no such group")


# -- over HTTP -----------------------------------------------------------------------------------------------


@pytest.fixture
def ask(http_server, catalogue):
	"""`ask(**values)` calls `get_website_items`, as a guest unless `headers` say otherwise."""

	def call(name="get_website_items", headers=None, **values):
		url = f"{http_server}/api/method/medusa_integration.api.{name}"
		return requests.post(url, json=values, headers=headers, timeout=300)

	return call


def test_prices_and_wishes_of_one_customer_stay_its_own(ask, catalogue, quotes):
	"""Also after the caches were filled for another one."""
	token = quotes.shop.sign_in("Medusa Storefront")
	blue = catalogue.items["Blue nitrile"]
	first, second = quotes.customer(), quotes.customer()
	quotes.price(blue.item_code, 4, customer=first.name)
	quotes.price(blue.item_code, 3, customer=second.name)
	quotes.site.new("Medusa Wishlist", website_item=blue.name, medusa_customer_id=first.medusa_id)
	frappe.db.commit()

	def seen(headers=None, **values):
		answer = ask(headers=headers, url="/", colour="blue", shape="round", **values)
		assert answer.status_code == 200, answer.text
		(row,) = answer.json()["message"]["paginatedProducts"]
		return row["standard_price"], row["negotiated_price"], row["is_wishlisted"]

	somebody = {"headers": quotes.shop.sign_in("Item Manager"), "customer_id": first.medusa_id}
	for _time in range(2):
		assert seen(token, customer_id=first.medusa_id) == (5, 4, 1)
		assert seen(token, customer_id=second.medusa_id) == (5, 3, 0)
		assert seen(token) == seen() == (5, 0, 0)
		assert seen(customer_id=first.medusa_id) == seen(customer_id="cus_unknown") == (5, 0, 0)
		assert seen(**somebody) == (5, 0, 0)
	unknown = ask(headers=token, url="/", customer_id="cus_unknown")
	assert (unknown.status_code, unknown.json()["error"]) == (404, "Customer not found.")


MANY = [f"value {number}" for number in range(10_000)]


@pytest.mark.parametrize(
	("values", "sentence"),
	[
		({"url": None}, "url is required."),
		({"url": ""}, "url is required."),
		({"url": 5}, "url must be a text value."),
		({"url": ["like", "%"]}, "url must be a text value."),
		({"url": {"a": 1}}, "url must be a text value."),
		({"url": "x" * 141}, "url is too long."),
		({"url": "nul\0"}, "url must be a text value."),
		({"page": 0}, "page must be 1 or more."),
		({"page": -1}, "page must be 1 or more."),
		({"page": 10**9}, "page must be 1000000 or less."),
		({"page": 10**18}, "page must be 1000000 or less."),
		({"page": 10**30}, "page is out of range."),
		({"page": 1.5}, "page must be a whole number."),
		({"page": "1; drop table"}, "page must be a whole number."),
		({"page": True}, "page must be a whole number."),
		({"page": [1]}, "page must be a whole number."),
		({"page_size": 0}, "page_size must be between 1 and 100."),
		({"page_size": 101}, "page_size must be between 1 and 100."),
		({"sort_order": "name"}, "sort_order must be asc, desc or default."),
		({"sort_order": "asc; --"}, "sort_order must be asc, desc or default."),
		({"sort_order": ["asc"]}, "sort_order must be asc, desc or default."),
		({"availability": "maybe"}, "availability must be true or false."),
		({"availability": 2}, "availability must be true or false."),
		({"brand": MANY}, "brand must not have more than 200 entries."),
		({"collection_title": MANY}, "collection_title must not have more than 200 entries."),
		({"colour": MANY}, "colour must not have more than 200 entries."),
		({"shape": []}, "shape must be a non-empty list."),
		({"shade": [1]}, "shade must be a text value."),
		({"colour": {"like": "%"}}, "colour must be a non-empty list."),
		({"brand": [["like", "%"]]}, "brand must be a text value."),
		({"brand": ["x" * 141]}, "brand is too long."),
		({"min_price": "cheap"}, "min_price must be a number."),
		({"min_price": -1}, "min_price must be 0 or more."),
		({"max_price": "NaN"}, "max_price must be a number."),
		({"max_price": "1e400"}, "max_price must be a number."),
		({"max_price": 10**13}, "max_price is out of range."),
		({"search": "x" * 141}, "search is too long."),
		({"search": "a b c d e f g h i j k"}, "search must not have more than 10 words."),
		({"search": 5}, "search must be a text value."),
		({"search": "nul\0"}, "search must be a text value."),
		({"customer_id": 5}, "customer_id must be a text value."),
		({"customer_id": ["a"]}, "customer_id must be a text value."),
	],
)
def test_bad_input(ask, catalogue, values, sentence):
	for name in ("get_website_items", "get_clearance_items"):
		if name == "get_clearance_items" and ("url" in values or "sort_order" in values):
			continue
		answer = ask(name, **{"url": "/", **values})
		assert (answer.status_code, answer.json()["error"]) == (400, sentence), (name, answer.text[:300])
	assert catalogue.shop.errors() == []


@pytest.mark.parametrize(
	"text",
	[
		"' OR 1=1 --",
		'"); DROP TABLE x',
		"\u202e\u0000"[:1],
		"𝔘𝔫𝔦 العربية",
		"%_\\",
		"{0} {x}",
		"%s %(a)s",
		"<b>",
	],
)
def test_odd_texts_find_nothing_and_break_nothing(ask, catalogue, text):
	for values in ({"brand": text}, {"colour": text}, {"collection_title": text}, {"search": text}):
		answer = ask(url="/", **values)
		assert answer.status_code == 200, answer.text[:300]
		assert answer.json()["message"]["product_count"] == 0, values
	answer = ask(url=text)
	assert (answer.status_code, set(answer.json())) == (404, {"error", "exc_type", "_server_messages"})
	assert catalogue.shop.errors() == []


def test_by_get_and_in_a_query_string(http_server, catalogue):
	url = f"{http_server}/api/method/medusa_integration.api.get_website_items"
	values = {
		"url": "/",
		"colour": '["blue", "white"]',
		"page": "1",
		"availability": "false",
		"min_price": "6",
	}
	answer = requests.get(url, params=values, timeout=300)
	assert [row["title"] for row in answer.json()["message"]["paginatedProducts"]] == ["Clear vinyl"]


# -- what it costs -------------------------------------------------------------------------------------------


@pytest.mark.contract(59, 61)
@pytest.mark.parametrize("is_known", [False, True])
def test_statements_do_not_depend_on_the_number_of_products(shop, quotes, is_known):
	shop.set(public_rate_limit=100_000)
	buyer = quotes.customer() if is_known else None
	values = {"customer_id": buyer.medusa_id} if buyer else {}
	counts = []
	for size, more in ((1, 1), (10, 9), (100, 90)):
		names = shop.many(more, recorded=False)
		for name in names:
			frappe.db.set_value("Website Item", name, "medusa_id", f"prod_{name}", update_modified=False)
		frappe.db.commit()
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


# -- clearance -----------------------------------------------------------------------------------------------


@pytest.mark.contract(16)
def test_clearance_items_as_the_job_wrote_them(catalogue, lists):
	from frappe.utils import add_days, today

	assert api.get_clearance_items() == {
		"product_count": 0,
		"total_pages": 0,
		"current_page": 1,
		"items_in_page": 0,
		"distinct_parent_item_groups": [],
		"distinct_collection_titles": [],
		"distinct_brands": [],
		"distinct_colours": [],
		"distinct_shapes": [],
		"distinct_shades": [],
		"paginatedProducts": [],
	}
	items = catalogue.items
	expiring = frappe.get_doc("Expiring Items")
	for title, days in (("Blue nitrile", 20), ("Dark latex", 10)):
		row = {"website_item": items[title].name, "expiry_date": add_days(today(), days), "show": 1}
		expiring.append("expiring_items", row)
	expiring.save()
	items["Gauze"].custom_clearance_item = 1
	items["Gauze"].save()
	from medusa_integration.storefront.clearance import show_clearance

	show_clearance(expiring)
	frappe.db.commit()
	answer = api.get_clearance_items()
	assert [(row["item_name"], row["expiry_date"]) for row in answer["paginatedProducts"]] == [
		("Dark latex", add_days(today(), 10)),
		("Blue nitrile", add_days(today(), 20)),
		("Gauze", None),
	]
	assert answer["paginatedProducts"][1] == {
		"website_item_name": "Blue nitrile",
		"product_id": items["Blue nitrile"].medusa_id,
		"variant_id": None,
		"item_name": "Blue nitrile",
		"item_group": catalogue.groups["Gloves"].name,
		"overall_rating": 0,
		"thumbnail": None,
		"is_wishlisted": 0,
		"has_variants": 0,
		"colour": "Blue/white, sky blue",
		"shape": "Round",
		"shade": None,
		"standard_price": 5,
		"negotiated_price": 0,
		"expiry_date": add_days(today(), 20),
	}
	assert (answer["product_count"], answer["distinct_shades"]) == (3, ["A2", "B1"])
	assert [
		row["item_name"]
		for row in api.get_clearance_items(sort_order="desc", page_size=2)["paginatedProducts"]
	] == [
		"Gauze",
		"Dark latex",
	]
	assert api.get_clearance_items(colour="blue", min_price=1)["product_count"] == 1

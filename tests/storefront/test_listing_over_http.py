"""`get_website_items` and `get_clearance_items` over HTTP: whoever calls, and whatever is sent."""

from __future__ import annotations

import frappe
import pytest
import requests


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

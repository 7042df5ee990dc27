"""devbench's small shop: what its server asks the site for, and what its page shows of the answers."""

from __future__ import annotations

import json
import re

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from devbench.serving import serving
from devbench.storefront.picture import chromium, take_picture
from devbench.storefront.server import Storefront

TOKEN = "key:secret-of-the-shop"
NASTY = '<img src=x onerror="document.title=\'broken\'"><b>Bold</b> & "quoted"'
CARD = {
	"id": "prod_1",
	"product_id": "prod_1",
	"title": NASTY,
	"collection_title": "Gloves",
	"brand": "Acme",
	"thumbnail": "javascript:alert(1)",
	"colour": "Blue",
	"shape": None,
	"shade": None,
	"standard_price": 12.5,
	"negotiated_price": 11,
	"is_wishlisted": 1,
}
LISTING = {
	"product_count": 1,
	"total_pages": 1,
	"current_page": 1,
	"distinct_parent_item_groups": [{"title": "Nitrile", "handle": "nitrile"}],
	"distinct_brands": [{"name": "Acme", "count": 7}],
	"distinct_colours": ["Blue"],
	"paginatedProducts": [CARD],
}
ANSWERS = {
	"get_menu": {"title": "Products", "children": [{"title": "Gloves", "handle": "gloves"}]},
	"get_website_items": LISTING,
	"get_website_image": {
		"image": [],
		"price": 12.5,
		"negotiated_price": 11,
		"description": NASTY,
		"in_stock": 1,
	},
	"get_website_variants": {"status": "empty", "related_items": []},
	"fetch_relevant_items": [CARD],
	"handle_wishlist": [
		{"item_code": "prod_1", "status": "success", "message": "Customer added to wishlist"}
	],
}


class Site:
	"""Answers as the site would, and keeps what it was asked for."""

	def __init__(self):
		self.asked: list[tuple[str, dict, str]] = []
		self.server = make_server("127.0.0.1", 0, self.answer, threaded=True)
		self.url = f"http://127.0.0.1:{self.server.server_port}"

	@Request.application
	def answer(self, request):
		name = request.path.rpartition(".")[2]
		self.asked.append((name, request.get_json(), request.headers.get("Authorization", "")))
		if name not in ANSWERS:
			return Response(json.dumps({"error": "Not found."}), status=404, mimetype="application/json")
		return Response(json.dumps({"message": ANSWERS[name]}), mimetype="application/json")


@pytest.fixture
def site():
	"""In the place of Frappe's: these tests are about the shop alone."""
	site = Site()
	with serving(site.server):
		yield site


@pytest.fixture
def storefront(site):
	with Storefront(site.url, TOKEN) as storefront:
		yield storefront


def ask(storefront, name, session=requests, **values):
	return session.post(f"{storefront.url}/api/{name}", json=values, timeout=300)


def signed_in(storefront, customer):
	session = requests.Session()
	assert session.get(storefront.sign_in_link(customer), timeout=300).ok
	return session


def test_the_token_is_the_servers(site, storefront):
	answer = ask(storefront, "get_website_items", url="products")
	assert answer.json() == {"message": LISTING}
	assert site.asked == [("get_website_items", {"url": "products"}, f"token {TOKEN}")]
	for path in ("", "shop.js", "elements.js", "shop.css", "me"):
		assert "secret-of-the-shop" not in requests.get(f"{storefront.url}/{path}", timeout=300).text


def test_nobody_says_who_they_are(site, storefront):
	"""The customer is the session's, whatever the browser sends."""
	ask(storefront, "get_website_items", url="products", customer_id="cus_other")
	assert site.asked[-1][1] == {"url": "products"}
	session = signed_in(storefront, "cus_1")
	ask(storefront, "handle_wishlist", session, item_codes=["prod_1"], is_add=1, customer_id="cus_other")
	assert site.asked[-1][1] == {"item_codes": ["prod_1"], "is_add": 1, "customer_id": "cus_1"}
	ask(storefront, "fetch_relevant_items", session, product_id="prod_1", cus_id="cus_other")
	assert site.asked[-1][1] == {"product_id": "prod_1", "cus_id": "cus_1"}


def test_what_is_refused(site, storefront):
	assert ask(storefront, "handle_wishlist", item_codes=["prod_1"], is_add=1).status_code == 403
	for name in ("fetch_all_customers", "update_quotation", "frappe.client.get_list", "../../resource/User"):
		assert ask(storefront, name).status_code in (404, 405), name
	assert requests.get(f"{storefront.url}/api/get_menu", timeout=300).status_code == 404
	assert site.asked == []
	assert ask(storefront, "get_testimonials").json() == {"error": "Not found."}


def test_a_link_signs_in_once(storefront):
	link = storefront.sign_in_link("cus_1")
	session = requests.Session()
	session.get(link, timeout=300)
	assert session.get(f"{storefront.url}/me", timeout=300).json() == {"signed_in": True}
	assert requests.get(link, timeout=300).status_code == 403
	assert requests.get(f"{storefront.url}/me", timeout=300).json() == {"signed_in": False}
	(cookie,) = session.cookies
	assert cookie.has_nonstandard_attr("HttpOnly")


@pytest.mark.skipif(not chromium(), reason="needs Chromium")
@pytest.mark.parametrize(
	("page", "shown"),
	[
		(
			"#/list/products%2Fgloves?brand=Acme",
			["Acme (7)", "Blue", "Nitrile", "11.000", "On your wishlist"],
		),
		("#/product/prod_1", ["In stock", "You may also like", "11.000"]),
		("#/wishlist", ["Wishlist", "1 products", "On your wishlist"]),
	],
)
def test_pages(storefront, tmp_path, page, shown):
	"""What comes of the endpoints is text, and no address of a script is followed."""
	html = take_picture(storefront.sign_in_link("cus_1", page), tmp_path / "page.png")
	text = re.sub(r"<[^>]+>", " ", html)
	assert [one for one in shown if one not in text] == []
	assert '&lt;b&gt;Bold&lt;/b&gt; &amp; "quoted"' in html
	assert "<b>" not in html and "onerror=" not in re.sub(r"&lt;.*?&gt;", "", html)
	assert "javascript:" not in html and "<title>Shop</title>" in html
	assert "data-ready" in html
	assert (tmp_path / "page.png").stat().st_size > 5_000

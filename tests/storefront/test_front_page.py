"""A whole front page over HTTP: what it costs when nothing has changed, who may keep it, who sees what."""

from __future__ import annotations

import json

import frappe
import pytest
import requests
from frappe.auth import CookieManager
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from medusa_integration import api
from medusa_integration.endpoints import READ, Desk, Public, Storefront, caching, endpoint
from tests.storefront.catalogue import HOMEPAGE_LISTS
from tests.support.queries import recorded_queries

# what is told of the products to a customer is its own
LISTS = tuple(f"get_{name}" for name in HOMEPAGE_LISTS)
# what the page of a shop asks for
PAGE = (
	*LISTS,
	"get_best_deals",
	"get_homepage_banners",
	"get_homepage_menu_section",
	"get_homepage_order_list",
	"get_homepage_top_section",
	"get_testimonials",
	"get_yt_videos_list",
)
# its own tests show who may keep the menu
MENU = ("get_menu",)
FOR_EVERYBODY = "public, max-age=60, stale-while-revalidate=60"
FOR_NOBODY = "private, no-store"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def full(quotes, homepage, visible):
	"""A homepage with something in every table; the product that all of its lists show."""
	item = visible(web_item_name="Scalpel")
	quotes.price(item.item_code, 10)
	group, product = {"link_doctype": "Item Group", "name1": item.item_group}, {"website_item": item.name}
	homepage(
		top_section=[group],
		menu_section=[group],
		banners=[{"url": "/files/b.png", **group}],
		order=[{"label": item.item_group}],
		testimonials=[{"review": "Good"}],
		urls=[{"url": "https://youtu.be/x", **product}],
		best_deals=[product],
		**{name: [product] for name in HOMEPAGE_LISTS},
	)
	quotes.shop.set(public_rate_limit=100_000)
	return item


@pytest.fixture
def fetch(http_server):
	"""`fetch(name, headers, **parameters)` gets an endpoint's answer."""

	def fetch(name, headers=None, **parameters):
		url = f"{http_server}/api/method/medusa_integration.api.{name}"
		return requests.get(url, params=parameters, headers=headers, timeout=300)

	return fetch


@pytest.mark.contract(61)
def test_nothing_goes_to_the_database_when_nothing_has_changed(full):
	"""And after a change everything but the ledger of the stock."""
	frappe.set_user("Guest")
	try:
		with recorded_queries() as cold:
			first = [getattr(api, name)() for name in (*PAGE, *MENU)]
		with recorded_queries() as warm:
			second = [getattr(api, name)() for name in (*PAGE, *MENU)]
	finally:
		frappe.set_user("Administrator")
	assert first == second
	assert [name for name, found in zip(PAGE, first, strict=False) if not found] == [
		"get_homepage_order_list"
	]
	assert len(cold) > 20
	assert not [query for query in cold if "tabBin" in query]
	assert warm == []


OVER_HTTP = """
import json
import frappe.app
from werkzeug.test import Client
frappe.app._site, frappe.app._sites_path = frappe.local.site, frappe.local.sites_path
database = type(frappe.local.db)
client, sent, execute = Client(frappe.app.application), [], database.sql
def sql(self, query, *args, **kwargs):
	sent.append(str(query))
	return execute(self, query, *args, **kwargs)
def page():
	sent.clear()
	for name in {names!r}:
		answer = client.get("/api/method/medusa_integration.api." + name, buffered=True)
		assert answer.status_code == 200, answer.text
	return len(sent), sorted(set(sent))
page()
database.sql = sql
print("=>", json.dumps(page()))
"""


def test_what_frappe_adds_over_http(full, run_on_site):
	"""It begins transactions, and asks no table for anything: nor do we."""
	output, _ = run_on_site(OVER_HTTP.format(names=PAGE + MENU)).communicate(timeout=300)
	(line,) = [line for line in output.splitlines() if line.startswith("=>")] or [output]
	number, statements = json.loads(line.removeprefix("=>"))
	assert [sql for sql in statements if "tab" in sql.lower()] == []
	assert number <= 2 * len(PAGE + MENU), statements


# -- who sees what -------------------------------------------------------------------------------------------


def test_nothing_of_one_customer_reaches_another(quotes, full, fetch):
	"""Fill the cache as A, read as B, as a guest, as A again."""
	a, b = quotes.customer(), quotes.customer()
	quotes.price(full.item_code, 7, customer=a.name)
	quotes.site.new("Medusa Wishlist", website_item=full.name, medusa_customer_id=a.medusa_id)
	frappe.db.commit()
	shop = quotes.shop.sign_in("Medusa Storefront")
	stranger = quotes.shop.sign_in("Item Manager")

	def seen(headers, customer):
		found = []
		for name in LISTS:
			answer = fetch(name, headers, **({"customer_id": customer.medusa_id} if customer else {}))
			assert answer.headers["Cache-Control"] == (FOR_NOBODY if headers or customer else FOR_EVERYBODY)
			(row,) = answer.json()["message"]
			found.append((row["standard_price"], row["rate"], row["negotiated_price"], row["is_wishlisted"]))
		assert len(set(found)) == 1
		return found[0]

	of_a, of_everybody = (10, 7, 7, 1), (10, 0, 0, 0)
	for headers, customer, expected in (
		(shop, a, of_a),
		(shop, b, of_everybody),
		(None, None, of_everybody),
		(None, a, of_everybody),
		(stranger, a, of_everybody),
		(shop, None, of_everybody),
		(shop, a, of_a),
		(None, None, of_everybody),
	):
		assert seen(headers, customer) == expected
	assert fetch("get_top_sellers", shop, customer_id="cus_unknown").status_code == 404
	assert fetch("get_top_sellers", None, customer_id="cus_unknown").status_code == 200


@pytest.mark.parametrize("host", ["evil.example.com", "another.example.com:8000"])
def test_nobody_puts_another_address_into_what_others_see(full, fetch, host):
	"""Frappe takes the address of images from the request, unless the site has a `host_name`."""
	if frappe.local.conf.host_name:
		pytest.skip("the site says itself at which address it is called")
	assert host in fetch("get_homepage_banners", {"Host": host}).text
	assert host not in fetch("get_homepage_banners").text


# -- who may keep it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGE)
def test_guests_may_keep_what_is_the_same_for_everybody(full, fetch, name):
	first = fetch(name)
	assert first.headers["Cache-Control"] == FOR_EVERYBODY
	assert {one.strip() for one in first.headers["Vary"].split(",")} >= {"Authorization", "Cookie"}
	expired = fetch(name, {"Cookie": "sid=a-session-that-is-over"})
	assert expired.headers["Cache-Control"] == first.headers["Cache-Control"]
	assert (expired.json(), expired.headers["ETag"]) == (first.json(), first.headers["ETag"])
	assert "Set-Cookie" not in {**first.headers, **expired.headers}, "whoever is logged in would get it"
	tag = first.headers["ETag"]
	assert fetch(name).headers["ETag"] == tag
	again = fetch(name, {"If-None-Match": tag})
	assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
	assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
	weak = fetch(name, {"If-None-Match": f'W/{tag}, "other"'})
	assert weak.status_code == 304, "as a proxy that compresses writes it"
	assert fetch(name, {"If-None-Match": '"other"'}).json() == first.json()


def test_a_guests_cookies_are_not_handed_on(site, monkeypatch):
	"""Frappe 15 writes them into every answer, after the hook; 16 leaves them out by itself."""
	request = Request(EnvironBuilder(method="GET").get_environ())
	monkeypatch.setattr(frappe.local, "request", request, raising=False)
	cookies = CookieManager()
	cookies.set_cookie("sid", "Guest")
	cookies.delete_cookie("user_id")
	monkeypatch.setattr(frappe.local, "cookie_manager", cookies, raising=False)
	monkeypatch.setitem(frappe.local.flags, caching.SHARED, True)
	response = Response("answer")
	caching.label(response, request)
	cookies.flush_cookies(response)
	assert "Set-Cookie" not in response.headers
	last = getattr(frappe.local, "response_headers", response.headers)
	assert last["Vary"] == "Accept-Language, Authorization, Cookie, Origin"
	monkeypatch.setitem(frappe.local.flags, caching.SHARED, False)
	cookies.set_cookie("sid", "Guest")
	response = Response("answer")
	caching.label(response, request)
	cookies.flush_cookies(response)
	assert "Set-Cookie" in response.headers


def test_a_change_has_another_tag(full, fetch):
	tag = fetch("get_top_sellers").headers["ETag"]
	full.reload()
	full.web_item_name = "Another name"
	full.save()
	frappe.db.commit()
	answer = fetch("get_top_sellers", {"If-None-Match": tag})
	assert answer.status_code == 200 and answer.headers["ETag"] != tag
	assert answer.json()["message"][0]["item_name"] == "Another name"


def test_nobody_may_keep_anything_else(quotes, full, fetch, http_server):
	shop, seller = quotes.shop.sign_in("Medusa Storefront"), quotes.shop.sign_in("Item Manager")
	address = f"{http_server}/api/method/medusa_integration.api"
	session = requests.Session()
	login = {"usr": "Administrator", "pwd": "admin"}
	session.post(f"{http_server}/api/method/login", data=login, timeout=300)
	answers = {
		"the shop": fetch("get_top_sellers", shop),
		"the shop for nobody": fetch("fetch_all_customers", shop),
		"a user of Desk": fetch("get_top_sellers", seller),
		"somebody who is logged in": session.get(f"{address}.get_top_sellers", timeout=300),
		"for a customer": fetch("get_top_sellers", customer_id="cus_1"),
		"posted": requests.post(f"{address}.get_top_sellers", timeout=300),
		"with a body": requests.get(f"{address}.get_top_sellers", json={"limit": 1}, timeout=300),
		"a wrong value": fetch("get_top_sellers", limit=0),
		"who may not": fetch("fetch_all_customers"),
		"no endpoint": fetch("get_nothing"),
		"a wrong token": fetch("get_top_sellers", {"Authorization": "token nobody:nothing"}),
		"no JSON": requests.post(f"{address}.get_top_sellers", data="[", headers=JSON, timeout=300),
	}
	for what, answer in answers.items():
		assert answer.headers["Cache-Control"] == FOR_NOBODY, what
		assert "ETag" not in answer.headers, what


def test_only_public_reads_are_the_same_for_everybody():
	def read() -> str:
		return "answer"

	assert endpoint(Public(), methods=READ, shared=True)(read).endpoint.shared
	for access, options in (
		(Storefront(), {"methods": READ}),
		(Storefront(reopens=True), {"methods": READ}),
		(Desk("Homepage Landing"), {"methods": READ}),
		(Public(), {}),
	):
		with pytest.raises(TypeError, match="the same for everybody"):
			endpoint(access, shared=True, **options)(read)


# -- whatever is sent ----------------------------------------------------------------------------------------

BAD = {
	"limit": [0, -1, 101, 10**9, "x", "1.5", True, [1], {"a": 1}, "1; drop table x", "NaN"],
	"start": [-1, 10**12, "x", 1.5, False, [0], "٣٣x"],
	"customer_id": [1, True, ["cus_1"], {"like": "%"}, "x" * 141, "\x00"],
}


@pytest.mark.parametrize("parameter", sorted(BAD))
def test_bad_input_is_refused_with_one_sentence(full, http_server, parameter):
	errors = frappe.db.count("Error Log")
	for name in LISTS[:2]:
		for value in BAD[parameter]:
			url = f"{http_server}/api/method/medusa_integration.api.{name}"
			answer = requests.post(url, data=json.dumps({parameter: value}), headers=JSON, timeout=300)
			assert answer.status_code == 400, (parameter, value, answer.text)
			assert parameter in answer.json()["error"]
	frappe.db.rollback()
	assert frappe.db.count("Error Log") == errors


def test_the_sentence_about_the_limit(full, fetch):
	answer = fetch("get_top_sellers", limit=101)
	assert (answer.status_code, answer.json()["error"]) == (400, "limit must be between 1 and 100.")

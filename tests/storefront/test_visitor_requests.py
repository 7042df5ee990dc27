"""Product suggestions and requests to be contacted, as visitors leave them over HTTP."""

from __future__ import annotations

import json

import frappe
import pytest
import requests

from tests.security.conftest import CALLERS, GUEST, TOKEN, WEBSITE, headers  # noqa: F401
from tests.storefront.requests_of_visitors import ASKED, CONTACT, SUGGESTED, SUGGESTION, rows

pytestmark = pytest.mark.usefixtures("no_requests_left")
MANDATORY = "Product Name, Suggested By, and Contact Number are mandatory fields."
BUSY = "Too many requests. Please try again later."
UNUSABLE = ([], {}, {"like": "%"}, ["like", "%"], 7, True, 1.5, "\0", "\ud800")


@pytest.fixture
def post(site, http_server, headers):  # noqa: F811
	"""`post(endpoint, who, address, **values)`: from this address of the internet."""
	site.set_single("Medusa Configuration", public_rate_limit=100_000, trusted_proxies=1)
	frappe.db.commit()
	number = iter(range(1, 250))

	def post(name, who=GUEST, address=None, **values):
		# as another visitor, unless it is about one
		visitor = address or f"198.51.100.{next(number)}"
		# the shop's server is a proxy more
		way = f"{visitor}, 192.0.2.1" if who == TOKEN else visitor
		sent = {**headers(who), "X-Forwarded-For": way, "Content-Type": "application/json"}
		url = f"{http_server}/api/method/medusa_integration.api.{name}"
		return requests.post(url, data=json.dumps(values), headers=sent, timeout=300)

	return post


def errors():
	frappe.db.rollback()
	return frappe.db.count("Error Log")


@pytest.mark.parametrize("who", CALLERS)
def test_anybody_may_leave_one(post, who):
	answer = post("create_product_suggestion", who, **SUGGESTED)
	assert (answer.status_code, answer.json()) == (
		200,
		{"message": "Product suggestion created successfully"},
	)
	answer = post("create_opportunity_contact", who, **ASKED)
	assert (answer.status_code, answer.json()) == (200, {"message": "Request received"})
	assert len(rows(CONTACT)) == len(rows(SUGGESTION)) == 1


@pytest.mark.parametrize("name", ["create_product_suggestion", "create_opportunity_contact"])
def test_five_an_hour_from_an_address(post, name):
	values = SUGGESTED if "product" in name else ASKED
	for _time in range(5):
		assert post(name, address="203.0.113.7", **values).status_code == 200
	refused = post(name, address="203.0.113.7", **values)
	assert (refused.status_code, refused.json()["error"]) == (429, BUSY)
	assert post(name, WEBSITE, address="203.0.113.7", **values).status_code == 429, (
		"another user, same address"
	)
	assert post(name, address="203.0.113.8", **values).status_code == 200
	# the shop's server says for whom
	for _time in range(5):
		assert post(name, TOKEN, address="203.0.113.9", **values).status_code == 200
	assert post(name, TOKEN, address="203.0.113.9", **values).status_code == 429
	assert len(rows(SUGGESTION if "product" in name else CONTACT)) == 11


def test_a_suggestion_is_stored_as_text(post):
	answer = post(
		"create_product_suggestion",
		product_name=" Bandages <b>5 cm</b> & more ",
		suggested_by="Salma <script>alert(1)</script>",
		contact_number="9123 4567, in the evening",
		product_short_description="<p>Soft.</p><p>White, 3 < 4.</p>",
		product_link="https://shop.example.com/bandages?a=1&b=2",
		product_supplier="<i>Gauze Co</i>",
		supplier_details="Street 5<br>Muscat",
	)
	assert answer.status_code == 200, answer.text
	(row,) = rows(SUGGESTION)
	assert row.name.startswith("MPS-")
	assert {field: row[field] for field in (*SUGGESTED, "product_short_description", "product_link")} == {
		"product_name": "Bandages 5 cm & more",
		"suggested_by": "Salma",
		"contact_number": "9123 4567, in the evening",
		"product_short_description": "Soft.\nWhite, 3 < 4.",
		"product_link": "https://shop.example.com/bandages?a=1&b=2",
	}
	assert (row.product_supplier, row.supplier_details) == ("Gauze Co", "Street 5\nMuscat")


def test_a_request_is_stored(post):
	answer = post("create_opportunity_contact", **ASKED, city=" Muscat <b></b>", country="Oman")
	assert answer.status_code == 200, answer.text
	post("create_opportunity_contact", **{**ASKED, "type": "Inspection", "email": "Salma.A@Example.com"})
	post("create_opportunity_contact", **{**ASKED, "type": "Service and Spares"})
	first, second, third = rows(CONTACT)
	assert first.name.startswith("MOC-")
	assert {field: first[field] for field in (*ASKED, "city", "country", "status")} == {
		**ASKED,
		"city": "Muscat",
		"country": "Oman",
		"status": "New",
	}
	assert (second.type, second.email, second.country or "") == ("Inspection", "salma.a@example.com", "")
	assert third.type == "Service and Spares"


def test_as_a_form_or_in_the_query(post, http_server):
	for values in ({"data": SUGGESTED}, {"params": SUGGESTED}):
		url = f"{http_server}/api/method/medusa_integration.api.create_product_suggestion"
		assert requests.post(url, **values, timeout=300).status_code == 200
	assert [row.product_name for row in rows(SUGGESTION)] == ["Bandages", "Bandages"]


@pytest.mark.parametrize("missing", SUGGESTED)
@pytest.mark.parametrize("value", [None, "", "  ", "<b> </b>", "<script>x</script>"])
def test_a_suggestion_names_product_person_and_number(post, missing, value):
	answer = post("create_product_suggestion", **{**SUGGESTED, missing: value})
	assert (answer.status_code, answer.json()["error"]) == (400, MANDATORY)
	assert rows(SUGGESTION) == []


@pytest.mark.parametrize("missing", ASKED)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_request_names_what_is_missing(post, missing, value):
	answer = post("create_opportunity_contact", **{**ASKED, missing: value})
	assert (answer.status_code, answer.json()["error"]) == (400, f"{missing} is required.")
	assert rows(CONTACT) == []


@pytest.mark.parametrize(
	"link",
	[
		"javascript:alert(1)",
		"ftp://example.com/x",
		"//example.com/x",
		"/bandages",
		"example.com",
		"http://",
		"http://exa mple.com",
		'http://example.com"onmouseover="x',
		"http://example.com'onmouseover='x",
		"http://<b>example.com",
		"data:text/html,x",
	],
)
def test_a_link_leads_to_a_web_page(post, link):
	answer = post("create_product_suggestion", **SUGGESTED, product_link=link)
	assert (answer.status_code, answer.json()["error"]) == (400, "product_link is not valid.")
	assert rows(SUGGESTION) == []


def test_a_link_ends_no_attribute(post):
	link = "https://example.com/a\"b'c?d=\"e'f"
	assert post("create_product_suggestion", **SUGGESTED, product_link=link).status_code == 200
	(row,) = rows(SUGGESTION)
	assert row.product_link == "https://example.com/a%22b%27c?d=%22e%27f"


@pytest.mark.parametrize(
	("changed", "sentence"),
	[
		({"type": "setting up"}, "type is not valid."),
		({"type": "Setting Up\nInspection"}, "type is not valid."),
		({"type": "%"}, "type is not valid."),
		({"email": "salma"}, "email is not valid."),
		({"email": "salma@example.com, other@example.com"}, "email is not valid."),
		({"mobile_no": "call me"}, "mobile_no is not valid."),
		({"mobile_no": "1" * 21}, "mobile_no is not valid."),
		({"country": "Atlantis"}, "Unknown country: Atlantis"),
		({"country": "%"}, "Unknown country: %"),
		({"first_name": "<b></b>"}, "first_name is required."),
		({"first_name": "x" * 141}, "first_name is too long."),
		({"city": "x" * 141}, "city is too long."),
	],
)
def test_a_request_that_is_none(post, changed, sentence):
	before = errors()
	answer = post("create_opportunity_contact", **{**ASKED, **changed})
	assert (answer.status_code, answer.json()["error"]) == (400, sentence)
	assert rows(CONTACT) == []
	assert errors() == before


@pytest.mark.parametrize("name", ["create_product_suggestion", "create_opportunity_contact"])
def test_odd_values_leave_nothing(post, name):
	values = {**SUGGESTED, **dict.fromkeys(("product_link", "supplier_details"), "")}
	if "contact" in name:
		values = {**ASKED, "city": "", "country": ""}
	before = errors()
	for field in values:
		for value in UNUSABLE:
			answer = post(name, **{**values, field: value})
			assert answer.status_code == 400, (field, value, answer.text)
			told = "Request body must be" if value == "\ud800" else field
			assert answer.json()["error"].startswith(told), (field, value, answer.text)
	assert rows(CONTACT) == rows(SUGGESTION) == []
	assert errors() == before


@pytest.mark.parametrize(
	("field", "longest"),
	[
		("product_name", 140),
		("suggested_by", 140),
		("contact_number", 140),
		("product_supplier", 140),
		("product_short_description", 1000),
		("supplier_details", 1000),
	],
)
def test_how_long(post, field, longest):
	"""What counts is the text, not its markup; a guest's "&" is one letter."""
	text = "&" + "é" * (longest - 1)
	assert post("create_product_suggestion", **{**SUGGESTED, field: f"<b>{text}</b>"}).status_code == 200
	answer = post("create_product_suggestion", **{**SUGGESTED, field: text + "x"})
	assert (answer.status_code, answer.json()["error"]) == (400, f"{field} is too long.")
	(row,) = rows(SUGGESTION)
	assert row[field] == text

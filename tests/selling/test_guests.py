"""A guest gets no customer's data, whatever is sent for whatever parameter,
with guests kept out and let in.
"""

from __future__ import annotations

import json

import frappe
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medusa_integration import api
from medusa_integration.endpoints import Storefront
from tests.support.quotes import ADDRESS

API = "medusa_integration.api"
STOREFRONT = sorted(
	name
	for name, fn in vars(api).items()
	if hasattr(fn, "endpoint") and isinstance(fn.endpoint.access, Storefront)
)
PARAMETERS = {name: sorted(getattr(api, name).endpoint.signature.parameters) for name in STOREFRONT}
OPERATORS = (
	["like", "%"],
	["!=", ""],
	["is", "set"],
	{"$ne": 1},
	{"medusa_id": ["!=", ""]},
	[["like", "%"]],
	[],
	{},
)
FRAGMENTS = (
	"%",
	"_",
	"%%",
	"cus_%",
	"' OR 1=1 -- ",
	'" OR ""="',
	"') OR ('1'='1",
	"*",
	"0",
	"\\",
	"None",
	"null",
)
JUNK = st.one_of(
	st.sampled_from([*OPERATORS, *map(json.dumps, OPERATORS), *FRAGMENTS]),
	st.sampled_from([None, "", " ", True, False, 0, 1, -1, 1.5]),
	st.text(max_size=20),
	st.lists(st.sampled_from(FRAGMENTS), max_size=2),
	st.dictionaries(
		st.sampled_from(["name", "variant_id", "medusa_product_id"]), st.text(max_size=5), max_size=2
	),
)
# an answer that is not one of these was not foreseen
FORESEEN = {200, 400, 403, 404, 409, 417}
TRIES = settings(
	max_examples=150,
	deadline=None,
	derandomize=True,
	suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Somebody:
	"""A customer with a price, an address, a quotation and an order of its own."""

	def __init__(self, quotes):
		number = quotes.shop._next()
		street = f"{number} Hidden {quotes.shop.mark} Way"
		self.customer = quotes.customer(
			email_id=f"hidden{number}-{quotes.shop.mark}@example.com", mobile_no=f"+968 9{number:03} 7531"
		)
		self.item = quotes.variant(10)
		quotes.price(self.item.item_code, 7.531, customer=self.customer.name)
		address = {**ADDRESS, "address_line1": street, "is_default": True}
		self.quotation = quotes.create(self.customer, self.item, billing_address=address)
		self.offer = quotes.create(self.customer, self.item, billing_address=address)
		self.answer = quotes.call(
			"update_quotation",
			quotation_id=self.quotation.medusa_quotation_id,
			approval="Approved",
			create_so=True,
			order_id=quotes.medusa.add_order(),
		)
		self.quotation.reload()
		self.secrets = [street, str(self.customer.email_id), "7.531", "key=", self.answer["payment_id"]]

	def ids(self):
		"""What is called by it, in Medusa and here."""
		order = frappe.get_doc("Sales Order", self.answer["sales_order_id"])
		return {
			"customer_id": [self.customer.medusa_id, self.customer.name],
			"quotation_id": [self.quotation.medusa_quotation_id, self.offer.medusa_quotation_id],
			"draft_order_id": [self.quotation.medusa_draft_order_id, self.offer.medusa_draft_order_id],
			"order_id": [order.medusa_order_id, order.name],
			"names": [self.quotation.name, self.offer.name, order.name],
		}


@pytest.fixture
def somebody(quotes):
	return Somebody(quotes)


@pytest.fixture
def post(quotes, http_server):
	"""POST as a guest, or as whom the headers name: (status, text)."""

	def post(name, headers=None, /, **values):
		answer = requests.post(
			f"{http_server}/api/method/{API}.{name}", json=values, headers=headers, timeout=300
		)
		return answer.status_code, answer.text

	quotes.shop.set(allow_guest_storefront_calls=0, public_rate_limit=1_000_000)
	return post


def draw(data, known):
	"""An endpoint and what is sent to it: junk,
	or for a parameter one of the values that are known for it.
	"""
	name = data.draw(st.sampled_from(STOREFRONT))
	chosen = data.draw(st.lists(st.sampled_from(PARAMETERS[name]), unique=True)) if PARAMETERS[name] else []
	values = {}
	for parameter in chosen:
		there = known(name, parameter)
		values[parameter] = data.draw(st.one_of(JUNK, st.sampled_from(there)) if there else JUNK)
	return name, values


def check(somebody, name, values, answer):
	status, text = answer
	assert status in FORESEEN, (name, values, text)
	sent = json.dumps(values)
	for secret in somebody.secrets:
		assert secret in sent or secret not in text, (name, values, text)
	assert not any(word in text for word in ("Traceback", "pymysql", "MySQLdb", "SELECT "))


@TRIES
@given(data=st.data())
def test_kept_out(somebody, post, data):
	"""403 for all, also with ids that are right."""
	ids = somebody.ids()
	name, values = draw(data, lambda _name, parameter: [*ids.get(parameter, []), *ids["names"]])
	answer = post(name, **values)
	assert answer[0] == 403, (name, values, answer)
	check(somebody, name, values, answer)


@TRIES
@given(data=st.data())
def test_let_in(somebody, post, quotes, data):
	"""Whoever does not know what Medusa calls it: names of documents can be guessed, ids of Medusa cannot."""
	quotes.shop.set(allow_guest_storefront_calls=1)
	ids = somebody.ids()
	guessed = [somebody.customer.name, *ids["names"]]

	def known(name, parameter):
		# it takes the name of a Customer, and tells nothing about it
		return guessed if parameter.endswith("_id") or name == "fetch_all_customers" else []

	name, values = draw(data, known)
	check(somebody, name, values, post(name, **values))
	frappe.db.rollback()
	assert frappe.db.get_value("Quotation", somebody.offer.name, "docstatus") == 0


@pytest.mark.parametrize("is_open", [0, 1])
def test_other_peoples_ids(quotes, somebody, post, is_open):
	"""Who is one customer gets nothing of another's, by whatever is that one's;
	nor does the shop by mistake.
	"""
	stranger, ids = quotes.customer(), somebody.ids()
	quotes.shop.set(allow_guest_storefront_calls=is_open)
	mine = {"customer_id": stranger.medusa_id}
	line = [{"variant_id": somebody.item.medusa_variant_id, "quantity": 1}]
	asked = [{"medusa_variant_id": somebody.item.medusa_variant_id}]
	before = quotes.state()
	for headers in (None, quotes.shop.sign_in("Medusa Storefront")):
		passes = bool(is_open or headers)
		for quotation_id in (*ids["quotation_id"], *ids["names"]):
			for name, values in (
				("fetch_quotation_pdf_url", {"quotation_id": quotation_id, **mine}),
				(
					"create_quotation",
					{"quotation_id": quotation_id, "draft_order_id": "d", "items": line, **mine},
				),
			):
				if name == "create_quotation" and quotation_id in ids["names"]:
					continue  # an id as good as any other
				answer = post(name, headers, **values)
				status = {"fetch_quotation_pdf_url": 404, "create_quotation": 409}[name] if passes else 403
				assert answer[0] == status, (name, values, answer)
				check(somebody, name, values, answer)
		for draft in ids["draft_order_id"]:
			values = {"items": asked, "draft_order_id": draft, **mine}
			answer = post("get_medusa_prices", headers, **values)
			assert answer[0] == (404 if passes else 403), answer
			check(somebody, "get_medusa_prices", values, answer)
		answer = post("get_medusa_prices", headers, items=asked, **mine)
		assert answer[0] == (200 if passes else 403), answer
		check(somebody, "get_medusa_prices", mine, answer)
	# a guest who counts up names of quotations
	for name in ids["names"]:
		answer = post("fetch_quotation_pdf_url", quotation_id=name)
		assert answer[0] == (404 if is_open else 403), answer
	assert quotes.state() == before


def test_the_check_would_notice(quotes, somebody, post):
	"""The shop itself is told just what the guests are not."""
	shop = quotes.shop.sign_in("Medusa Storefront")
	asked = [{"medusa_variant_id": somebody.item.medusa_variant_id}]
	mine = {"customer_id": somebody.customer.medusa_id}
	prices = post("get_medusa_prices", shop, items=asked, **mine)
	link = post("fetch_quotation_pdf_url", shop, quotation_id=somebody.quotation.name)
	for name, values, answer in (("prices", mine, prices), ("link", {}, link)):
		assert answer[0] == 200
		with pytest.raises(AssertionError):
			check(somebody, name, values, answer)

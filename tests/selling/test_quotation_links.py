"""Links to a quotation's print and to the payment of an order: whose, and in which format."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import frappe
import pytest
import requests


def test_where_an_order_is_paid(quotes, only_here):
	account = quotes.account()
	quotes.site.new("Payment Gateway", gateway=quotes.shop.name("Thawani"))
	gateway = frappe.get_last_doc("Payment Gateway").name
	gateway_account = quotes.site.new(
		"Payment Gateway Account", payment_gateway=gateway, payment_account=account, company=quotes.company
	)
	frappe.db.commit()
	quotes.shop.set(payment_gateway_account=gateway_account.name)
	customer, item = quotes.customer(), quotes.variant(10)
	doc = quotes.create(customer, item)
	answer = quotes.call(
		"update_quotation",
		quotation_id=doc.medusa_quotation_id,
		approval="Approved",
		order_id=quotes.medusa.add_order(),
		create_so=True,
	)
	assert answer["payment_url"].startswith("http")
	assert (
		frappe.db.get_value("Payment Request", answer["payment_id"], "payment_gateway_account")
		== gateway_account.name
	)
	prices = quotes.call(
		"get_medusa_prices",
		items=[{"medusa_product_id": item.medusa_id}],
		customer_id=customer.medusa_id,
		draft_order_id=doc.medusa_draft_order_id,
	)
	assert prices["payment_url"] == answer["payment_url"]


@pytest.fixture
def only_here(site):
	"""A gateway of the stand-ins: the real ones need an account with somebody who takes payments."""
	if not site.is_ours:
		pytest.skip("needs a payment gateway without a bank behind it")


def test_the_link_opens_this_quotation_only(quotes, http_server):
	doc, other = quotes.create(quotes.customer()), quotes.create(quotes.customer())
	url = quotes.call("fetch_quotation_pdf_url", quotation_id=doc.medusa_quotation_id)
	assert quotes.call("fetch_quotation_pdf_url", quotation_id=doc.name) == url
	query = {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}
	assert (query["doctype"], query["name"]) == ("Quotation", doc.name)
	expires_on = frappe.db.get_value("Document Share Key", {"key": query["key"]}, "expires_on")
	assert str(expires_on) == frappe.utils.add_days(frappe.utils.today(), 7)

	def status(**changed):
		answer = requests.get(f"{http_server}/printview", params={**query, **changed}, timeout=300)
		return answer.status_code, doc.name in answer.text

	assert status() == (200, True)
	assert status(name=other.name)[0] == 403
	assert status(key="wrong")[0] == 403


def test_the_link_in_the_wanted_format_and_language(quotes):
	doc = quotes.create(quotes.customer())
	print_format = quotes.site.new(
		"Print Format",
		name=quotes.shop.name("Offer"),
		doc_type="Quotation",
		print_format_type="Jinja",
		html="x",
	)
	quotes.shop.set(quotation_print_format=print_format.name, print_language="ar")
	query = parse_qs(urlsplit(quotes.call("fetch_quotation_pdf_url", quotation_id=doc.name)).query)
	assert (query["format"], query["_lang"]) == ([print_format.name], ["ar"])


def test_the_link_opens_its_own_format_only(quotes, http_server):
	"""Whatever the address says; a seller who may read the quotation chooses."""
	doc = quotes.create(quotes.customer())

	def print_format(html):
		return quotes.site.new(
			"Print Format",
			name=quotes.shop.name(html),
			doc_type="Quotation",
			print_format_type="Jinja",
			custom_format=1,
			standard="No",
			html=f"<p>{html}</p>",
		).name

	own, internal = print_format("for the customer"), print_format("what it costs us")
	frappe.db.commit()
	quotes.shop.set(quotation_print_format=own)
	url = quotes.call("fetch_quotation_pdf_url", quotation_id=doc.name)
	query = {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}

	def shown(path="/printview", **changed):
		return requests.get(f"{http_server}{path}", params={**query, **changed}, timeout=300).text

	assert "for the customer" in shown()
	for changed in (
		{"format": internal},
		{"format": "Standard"},
		{"format": ""},
		{"path": f"/Quotation/{doc.name}", "format": internal},
		{
			"path": "/api/method/frappe.www.printview.get_html_and_style",
			"doc": "Quotation",
			"print_format": internal,
		},
	):
		told = shown(**changed)
		assert "what it costs us" not in told and "In Words" not in told, changed
	assert "for the customer" in shown(format=internal)


def test_no_link_to_what_is_not_theirs(quotes):
	doc, other = quotes.create(quotes.customer()), quotes.customer()
	row = {"item_code": doc.items[0].item_code, "qty": 1, "rate": 1}
	internal = quotes.site.new("Quotation", quotation_to="Customer", party_name=doc.party_name, items=[row])
	frappe.db.commit()
	for values in (
		{"quotation_id": "none"},
		{"quotation_id": internal.name},
		{"quotation_id": doc.name, "customer_id": other.medusa_id},
	):
		with pytest.raises(frappe.DoesNotExistError, match=r"Quotation with ID .* not found"):
			quotes.call("fetch_quotation_pdf_url", **values)
	assert not frappe.get_all("Document Share Key", {"reference_docname": ("in", [doc.name, internal.name])})

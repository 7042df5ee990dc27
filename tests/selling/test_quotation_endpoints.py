"""The endpoints of quotations over HTTP: who may call them, what they answer, what an error leaves behind."""

from __future__ import annotations

import frappe
import pytest
import requests

from tests.support.quotes import ADDRESS

OF_THE_SHOP = (
	"create_quotation",
	"update_quotation",
	"update_quotation_new",
	"fetch_quotation_pdf_url",
	"get_medusa_prices",
)
OF_DESK = ("fetch_standard_price", "send_quotation_for_review")


@pytest.fixture
def post(quotes, http_server):
	"""POST to an endpoint with these headers: (status, body)."""

	def post(name, headers=None, **values):
		frappe.db.commit()
		url = f"{http_server}/api/method/medusa_integration.api.{name}"
		answer = requests.post(url, json=values, headers=headers, timeout=300)
		frappe.db.rollback()
		return answer.status_code, answer.json()

	quotes.shop.set(allow_guest_storefront_calls=0, public_rate_limit=100_000)
	return post


def whole_way(quotes, post, headers):
	"""From the request to the order, as the shop calls."""
	lead, item = quotes.lead(), quotes.variant(10)
	request = quotes.request(lead, (item, 3), billing_address=ADDRESS)
	status, body = post("create_quotation", headers, **request)
	assert status == 200, body
	name = body["message"]["quotationId"]
	assert post("create_quotation", headers, **request)[1]["message"]["quotationId"] == name

	line = {"variant_id": item.medusa_variant_id, "quantity": 2}
	quotation = {"quotation_id": request["quotation_id"]}
	status, body = post("update_quotation_new", headers, items=[line], **quotation)
	assert (status, body.get("message", {}).get("quotation_id")) == (200, name), body

	status, body = post("fetch_quotation_pdf_url", headers, customer_id=lead.medusa_id, **quotation)
	assert status == 200 and "key=" in body["message"], body

	order = {"approval": "Approved", "create_so": True, "order_id": quotes.medusa.add_order()}
	status, body = post("update_quotation", headers, **order, **quotation)
	assert status == 200, body
	made = frappe.get_doc("Sales Order", body["message"]["sales_order_id"])
	assert (made.docstatus, made.grand_total) == (1, 20)
	assert frappe.db.get_value("Payment Request", body["message"]["payment_id"], "docstatus") == 1

	status, body = post("get_medusa_prices", headers, items=[{"medusa_product_id": item.medusa_id}])
	assert (status, body["message"][item.medusa_id]["standard_price"]) == (200, 10)


def test_the_shops_user_goes_the_whole_way(quotes, post):
	"""With the role Medusa Storefront and no right on any document."""
	whole_way(quotes, post, quotes.shop.sign_in("Medusa Storefront"))


def test_a_guest_goes_it_only_where_the_site_has_opened_it(quotes, post):
	doc = quotes.create(quotes.customer())
	values = {"quotation_id": doc.medusa_quotation_id, "approval": "Rejected", "customer_id": "c"}
	for name in (*OF_THE_SHOP, *OF_DESK):
		assert post(name, **values)[0] == 403, name
	quotes.shop.set(allow_guest_storefront_calls=1)
	for name in OF_DESK:
		assert post(name, **values)[0] == 403, name
	whole_way(quotes, post, None)


def test_others_are_refused(quotes, post):
	doc = quotes.create(quotes.customer())
	values = {"quotation_id": doc.medusa_quotation_id, "approval": "Rejected", "customer_id": "c"}
	seller = quotes.shop.sign_in("Sales User")
	for name in OF_THE_SHOP:
		assert post(name, seller, **values)[0] == 403, name
	for headers in (quotes.shop.sign_in("Medusa Storefront"), quotes.shop.sign_in("Stock User")):
		for name in OF_DESK:
			answer = post(name, headers, quotation=doc.name, items=[{"item_code": "x"}], party="x")
			assert answer[0] == 403, (name, answer)
	assert frappe.db.get_value("Quotation", doc.name, "docstatus") == 0


def test_a_seller_sends_it_for_review(quotes, post):
	doc = quotes.create(quotes.customer())
	status, body = post("send_quotation_for_review", quotes.shop.sign_in("Sales User"), quotation=doc.name)
	assert (status, body["message"]["workflow_state"]) == (200, "Ready for Customer Review")


def test_errors_say_one_sentence_and_leave_nothing(quotes, post):
	headers = quotes.shop.sign_in("Medusa Storefront")
	request = quotes.request(quotes.lead(), billing_address=ADDRESS, create_so=True)
	before = quotes.state()
	for status, text, values in (
		(400, "items must be a non-empty list.", {"items": "nothing"}),
		(400, "quantity must be greater than 0.", {"items": [{"variant_id": "a", "quantity": -1}]}),
		(400, "customer_id must be a text value.", {"customer_id": ["like", "%"]}),
		(404, "Lead or Customer with medusa_id % not found.", {"customer_id": "%"}),
		(404, "Item not found for variant ID: %", {"items": [{"variant_id": "%"}]}),
		(400, "billing_address must be an object.", {"billing_address": "Muscat"}),
	):
		answer = post("create_quotation", headers, **{**request, **values})
		assert (answer[0], answer[1]["error"]) == (status, text)
	assert quotes.state() == before

	doc = quotes.create(quotes.customer())
	decision = {"quotation_id": doc.medusa_quotation_id, "approval": "Approved"}
	assert post("update_quotation", headers, **decision)[0] == 200
	answer = post("update_quotation", headers, **{**decision, "approval": "Rejected"})
	assert (answer[0], answer[1]["exc_type"]) == (409, "DuplicateEntryError")
	assert answer[1]["error"] == f"Quotation {doc.medusa_quotation_id} is already Approved."


@pytest.fixture
def own_workflow(quotes):
	"""The app's Workflow, active, as the button makes it."""
	workflow = frappe.get_doc("Workflow", "Medusa Quotation")
	workflow.is_active = 1
	workflow.save()
	frappe.db.commit()
	yield workflow
	frappe.db.rollback()
	workflow.reload()
	workflow.is_active = 0
	workflow.save()
	frappe.db.commit()


def test_the_apps_own_workflow(quotes, post, own_workflow):
	shop, seller = quotes.shop.sign_in("Medusa Storefront"), quotes.shop.sign_in("Sales User")
	lead, item = quotes.lead(), quotes.variant(10)
	request = quotes.request(lead, (item, 3))
	quotation = {"quotation_id": request["quotation_id"]}
	status, body = post("create_quotation", shop, **request)
	assert status == 200, body
	name = body["message"]["quotationId"]
	order = {"approval": "Approved", "create_so": True, "order_id": quotes.medusa.add_order()}
	status, body = post("update_quotation", shop, **order, **quotation)
	assert (status, body["error"]) == (409, "Workflow of Quotation has no transition to Approved.")

	assert post("send_quotation_for_review", seller, quotation=name)[0] == 200
	line = {"variant_id": item.medusa_variant_id, "quantity": 2}
	status, body = post("update_quotation_new", shop, items=[line], **quotation)
	assert status == 200, body
	assert frappe.db.get_value("Quotation", name, "workflow_state") == "Approved"
	status, body = post("update_quotation", shop, **order, **quotation)
	assert status == 200, body
	doc = frappe.get_doc("Quotation", name)
	assert (doc.docstatus, doc.workflow_state) == (1, "Approved")

	other = quotes.create(lead, item)
	assert post("send_quotation_for_review", seller, quotation=other.name)[0] == 200
	decision = {"quotation_id": other.medusa_quotation_id, "approval": "Rejected"}
	assert post("update_quotation", shop, **decision)[0] == 200
	other.reload()
	assert (other.docstatus, other.workflow_state) == (2, "Rejected")

"""The documented endpoint: Medusa is told of one order at once."""

from __future__ import annotations

import frappe
import pytest
import requests

from medusa_integration import api
from tests.support.sales import UPDATE

PATH = "/api/method/medusa_integration.api.export_sales_order"


@pytest.fixture
def call(http_server, sales):
	"""`call(role, **body)` posts it as a user with this role, or as a guest (None).

	Answers the status, and the message or exc_type.
	"""

	def post(role, verb="POST", **body):
		headers = sales.shop.sign_in(role) if role else {}
		answer = requests.request(verb, http_server + PATH, json=body, headers=headers, timeout=300)
		told = answer.json()
		return answer.status_code, told.get("message", told.get("exc_type")), answer.text

	return post


@pytest.mark.contract(101, 109, 111, 125)
def test_an_order_is_told_at_once(sales):
	"""Synced, then skipped as nothing has changed, then synced again."""
	order = sales.order()
	names = {"sales_order": order.name, "medusa_order_id": order.medusa_order_id}
	told = api.export_sales_order(order.name)
	assert told == {"status": "synced", "message": "Order updated successfully", **names}
	assert sales.told(order) == ("To Deliver and Bill", "Unpaid")
	told = api.export_sales_order(order.name, method="on_update")
	assert told == {
		"status": "skipped",
		"message": "Medusa knows this state of the order already.",
		**names,
	}
	sales.invoice(order)
	assert api.export_sales_order(self=order.name)["status"] == "synced"
	assert len(sales.requests(order)) == 2
	assert sales.task(order).status == "Synced"


def test_an_order_that_is_not_the_shops_is_not_there(sales, call):
	"""One answer for both, with guests let in; and no name of a customer."""
	ours = sales.order(customer=sales.customer(medusa_id=None))
	internal = sales.order(medusa_order_id=None, from_ecommerce=0)
	sales.shop.set(allow_guest_storefront_calls=1)
	answers = [call(None, self=name) for name in (internal.name, "SAL-ORD-0000-00000")]
	assert [answer[:2] for answer in answers] == [(404, "DoesNotExistError")] * 2
	assert answers[0][2] == answers[1][2]
	status, _told, text = call(None, self=ours.name)
	assert status == 417
	assert ours.customer not in text and ours.customer_name not in text


@pytest.mark.contract(110, 125)
def test_an_order_without_an_id_is_skipped(sales):
	"""Whatever else is missing: the customer's id, and a Medusa that is switched on."""
	order = sales.order(medusa_order_id=None, customer=sales.customer(medusa_id=None))
	sales.shop.set(enable=0)
	assert api.export_sales_order(order.name) == {
		"status": "skipped",
		"message": "The Sales Order has no Medusa order ID.",
		"sales_order": order.name,
		"medusa_order_id": None,
	}
	assert not sales.requests() and sales.task(order) is None


@pytest.mark.contract(125)
@pytest.mark.parametrize("why", ["away", "paused", "busy"])
def test_what_cannot_be_sent_now_is_queued(sales, why):
	order = sales.order()
	if why == "away":
		sales.medusa.stop()
	elif why == "paused":
		sales.shop.set(paused=1, pause_reason="Wrong password")
	else:
		sales.medusa.fail("POST", UPDATE, 503, times=None)
	told = api.export_sales_order(order.name)
	assert told["status"] == "queued" and told["sales_order"] == order.name
	sales.medusa.clear_faults()
	sales.medusa.start()
	sales.shop.set(paused=0)
	sales.shop.make_due()
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")


@pytest.mark.contract(112)
def test_a_customer_that_medusa_does_not_know(sales):
	customer = sales.customer(medusa_id=None)
	order = sales.order(customer=customer)
	with pytest.raises(frappe.ValidationError) as raised:
		api.export_sales_order(order.name)
	# no name of a customer in an answer: whoever may call this need not be allowed to read Customers
	assert str(raised.value) == "Medusa Customer ID not found."
	assert raised.value.http_status_code == 417


def test_what_medusa_refuses(sales):
	order = sales.order(medusa_order_id=f"order_lost_{sales.shop.mark}")
	with pytest.raises(frappe.ValidationError, match=r"^Medusa rejected the request\.$") as raised:
		api.export_sales_order(order.name)
	assert raised.value.http_status_code == 502
	assert "was not found" in sales.task(order).last_error


def test_switched_off(sales):
	order = sales.order()
	sales.shop.set(enable=0)
	with pytest.raises(frappe.ValidationError, match=r"^Medusa integration is disabled\.$") as raised:
		api.export_sales_order(order.name)
	assert raised.value.http_status_code == 503


@pytest.mark.contract(102, 104)
def test_as_a_document_event_it_only_records(sales):
	"""Whoever has named it in hooks of their own gets what the app's own event does."""
	order = sales.order()
	sales.shop.drain()
	version = sales.task(order).version
	assert api.export_sales_order(frappe.get_doc("Sales Order", order.name), "on_update") is None
	frappe.db.commit()
	assert sales.task(order).version == version + 1
	assert len(sales.requests(order)) == 1


@pytest.mark.contract(101, 102, 103, 111, 125)
def test_over_http(sales, call):
	"""POST, for the shop's server; the name of the order is in `self`."""
	order = sales.order(medusa_order_id=None)
	status, told, _ = call("Medusa Storefront", self=order.name, method="on_update")
	assert (status, told["status"], told["sales_order"]) == (200, "skipped", order.name)
	assert call("System Manager", self=order.name)[0] == 200
	assert call("Medusa Storefront", verb="GET", self=order.name)[0] == 403


@pytest.mark.contract(102, 125)
def test_over_http_medusa_is_told(sales, call):
	order = sales.order()
	status, told, _ = call("Medusa Storefront", self=order.name)
	assert (status, told["status"]) == (200, "synced")
	assert sales.told(order) == ("To Deliver and Bill", "Unpaid")


@pytest.mark.contract(102)
@pytest.mark.parametrize("role", [None, "Sales Manager", "Medusa Manager"])
def test_others_may_not_call_it(sales, call, role):
	order = sales.order()
	status, told, text = call(role, self=order.name)
	assert (status, told) == (403, "PermissionError")
	assert "Not permitted." in text and not sales.requests()


@pytest.mark.contract(111)
@pytest.mark.parametrize(
	("value", "sentence"),
	[
		(None, "self is required."),
		("  ", "self is required."),
		(7, "self must be a text value."),
		(["a"], "self must be a text value."),
		({"name": ["!=", ""]}, "self must be a text value."),
		("x" * 141, "self is too long."),
	],
)
def test_what_is_no_name(sales, call, value, sentence):
	status, told, text = call("Medusa Storefront", self=value)
	assert (status, told) == (400, "ValidationError")
	assert sentence in text


@pytest.mark.parametrize("name", ["Nothing of the sort", "%", "' or 1=1 --"])
def test_an_order_that_is_not_there(sales, call, name):
	status, told, text = call("Medusa Storefront", self=name)
	assert (status, told) == (404, "DoesNotExistError")
	assert "Sales Order not found." in text

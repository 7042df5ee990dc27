"""Telling Medusa where orders stand, without a site."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from devbench.medusa.generations import SECRETS
from medusa_integration.medusa.errors import Invalid, MissingRoute, NotFound, Unauthorized, UnexpectedAnswer
from medusa_integration.mirror import connect
from medusa_integration.mirror.order_values import (
	OrderStatus,
	QuotationTax,
	QuotationUpdate,
	QuotedItem,
	UnacceptedItem,
)
from medusa_integration.mirror.values import Target
from tests.medusa.conftest import URL
from tests.support.medusa import simulator

UPDATE = f"{URL}/store/order-update"
ORDER = OrderStatus("SAL-ORD-2026-00001", "order_1", "cus_1", "To Deliver", "Partly Paid", 1.125, 20.0, 21.0)
DONE = {"message": "Order updated successfully"}
QUOTATION_UPDATE = f"{URL}/store/quotation-update"
QUOTATION = QuotationUpdate(
	key="SAL-QTN-2026-00001",
	quotation_id="quot_1",
	customer_id="cus_1",
	draft_order_id="dorder_1",
	items=(QuotedItem("variant_1", "GLOVES", 12.5, 2.0, "Nos", 25.0, "VAT 5% - BST"),),
	unaccepted=(UnacceptedItem("variant_2", 3.0, 1.0),),
	taxes=(QuotationTax("VAT - BST", 5.0, 1.25),),
	total_quantity=2.0,
	total=25.0,
	net_total=24.0,
	total_taxes=1.25,
	grand_total=25.25,
	rounding_adjustment=-0.25,
	delivers=True,
	delivery_charges=2.0,
	discount_on="Net Total",
	discount_percentage=4.0,
	discount_amount=1.0,
	tax_breakup="<table></table>",
)


@pytest.mark.contract(109, 112, 113, 114, 115, 116, 117, 118)
@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_the_request_is_the_documented_one(http, client, generation):
	"""The same for both generations; v2 wants the key of the shop besides."""
	http.post(UPDATE, json=DONE)
	client(generation, publishable_key="pk_1").orders.update_one(ORDER)
	(call,) = http.calls
	assert call.request.url == f"{UPDATE}?order_id=order_1"
	assert json.loads(call.request.body) == {
		"customer_id": "cus_1",
		"order_status": "To Deliver",
		"payment_status": "Partly Paid",
		"discount_amount": 1.125,
		"net_total": 20.0,
		"grand_total": 21.0,
	}
	assert call.request.headers["Authorization"].startswith("Bearer ")
	key = call.request.headers.get("x-publishable-api-key")
	assert key == ("pk_1" if generation == "v2" else None)


def test_ids_are_put_into_the_address_as_they_are(http, client):
	"""Whatever characters they have."""
	http.post(UPDATE, json=DONE)
	client().orders.update_one(replace(ORDER, order_id="a&b=c d/é"))
	assert http.calls[0].request.params == {"order_id": "a&b=c d/é"}


def test_an_order_without_an_id_is_a_mistake_of_the_caller(http, client):
	with pytest.raises(ValueError, match="no id"):
		client().orders.update_one(replace(ORDER, order_id=""))
	assert not http.calls


@pytest.mark.contract(125)
@pytest.mark.parametrize(
	("status", "body", "error"),
	[
		(200, DONE, None),
		(201, {}, None),
		(200, {"message": None}, None),
		(200, {"message": "Order not found"}, Invalid),
		(200, "<html></html>", UnexpectedAnswer),
		(404, {"type": "not_found", "message": "Order with id order_1 was not found"}, NotFound),
		(404, "Cannot POST /store/order-update", MissingRoute),
		(400, {"type": "not_allowed", "message": "Publishable API key required"}, Invalid),
	],
)
def test_what_is_a_success(http, client, status, body, error):
	"""2xx with JSON, and no other message than the documented one."""
	answer = {"body": body} if isinstance(body, str) else {"json": body}
	http.post(UPDATE, status=status, **answer)
	if not error:
		client().orders.update_one(ORDER)
		return
	with pytest.raises(error):
		client().orders.update_one(ORDER)


def test_a_missing_route_is_no_wrong_address(http, client):
	"""What is missing is named, and nobody takes it for the end of everything."""
	http.post(UPDATE, status=404, body="Cannot POST /store/order-update")
	(outcome, other) = client().orders.update([ORDER, replace(ORDER, key="2", order_id="order_2")])
	assert isinstance(outcome.error, MissingRoute) and isinstance(other.error, MissingRoute)
	assert "has no route POST /store/order-update" in str(outcome.error)
	assert not outcome.error.retryable


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_each_order_has_its_own_outcome(generation):
	"""Of many at once, one that Medusa does not have spoils no other."""
	with simulator(generation) as medusa:
		orders = [medusa.add_order() for _ in range(12)]
		values = [replace(ORDER, key=id, order_id=id) for id in orders]
		values[5] = replace(ORDER, key="lost", order_id="order_lost")
		with connect(
			Target(
				medusa.url,
				email=medusa.email,
				password=medusa.password,
				publishable_key=medusa.publishable_key,
				shared_secret=SECRETS[0],
			)
		) as client:
			outcomes = client.orders.update(values)
		assert [outcome.key for outcome in outcomes] == [value.key for value in values]
		assert [isinstance(outcome.error, NotFound) for outcome in outcomes] == [i == 5 for i in range(12)]
		assert medusa.order_update(orders[0])["payment_status"] == "Partly Paid"


def test_wrong_credentials_concern_all(http, client):
	http.post(UPDATE, status=401, json={"message": "Unauthorized"})
	http.post(f"{URL}/auth/user/emailpass", status=401, json={"message": "Invalid email or password"})
	with pytest.raises(Unauthorized):
		client().orders.update([ORDER])


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_the_request_about_a_quotation(http, client, generation):
	http.post(QUOTATION_UPDATE, json={"message": "Quotation updated successfully"})
	client(generation, publishable_key="pk_1").orders.update_quotation(QUOTATION)
	(call,) = http.calls
	assert call.request.url == f"{QUOTATION_UPDATE}?quot_id=quot_1"
	assert json.loads(call.request.body) == {
		"customer_id": "cus_1",
		"draft_order_id": "dorder_1",
		"erp_status": "Price received",
		"erp_items": [
			{
				"item": "variant_1",
				"item_code": "GLOVES",
				"price": 12.5,
				"quantity": 2,
				"uom": "Nos",
				"amount": 25,
				"item_tax_template": "VAT 5% - BST",
			}
		],
		"erp_unaccepted_items": [{"item": "variant_2", "price": 3, "quantity": 1}],
		"erp_total_quantity": 2,
		"erp_total": 25,
		"erp_net_total": 24,
		"erp_tax": [{"account_head": "VAT - BST", "tax_rate": 5, "tax_amount": 1.25}],
		"erp_total_taxes": 1.25,
		"avail_delivery": True,
		"erp_delivery_charges": 2,
		"erp_grand_total": 25.25,
		"erp_rounding_adjustments": -0.25,
		"erp_discount_on": "Net Total",
		"erp_discount_percentage": 4,
		"erp_discount_amount": 1,
		"tax_breakup": "<table></table>",
	}


def test_a_quotation_that_was_not_updated(http, client):
	http.post(QUOTATION_UPDATE, json={"message": "Quotation not found"})
	with pytest.raises(Invalid, match="Quotation not found"):
		client().orders.update_quotation(QUOTATION)
	with pytest.raises(ValueError, match="no id"):
		client().orders.update_quotation(replace(QUOTATION, quotation_id=""))
	assert len(http.calls) == 1

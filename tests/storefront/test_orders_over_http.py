"""Coupons, payment and returns over HTTP: who may call them, and whose orders they are."""

from __future__ import annotations

import frappe
import pytest
import requests

from tests.support.charges import allow_coupons, coupon, forget_made

READS = ("get_sales_order_name", "verify_coupon", "get_returnable_items")
WRITES = ("pay_now", "update_returned_items")
# no id at all
NO_IDS = ("", "   ", None, 7, True, [], ["x"], {}, {"like": "%"}, "x" * 141)
UNKNOWN = ("order_unknown", "%", "' or 1=1 --", "Заказ", "x" * 140)


@pytest.fixture
def send(sales, http_server):
	"""`send(name, headers, method, **values)`: (status, body)."""
	allow_coupons(sales.shop, allow_guest_storefront_calls=1, public_rate_limit=100_000, returns_email=None)

	def send(name, headers=None, method="POST", **values):
		frappe.db.commit()
		url = f"{http_server}/api/method/medusa_integration.api.{name}"
		how = {"params": values} if method == "GET" else {"json": values}
		answer = requests.request(method, url, headers=headers, timeout=300, **how)
		frappe.db.rollback()
		return answer.status_code, answer.json()

	yield send
	forget_made(sales)


@pytest.fixture
def delivered(sales):
	"""A delivered order of the shop."""
	order = sales.order()
	sales.delivery(order)
	return order


def values_for(name, order, sales):
	"""What each endpoint needs for this order."""
	key = "order_id" if name in ("verify_coupon", "pay_now") else "medusa_order_id"
	values = {key: order.medusa_order_id}
	if name == "verify_coupon":
		values["coupon_code"] = coupon(sales.shop)
	if name == "update_returned_items":
		values["items"] = [{"item_code": order.items[0].item_code, "quantity": 1}]
	return values


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_the_shops_user_alone(sales, send, delivered, name):
	"""Never a guest, whatever the settings say; nor a seller of Desk, nor a Medusa Manager."""
	values = values_for(name, delivered, sales)
	for headers in (None, sales.shop.sign_in("Sales User"), sales.shop.sign_in("Medusa Manager")):
		status, body = send(name, headers, **values)
		assert (status, body["error"]) == (403, "Not permitted.")
	shop = sales.shop.sign_in("Medusa Storefront")
	if name in READS:
		assert send(name, shop, "GET", **values)[0] == 200
	else:
		assert send(name, shop, "GET", **values)[0] == 403
	status, body = send(name, shop, **values)
	assert status == 200, body
	assert body["message"]


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_an_order_of_somebody_else_is_not_found(sales, send, delivered, name):
	"""The same answer as for an order that is not there, and for one that is not the shop's."""
	shop = sales.shop.sign_in("Medusa Storefront")
	values = values_for(name, delivered, sales)
	key = "order_id" if "order_id" in values else "medusa_order_id"
	other = sales.customer()
	missing = (404, "Order not found.")

	def outcome(**more):
		status, body = send(name, shop, **{**values, **more})
		return status, body.get("error")

	assert outcome(customer_id=other.medusa_id) == missing
	assert outcome(customer_id="cus_nobody") == missing
	assert outcome(**{key: "order_unknown"}) == missing
	of_desk = sales.order(from_ecommerce=0, medusa_order_id=None)
	assert outcome(**{key: of_desk.name}) == missing
	owner = frappe.db.get_value("Customer", delivered.customer, "medusa_id")
	assert outcome(customer_id=owner)[0] == 200


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_bad_ids_write_nothing(sales, send, delivered, name):
	shop = sales.shop.sign_in("Medusa Storefront")
	values = values_for(name, delivered, sales)
	errors = frappe.db.count("Error Log")
	modified = frappe.db.get_value("Sales Order", delivered.name, "modified")
	for key in values:
		if key == "items":
			continue
		for bad in NO_IDS:
			status, body = send(name, shop, **{**values, key: bad})
			assert status == 400, (key, bad, body)
			assert body["error"].startswith(key), body
	key = "order_id" if "order_id" in values else "medusa_order_id"
	for unknown in UNKNOWN:
		assert send(name, shop, **{**values, key: unknown})[0] == 404, unknown
	for bad in ([{}], [1], ["x"], [None], "x", {}, 7, [{"item_code": ["x"], "quantity": 1}]):
		if name == "update_returned_items":
			assert send(name, shop, **{**values, "items": bad})[0] == 400, bad
	assert frappe.db.count("Error Log") == errors
	assert frappe.db.get_value("Sales Order", delivered.name, "modified") == modified
	assert not frappe.db.exists("Returned Sales Order Item", {"parent": delivered.name})
	assert not frappe.db.exists("Sales Invoice Item", {"sales_order": delivered.name})


def test_errors_have_their_status(sales, send):
	shop = sales.shop.sign_in("Medusa Storefront")
	order = sales.order()
	status, body = send("pay_now", shop, order_id=order.name, coupon_code="NO-SUCH-CODE")
	assert (status, body["error"]) == (400, "Coupon code is not valid.")
	sales.cancel(order)
	status, body = send("pay_now", shop, order_id=order.name)
	assert (status, body["error"], body["exc_type"]) == (409, "Order is cancelled.", "DuplicateEntryError")
	other = sales.order()
	for _ in range(10):
		assert send("verify_coupon", shop, order_id=other.name, coupon_code="X") == (200, {"message": False})
	status, body = send("verify_coupon", shop, order_id=other.name, coupon_code="X")
	assert (status, body["error"]) == (429, "Too many requests. Please try again later.")

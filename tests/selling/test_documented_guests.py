"""The two documented endpoints with `allow_guest` (contract 101-103, rulings A4, B12): who may call them."""

from __future__ import annotations

import pytest
import requests

EXPORT = "/api/method/medusa_integration.api.export_sales_order"
PRICES = "/api/method/medusa_integration.api.sync_missing_prices_to_medusa"


@pytest.fixture
def guest(http_server, sales):
	"""`guest(verb, path, **body)` calls as nobody; answers the status and the message or exc_type."""

	def call(verb, path, **body):
		answer = requests.request(verb, http_server + path, json=body, timeout=300)
		told = answer.json()
		return answer.status_code, told.get("message", told.get("exc_type"))

	return call


@pytest.mark.contract(102, 103)
@pytest.mark.parametrize("path", [EXPORT, PRICES])
def test_a_guest_is_refused_by_default(sales, guest, path):
	order = sales.order()
	assert guest("POST", path, self=order.name) == (403, "PermissionError")
	assert not sales.requests()


@pytest.mark.contract(101, 102, 103)
def test_a_guest_may_have_an_order_told_where_guests_are_let_in(sales, guest):
	sales.shop.set(allow_guest_storefront_calls=1)
	order = sales.order()
	status, told = guest("POST", EXPORT, self=order.name)
	assert (status, told["status"]) == (200, "synced")
	assert sales.told(order) == ("To Deliver and Bill", "Unpaid")


@pytest.mark.contract(101, 102, 103)
def test_a_guest_may_ask_for_missing_prices_where_guests_are_let_in(sales, guest):
	sales.shop.set(allow_guest_storefront_calls=1)
	status, told = guest("POST", PRICES)
	assert (status, told["status"]) == (200, "queued")


@pytest.mark.contract(103)
@pytest.mark.parametrize("path", [EXPORT, PRICES])
def test_neither_can_be_called_with_get(sales, guest, path):
	"""Whether guests are let in or not."""
	order = sales.order()
	for allowed in (0, 1):
		sales.shop.set(allow_guest_storefront_calls=allowed)
		status, _told = guest("GET", f"{path}?self={order.name}")
		assert status in (403, 405)
	assert not sales.requests()

"""Orders that are cancelled, where an order is sold from, and what v2 has reserved of it."""

from __future__ import annotations

from tests.wire.shops import Shop, assert_refused, on
from tests.wire.test_orders import buy

STATE = {"v1": {"fields": "id,status,payment_status,canceled_at", "expand": ""}}
STATE["v2"] = {"fields": "id,status,payment_status,canceled_at"}


def state(shop: Shop, order_id: str) -> dict:
	return shop.get(f"/admin/orders/{order_id}", params=STATE[shop.generation]).json()["order"]


def cancel(shop: Shop, order_id: str):
	return shop.post(f"/admin/orders/{order_id}/cancel?fields=id", None)


@on("v1", "v2", extended=True)
def test_an_order_is_cancelled(shop: Shop) -> None:
	order_id = buy(shop)
	assert (state(shop, order_id)["status"], state(shop, order_id)["canceled_at"]) == ("pending", None)
	answer = cancel(shop, order_id)
	assert (answer.status_code, answer.json()["order"]["id"]) == (200, order_id)
	assert state(shop, order_id)["status"] == "canceled"
	assert state(shop, order_id)["canceled_at"]


@on("v2", extended=True)
def test_v2_refuses_a_second_cancellation(shop: Shop) -> None:
	order_id = buy(shop)
	cancel(shop, order_id)
	message = f"Order with id {order_id} has been canceled."
	assert_refused(cancel(shop, order_id), 400, {"type": "invalid_data", "message": message})


@on("v2", extended=True)
def test_where_an_order_is_sold_from(shop: Shop) -> None:
	order_id = buy(shop)
	params = {"id[]": [order_id], "fields": "id,sales_channel.stock_locations.id,*items"}
	order = shop.get("/admin/orders", params=params).json()["orders"][0]
	# another test may have linked a location of its own to the channel
	places = order["sales_channel"]["stock_locations"]
	assert places
	assert all(place["id"].startswith("sloc_") for place in places)
	lines = [item["id"] for item in order["items"]]
	params = {"line_item_id[]": lines, "limit": 1000, "fields": "id,line_item_id,location_id,quantity"}
	assert shop.get("/admin/reservations", params=params).json()["reservations"] == []

"""Fulfillments and shipments that the app makes, and returns that are made in Medusa."""

from __future__ import annotations

from tests.wire.shops import Shop, assert_refused, on
from tests.wire.test_orders import buy

FIELDS = "id,fulfillment_status,*items,*items.detail,*fulfillments,*fulfillments.items,*fulfillments.labels"
RETURNS = f"{FIELDS},*returns,*returns.items"
NOTE = {"erpnext_delivery_note": "MAT-DN-1"}


def read(shop: Shop, order_id: str) -> dict:
	if shop.generation == "v1":
		expand = "items,fulfillments,fulfillments.items,fulfillments.tracking_links,returns,returns.items"
		return shop.get(f"/admin/orders/{order_id}", params={"expand": expand}).json()["order"]
	params = {"id[]": [order_id], "fields": RETURNS}
	return shop.get("/admin/orders", params=params).json()["orders"][0]


def fulfill(shop: Shop, order_id: str, line: str, quantity: int):
	if shop.generation == "v1":
		body = {"items": [{"item_id": line, "quantity": quantity}], "metadata": NOTE}
		return shop.post(f"/admin/orders/{order_id}/fulfillment", body)
	body = {"items": [{"id": line, "quantity": quantity}], "metadata": NOTE}
	return shop.post(f"/admin/orders/{order_id}/fulfillments", body)


def ship(shop: Shop, order_id: str, fulfillment: str, line: str):
	if shop.generation == "v1":
		body = {"fulfillment_id": fulfillment, "tracking_numbers": ["T1"]}
		return shop.post(f"/admin/orders/{order_id}/shipment", body)
	label = {"tracking_number": "T1", "tracking_url": "", "label_url": ""}
	body = {"items": [{"id": line, "quantity": 2}], "labels": [label]}
	return shop.post(f"/admin/orders/{order_id}/fulfillments/{fulfillment}/shipments", body)


def cancel(shop: Shop, order_id: str, fulfillment: str):
	return shop.post(f"/admin/orders/{order_id}/fulfillments/{fulfillment}/cancel", {})


@on("v1", "v2", extended=True)
def test_a_part_is_sent(shop: Shop) -> None:
	order_id = buy(shop)
	line = read(shop, order_id)["items"][0]["id"]
	answer = fulfill(shop, order_id, line, 2)
	assert (answer.status_code, answer.json()["order"]["id"]) == (200, order_id)
	order = read(shop, order_id)
	(made,) = order["fulfillments"]
	of = "item_id" if shop.generation == "v1" else "line_item_id"
	assert [(item[of], item["quantity"]) for item in made["items"]] == [(line, 2)]
	assert (made["metadata"], made["shipped_at"], made["canceled_at"]) == (NOTE, None, None)
	assert order["fulfillment_status"] == "partially_fulfilled"
	assert ship(shop, order_id, made["id"], line).status_code == 200
	order = read(shop, order_id)
	(made,) = order["fulfillments"]
	links = made["tracking_links" if shop.generation == "v1" else "labels"]
	assert [link["tracking_number"] for link in links] == ["T1"]
	assert made["shipped_at"]
	assert order["fulfillment_status"] == "partially_shipped"
	refused = cancel(shop, order_id, made["id"])
	shipped = "The fulfillment has already been shipped. Shipped fulfillments cannot be canceled"
	assert_refused(refused, 400, {"type": "not_allowed", "message": shipped})


@on("v1", "v2", extended=True)
def test_a_fulfillment_is_cancelled(shop: Shop) -> None:
	order_id = buy(shop)
	line = read(shop, order_id)["items"][0]["id"]
	fulfill(shop, order_id, line, 3)
	(made,) = read(shop, order_id)["fulfillments"]
	assert cancel(shop, order_id, made["id"]).status_code == 200
	(made,) = read(shop, order_id)["fulfillments"]
	assert made["canceled_at"]
	again = cancel(shop, order_id, made["id"])
	late = ship(shop, order_id, made["id"], line)
	if shop.generation == "v1":
		assert again.status_code == 200
		assert_refused(late, 400, {"type": "not_allowed", "message": "Fulfillment has been canceled"})
	else:
		assert_refused(again, 400, {"type": "not_allowed", "message": "The fulfillment is already canceled"})
		message = "Cannot create shipment for a canceled fulfillment"
		assert_refused(late, 400, {"type": "not_allowed", "message": message})
	assert fulfill(shop, order_id, line, 3).status_code == 200


@on("v1", "v2", extended=True)
def test_more_than_was_ordered(shop: Shop) -> None:
	order_id = buy(shop)
	line = read(shop, order_id)["items"][0]["id"]
	fulfill(shop, order_id, line, 2)
	refused = fulfill(shop, order_id, line, 2)
	if shop.generation == "v1":
		message = "Cannot fulfill more items than have been purchased"
		assert_refused(refused, 400, {"type": "not_allowed", "message": message})
	else:
		message = f"Cannot fulfill more items than what was ordered for item {line}."
		assert_refused(refused, 400, {"type": "invalid_data", "message": message})
		unknown = fulfill(shop, order_id, "ordli_none", 2)
		message = f"Items with ids ordli_none does not exist in order with id {order_id}."
		assert_refused(unknown, 400, {"type": "invalid_data", "message": message})
	assert fulfill(shop, order_id, line, 1).status_code == 200


@on("v1", "v2", extended=True)
def test_what_has_a_tracking_number_is_shipped_once(shop: Shop) -> None:
	order_id = buy(shop)
	line = read(shop, order_id)["items"][0]["id"]
	fulfill(shop, order_id, line, 2)
	(made,) = read(shop, order_id)["fulfillments"]
	assert ship(shop, order_id, made["id"], line).status_code == 200
	refused = ship(shop, order_id, made["id"], line)
	if shop.generation == "v1":
		message = "Can't insert null value in field fulfillment_id on insert in table tracking_link"
		assert_refused(refused, 400, {"type": "invalid_data", "message": message})
	else:
		assert_refused(refused, 400, {"type": "not_allowed", "message": "Shipment has already been created"})


def receive(shop: Shop, order_id: str, return_id: str, line: str, kind: str) -> None:
	"""One piece comes back; `kind` is receive-items or dismiss-items."""
	if hasattr(shop.server, "receive_return"):
		damaged = kind == "dismiss-items"
		shop.server.receive_return(order_id, return_id, {} if damaged else {0: 1}, {0: 1} if damaged else {})
		return
	for path, body in (
		("receive", {}),
		(kind, {"items": [{"id": line, "quantity": 1}]}),
		("receive/confirm", {}),
	):
		assert shop.post(f"/admin/returns/{return_id}/{path}", body).status_code == 200


@on("v2", extended=True)
def test_v2_keeps_of_a_return_in_parts_the_last_part(shop: Shop) -> None:
	order_id = buy(shop)
	line = read(shop, order_id)["items"][0]["id"]
	fulfill(shop, order_id, line, 3)
	if hasattr(shop.server, "request_return"):
		return_id = shop.server.request_return(order_id, {0: 2})
	else:
		return_id = shop.post("/admin/returns", {"order_id": order_id}).json()["return"]["id"]
		asked = {"items": [{"id": line, "quantity": 2}]}
		assert shop.post(f"/admin/returns/{return_id}/request-items", asked).status_code == 200
		assert shop.post(f"/admin/returns/{return_id}/request", {}).status_code == 200
	shown = []
	for kind in ("receive-items", "dismiss-items"):
		receive(shop, order_id, return_id, line, kind)
		order = read(shop, order_id)
		(found,) = order["returns"]
		(item,) = found["items"]
		detail = order["items"][0]["detail"]
		counts = [item[name] for name in ("quantity", "received_quantity", "damaged_quantity")]
		of_row = [detail[f"return_{name}_quantity"] for name in ("received", "dismissed")]
		shown.append((found["status"], counts, of_row))
	assert shown == [
		("partially_received", [2, 1, 0], [1, 0]),
		("partially_received", [2, 1, 1], [1, 1]),
	]

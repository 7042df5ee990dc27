"""The product extension and the two custom routes, and how a client finds out whether they are there."""

from __future__ import annotations

import json

import requests

from tests.support.plugin import signature
from tests.wire.shops import Shop, assert_page, assert_refused, invalid, not_found, on

EXTRAS = {
	"item_code": "ITEM-1",
	"short_description": "Short",
	"ranking": 3,
	"brand_name": "Acme",
	"specifications": [{"label": "Size", "description": "L"}, {"label": "Colour", "description": "Blue"}],
}


def extras_of(shop: Shop, product_id: str) -> dict:
	"""The extension's fields of a product, as its generation gives them back."""
	if shop.generation == "v1":
		found = shop.product(product_id)
	else:
		found = shop.product(product_id, "id,*erp_product").get("erp_product") or {}
	return {name: found.get(name) for name in EXTRAS}


@on(extended=True)
def test_the_extras_are_stored_and_given_back(shop: Shop) -> None:
	created = shop.create("box", **EXTRAS)
	assert extras_of(shop, created["id"]) == EXTRAS
	change = {"item_code": "ITEM-2", "brand_name": None, "ranking": 0, "specifications": []}
	assert shop.post(f"/admin/products/{created['id']}", change).status_code == 200
	assert extras_of(shop, created["id"]) == {**EXTRAS, **change}


@on(extended=True)
def test_the_extras_may_come_later(shop: Shop) -> None:
	created = shop.create("box")
	assert extras_of(shop, created["id"]) == dict.fromkeys(EXTRAS)
	assert shop.post(f"/admin/products/{created['id']}", {"item_code": "ITEM-1"}).status_code == 200
	assert extras_of(shop, created["id"])["item_code"] == "ITEM-1"


@on(extended=True)
def test_two_products_may_have_the_same_item_code(shop: Shop) -> None:
	first, second = shop.create("one", item_code="ITEM-1"), shop.create("two", item_code="ITEM-1")
	assert extras_of(shop, first["id"]) == extras_of(shop, second["id"])


@on("v2", extended=True)
def test_batches_take_the_extras_of_each_product(shop: Shop) -> None:
	old, bare = shop.create("old", **EXTRAS), shop.create("bare")
	batch = {
		"create": [
			shop.product_body("one", item_code="ITEM-ONE"),
			shop.product_body("none"),
			shop.product_body("two", item_code="ITEM-TWO", ranking=2),
		],
		"update": [
			{"id": old["id"], "item_code": "ITEM-OLD"},
			{"id": bare["id"], "ranking": 9},
		],
	}
	answer = shop.post("/admin/products/batch?fields=id,handle,*erp_product", batch)
	assert answer.status_code == 200, answer.text
	created = {each["handle"]: each.get("erp_product") for each in answer.json()["created"]}
	assert created[shop.named("one")]["item_code"] == "ITEM-ONE"
	assert (created[shop.named("two")]["item_code"], created[shop.named("two")]["ranking"]) == ("ITEM-TWO", 2)
	assert created[shop.named("none")] is None
	assert extras_of(shop, old["id"]) == {**EXTRAS, "item_code": "ITEM-OLD"}
	assert extras_of(shop, bare["id"])["ranking"] == 9


@on("v2", extended=True)
def test_a_refused_batch_leaves_the_extras_alone(shop: Shop) -> None:
	old = shop.create("old", **EXTRAS)
	batch = {
		"create": [shop.product_body("new", handle=old["handle"])],
		"update": [{"id": old["id"], "item_code": "CHANGED"}],
	}
	assert shop.post("/admin/products/batch", batch).status_code == 400
	assert extras_of(shop, old["id"]) == EXTRAS


@on(extended=True)
def test_extras_of_the_wrong_kind(shop: Shop) -> None:
	messages = {
		"v1": "item_code must be a string, ranking must be an integer number",
		"v2": (
			"Invalid request: Expected type: 'string' for field 'item_code', got: '5'; "
			"Expected type: 'number' for field 'ranking', got: 'x'"
		),
	}
	body = shop.product_body("box", item_code=5, ranking="x")
	assert_refused(shop.post("/admin/products", body), 400, invalid(messages[shop.generation]))


@on("v1", everywhere=True)
def test_a_body_without_title_tells_whether_v1_is_extended(shop: Shop) -> None:
	"""Nothing is written, whatever the answer."""
	answer = shop.post("/admin/products", {"item_code": "x"})
	unknown = "" if shop.extended else "property item_code should not exist, "
	assert_refused(answer, 400, invalid(f"{unknown}title must be a string"))


@on("v2", everywhere=True)
def test_a_body_without_title_tells_whether_v2_is_extended(shop: Shop) -> None:
	"""Nothing is written, whatever the answer."""
	answer = shop.post("/admin/products", {"item_code": "x"})
	unknown = "" if shop.extended else "; Unrecognized fields: 'item_code'"
	assert_refused(answer, 400, invalid(f"Invalid request: Field 'title' is required{unknown}"))


@on(extended=False)
def test_a_stock_server_refuses_the_extras(shop: Shop) -> None:
	messages = {
		"v1": ", ".join(f"property {name} should not exist" for name in EXTRAS),
		"v2": f"Invalid request: Unrecognized fields: '{', '.join(EXTRAS)}'",
	}
	answer = shop.post("/admin/products", shop.product_body("box", **EXTRAS))
	assert_refused(answer, 400, invalid(messages[shop.generation]))
	created = shop.create("box")
	answer = shop.post(f"/admin/products/{created['id']}", EXTRAS)
	assert_refused(answer, 400, invalid(messages[shop.generation]))


def _custom(shop: Shop, path: str, body: dict, *, signed_in: bool = True) -> tuple:
	headers = {"Content-Type": "application/json"}
	if shop.generation == "v2":
		headers["x-publishable-api-key"] = shop.server.publishable_key
	sent = json.dumps(body).encode()
	headers["X-ERPNext-Signature"] = signature(sent, query=path.partition("?")[2])
	send = shop.session.request if signed_in else requests.request
	return send("POST", shop.url + path, data=sent, headers=headers, timeout=300)


@on(extended=True)
def test_the_route_for_quotations(shop: Shop) -> None:
	quotation = shop.named("quotation")
	path = f"/store/quotation-update?quot_id={quotation}"
	expected = {"message": "Quotation updated successfully", "quotation_id": quotation}
	for state in ("Open", "Ordered"):
		assert_refused(_custom(shop, path, {"status": state}), 200, expected)
	assert _custom(shop, path, {}, signed_in=False).status_code == 401
	assert shop.server.quotation_update(quotation) == {"status": "Ordered"}
	assert shop.server.quotation_update("nonsense") is None
	refused = invalid("quot_id is required")
	assert_refused(_custom(shop, "/store/quotation-update", {}), 400, refused)


@on(extended=True)
def test_the_route_for_orders(shop: Shop) -> None:
	body = {"customer_id": "cus_1", "order_status": "Pending", "payment_status": "Unpaid"}
	unknown = {
		"v1": not_found("Order with id order_nonsense was not found"),
		"v2": not_found("Order with id: order_nonsense was not found"),
	}
	order = shop.server.add_order()
	assert shop.server.order_update(order) is None
	expected = {"message": "Order updated successfully", "order_id": order}
	for state in ("Pending", "Completed"):
		answer = _custom(shop, f"/store/order-update?order_id={order}", {**body, "order_status": state})
		assert_refused(answer, 200, expected)
	told = shop.server.order_update(order)
	assert {name: told[name] for name in body} == {**body, "order_status": "Completed"}
	path = "/store/order-update?order_id=order_nonsense"
	assert_refused(_custom(shop, path, body), 404, unknown[shop.generation])
	assert _custom(shop, path, body, signed_in=False).status_code == 401
	assert_refused(_custom(shop, "/store/order-update", body), 400, invalid("order_id is required"))


@on("v2", extended=True)
def test_the_custom_routes_of_v2_need_the_publishable_key_too(shop: Shop) -> None:
	answer = shop.post("/store/order-update?order_id=x", {})
	assert (answer.status_code, answer.json()["type"]) == (400, "not_allowed")


@on(extended=False)
def test_a_stock_server_has_no_custom_routes(shop: Shop) -> None:
	for path in ("/store/order-update", "/store/quotation-update"):
		assert_page(_custom(shop, path, {}), 404, f"Cannot POST {path}")

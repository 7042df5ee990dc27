"""Bodies and addresses that Medusa does not take, and what it says about them."""

from __future__ import annotations

import pytest

from tests.wire.shops import Shop, assert_page, assert_refused, invalid, on

LIMIT = 100 * 1024


@on("v1", everywhere=True)
def test_v1_names_every_unknown_key_and_then_every_wrong_value(shop: Shop) -> None:
	answer = shop.post("/admin/products", {"nonsense": 1, "more": 2})
	message = "property nonsense should not exist, property more should not exist, title must be a string"
	assert_refused(answer, 400, invalid(message))


@on("v2", everywhere=True)
def test_v2_names_what_is_missing_and_then_all_unknown_keys_in_one(shop: Shop) -> None:
	answer = shop.post("/admin/products", {"nonsense": 1, "more": 2})
	message = "Invalid request: Field 'title' is required; Unrecognized fields: 'nonsense, more'"
	assert_refused(answer, 400, invalid(message))


@on("v1", everywhere=True)
def test_v1_names_the_wrong_values_inside_lists_too(shop: Shop) -> None:
	body = {
		"title": 5,
		"options": [{"nonsense": 1}],
		"variants": [{"prices": [{"amount": 1.5, "currency_code": "usd"}], "nonsense": 1}],
	}
	message = (
		"title must be a string, property nonsense should not exist, title must be a string, "
		"property nonsense should not exist, title must be a string, amount must be an integer number"
	)
	assert_refused(shop.post("/admin/products", body), 400, invalid(message))
	body = {"title": "x", "variants": [3], "options": {}}
	message = (
		"options must be an array, title must be a string, "
		"each value in nested property variants must be either object or array"
	)
	assert shop.post("/admin/products", body).status_code == 400


@on("v2", everywhere=True)
def test_v2_names_the_first_three_and_cannot_look_into_lists(shop: Shop) -> None:
	body = {
		"title": 5,
		"options": [{"nonsense": 1}],
		"variants": [{"prices": [{"amount": "1.5", "currency_code": "usd"}], "nonsense": 1}],
	}
	message = (
		"Invalid request: Expected type: 'string' for field 'title', got: '5'; "
		"Field 'options, 0, title' is required; Field 'variants, 0, title' is required"
	)
	assert_refused(shop.post("/admin/products", body), 400, invalid(message))


@on("v2", everywhere=True)
@pytest.mark.parametrize(
	("change", "message"),
	[
		({"title": None}, "Expected type: 'string' for field 'title', got: 'null'"),
		(
			{"status": "nonsense"},
			"Expected: 'draft, proposed, published, rejected' for field 'status', but got: 'nonsense'",
		),
		(
			{"status": None},
			"Expected: 'draft, proposed, published, rejected' for field 'status', but got: 'null'",
		),
		({"metadata": "x"}, "Expected type: 'record' for field 'metadata', got: 'x'"),
		({"variants": {}}, "Expected type: 'array' for field 'variants', got: '[object Object]'"),
		({"weight": "1"}, "Expected type: 'number' for field 'weight', got: '1'"),
		({"images": [{}]}, "Field 'images, 0, url' is required"),
		({"discountable": "yes"}, "Invalid input"),
		({"discountable": 5}, "Expected type: 'boolean, string' for field 'discountable', got: '5'"),
		({"variants": [{"inventory_quantity": 1}]}, "Unrecognized fields: 'inventory_quantity'"),
	],
)
def test_v2_words(shop: Shop, change: dict, message: str) -> None:
	answer = shop.post("/admin/products/prod_nonsense", change)
	assert_refused(answer, 400, invalid(f"Invalid request: {message}"))


@on("v2", everywhere=True)
@pytest.mark.parametrize(
	("option", "message"),
	[
		({"title": "Default"}, "Field 'options, 0, values' is required"),
		({"values": ["Default"]}, "Field 'options, 0, title' is required"),
		({"title": "Default", "values": ["Default"], "nonsense": 1}, "Field 'options, 0, id' is required"),
		("Default", "Field 'options, 0' is required"),
	],
)
def test_v2_words_for_options(shop: Shop, option: object, message: str) -> None:
	answer = shop.post("/admin/products", shop.product_body("box", options=[option]))
	assert_refused(answer, 400, invalid(f"Invalid request: {message}"))


@on("v1", everywhere=True)
@pytest.mark.parametrize(
	("change", "message"),
	[
		({"is_giftcard": False, "nonsense": 1}, "property is_giftcard should not exist, property nonsense should not exist"),
		({"status": "nonsense"}, "status must be one of the following values: draft, proposed, published, rejected"),
		(
			{"status": None},
			"status should not be equal to null, "
			"status must be one of the following values: draft, proposed, published, rejected",
		),
		({"metadata": "x"}, "metadata must be an object"),
		({"variants": [{"inventory_quantity": 2.5}]}, "inventory_quantity must be an integer number"),
		({"weight": "1"}, "weight must be a number conforming to the specified constraints"),
		({"discountable": "true"}, "discountable must be a boolean value"),
		({"images": "x"}, "images must be an array"),
	],
)  # fmt: skip
def test_v1_words(shop: Shop, change: dict, message: str) -> None:
	assert_refused(shop.post("/admin/products/prod_nonsense", change), 400, invalid(message))


@on("v1", everywhere=True)
def test_v1_takes_no_external_id(shop: Shop) -> None:
	message = "property external_id should not exist"
	answer = shop.post("/admin/products", shop.product_body("box", external_id="x"))
	assert_refused(answer, 400, invalid(message))
	assert_refused(shop.get("/admin/products?external_id=x"), 400, invalid(message))


@on("v1", everywhere=True)
def test_a_body_that_is_not_json_gets_a_page_on_v1(shop: Shop) -> None:
	answer = shop.anonymous(
		"POST", "/admin/products", data="{no", headers={"Content-Type": "application/json"}
	)
	assert_page(answer, 400, "Bad Request")


@on("v2", everywhere=True)
def test_a_body_that_is_not_json_gets_json_on_v2(shop: Shop) -> None:
	# the body is read before anybody asks who sent it
	answer = shop.anonymous(
		"POST", "/admin/products", data="{no", headers={"Content-Type": "application/json"}
	)
	assert answer.status_code == 400
	assert answer.json()["type"] == "invalid_data"


@on(everywhere=True)
def test_a_body_that_is_a_list_is_refused(shop: Shop) -> None:
	messages = {
		"v1": "an unknown value was passed to the validate function",
		"v2": "Invalid request: Field '' is required",
	}
	assert_refused(shop.post("/admin/products", [1]), 400, invalid(messages[shop.generation]))


@on("v1", everywhere=True)
def test_v1_takes_bodies_of_100_kilobytes(shop: Shop) -> None:
	almost = shop.create("long", description="x" * (LIMIT - 400))
	assert len(shop.product(almost["id"])["description"]) == LIMIT - 400
	answer = shop.post("/admin/products", shop.product_body("longer", description="x" * LIMIT))
	assert_page(answer, 413, "Payload Too Large")


@on("v2", everywhere=True)
def test_v2_takes_bodies_of_100_kilobytes_and_batches_of_2_megabytes(shop: Shop) -> None:
	almost = shop.create("long", description="x" * (LIMIT - 400))
	too_large = {"message": "request entity too large", "type": "unknown_error"}
	answer = shop.post("/admin/products", shop.product_body("longer", description="x" * LIMIT))
	assert_refused(answer, 413, too_large)
	update = {"id": almost["id"], "description": "x" * 300 * 1024}
	assert shop.post("/admin/products/batch?fields=id", {"update": [update]}).status_code == 200
	assert len(shop.product(almost["id"], "description")["description"]) == 300 * 1024
	update["description"] = "x" * 2 * 1024 * 1024
	assert_refused(shop.post("/admin/products/batch?fields=id", {"update": [update]}), 413, too_large)


@on(everywhere=True)
def test_the_address_may_be_almost_16_kilobytes_long(shop: Shop) -> None:
	path = "/admin/products?limit=1&fields=id&title="
	assert shop.get(path + "x" * 14000).status_code == 200
	assert shop.get(path + "x" * 17000).status_code == 431


@on(everywhere=True)
def test_unknown_routes_get_a_page(shop: Shop) -> None:
	assert_page(shop.anonymous("GET", "/nonsense"), 404, "Cannot GET /nonsense")
	assert_page(shop.post("/admin/products/a/b/c", {}), 404, "Cannot POST /admin/products/a/b/c")

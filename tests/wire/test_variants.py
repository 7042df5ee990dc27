"""The one variant of a product, and what becomes of it."""

from __future__ import annotations

import pytest

from tests.wire.shops import UNKNOWN_ERROR, Shop, assert_refused, invalid, not_found, on

# v1 adds this to the errors of what it does in a transaction
TAIL = "\nCannot read properties of undefined (reading 'length')"


def variant_of(shop: Shop, product_id: str) -> dict:
	(variant,) = shop.product(product_id)["variants"]
	return variant


@on()
def test_a_variant_is_updated_with_its_product(shop: Shop) -> None:
	prices = [{"amount": 15, "currency_code": "usd"}]
	body = shop.product_body("box")
	body["variants"][0]["prices"] = prices
	created = shop.post("/admin/products", body).json()["product"]
	(before,) = created["variants"]
	change = {"variants": [{"id": before["id"], "allow_backorder": True}]}
	assert shop.post(f"/admin/products/{created['id']}", change).status_code == 200
	after = variant_of(shop, created["id"])
	assert (after["id"], after["allow_backorder"]) == (before["id"], True)
	assert (after["sku"], after["manage_inventory"]) == (before["sku"], True)
	assert [price["amount"] for price in after["prices"]] == [15]
	assert [value["value"] for value in after["options"]] == ["Default"]


@on()
def test_a_variant_is_updated_on_its_own(shop: Shop) -> None:
	created = shop.create("box")
	path = f"/admin/products/{created['id']}/variants/{created['variants'][0]['id']}"
	change = {"allow_backorder": True, "barcode": "4006381333931", "weight": 250, "origin_country": "OM"}
	assert shop.post(path, change).status_code == 200
	after = variant_of(shop, created["id"])
	assert {name: after[name] for name in change} == change


@on("v1")
def test_a_variant_that_is_not_the_products_is_404_on_v1(shop: Shop) -> None:
	first, second = shop.create("one"), shop.create("two")
	for stranger in ("variant_nonsense", second["variants"][0]["id"]):
		change = {"title": "Changed", "variants": [{"id": stranger, "allow_backorder": True}]}
		refused = not_found(f"Variants with id: {stranger} are not associated with this product")
		assert_refused(shop.post(f"/admin/products/{first['id']}", change), 404, refused)
	assert shop.product(first["id"])["title"] == "One"
	path = f"/admin/products/{first['id']}/variants/variant_nonsense"
	refused = not_found("Variant with id: variant_nonsense was not found")
	assert_refused(shop.post(path, {"allow_backorder": True}), 404, refused)


@on("v2")
def test_a_variant_that_is_not_the_products_is_an_unknown_error_on_v2(shop: Shop) -> None:
	first, second = shop.create("one"), shop.create("two")
	for stranger in ("variant_nonsense", second["variants"][0]["id"]):
		change = {"title": "Changed", "variants": [{"id": stranger, "allow_backorder": True}]}
		assert_refused(shop.post(f"/admin/products/{first['id']}", change), 500, UNKNOWN_ERROR)
		batch = {"update": [{"id": first["id"], **change}]}
		assert_refused(shop.post("/admin/products/batch", batch), 500, UNKNOWN_ERROR)
	assert shop.product(first["id"])["title"] == "One"
	assert variant_of(shop, second["id"])["allow_backorder"] is False


@on("v2")
def test_v2_passes_over_an_unknown_variant_in_silence(shop: Shop) -> None:
	created = shop.create("box")
	path = f"/admin/products/{created['id']}/variants/variant_nonsense?fields=id"
	assert_refused(shop.post(path, {"allow_backorder": True}), 200, {"product": {"id": created["id"]}})
	path = f"/admin/products/prod_nonsense/variants/{created['variants'][0]['id']}"
	assert_refused(shop.post(path, {"allow_backorder": True}), 500, UNKNOWN_ERROR)


@on()
def test_variants_that_an_update_does_not_list_are_gone(shop: Shop) -> None:
	created = shop.create("box")
	(option,) = created["options"]
	v1 = shop.generation == "v1"
	if v1:
		options = [{"option_id": option["id"], "value": "Other"}]
	else:
		body = {"title": "Size", "values": ["S"]}
		assert shop.post(f"/admin/products/{created['id']}/options/batch", {"add": [body]}).status_code == 200
		options = {"Default": "Default", "Size": "S"}
	second = {"title": "Second", "prices": [], "options": options}
	answer = shop.post(f"/admin/products/{created['id']}/variants", second)
	assert answer.status_code == 200, answer.text
	assert len(shop.product(created["id"])["variants"]) == 2
	keep = {"variants": [{"id": created["variants"][0]["id"], "allow_backorder": True}]}
	assert shop.post(f"/admin/products/{created['id']}", keep).status_code == 200
	assert variant_of(shop, created["id"])["title"] == "Default"


@on("v1")
def test_a_second_default_is_refused_on_v1(shop: Shop) -> None:
	created = shop.create("box")
	body = {
		"title": "Default",
		"prices": [],
		"options": [{"option_id": created["options"][0]["id"], "value": "Default"}],
	}
	path = f"/admin/products/{created['id']}/variants"
	refused = invalid(f"Variant with title Default with provided options already exists{TAIL}")
	assert_refused(shop.post(path, body), 400, refused)
	refused = {
		"code": "invalid_request_error",
		"type": "duplicate_error",
		"message": "An option with the title: Default already exists",
	}
	answer = shop.post(f"/admin/products/{created['id']}/options", {"title": "Default"})
	assert_refused(answer, 422, refused)


@on("v2")
def test_a_second_default_is_refused_on_v2(shop: Shop) -> None:
	created = shop.create("box")
	body = {"title": "Default", "prices": [], "options": {"Default": "Default"}}
	path = f"/admin/products/{created['id']}/variants"
	refused = invalid("Variant (Default) with provided options already exists.")
	assert_refused(shop.post(path, body), 400, refused)
	# this path is gone since 2.17
	answer = shop.post(f"/admin/products/{created['id']}/options", {"title": "Size", "values": ["S"]})
	assert answer.status_code == 404


@on("v1")
@pytest.mark.parametrize(
	("options", "message"),
	[
		(
			[],
			"Product options length does not match variant options length. Product has 1 and variant has 0.",
		),
		(
			[{"option_id": "opt_nonsense", "value": "x"}],
			"Variant options do not contain value for Default",
		),
	],
)
def test_options_that_do_not_fit_on_v1(shop: Shop, options: list, message: str) -> None:
	created = shop.create("box")
	body = {"title": "Other", "prices": [], "options": options}
	answer = shop.post(f"/admin/products/{created['id']}/variants", body)
	assert_refused(answer, 400, invalid(message + TAIL))


@on("v2")
@pytest.mark.parametrize(
	("options", "message"),
	[
		({"Default": "Other"}, "Option value Other does not exist for option Default"),
		({"Size": "S"}, "Option value S does not exist for option Size"),
		(
			{"Default": "Default", "Size": "S"},
			"Product has 1 option values but there were 2 provided option values for the variant: Other.",
		),
	],
)
def test_options_that_do_not_fit_on_v2(shop: Shop, options: dict, message: str) -> None:
	created = shop.create("box")
	body = {"title": "Other", "prices": [], "options": options}
	answer = shop.post(f"/admin/products/{created['id']}/variants", body)
	assert_refused(answer, 400, invalid(message))
	body = shop.product_body("bottle")
	body["variants"][0]["options"] = options
	assert shop.post("/admin/products", body).status_code == 400
	assert shop.ids(f"handle={body['handle']}") == []


@on("v2")
def test_options_that_are_missing_on_v2(shop: Shop) -> None:
	none, empty = shop.product_body("none"), shop.product_body("empty")
	del none["variants"][0]["options"]
	empty["variants"][0]["options"] = {}
	path = "/admin/products?fields=id,variants.options.value"
	assert shop.post(path, none).json()["product"]["variants"][0]["options"] == []
	assert_refused(shop.post(path, empty), 500, UNKNOWN_ERROR)


@on("v1")
def test_quantities_on_v1_are_whole_numbers_of_the_variant(shop: Shop) -> None:
	created = shop.create("box")
	path = f"/admin/products/{created['id']}/variants/{created['variants'][0]['id']}"
	assert shop.post(path, {"inventory_quantity": 7}).status_code == 200
	assert variant_of(shop, created["id"])["inventory_quantity"] == 7
	assert_refused(shop.post(path, {"inventory_quantity": 2.5}), 500, UNKNOWN_ERROR)
	change = {"variants": [{"id": created["variants"][0]["id"], "inventory_quantity": 9}]}
	assert shop.post(f"/admin/products/{created['id']}", change).status_code == 200
	assert variant_of(shop, created["id"])["inventory_quantity"] == 9


@on()
def test_prices_are_asked_for_even_when_there_are_none(shop: Shop) -> None:
	body = shop.product_body("box")
	del body["variants"][0]["prices"]
	message = {
		"v1": "prices must be an array",
		"v2": "Invalid request: Field 'variants, 0, prices' is required",
	}
	assert_refused(shop.post("/admin/products", body), 400, invalid(message[shop.generation]))


@on("v2")
def test_prices_of_a_variant_are_replaced_as_a_whole_on_v2(shop: Shop) -> None:
	created = shop.create("box")
	path = f"/admin/products/{created['id']}/variants/{created['variants'][0]['id']}"
	for amount, code in ((15.5, "USD"), (1.234, "omr")):
		change = {"prices": [{"amount": amount, "currency_code": code}]}
		assert shop.post(path, change).status_code == 200
		(price,) = variant_of(shop, created["id"])["prices"]
		assert (price["amount"], price["currency_code"]) == (amount, code.lower())


@on()
def test_deleting_a_variant_is_the_same_however_often(shop: Shop) -> None:
	created = shop.create("box")
	path = f"/admin/products/{created['id']}/variants/{created['variants'][0]['id']}"
	for _ in range(2):
		answer = shop.delete(path)
		assert (answer.status_code, answer.json()["deleted"]) == (200, True)
	assert shop.product(created["id"])["variants"] == []


@on("v2")
def test_a_sku_that_is_taken_spoils_an_update_on_v2(shop: Shop) -> None:
	first, second = shop.create("one"), shop.create("two")
	sku = first["variants"][0]["sku"]
	path = f"/admin/products/{second['id']}/variants/{second['variants'][0]['id']}"
	refused = invalid(f"Product variant with sku: {sku}, already exists.")
	assert_refused(shop.post(path, {"sku": sku}), 400, refused)
	change = {"variants": [{"id": second["variants"][0]["id"], "sku": sku}]}
	assert_refused(shop.post(f"/admin/products/{second['id']}", change), 400, refused)


@on("v1")
def test_a_sku_that_is_taken_spoils_an_update_on_v1(shop: Shop) -> None:
	first, second = shop.create("one"), shop.create("two")
	sku = first["variants"][0]["sku"]
	path = f"/admin/products/{second['id']}/variants/{second['variants'][0]['id']}"
	refused = {
		"code": "invalid_request_error",
		"type": "duplicate_error",
		"message": f"Product_variant with sku {sku} already exists.",
	}
	assert_refused(shop.post(path, {"sku": sku}), 422, refused)


@on()
@pytest.mark.parametrize("barcode", ["4006381", ""])
def test_a_barcode_that_is_taken_spoils_an_update(shop: Shop, barcode: str) -> None:
	"""An empty one is a barcode like any other; whoever has none has null."""
	barcode = barcode and shop.named(barcode)
	first, second = shop.create("one"), shop.create("two")
	paths = [f"/admin/products/{one['id']}/variants/{one['variants'][0]['id']}" for one in (first, second)]
	assert shop.post(paths[0], {"barcode": barcode}).status_code == 200
	if shop.generation == "v1":
		text = f"Product_variant with barcode {barcode} already exists."
		refused = {"code": "invalid_request_error", "type": "duplicate_error", "message": text}
	else:
		refused = invalid(f"Product variant with barcode: {barcode}, already exists.")
	status = {"v1": 422, "v2": 400}[shop.generation]
	assert_refused(shop.post(paths[1], {"barcode": barcode}), status, refused)
	change = {"variants": [{"id": second["variants"][0]["id"], "barcode": barcode}]}
	assert_refused(shop.post(f"/admin/products/{second['id']}", change), status, refused)
	assert shop.post(paths[0], {"barcode": None}).status_code == 200
	assert shop.post(paths[1], {"barcode": None}).status_code == 200

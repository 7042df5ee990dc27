"""Handles, SKUs and barcodes: which are taken once, and which a deleted product gives back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.wire.shops import Shop, assert_refused, invalid, on


@on("v1")
def test_a_handle_is_taken_once_on_v1(shop: Shop) -> None:
	taken = shop.create("box")["handle"]
	body = shop.product_body("other", handle=taken)
	refused = {
		"code": "invalid_request_error",
		"type": "duplicate_error",
		"message": f"Product with handle {taken} already exists.",
	}
	assert_refused(shop.post("/admin/products", body), 422, refused)
	other = shop.create("other")
	assert_refused(shop.post(f"/admin/products/{other['id']}", {"handle": taken}), 422, refused)


@on("v2")
def test_a_handle_is_taken_once_on_v2(shop: Shop) -> None:
	taken = shop.create("box")["handle"]
	refused = invalid(f"Product with handle: {taken}, already exists.")
	assert_refused(shop.post("/admin/products", shop.product_body("other", handle=taken)), 400, refused)
	other = shop.create("other")
	assert_refused(shop.post(f"/admin/products/{other['id']}", {"handle": taken}), 400, refused)


@on()
def test_of_many_equal_creations_exactly_one_succeeds(shop: Shop) -> None:
	body = shop.product_body("race")
	headers = dict(shop.session.headers)
	with ThreadPoolExecutor(6) as threads:
		answers = list(
			threads.map(
				lambda _: shop.anonymous("POST", "/admin/products", json=body, headers=headers), range(6)
			)
		)
	assert sorted(answer.status_code == 200 for answer in answers) == [False] * 5 + [True]
	assert len(shop.ids(f"handle={body['handle']}")) == 1


@on("v1")
def test_a_sku_is_taken_once_on_v1_which_does_not_name_it(shop: Shop) -> None:
	shop.create("box")
	body = shop.product_body("other")
	body["variants"][0]["sku"] = shop.named("box").upper()
	answer = shop.post("/admin/products", body)
	assert answer.status_code == 400
	assert answer.json()["type"] == "invalid_data"
	assert answer.json()["message"].startswith("duplicate key value violates unique constraint")
	assert shop.ids(f"handle={body['handle']}") == []


@on("v2")
def test_a_sku_is_taken_once_on_v2(shop: Shop) -> None:
	shop.create("box")
	body = shop.product_body("other")
	sku = body["variants"][0]["sku"] = shop.named("box").upper()
	refused = invalid(f"Product variant with sku: {sku}, already exists.")
	assert_refused(shop.post("/admin/products", body), 400, refused)
	assert shop.ids(f"handle={body['handle']}") == []


def with_barcode(shop: Shop, name: str, barcode: str) -> dict:
	body = shop.product_body(name)
	body["variants"][0]["barcode"] = barcode
	return body


@on("v1")
def test_a_barcode_is_taken_once_on_v1_which_does_not_name_it(shop: Shop) -> None:
	barcode = shop.named("4006381")
	shop.post("/admin/products", with_barcode(shop, "box", barcode))
	body = with_barcode(shop, "other", barcode)
	answer = shop.post("/admin/products", body)
	index = 'duplicate key value violates unique constraint "IDX_045d4a149c09f4704e0bc08dd4"'
	assert (answer.status_code, answer.json()["type"]) == (400, "invalid_data")
	assert answer.json()["message"].startswith(index)
	assert shop.ids(f"handle={body['handle']}") == []


@on("v2")
def test_a_barcode_is_taken_once_on_v2(shop: Shop) -> None:
	barcode = shop.named("4006381")
	shop.post("/admin/products", with_barcode(shop, "box", barcode))
	body = with_barcode(shop, "other", barcode)
	refused = invalid(f"Product variant with barcode: {barcode}, already exists.")
	# which one is named when the SKU is taken too depends on how the database was made
	assert_refused(shop.post("/admin/products", body), 400, refused)
	batch = {"create": [with_barcode(shop, name, shop.named("new")) for name in ("a", "b")]}
	refused = invalid(f"Product variant with barcode: {shop.named('new')}, already exists.")
	assert_refused(shop.post("/admin/products/batch", batch), 400, refused)
	assert shop.ids(f"handle={body['handle']}") == shop.ids(f"handle={shop.named('a')}") == []


@on()
def test_a_deleted_product_gives_its_barcode_back(shop: Shop) -> None:
	barcode = shop.named("4006381")
	first = shop.post("/admin/products", with_barcode(shop, "box", barcode)).json()["product"]
	shop.delete(f"/admin/products/{first['id']}")
	assert shop.post("/admin/products", with_barcode(shop, "other", barcode)).status_code == 200


@on()
def test_a_deleted_product_gives_its_handle_and_sku_back(shop: Shop) -> None:
	created = shop.create("box")
	shop.delete(f"/admin/products/{created['id']}")
	again = shop.create("box")
	assert again["id"] != created["id"]
	assert (again["handle"], again["variants"][0]["sku"]) == (
		created["handle"],
		created["variants"][0]["sku"],
	)


@on("v2")
def test_external_ids_need_not_be_unique_on_v2(shop: Shop) -> None:
	external = shop.named("ext")
	first, second = (shop.create(name, external_id=external) for name in ("one", "two"))
	assert set(shop.ids(f"external_id={external}")) == {first["id"], second["id"]}

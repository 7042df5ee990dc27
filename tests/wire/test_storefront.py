"""What a visitor pays: the price that the storefront calculates."""

from __future__ import annotations

import pytest

from tests.wire.shops import Shop, assert_refused, invalid, on

LISTS = "/admin/price-lists"


def add_price(shop: Shop, name: str, variant: str, amount: float, **window: str) -> str:
	"""An active list of one price in OMR; its id."""
	title = "name" if shop.generation == "v1" else "title"
	price = {"amount": amount, "variant_id": variant, "currency_code": "omr"}
	body = {title: shop.named(name), "description": shop.mark, "type": "override", "status": "active"}
	answer = shop.post(LISTS, {**body, "prices": [price], **window})
	assert answer.status_code == 200, answer.text
	return answer.json()["price_list"]["id"]


def on_sale(shop: Shop) -> tuple[str, str]:
	"""A published product that the shop shows, and its variant."""
	more = {"status": "published"}
	if shop.generation == "v2":
		channel = shop.get("/admin/sales-channels").json()["sales_channels"][0]["id"]
		more["sales_channels"] = [{"id": channel}]
	product = shop.create("box", **more)
	return product["id"], product["variants"][0]["id"]


@on("v1")
def test_v1_takes_the_lowest_price_of_the_active_lists(shop: Shop) -> None:
	product, variant = on_sale(shop)
	path = f"/store/products/{product}?currency_code=omr"

	def shown() -> dict:
		return shop.anonymous("GET", path).json()["product"]["variants"][0]

	assert "calculated_price" not in shown()
	add_price(shop, "now", variant, 5000)
	add_price(shop, "later", variant, 1000, starts_at="2090-01-01T00:00:00.000Z")
	add_price(shop, "over", variant, 1000, ends_at="2020-01-01T00:00:00.000Z")
	assert (shown()["calculated_price"], shown()["calculated_price_type"]) == (5000, "override")
	add_price(shop, "lower", variant, 3000)
	assert shown()["calculated_price"] == 3000
	found = shop.anonymous("GET", f"/store/variants/{variant}?currency_code=omr").json()["variant"]
	assert found["calculated_price"] == 3000
	# the admin's list of variants shows only what is active, too
	(listed,) = shop.get(f"/admin/variants?id={variant}&expand=prices").json()["variants"]
	assert sorted(price["amount"] for price in listed["prices"]) == [3000, 5000]
	assert {price["price_list"]["description"] for price in listed["prices"]} == {shop.mark}


@pytest.fixture
def region(shop: Shop) -> str:
	body = {"name": shop.named("Oman"), "currency_code": "omr", "countries": []}
	return shop.post("/admin/regions", body).json()["region"]["id"]


@on("v2")
def test_v2_takes_the_lowest_price_of_the_active_lists(shop: Shop, region: str) -> None:
	product, variant = on_sale(shop)
	headers = {"x-publishable-api-key": shop.server.publishable_key}

	def ask(**params: str):
		params = {"id": product, "fields": "id,*variants.calculated_price", **params}
		return shop.anonymous("GET", "/store/products", params=params, headers=headers)

	def shown() -> dict | None:
		(found,) = ask(region_id=region).json()["products"]
		return found["variants"][0]["calculated_price"]

	assert shown() is None
	add_price(shop, "now", variant, 5)
	add_price(shop, "later", variant, 1, starts_at="2090-01-01T00:00:00.000Z")
	add_price(shop, "over", variant, 1, ends_at="2020-01-01T00:00:00.000Z")
	assert shown()["calculated_amount"] == 5
	lower = add_price(shop, "lower", variant, 3.125)
	assert (shown()["calculated_amount"], shown()["currency_code"]) == (3.125, "omr")
	assert shown()["calculated_price"]["price_list_id"] == lower
	assert shown()["calculated_price"]["price_list_type"] == "override"
	message = "Missing required pricing context to calculate prices - region_id"
	assert_refused(ask(), 400, invalid(message))
	message = "Region with id nonsense not found when populating the pricing context"
	assert_refused(ask(region_id="nonsense"), 400, invalid(message))


@on("v2")
def test_v2_moves_a_price_that_is_updated_in_another_list(shop: Shop) -> None:
	_, variant = on_sale(shop)
	lists = [add_price(shop, name, variant, 1) for name in ("one", "two")]

	def prices(number: int) -> list[dict]:
		return shop.get(f"{LISTS}/{lists[number]}/prices").json()["prices"]

	(price,) = prices(0)
	update = {"id": price["id"], "variant_id": variant, "amount": 2, "currency_code": "usd"}
	path = f"{LISTS}/{lists[1]}/prices/batch"
	(updated,) = shop.post(path, {"update": [update]}).json()["updated"]
	assert (updated["id"], updated["amount"], updated["currency_code"]) == (price["id"], 2, "usd")
	assert (len(prices(0)), len(prices(1))) == (0, 2)
	# one that was deleted, in whatever list, is left out without a word
	assert shop.post(f"{LISTS}/{lists[0]}/prices/batch", {"delete": [price["id"]]}).status_code == 200
	assert shop.post(path, {"update": [update]}).json()["updated"] == []
	assert len(prices(1)) == 1

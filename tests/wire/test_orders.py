"""Orders as the administrator reads them, after somebody has bought something."""

from __future__ import annotations

from decimal import Decimal

from devbench.medusa.checkout import checkout_of
from devbench.medusa.simulator.baskets import Basket, Bought, Discount, Shipped, Tax
from tests.wire.shops import Shop, assert_refused, invalid, not_found, on

RATE = Tax("STD", "Tax", Decimal("7.25"))
WHOLE = "id,total,*items,*items.tax_lines,*items.adjustments,*shipping_methods,*payment_collections.payments"


def buy(shop: Shop, quantity: int = 3) -> str:
	"""Three of 19.99 with 10 percent off, shipped for 5.95, all taxed with 7.25 percent."""
	if not hasattr(shop.server, "place_order"):
		return _buy_really(shop, quantity)
	off = Decimal("1.999") * quantity
	discount = Discount("TEN", off if shop.generation == "v2" else round(off, 2))
	bought = Bought("variant_1", Decimal("19.99"), quantity, taxes=(RATE,), discounts=(discount,))
	return shop.server.place_order(Basket((bought,), (Shipped(Decimal("5.95"), taxes=(RATE,)),)))


def _buy_really(shop: Shop, quantity: int) -> str:
	checkout = checkout_of(shop.server)
	region = checkout.region("usd", rate=7.25)
	options = [checkout.option(region, "Standard", "5.95")]
	codes = [checkout.discount(region, "percentage", "10")]
	return checkout.buy(region, [(checkout.variant({"usd": "19.99"}), quantity)], options, codes)


def amounts(order: dict) -> dict:
	item, method = order["items"][0], order["shipping_methods"][0]
	return {
		"price": item["unit_price"],
		"quantity": item["quantity"],
		"subtotal": item["subtotal"],
		"tax": item["tax_total"],
		"row": item["total"],
		"shipping": method["total"],
		"discount": item["adjustments"][0]["amount"],
		"rate": [line["rate"] for line in (*item["tax_lines"], *method["tax_lines"])],
		"total": order["total"],
	}


@on("v1", extended=True)
def test_an_order_of_v1_is_in_minor_units_and_rounded(shop: Shop) -> None:
	order = shop.get(f"/admin/orders/{buy(shop)}").json()["order"]
	assert amounts(order) == {
		"price": 1999,
		"quantity": 3,
		"subtotal": 5997,
		"tax": 391,
		"row": 5788,
		"shipping": 638,
		"discount": 600,
		"rate": [7.25, 7.25],
		"total": 6426,
	}
	assert order["discounts"][0]["id"] == order["items"][0]["adjustments"][0]["discount_id"]
	assert (order["payments"][0]["provider_id"], order["payments"][0]["amount"]) == ("manual", 6426)
	assert (order["email"], order["shipping_address"]["city"]) == ("anna@example.com", "Muscat")


@on("v2", extended=True)
def test_an_order_of_v2_is_in_major_units_and_not_rounded(shop: Shop) -> None:
	answer = shop.get("/admin/orders", params={"id[]": [buy(shop), "order_none"], "fields": WHOLE})
	(order,) = answer.json()["orders"]
	assert amounts(order) == {
		"price": 19.99,
		"quantity": 3,
		"subtotal": 59.97,
		"tax": 3.9130425,
		"row": 57.8860425,
		"shipping": 6.381375,
		"discount": 5.997,
		"rate": [7.25, 7.25],
		"total": 64.2674175,
	}
	assert order["items"][0]["raw_total"]["value"] == "57.8860425"
	payment = order["payment_collections"][0]["payments"][0]
	assert (payment["provider_id"], payment["amount"]) == ("pp_system_default", 64.2674175)
	assert "email" not in order
	assert order["payment_status"] == "authorized"


@on("v1", "v2", extended=True)
def test_orders_are_listed_by_their_last_change(shop: Shop) -> None:
	one, two = buy(shop), buy(shop)
	gte = "updated_at[gte]" if shop.generation == "v1" else "updated_at[$gte]"
	fields = "id,display_id,status,currency_code,total,created_at,updated_at"
	params = {"fields": fields, "order": "updated_at", "limit": 1000}
	if shop.generation == "v1":
		params["expand"] = ""
	orders = shop.get("/admin/orders", params=params).json()["orders"]
	assert [order["id"] for order in orders][-2:] == [one, two]
	assert {*fields.split(",")} <= {*orders[-1]}
	moment = orders[-1]["updated_at"]
	latest = [order["id"] for order in orders if order["updated_at"] >= moment]
	since = {**params, gte: moment}
	assert [order["id"] for order in shop.get("/admin/orders", params=since).json()["orders"]] == latest
	paged = {**since, "offset": 1}
	assert [order["id"] for order in shop.get("/admin/orders", params=paged).json()["orders"]] == latest[1:]


@on("v1", "v2", extended=True)
def test_orders_are_listed_by_when_they_were_placed(shop: Shop) -> None:
	"""Those of a time: its first moment belongs to it, the moment after it does not."""
	one, two, three = buy(shop), buy(shop), buy(shop)
	gte, lt = ("gte", "lt") if shop.generation == "v1" else ("$gte", "$lt")
	params = {"fields": "id,created_at,updated_at,total", "order": "created_at", "limit": 1000}
	if shop.generation == "v1":
		params["expand"] = ""
	orders = shop.get("/admin/orders", params=params).json()["orders"]
	assert [order["id"] for order in orders][-3:] == [one, two, three]
	first, _second, last = (order["created_at"] for order in orders[-3:])
	bounds = {f"created_at[{gte}]": first, f"created_at[{lt}]": last}
	expected = [order["id"] for order in orders if first <= order["created_at"] < last]
	found = shop.get("/admin/orders", params={**params, **bounds}).json()["orders"]
	assert [order["id"] for order in found] == expected


@on("v1", extended=True)
def test_v1_looks_for_one_order_only(shop: Shop) -> None:
	order_id = buy(shop)
	listed = shop.get("/admin/orders", params={"id": order_id}).json()
	assert (listed["count"], "total" in listed["orders"][0]) == (1, False)
	refused = shop.get("/admin/orders", params={"id[]": [order_id, "order_none"]})
	assert_refused(refused, 400, invalid("id must be a string"))
	missing = shop.get("/admin/orders/order_none")
	assert_refused(missing, 404, not_found("Order with id: order_none was not found"))


@on("v2", extended=True)
def test_what_v2_does_not_have(shop: Shop) -> None:
	answer = shop.get("/admin/orders/order_none")
	assert answer.status_code == 404
	assert shop.get("/admin/orders", params={"id[]": "order_none"}).json()["orders"] == []

"""v1's orders, as the administrator reads them: minor units, totals with a single order only."""

from __future__ import annotations

from devbench.medusa.simulator.answers import error
from devbench.medusa.simulator.app import Call, known, ordered, page
from devbench.medusa.simulator.baskets import Basket, Bought, Shipped, rounded, sums_v1, total_v1
from devbench.medusa.simulator.moved import basket_of
from devbench.medusa.simulator.placed import addresses, columns, customer, part_id, place
from devbench.medusa.simulator.tables import Row, new_id, now
from devbench.medusa.simulator.v1 import bodies
from devbench.medusa.simulator.v1.app import V1
from devbench.medusa.simulator.v1.moved import fulfillments, returns
from devbench.medusa.simulator.v1.queries import accept_query, in_range

route = V1.routes
# as many minor units as a major one has, where it is not a hundred
MINOR = {"jpy": 1, "kwd": 1000, "omr": 1000}
TOTALS = (
	"subtotal discount_total shipping_total refunded_total paid_total refundable_amount item_tax_total "
	"shipping_tax_total tax_total gift_card_total gift_card_tax_total total"
).split()
RELATIONS = (
	"billing_address customer discounts fulfillments gift_card_transactions items payments refunds region returns "
	"sales_channel shipping_address shipping_methods"
).split()


def place_order(app: V1, basket: Basket) -> str:
	"""Let there be an order; returns its id."""
	values = {
		"payment_status": "awaiting",
		"cart_id": new_id("cart"),
		"tax_rate": None,
		"draft_order_id": None,
		"metadata": {},
		"no_notification": None,
	}
	order_id = place(app, basket, values)
	_count(app, basket, -1)
	return order_id


def _count(app: V1, basket: Basket, sign: int) -> None:
	"""Count the variants up or down by what was ordered: v1 knows no reservations."""
	for bought in basket.items:
		if row := app.variants.get(bought.variant_id):
			left = row["inventory_quantity"] + sign * bought.quantity
			app.variants.update(row, {"inventory_quantity": left})


@route("POST", "/admin/orders/:id/cancel")
def cancel_order(app: V1, call: Call) -> dict:
	row = placed_order(app, call)
	if any(not one["canceled_at"] for one in row["_fulfillments"]):
		raise error(400, "not_allowed", "All fulfillments must be canceled before canceling an order")
	# one that is cancelled is counted again
	_count(app, row["_basket"], 1)
	states = dict.fromkeys(("status", "payment_status", "fulfillment_status"), "canceled")
	app.placed.update(row, {**states, "canceled_at": now()})
	return {"order": whole(app, row)}


@route("GET", "/admin/orders")
def list_orders(app: V1, call: Call) -> dict:
	query = accept_query(call, bodies.ORDERS_QUERY)
	rows = [
		row
		for row in app.placed
		if query.get("id", row["id"]) == row["id"]
		and all(in_range(row[name], query[name]) for name in ("created_at", "updated_at") if name in query)
	]
	rows, numbers = page(ordered(rows, query.get("order", "-created_at")), query, 50)
	return {"orders": [_listed(app, row, query) for row in rows], **numbers}


@route("GET", "/admin/orders/:id")
def get_order(app: V1, call: Call) -> dict:
	query = accept_query(call, bodies.ORDER_QUERY)
	row = placed_order(app, call)
	order = whole(app, row)
	if "expand" in query:
		unwanted = {*RELATIONS} - {name.partition(".")[0] for name in query["expand"].split(",")}
		order = {name: value for name, value in order.items() if name not in unwanted}
	return {"order": order}


def placed_order(app: V1, call: Call) -> Row:
	"""The order that the path names."""
	return known(app.placed, "Order", call.params["id"])


def _listed(app: V1, row: Row, query: dict) -> Row:
	order = whole(app, row)
	if "fields" not in query:
		return {name: value for name, value in order.items() if name not in TOTALS}
	wanted = query["fields"].split(",")
	relations = [name.partition(".")[0] for name in query.get("expand", "").split(",")]
	# asking for no total asks for all of them
	totals = [name for name in wanted if name in TOTALS] or TOTALS
	kept = {"id", "created_at", *wanted, *relations, *totals}
	return {name: value for name, value in order.items() if name in kept}


def whole(app: V1, row: Row) -> Row:
	"""An order with all that is in it."""
	basket = basket_of(row)
	minor = MINOR.get(basket.currency, 100)
	items = [_item(row, position, bought, minor) for position, bought in enumerate(basket.items)]
	methods = [_method(row, position, shipped, minor) for position, shipped in enumerate(basket.shipping)]
	cards = int(basket.credit * minor)
	taxes = [sum(one["tax_total"] for one in some) for some in (items, methods)]
	paid = total_v1(basket, minor)
	codes = {one.code for bought in basket.items for one in bought.discounts}
	return {
		**columns(row),
		**addresses(row, "addr"),
		"customer": customer(row),
		"discounts": [{"id": f"disc_{code}", "code": code} for code in sorted(codes)],
		"gift_card_transactions": [{"id": part_id(row, "gct", 0), "gift_card_id": "gift_1", "amount": cards}]
		if cards
		else [],
		"items": items,
		"payments": [_payment(row, basket, paid)],
		"refunds": [
			{**one, "order_id": row["id"], "reason": "other", "amount": int(one["amount"] * minor)}
			for one in row["_refunds"]
		],
		"region": next(iter(app.regions)),
		"fulfillments": fulfillments(row),
		"returns": returns(row),
		"sales_channel": app.sales_channel,
		"shipping_methods": methods,
		"subtotal": sum(item["subtotal"] for item in items),
		"discount_total": rounded(float(sum(sums_v1(one, minor).discount for one in basket.items))),
		"shipping_total": sum(method["subtotal"] for method in methods),
		"refunded_total": int(sum(one["amount"] for one in row["_refunds"]) * minor),
		"paid_total": paid,
		"refundable_amount": paid,
		"item_tax_total": taxes[0],
		"shipping_tax_total": taxes[1],
		"tax_total": sum(taxes),
		"gift_card_total": cards,
		"gift_card_tax_total": 0,
		"total": paid,
	}


def _item(row: Row, position: int, bought: Bought, minor: int) -> Row:
	sums = sums_v1(bought, minor)
	item_id = part_id(row, "item", position)
	return {
		"id": item_id,
		"title": bought.title,
		"variant_id": bought.variant_id,
		"variant": bought.variant_id and {"id": bought.variant_id, "sku": bought.sku},
		"is_giftcard": False,
		"unit_price": int(bought.price * minor),
		"quantity": bought.quantity,
		"returned_quantity": bought.returned or None,
		**({"includes_tax": True} if bought.inclusive else {}),
		"metadata": {},
		"adjustments": [
			{
				"id": part_id(row, "lia", 100 * position + number),
				"item_id": item_id,
				"description": "discount",
				"discount_id": f"disc_{one.code}",
				"amount": float(one.amount * minor),
			}
			for number, one in enumerate(bought.discounts)
		],
		"tax_lines": _tax_lines(row, "litl", position, bought),
		"subtotal": int(sums.subtotal),
		"discount_total": rounded(float(sums.discount)),
		"tax_total": int(sums.tax),
		"total": int(sums.total),
		"original_tax_total": int(sums.original_tax),
		"original_total": int(sums.subtotal + sums.original_tax),
	}


def _method(row: Row, position: int, shipped: Shipped, minor: int) -> Row:
	sums = sums_v1(shipped, minor)
	return {
		"id": part_id(row, "sm", position),
		"shipping_option_id": shipped.option_id,
		"shipping_option": {"id": shipped.option_id, "name": shipped.name},
		"price": int(shipped.price * minor),
		**({"includes_tax": True} if shipped.inclusive else {}),
		"data": {},
		"tax_lines": _tax_lines(row, "smtl", position, shipped),
		# free shipping takes it out of subtotal and total
		"subtotal": int(sums.subtotal - sums.discount),
		"tax_total": int(sums.tax),
		"total": int(sums.total),
		"original_tax_total": int(sums.original_tax),
		"original_total": int(sums.subtotal + sums.original_tax),
	}


def _tax_lines(row: Row, prefix: str, position: int, bought: Bought | Shipped) -> list[Row]:
	return [
		{
			"id": part_id(row, prefix, 100 * position + number),
			"code": tax.code,
			"name": tax.name,
			"rate": float(tax.rate),
		}
		for number, tax in enumerate(bought.taxes)
	]


def _payment(row: Row, basket: Basket, paid: int) -> Row:
	return {
		"id": part_id(row, "pay", 0),
		"order_id": row["id"],
		"amount": paid,
		"currency_code": basket.currency,
		"amount_refunded": 0,
		"provider_id": "manual",
		"captured_at": row["_captured"],
		"canceled_at": None,
	}

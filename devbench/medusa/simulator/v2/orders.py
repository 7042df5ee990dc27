"""v2's orders, as the administrator reads them: numbers, and the exact texts of them."""

from __future__ import annotations

from decimal import Decimal

from devbench.medusa.simulator.answers import error, invalid
from devbench.medusa.simulator.app import Call, known
from devbench.medusa.simulator.baskets import Basket, Bought, Shipped, Tax, sums_v2, total_v2
from devbench.medusa.simulator.moved import basket_of, returned
from devbench.medusa.simulator.placed import addresses, columns, customer, part_id, place
from devbench.medusa.simulator.tables import Row, now
from devbench.medusa.simulator.v2.app import V2, accept_query
from devbench.medusa.simulator.v2.moved import amount, fulfillments, returns
from devbench.medusa.simulator.v2.queries import listed

route = V2.routes
HEAD = "id display_id custom_display_id status version metadata locale created_at updated_at".split()


def place_order(app: V2, basket: Basket) -> str:
	"""Let there be an order; returns its id."""
	values = {
		"payment_status": "not_paid" if basket.refused else "authorized",
		"custom_display_id": None,
		"version": 1,
		"metadata": None,
		"locale": None,
		"_stock_locations": app.stock_locations,
		"_inventory_items": app.inventory_items,
		"_taken": {},
	}
	order_id = place(app, basket, values)
	app.settle(app.placed.rows[order_id])
	return order_id


@route("GET", "/admin/orders")
def list_orders(app: V2, call: Call) -> dict:
	fields = call.query.pop("fields", None)
	answer = listed(app, call, "order", "orders", list(app.placed), 15)
	wanted = [field.removesuffix(".*").lstrip("*+") for field in (fields or ",".join(HEAD)).split(",")]
	answer["orders"] = [shown(app.placed.rows[row["id"]], wanted) for row in answer["orders"]]
	return answer


@route("GET", "/admin/orders/:id")
def get_order(app: V2, call: Call) -> dict:
	fields = call.query.pop("fields", None)
	accept_query(call)
	return {"order": shown(placed_order(app, call), fields.split(",") if fields else None)}


@route("POST", "/admin/orders/:id/cancel")
def cancel_order(app: V2, call: Call) -> dict:
	row = placed_order(app, call)
	if row["canceled_at"]:
		raise invalid(f"Order with id {row['id']} has been canceled.")
	if any(not one["canceled_at"] for one in row["_fulfillments"]):
		raise error(400, "not_allowed", "All fulfillments must be canceled before canceling an order")
	app.placed.update(row, {"status": "canceled", "payment_status": "canceled", "canceled_at": now()})
	app.settle(row)
	return {"order": shown(row)}


def placed_order(app: V2, call: Call) -> Row:
	"""The order that the path names."""
	return known(app.placed, "Order", call.params["id"])


def shown(row: Row, wanted: list[str] | None = None) -> Row:
	"""An order with what is wanted of it; None wants everything."""
	whole = _whole(row)
	if wanted is None:
		return whole
	relations = {field.partition(".")[0] for field in wanted}
	# rows and states come along whatever is asked for
	kept = {*relations, "id", "version", "items", "payment_status", "fulfillment_status"}
	return {name: value for name, value in whole.items() if name in kept}


def _whole(row: Row) -> Row:
	basket = basket_of(row)
	items = [_item(row, position, bought) for position, bought in enumerate(basket.items)]
	methods = [_method(row, position, shipped) for position, shipped in enumerate(basket.shipping)]
	lines = _credit_lines(row, basket)
	credit = sum((one for one in (basket.credit, *row["_credits"])), Decimal(0))
	return {
		**columns(row),
		**amount("total", total_v2(basket) - sum(row["_credits"]), raw=False),
		**amount("credit_line_total", credit, raw=False),
		**amount("tax_total", _sum(basket, "tax"), raw=False),
		**amount("subtotal", _sum(basket, "subtotal"), raw=False),
		"sales_channel": _sales_channel(row),
		"customer": customer(row, "company_name"),
		**addresses(row, "ordaddr"),
		"items": items,
		"shipping_methods": methods,
		"credit_lines": lines,
		"payment_collections": [_payments(row, row["_basket"])],
		"fulfillments": fulfillments(row),
		"returns": returns(row),
	}


def _credit_lines(row: Row, basket: Basket) -> list[Row]:
	"""What was paid by credit, and what refunds without a reason have taken off the total."""
	found = [(basket.credit_kind, "gc_1", basket.credit)] if basket.credit else []
	found += [("payment_collection", part_id(row, "pay_col", 0), taken_off) for taken_off in row["_credits"]]
	return [
		{
			"id": part_id(row, "ordcl", position),
			"reference": reference,
			"reference_id": reference_id,
			**amount("amount", value),
		}
		for position, (reference, reference_id, value) in enumerate(found)
	]


def _sales_channel(row: Row) -> Row:
	channel = row["sales_channel_id"]
	places = [{"id": place["id"]} for place in row["_stock_locations"] if channel in place["_sales_channels"]]
	return {"id": channel, "stock_locations": places}


def _sum(basket: Basket, name: str) -> Decimal:
	return sum((getattr(sums_v2(one), name) for one in (*basket.items, *basket.shipping)), Decimal(0))


def _item(row: Row, position: int, bought: Bought) -> Row:
	damaged = returned(row, position, "damaged")
	return {
		**_line(row, position, "ordli", bought),
		"title": bought.title,
		"variant_id": bought.variant_id,
		"variant_sku": bought.sku,
		"is_giftcard": False,
		"requires_shipping": True,
		"variant": bought.variant_id and _variant(row, bought),
		"metadata": {},
		**amount("unit_price", bought.price),
		**amount("quantity", Decimal(bought.quantity)),
		"detail": {
			"id": part_id(row, "orditem", position),
			**amount("return_received_quantity", Decimal(bought.returned - damaged)),
			**amount("return_dismissed_quantity", Decimal(damaged)),
		},
	}


def _variant(row: Row, bought: Bought) -> Row:
	items = row["_inventory_items"].where("_variant_id", bought.variant_id)
	parts = [{"inventory_item_id": item["id"], "required_quantity": 1} for item in items]
	product = {"shipping_profile": {"id": bought.profile}}
	return {
		"id": bought.variant_id,
		"product": product,
		"manage_inventory": bool(parts),
		"inventory_items": parts,
	}


def _method(row: Row, position: int, shipped: Shipped) -> Row:
	return {
		**_line(row, position, "ordsm", shipped),
		"name": shipped.name,
		"shipping_option_id": shipped.option_id,
		**amount("amount", shipped.price),
	}


def _line(row: Row, position: int, prefix: str, bought: Bought | Shipped) -> Row:
	"""What a row of the order and a way of shipping have in common."""
	sums = sums_v2(bought)
	return {
		"id": part_id(row, prefix, position),
		"is_tax_inclusive": bought.inclusive,
		"tax_lines": [
			_tax(row, f"{prefix}txl", 100 * position + number, tax) for number, tax in enumerate(bought.taxes)
		],
		"adjustments": [
			{
				"id": part_id(row, f"{prefix}adj", 100 * position + number),
				"code": one.code,
				"is_tax_inclusive": one.inclusive,
				**amount("amount", one.amount),
			}
			for number, one in enumerate(bought.discounts)
		],
		**amount("subtotal", sums.subtotal),
		**amount("discount_subtotal", sums.discount),
		**amount("tax_total", sums.tax),
		**amount("total", sums.total),
	}


def _tax(row: Row, prefix: str, position: int, tax: Tax) -> Row:
	return {
		"id": part_id(row, prefix, position),
		"description": tax.name,
		"code": tax.code,
		"provider_id": "system",
		**amount("rate", tax.rate),
	}


def _payments(row: Row, basket: Basket) -> Row:
	payment = {
		"id": part_id(row, "pay", 0),
		"currency_code": basket.currency,
		"provider_id": "pp_system_default",
		"captured_at": row["_captured"],
		"canceled_at": None,
		"captures": [],
		"refunds": [{**one, **amount("amount", one["amount"])} for one in row["_refunds"]],
		**amount("amount", total_v2(basket)),
	}
	if row["_captured"]:
		capture = {"id": part_id(row, "capt", 0), "created_at": row["_captured"]}
		payment["captures"] = [{**capture, **amount("amount", total_v2(basket))}]
	return {
		"id": part_id(row, "pay_col", 0),
		"currency_code": basket.currency,
		"status": "not_paid" if basket.refused else "authorized",
		"payments": [] if basket.refused else [payment],
	}

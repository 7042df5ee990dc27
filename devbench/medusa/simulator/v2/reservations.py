"""v2's reservations: each row of an order reserves its variant's item at the location of its channel."""

from __future__ import annotations

from devbench.medusa.simulator.app import Call
from devbench.medusa.simulator.baskets import Basket
from devbench.medusa.simulator.moved import fulfilled
from devbench.medusa.simulator.placed import part_id
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v2.app import V2
from devbench.medusa.simulator.v2.queries import listed

route = V2.routes


def settle(app: V2, order: Row) -> None:
	"""Take what has a fulfillment from the stock; reserve the rest, nothing of a cancelled order."""
	basket: Basket = order["_basket"]
	_release(app, order)
	for position, bought in enumerate(basket.items):
		level = _level(app, order, bought.variant_id)
		if not level:
			continue
		sent = fulfilled(order, position)
		stocked = level["stocked_quantity"] - (sent - order["_taken"].get(position, 0))
		order["_taken"][position] = sent
		app.inventory_levels.update(level, {"stocked_quantity": stocked})
		if bought.quantity > sent and not order["canceled_at"] and not basket.refused:
			line = {"line_item_id": part_id(order, "ordli", position), "_order": order["id"]}
			where = {name: level[name] for name in ("inventory_item_id", "location_id")}
			app.reservations.insert({**line, **where, "quantity": bought.quantity - sent})
		_count(app, level)


def _release(app: V2, order: Row) -> None:
	for row in app.reservations.where("_order", order["id"]):
		app.reservations.delete(row)
		for level in app.inventory_levels.where("inventory_item_id", row["inventory_item_id"]):
			_count(app, level)


def _level(app: V2, order: Row, variant_id: str | None) -> Row | None:
	places = {
		place["id"] for place in app.stock_locations if order["sales_channel_id"] in place["_sales_channels"]
	}
	levels = [
		level
		for item in app.inventory_items.where("_variant_id", variant_id)
		for level in app.inventory_levels.where("inventory_item_id", item["id"])
		if level["location_id"] in places
	]
	return levels[0] if levels else None


def _count(app: V2, level: Row) -> None:
	reserved = sum(
		row["quantity"]
		for row in app.reservations.where("inventory_item_id", level["inventory_item_id"])
		if row["location_id"] == level["location_id"]
	)
	left = level["stocked_quantity"] - reserved
	app.inventory_levels.update(level, {"reserved_quantity": reserved, "available_quantity": left})


@route("GET", "/admin/reservations")
def list_reservations(app: V2, call: Call) -> dict:
	return listed(app, call, "reservation", "reservations", list(app.reservations), 20)

"""v2's fulfillments, shipments and returns of orders."""

from __future__ import annotations

from devbench.medusa.simulator import moved
from devbench.medusa.simulator.answers import error, invalid
from devbench.medusa.simulator.app import Call, as_list
from devbench.medusa.simulator.placed import part_id
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v2 import bodies, orders
from devbench.medusa.simulator.v2.app import V2, accept

route = V2.routes


@route("POST", "/admin/orders/:id/fulfillments")
def create_fulfillment(app: V2, call: Call) -> dict:
	accept(bodies.FULFILLMENT, call)
	row = orders.placed_order(app, call)
	if row["canceled_at"]:
		raise invalid(f"Order with id {row['id']} has been canceled.")
	positions = {part_id(row, "ordli", number): number for number in range(len(row["_basket"].items))}
	given = {item["id"]: item["quantity"] for item in call.body["items"]}
	if unknown := [item for item in given if item not in positions]:
		raise invalid(f"Items with ids {', '.join(unknown)} does not exist in order with id {row['id']}.")
	items = {positions[item]: quantity for item, quantity in given.items()}
	for position, quantity in items.items():
		if quantity > row["_basket"].items[position].quantity - moved.fulfilled(row, position):
			item = part_id(row, "ordli", position)
			raise invalid(f"Cannot fulfill more items than what was ordered for item {item}.")
	_check_profiles(row, items, call.body.get("shipping_option_id"))
	location = call.body.get("location_id") or app.stock_location["id"]
	moved.fulfill(app, row, items, call.body.get("metadata"), location)
	return {"order": orders.shown(row)}


@route("GET", "/admin/shipping-options")
def list_shipping_options(app: V2, call: Call) -> dict:
	profiles = {way.option_id: way.profile for row in app.placed for way in row["_basket"].shipping}
	rows = [
		{"id": option, "shipping_profile_id": profiles[option]}
		for option in as_list(call.query.get("id", list(profiles)))
		if option in profiles
	]
	return {"shipping_options": rows, "count": len(rows), "offset": 0, "limit": 20}


def _check_profiles(row: Row, items: dict[int, int], option: str | None) -> None:
	ways = {way.option_id: way.profile for way in row["_basket"].shipping}
	profile = ways.get(option or next(iter(ways), None))
	for position in items:
		if row["_basket"].items[position].profile != profile:
			item = part_id(row, "ordli", position)
			raise invalid(
				f"Shipping profile {profile} does not match the shipping profile of the order item {item}"
			)


@route("POST", "/admin/orders/:id/fulfillments/:fulfillment/shipments")
def create_shipment(app: V2, call: Call) -> dict:
	accept(bodies.SHIPMENT, call)
	row, found = _fulfillment(app, call)
	if found["shipped_at"]:
		raise error(400, "not_allowed", "Shipment has already been created")
	if found["canceled_at"]:
		raise error(400, "not_allowed", "Cannot create shipment for a canceled fulfillment")
	moved.ship(app, row, found["id"], call.body.get("labels") or [])
	return {"order": orders.shown(row)}


@route("POST", "/admin/orders/:id/fulfillments/:fulfillment/cancel")
def cancel_fulfillment(app: V2, call: Call) -> dict:
	accept(bodies.CANCEL_FULFILLMENT, call)
	row, found = _fulfillment(app, call)
	if found["canceled_at"]:
		raise error(400, "not_allowed", "The fulfillment is already canceled")
	if found["shipped_at"]:
		shipped = "The fulfillment has already been shipped. Shipped fulfillments cannot be canceled"
		raise error(400, "not_allowed", shipped)
	moved.cancel(app, row, found["id"])
	return {"order": orders.shown(row)}


def _fulfillment(app: V2, call: Call) -> tuple[Row, Row]:
	row = orders.placed_order(app, call)
	found = moved.find(row, call.params["fulfillment"])
	if not found:
		raise invalid(f"Fulfillment with id {call.params['fulfillment']} not found in the order")
	return row, found

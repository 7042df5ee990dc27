"""v1's fulfillments, shipments and returns of orders."""

from __future__ import annotations

from devbench.medusa.simulator import moved
from devbench.medusa.simulator.answers import error, missing, not_found
from devbench.medusa.simulator.app import Call
from devbench.medusa.simulator.placed import part_id
from devbench.medusa.simulator.v1 import bodies, orders
from devbench.medusa.simulator.v1.app import V1, validate

route = V1.routes


@route("POST", "/admin/orders/:id/fulfillment")
def create_fulfillment(app: V1, call: Call) -> dict:
	validate(bodies.FULFILLMENT, call.body)
	row = orders.placed_order(app, call)
	if row["status"] == "canceled":
		raise error(400, "not_allowed", "A canceled order cannot be fulfilled")
	if not row["_basket"].shipping:
		raise error(400, "not_allowed", "Cannot fulfill an order that lacks shipping methods")
	positions = {part_id(row, "item", number): number for number in range(len(row["_basket"].items))}
	items: dict[int, int] = {}
	for given in call.body["items"]:
		# nobody asks whether there is one
		if (position := positions.get(given["item_id"])) is None:
			continue
		if given["quantity"] > row["_basket"].items[position].quantity - moved.fulfilled(row, position):
			raise error(400, "not_allowed", "Cannot fulfill more items than have been purchased")
		items[position] = given["quantity"]
	moved.fulfill(app, row, items, call.body.get("metadata") or {}, call.body.get("location_id"))
	return {"order": orders.whole(app, row)}


@route("POST", "/admin/orders/:id/shipment")
def create_shipment(app: V1, call: Call) -> dict:
	validate(bodies.SHIPMENT, call.body)
	row = orders.placed_order(app, call)
	if row["status"] == "canceled":
		raise error(400, "not_allowed", "A canceled order cannot be fulfilled as shipped")
	found = moved.find(row, call.body["fulfillment_id"])
	if not found:
		raise not_found("Could not find fulfillment")
	if found["canceled_at"]:
		raise error(400, "not_allowed", "Fulfillment has been canceled")
	if found["_labels"]:
		text = "Can't insert null value in field fulfillment_id on insert in table tracking_link"
		raise error(400, "invalid_data", text)
	numbers = call.body.get("tracking_numbers") or []
	moved.ship(app, row, found["id"], [{"tracking_number": number, "url": None} for number in numbers])
	return {"order": orders.whole(app, row)}


@route("POST", "/admin/orders/:id/fulfillments/:fulfillment/cancel")
def cancel_fulfillment(app: V1, call: Call) -> dict:
	row = orders.placed_order(app, call)
	found = moved.find(row, call.params["fulfillment"])
	if not found:
		raise missing("Fulfillment", call.params["fulfillment"])
	if found["shipped_at"]:
		shipped = "The fulfillment has already been shipped. Shipped fulfillments cannot be canceled"
		raise error(400, "not_allowed", shipped)
	# one that is cancelled is cancelled again
	moved.cancel(app, row, found["id"])
	return {"order": orders.whole(app, row)}

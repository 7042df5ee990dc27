"""v2's stock: one item for each variant that manages it, one level for each item and location."""

from __future__ import annotations

from devbench.medusa.simulator.answers import invalid, not_found
from devbench.medusa.simulator.app import Call, known
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v2 import bodies, variants, views
from devbench.medusa.simulator.v2.app import V2, accept
from devbench.medusa.simulator.v2.queries import listed

route = V2.routes


def _level(app: V2, item_id: str, location_id: str) -> Row | None:
	levels = app.inventory_levels.where("inventory_item_id", item_id)
	return next((level for level in levels if level["location_id"] == location_id), None)


def _add_level(app: V2, body: dict) -> Row:
	item_id, location_id = body["inventory_item_id"], body["location_id"]
	# one that was deleted takes levels all the same
	item = app.inventory_items.rows.get(item_id)
	if not item:
		raise not_found(
			f"You tried to set relationship inventory_item_id: {item_id}, but such entity does not exist"
		)
	if _level(app, item_id, location_id):
		pair = f"inventory_item_id: {item_id}, location_id: {location_id}"
		raise invalid(f"Inventory level with {pair}, already exists.")
	# whether there is such a location, nobody asks
	row = app.inventory_levels.insert(
		{
			"inventory_item_id": item_id,
			"location_id": location_id,
			"stocked_quantity": body.get("stocked_quantity", 0),
			"reserved_quantity": 0,
			"incoming_quantity": body.get("incoming_quantity", 0),
			"available_quantity": body.get("stocked_quantity", 0),
			"metadata": None,
		}
	)
	_sum_up(app, item)
	return row


def _change_level(app: V2, body: dict) -> Row:
	item_id, location_id = body["inventory_item_id"], body["location_id"]
	row = _level(app, item_id, location_id)
	if not row:
		raise not_found(f"Item {item_id} is not stocked at location {location_id}")
	values = {name: body[name] for name in ("stocked_quantity", "incoming_quantity") if name in body}
	if "stocked_quantity" in values:
		values["available_quantity"] = values["stocked_quantity"] - row["reserved_quantity"]
	app.inventory_levels.update(row, values)
	_sum_up(app, app.inventory_items.rows[item_id])
	return row


def _sum_up(app: V2, item: Row) -> None:
	levels = app.inventory_levels.where("inventory_item_id", item["id"])
	app.inventory_items.update(item, {"stocked_quantity": sum(level["stocked_quantity"] for level in levels)})


@route("POST", "/admin/inventory-items/location-levels/batch")
def change_levels(app: V2, call: Call) -> dict:
	accept(bodies.LEVEL_BATCH, call)
	created = [_add_level(app, body) for body in call.body.get("create") or []]
	updated = [_change_level(app, body) for body in call.body.get("update") or []]
	return {"created": created, "updated": updated}


@route("GET", "/admin/inventory-items")
def list_items(app: V2, call: Call) -> dict:
	return listed(app, call, "inventory_item", "inventory_items", list(app.inventory_items), 20)


@route("POST", "/admin/inventory-items")
def create_item(app: V2, call: Call) -> dict:
	accept(bodies.INVENTORY_ITEM, call)
	row = variants.add_stock_item(app, {"sku": None, "title": None, "origin_country": None, **call.body})
	return {"inventory_item": views.show(app, "inventory_item", row, call.query.get("fields"))}


@route("DELETE", "/admin/inventory-items/:id")
def delete_item(app: V2, call: Call) -> dict:
	item_id = call.params["id"]
	if row := app.inventory_items.get(item_id):
		variants.delete_stock_item(app, row)
	return {"id": item_id, "object": "inventory_item", "deleted": True}


@route("POST", "/admin/products/:id/variants/:variant_id/inventory-items")
def link_item(app: V2, call: Call) -> dict:
	accept(bodies.INVENTORY_LINK, call)
	variant = known(app.variants, "Variant", call.params["variant_id"])
	app.inventory_items.update(
		_known_item(app, call.body["inventory_item_id"]), {"_variant_id": variant["id"]}
	)
	return {"variant": views.show(app, "variant", variant, call.query.get("fields"))}


def _known_item(app: V2, item_id: str) -> Row:
	return known(app.inventory_items, "Inventory item", item_id)


@route("GET", "/admin/inventory-items/:id")
def get_item(app: V2, call: Call) -> dict:
	row = _known_item(app, call.params["id"])
	return {"inventory_item": views.show(app, "inventory_item", row, call.query.get("fields"))}


@route("GET", "/admin/inventory-items/:id/location-levels")
def list_levels(app: V2, call: Call) -> dict:
	rows = app.inventory_levels.where("inventory_item_id", call.params["id"])
	shown = [views.show(app, "inventory_level", row, call.query.get("fields")) for row in rows]
	return {"inventory_levels": shown, "count": len(rows), "offset": 0, "limit": 50}


@route("POST", "/admin/inventory-items/:id/location-levels")
def create_level(app: V2, call: Call) -> dict:
	accept(bodies.LEVEL_CREATE, call)
	row = _known_item(app, call.params["id"])
	_add_level(app, {**call.body, "inventory_item_id": row["id"]})
	return {"inventory_item": views.show(app, "inventory_item", row, call.query.get("fields"))}


@route("POST", "/admin/inventory-items/:id/location-levels/:location_id")
def update_level(app: V2, call: Call) -> dict:
	accept(bodies.LEVEL_UPDATE, call)
	item_id, location_id = call.params["id"], call.params["location_id"]
	_change_level(app, {**call.body, "inventory_item_id": item_id, "location_id": location_id})
	row = _known_item(app, item_id)
	return {"inventory_item": views.show(app, "inventory_item", row, call.query.get("fields"))}

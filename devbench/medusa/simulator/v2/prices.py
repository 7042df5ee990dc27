"""v2's price lists."""

from __future__ import annotations

from devbench.medusa.simulator.answers import invalid
from devbench.medusa.simulator.app import Call, known
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v2 import bodies, views
from devbench.medusa.simulator.v2.app import V2, accept
from devbench.medusa.simulator.v2.queries import listed
from devbench.medusa.simulator.v2.variants import new_price

route = V2.routes
COLUMNS = ("type", "description", "title", "status", "starts_at", "ends_at", "metadata", "rules")


def _known(app: V2, list_id: str, what: str = "Price lists") -> Row:
	return known(app.price_lists, what, list_id)


def _check_variants(app: V2, prices: list[dict]) -> None:
	unknown = [price["variant_id"] for price in prices if not app.variants.get(price["variant_id"])]
	if unknown:
		raise invalid(f"No price set exist for variants: {', '.join(dict.fromkeys(unknown))}")


def _add(app: V2, price_list: Row, price: dict) -> Row:
	variant = app.variants.get(price["variant_id"])
	values = new_price(price, variant, price_list["id"])
	return app.prices.insert({**values, "id": price["id"]} if price.get("id") else values)


@route("POST", "/admin/price-lists")
def create_price_list(app: V2, call: Call) -> dict:
	accept(bodies.PRICE_LIST_CREATE, call)
	body = call.body
	_check_variants(app, body.get("prices") or [])
	row = app.price_lists.insert(
		{
			**dict.fromkeys(COLUMNS),
			"type": "sale",
			"status": "draft",
			"rules": {},
			**{name: value for name, value in body.items() if name in COLUMNS},
		}
	)
	for price in body.get("prices") or []:
		_add(app, row, price)
	return {"price_list": views.show(app, "price_list", row, call.query.get("fields"))}


@route("GET", "/admin/price-lists")
def list_price_lists(app: V2, call: Call) -> dict:
	return listed(app, call, "price_list", "price_lists", list(app.price_lists), 50)


@route("GET", "/admin/price-lists/:id")
def get_price_list(app: V2, call: Call) -> dict:
	row = _known(app, call.params["id"], "Price list")
	return {"price_list": views.show(app, "price_list", row, call.query.get("fields"))}


@route("POST", "/admin/price-lists/:id")
def update_price_list(app: V2, call: Call) -> dict:
	accept(bodies.PRICE_LIST_UPDATE, call)
	row = _known(app, call.params["id"])
	app.price_lists.update(row, {name: value for name, value in call.body.items() if name in COLUMNS})
	return {"price_list": views.show(app, "price_list", row, call.query.get("fields"))}


@route("DELETE", "/admin/price-lists/:id")
def delete_price_list(app: V2, call: Call) -> dict:
	if row := app.price_lists.get(call.params["id"]):
		for price in app.prices.where("price_list_id", row["id"]):
			app.prices.delete(price)
		app.price_lists.delete(row)
	return {"id": call.params["id"], "object": "price_list", "deleted": True}


@route("GET", "/admin/price-lists/:id/prices")
def list_prices(app: V2, call: Call) -> dict:
	rows = app.prices.where("price_list_id", call.params["id"])
	offset, limit = int(call.query.get("offset", 0)), int(call.query.get("limit", 50))
	shown = [_shown(row) for row in rows[offset : offset + limit]]
	return {"prices": shown, "count": len(rows), "offset": offset, "limit": limit}


def _shown(row: Row) -> Row:
	names = (
		"currency_code",
		"amount",
		"min_quantity",
		"max_quantity",
		"created_at",
		"deleted_at",
		"updated_at",
	)
	price_set = {"id": row["price_set_id"], "variant": {"id": row["_variant_id"]}}
	return {
		"id": row["id"],
		**{name: row[name] for name in names},
		"price_set_id": row["price_set_id"],
		"price_set": price_set,
		"price_rules": [],
	}


@route("POST", "/admin/price-lists/:id/prices/batch")
def change_prices(app: V2, call: Call) -> dict:
	accept(bodies.PRICES_BATCH, call)
	price_list = _known(app, call.params["id"])
	create, update = call.body.get("create") or [], call.body.get("update") or []
	_check_variants(app, [*create, *update])
	created = [_add(app, price_list, price) for price in create]
	updated = [row for price in update if (row := _change(app, price_list, price))]
	deleted = call.body.get("delete") or []
	for price_id in deleted:
		if row := app.prices.get(price_id):
			app.prices.delete(row)
	return {
		"created": [_shown(row) for row in created],
		"updated": [_shown(row) for row in updated],
		"deleted": {"ids": deleted, "object": "price", "deleted": True},
	}


def _change(app: V2, price_list: Row, price: dict) -> Row | None:
	"""Update one price, wherever it is: it moves to this list. An unknown id becomes a price under that id.

	One that was deleted stays so, and nobody says so.
	"""
	row = app.prices.get(price["id"])
	if row is None:
		if price["id"] in app.prices.rows:
			return None
		return _add(app, price_list, {"amount": 0, "currency_code": "", **price})
	values = {name: price[name] for name in ("amount", "min_quantity", "max_quantity") if name in price}
	if "currency_code" in price:
		values["currency_code"] = price["currency_code"].lower()
	return app.prices.update(row, {**values, "price_list_id": price_list["id"]})

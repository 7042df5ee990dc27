"""v1's price lists."""

from __future__ import annotations

from devbench.medusa.simulator.answers import not_found
from devbench.medusa.simulator.app import Call, as_list, known, ordered, page
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v1 import bodies, views
from devbench.medusa.simulator.v1.app import V1, validate
from devbench.medusa.simulator.v1.queries import accept_query

route = V1.routes
LIST_COLUMNS = ("name", "description", "type", "status", "starts_at", "ends_at")


def known_list(app: V1, list_id: str) -> Row:
	return known(app.price_lists, "Price list", list_id)


@route("POST", "/admin/price-lists")
def create_price_list(app: V1, call: Call) -> dict:
	validate(bodies.PRICE_LIST_CREATE, call.body)
	body = call.body
	row = app.price_lists.insert(
		{
			**dict.fromkeys(LIST_COLUMNS),
			"status": "draft",
			**{name: value for name, value in body.items() if name in LIST_COLUMNS and value is not None},
			"customer_groups": body.get("customer_groups") or [],
		}
	)
	_set_prices(app, row, body["prices"])
	return {"price_list": views.price_list(app, row)}


def _set_prices(app: V1, price_list: Row, prices: list[dict]) -> None:
	for price in prices:
		code = price.get("currency_code")
		if code not in app.known_currencies:
			raise not_found(f"Currency with currency_code {code} does not exist.")
		if not price.get("id"):
			app.prices.insert(app.new_price(price, price["variant_id"], price_list["id"]))
		elif row := app.prices.get(price["id"]):
			app.prices.update(row, {"amount": price["amount"], "currency_code": code})


@route("GET", "/admin/price-lists")
def list_price_lists(app: V1, call: Call) -> dict:
	query = accept_query(call, bodies.PRICE_LISTS_QUERY)
	rows = [
		row for row in app.price_lists
		if all(row[name] == query[name] for name in ("name", "description") if name in query)
		and all(row[name] in as_list(query[name]) for name in ("id", "status", "type") if name in query)
		and query.get("q", "").lower() in f"{row['name']} {row['description']}".lower()
	]  # fmt: skip
	rows, numbers = page(ordered(rows, "-created_at"), query, 10)
	wanted = query.get("expand", "").split(",")
	return {"price_lists": [_listed(app, row, wanted) for row in rows], **numbers}


def _listed(app: V1, row: Row, relations: list[str]) -> Row:
	shown = views.price_list(app, row)
	hidden = {name for name in ("prices", "customer_groups") if name not in relations}
	return {name: value for name, value in shown.items() if name not in hidden}


@route("GET", "/admin/price-lists/:id")
def get_price_list(app: V1, call: Call) -> dict:
	return {"price_list": views.price_list(app, known_list(app, call.params["id"]))}


@route("POST", "/admin/price-lists/:id")
def update_price_list(app: V1, call: Call) -> dict:
	validate(bodies.PRICE_LIST_UPDATE, call.body)
	row = known_list(app, call.params["id"])
	values = {name: value for name, value in call.body.items() if name in (*LIST_COLUMNS, "customer_groups")}
	app.price_lists.update(row, values)
	_set_prices(app, row, call.body.get("prices") or [])
	return {"price_list": views.price_list(app, row)}


@route("DELETE", "/admin/price-lists/:id")
def delete_price_list(app: V1, call: Call) -> dict:
	if row := app.price_lists.get(call.params["id"]):
		for price in app.prices.where("price_list_id", row["id"]):
			app.prices.delete(price)
		app.price_lists.delete(row)
	return {"id": call.params["id"], "object": "price-list", "deleted": True}


@route("POST", "/admin/price-lists/:id/prices/batch")
def change_prices(app: V1, call: Call) -> dict:
	validate(bodies.PRICES_BATCH, call.body)
	row = known_list(app, call.params["id"])
	if call.body.get("override"):
		for price in app.prices.where("price_list_id", row["id"]):
			app.prices.delete(price)
	_set_prices(app, row, call.body.get("prices") or [])
	return {"price_list": views.price_list(app, row)}


@route("DELETE", "/admin/price-lists/:id/prices/batch")
def delete_prices(app: V1, call: Call) -> dict:
	validate(bodies.PRICES_DELETE, call.body)
	ids = call.body.get("price_ids") or []
	for price_id in ids:
		if row := app.prices.get(price_id):
			app.prices.delete(row)
	return {"ids": ids, "object": "money-amount", "deleted": True}

"""v1's sign-in, store, currencies, regions, channels, users, uploads, and the two routes of the extension."""

from __future__ import annotations

from urllib.parse import quote

from devbench.medusa.simulator import told
from devbench.medusa.simulator.answers import TEXT, Answer, Refused, not_found
from devbench.medusa.simulator.app import Call, known, page
from devbench.medusa.simulator.v1 import bodies
from devbench.medusa.simulator.v1.app import CURRENCIES, V1, currency, validate
from devbench.medusa.simulator.v1.queries import accept_query

route = V1.routes


@route("POST", "/admin/auth/token")
def sign_in(app: V1, call: Call) -> dict:
	validate(bodies.LOGIN, call.body)
	if (call.body["email"].lower(), call.body["password"]) != (app.email.lower(), app.password):
		raise Refused(Answer(401, b"Unauthorized", TEXT))
	return {"access_token": app.new_token({"user_id": app.user["id"], "domain": "admin"})}


@route("GET", "/admin/auth")
def who_am_i(app: V1, call: Call) -> dict:
	return {"user": app.user}


@route("GET", "/admin/users")
def list_users(app: V1, call: Call) -> dict:
	rows, numbers = page(list(app.users), accept_query(call, bodies.USERS_QUERY), 50)
	return {"users": rows, **numbers}


@route("GET", "/admin/users/:id")
def get_user(app: V1, call: Call) -> dict:
	return {"user": known(app.users, "User", call.params["id"])}


@route("POST", "/admin/users/:id")
def update_user(app: V1, call: Call) -> dict:
	user = get_user(app, call)["user"]
	return {"user": app.users.update(user, {"api_token": call.body.get("api_token", user["api_token"])})}


@route("GET", "/admin/store")
def get_store(app: V1, call: Call) -> dict:
	return {"store": app.store}


@route("POST", "/admin/store")
def update_store(app: V1, call: Call) -> dict:
	codes = [code.lower() for code in call.body.get("currencies", [])]
	for code in codes:
		if code not in app.known_currencies:
			raise not_found(f"Currency with code {code} does not exist")
	if codes:
		app.store["currencies"] = [currency(code) for code in codes]
	return {"store": app.store}


@route("GET", "/admin/currencies")
def list_currencies(app: V1, call: Call) -> dict:
	query = accept_query(call, bodies.CURRENCIES_QUERY)
	wanted = [code for code in CURRENCIES if query.get("code", code) == code]
	rows, numbers = page([currency(code) for code in wanted], query, 20)
	return {"currencies": rows, **numbers}


@route("GET", "/admin/sales-channels")
def list_sales_channels(app: V1, call: Call) -> dict:
	rows, numbers = page(list(app.sales_channels), accept_query(call, bodies.SALES_CHANNELS_QUERY), 20)
	return {"sales_channels": rows, **numbers}


@route("GET", "/admin/regions")
def list_regions(app: V1, call: Call) -> dict:
	rows, numbers = page(list(app.regions), accept_query(call, bodies.REGIONS_QUERY), 50)
	return {"regions": rows, **numbers}


@route("GET", "/admin/stock-locations")
def list_stock_locations(app: V1, call: Call) -> Answer:
	# the module is not installed, and the route does not know that
	raise app.unknown_error()


@route("POST", "/admin/uploads")
def upload(app: V1, call: Call) -> dict:
	if not call.files or any(file.name != "files" for file in call.files):
		raise app.unknown_error()
	keys = [app.keep_file(file) for file in call.files]
	return {"uploads": [{"url": f"{app.url}/uploads/{key}", "key": key} for key in keys]}


@route("DELETE", "/admin/uploads")
def delete_upload(app: V1, call: Call) -> dict:
	app.files.pop(call.body.get("file_key"), None)
	return {"id": call.body.get("file_key"), "object": "file", "deleted": True}


@route("POST", "/store/order-update")
def update_order(app: V1, call: Call) -> dict | Answer:
	return told.update_order(app, call, lambda id: not_found(f"Order with id {quote(id)} was not found"))


@route("POST", "/store/quotation-update")
def update_quotation(app: V1, call: Call) -> dict | Answer:
	return told.update_quotation(app, call)

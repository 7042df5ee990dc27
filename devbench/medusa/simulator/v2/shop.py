"""v2's sign-in, keys, store, currencies, regions, channels, uploads, and the two routes of the extension."""

from __future__ import annotations

from urllib.parse import quote

from devbench.medusa.simulator import told
from devbench.medusa.simulator.answers import Answer, Refused, error, invalid, missing, not_found
from devbench.medusa.simulator.app import Call, known
from devbench.medusa.simulator.tables import new_id, now
from devbench.medusa.simulator.v2 import bodies, views
from devbench.medusa.simulator.v2.app import CURRENCIES, V2, accept
from devbench.medusa.simulator.v2.queries import listed

route = V2.routes


def credentials(call: Call) -> tuple[str, str]:
	"""The e-mail address and the password of a sign-in."""
	body = call.body if isinstance(call.body, dict) else {}
	for name in ("password", "email"):
		if not isinstance(body.get(name), str) or not body[name]:
			raise error(401, "unauthorized", f"{name.capitalize()} should be a string")
	return body["email"], body["password"]


def wrong_credentials() -> Refused:
	return error(401, "unauthorized", "Invalid email or password")


@route("POST", "/auth/user/emailpass")
def sign_in(app: V2, call: Call) -> dict:
	if credentials(call) != (app.email, app.password):
		raise wrong_credentials()
	return {"token": _user_token(app)}


def _user_token(app: V2) -> str:
	return app.new_token(
		{
			"actor_id": app.user["id"],
			"actor_type": "user",
			"auth_provider": "emailpass",
			"app_metadata": {"user_id": app.user["id"]},
		}
	)


@route("POST", "/auth/token/refresh")
def refresh_token(app: V2, call: Call) -> dict:
	if not app.claims(call):
		raise Refused(app.refusal(401))
	return {"token": _user_token(app)}


@route("GET", "/admin/users/me")
def who_am_i(app: V2, call: Call) -> dict:
	return {"user": views.show(app, "user", app.user, call.query.get("fields"))}


@route("POST", "/admin/api-keys")
def create_key(app: V2, call: Call) -> dict:
	accept(bodies.API_KEY, call)
	return {"api_key": dict(app.new_key(call.body["title"], call.body["type"]))}


@route("GET", "/admin/api-keys")
def list_keys(app: V2, call: Call) -> dict:
	answer = listed(app, call, "api_key", "api_keys", list(app.api_keys), 20)
	for key in answer["api_keys"]:
		# a secret is shown only once, when it is made
		if key.get("type") == "secret":
			key["token"] = ""
	return answer


@route("POST", "/admin/api-keys/:id/revoke")
def revoke_key(app: V2, call: Call) -> dict:
	row = known(app.api_keys, "API key", call.params["id"])
	app.api_keys.update(row, {"revoked_at": now(), "revoked_by": app.user["id"]})
	return {"api_key": views.show(app, "api_key", row, call.query.get("fields"))}


@route("POST", "/admin/api-keys/:id/sales-channels")
def link_key(app: V2, call: Call) -> dict:
	accept(bodies.LINK, call)
	row = known(app.api_keys, "API key", call.params["id"])
	return {"api_key": views.show(app, "api_key", row, "*sales_channels")}


@route("GET", "/admin/stores")
def list_stores(app: V2, call: Call) -> dict:
	return listed(app, call, "store", "stores", list(app.stores), 50)


@route("POST", "/admin/stores/:id")
def update_store(app: V2, call: Call) -> dict:
	accept(bodies.STORE, call)
	row = app.stores.get(call.params["id"])
	if not row:
		raise not_found(f'Store with id "{call.params["id"]}" not found')
	values = {name: value for name, value in call.body.items() if name in row}
	if "supported_currencies" in call.body:
		values["_currencies"] = [
			{"id": new_id("stocur"), "is_default": False, **given}
			for given in call.body["supported_currencies"]
		]
	app.stores.update(row, values)
	return {"store": views.show(app, "store", row, call.query.get("fields"))}


@route("GET", "/admin/currencies")
def list_currencies(app: V2, call: Call) -> dict:
	rows = [
		{
			"code": code,
			"name": name,
			"symbol": code.upper(),
			"symbol_native": code.upper(),
			"decimal_digits": decimals,
			"rounding": 0,
		}
		for code, (name, decimals) in CURRENCIES.items()
	]
	call.query.setdefault("order", "code")
	return listed(app, call, "currency", "currencies", rows, 200)


@route("GET", "/admin/shipping-profiles")
def list_shipping_profiles(app: V2, call: Call) -> dict:
	return listed(app, call, "shipping_profile", "shipping_profiles", list(app.shipping_profiles), 20)


@route("POST", "/admin/shipping-profiles")
def create_shipping_profile(app: V2, call: Call) -> dict:
	accept(bodies.SHIPPING_PROFILE, call)
	row = app.shipping_profiles.insert({"metadata": None, **call.body})
	return {"shipping_profile": views.show(app, "shipping_profile", row, call.query.get("fields"))}


@route("GET", "/admin/sales-channels")
def list_sales_channels(app: V2, call: Call) -> dict:
	return listed(app, call, "sales_channel", "sales_channels", list(app.sales_channels), 20)


@route("POST", "/admin/sales-channels")
def create_sales_channel(app: V2, call: Call) -> dict:
	accept(bodies.SALES_CHANNEL, call)
	row = app.sales_channels.insert(
		{"description": None, "is_disabled": False, "metadata": None, **call.body}
	)
	return {"sales_channel": views.show(app, "sales_channel", row, call.query.get("fields"))}


@route("GET", "/admin/stock-locations")
def list_stock_locations(app: V2, call: Call) -> dict:
	return listed(app, call, "stock_location", "stock_locations", list(app.stock_locations), 20)


@route("POST", "/admin/stock-locations")
def create_stock_location(app: V2, call: Call) -> dict:
	if not isinstance(call.body.get("name"), str):
		raise app.unknown_error()
	row = app.stock_locations.insert(
		{"name": call.body["name"], "metadata": call.body.get("metadata"), "_sales_channels": []}
	)
	return {"stock_location": views.show(app, "stock_location", row, call.query.get("fields"))}


@route("POST", "/admin/stock-locations/:id/sales-channels")
def link_stock_location(app: V2, call: Call) -> dict:
	accept(bodies.LINK, call)
	row = app.stock_locations.get(call.params["id"])
	if not row:
		# nobody asks whether there is one
		return {}
	linked = [found for found in row["_sales_channels"] if found not in call.body.get("remove", ())]
	linked += [found for found in call.body.get("add", ()) if found not in linked]
	app.stock_locations.update(row, {"_sales_channels": linked})
	return {"stock_location": views.show(app, "stock_location", row, call.query.get("fields"))}


@route("GET", "/admin/regions")
def list_regions(app: V2, call: Call) -> dict:
	return listed(app, call, "region", "regions", list(app.regions), 50)


@route("POST", "/admin/regions")
def create_region(app: V2, call: Call) -> dict:
	accept(bodies.REGION, call)
	values = {name: call.body[name] for name in ("name", "currency_code")}
	row = app.regions.insert({**values, "metadata": call.body.get("metadata")})
	return {"region": views.show(app, "region", row, call.query.get("fields"))}


@route("POST", "/admin/uploads")
def upload(app: V2, call: Call) -> dict:
	if any(file.name != "files" for file in call.files):
		raise app.unknown_error()
	if not call.files:
		raise invalid("No files were uploaded")
	keys = [app.keep_file(file) for file in call.files]
	return {"files": [{"id": key, "url": f"{app.url}/static/{quote(key)}"} for key in keys]}


@route("DELETE", "/admin/uploads/:id")
def delete_upload(app: V2, call: Call) -> dict:
	app.files.pop(call.params["id"], None)
	return {"id": call.params["id"], "object": "file", "deleted": True}


@route("POST", "/store/order-update")
def update_order(app: V2, call: Call) -> dict | Answer:
	return told.update_order(app, call, lambda id: missing("Order", id))


@route("POST", "/store/quotation-update")
def update_quotation(app: V2, call: Call) -> dict | Answer:
	return told.update_quotation(app, call)

"""v1's customers: signing up, signing in, and what the administrator sees of them."""

from __future__ import annotations

from devbench.medusa.simulator.answers import Answer, Refused, error, json_answer
from devbench.medusa.simulator.app import Call, ordered, page
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v1 import bodies, views
from devbench.medusa.simulator.v1.app import V1, validate
from devbench.medusa.simulator.v1.queries import accept_query

route = V1.routes
COLUMNS = ("email", "first_name", "last_name", "phone", "metadata")


def _add(app: V1, body: dict) -> Row:
	email = body["email"].lower()
	if app.customers.first("email", email):
		message = "A customer with the given email already has an account. Log in instead"
		raise error(422, "duplicate_error", message, "invalid_request_error")
	values = {**dict.fromkeys(COLUMNS), **{name: body.get(name) for name in COLUMNS}, "email": email}
	return app.customers.insert(
		{**values, "billing_address_id": None, "has_account": True, "_password": body["password"]}
	)


@route("POST", "/store/customers")
def sign_up(app: V1, call: Call) -> dict:
	validate(bodies.CUSTOMER, call.body)
	row = _add(app, call.body)
	return {"customer": {**views.visible(row), "billing_address": None, "shipping_addresses": []}}


@route("POST", "/store/auth/token")
def sign_in(app: V1, call: Call) -> dict:
	validate(bodies.LOGIN, call.body)
	row = app.customers.first("email", call.body["email"].lower())
	if not row or row["_password"] != call.body["password"]:
		raise Refused(Answer(401, b"Unauthorized", "text/plain; charset=utf-8"))
	return {"access_token": app.new_token({"customer_id": row["id"], "domain": "store"}, days=30)}


@route("POST", "/admin/customers")
def create_customer(app: V1, call: Call) -> Answer:
	validate(bodies.CUSTOMER_BY_ADMIN, call.body)
	row = _add(app, call.body)
	# a creation is 201 here and nowhere else, and the password's hash comes along
	return json_answer({"customer": {**views.visible(row), "password_hash": "hash"}}, 201)


@route("GET", "/admin/customers")
def list_customers(app: V1, call: Call) -> dict:
	query = accept_query(call, bodies.CUSTOMERS_QUERY)
	words = query.get("q", "").lower()
	rows = [
		row for row in app.customers
		if words in f"{row['email']} {row['first_name']} {row['last_name']}".lower()
	]  # fmt: skip
	rows, numbers = page(ordered(rows, "-created_at"), query, 50)
	return {"customers": [views.visible(row) for row in rows], **numbers}

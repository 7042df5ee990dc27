"""v1's customers: signing up, signing in, and what the administrator sees of them."""

from __future__ import annotations

from devbench.medusa.simulator.answers import TEXT, Answer, Refused, error, html_answer, invalid, json_answer
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
		raise Refused(Answer(401, b"Unauthorized", TEXT))
	return {"access_token": app.new_token({"customer_id": row["id"], "domain": "store"}, days=30)}


@route("POST", "/store/signup")
def sign_up_at_extension(app: V1, call: Call) -> dict | Answer:
	if not app.extended:
		return html_answer(404, "Cannot POST /store/signup")
	names = ("email", "password", "first_name", "last_name", "mobile")
	values = {name: call.body.get(name) for name in names}
	if not all(values[name] and isinstance(values[name], str) for name in ("email", "password")):
		raise invalid("email and password are required")
	more = {name: value for name, value in call.body.items() if name not in names}
	row = _add(app, {**values, "phone": values["mobile"], "metadata": more})
	return {"message": "Customer registered successfully", "customer_id": row["id"]}


@route("POST", "/store/login")
def sign_in_at_extension(app: V1, call: Call) -> dict | Answer:
	if not app.extended:
		return html_answer(404, "Cannot POST /store/login")
	row = app.customers.first("email", str(call.body.get("email")).lower())
	if not row or row["_password"] != call.body.get("password"):
		raise error(401, "unauthorized", "Invalid email or password")
	token = app.new_token({"customer_id": row["id"], "domain": "store"}, days=30)
	return {"customer_id": row["id"], "access_token": token}


@route("GET", "/store/customers/me")
def who_am_i(app: V1, call: Call) -> dict:
	row = app.customers.get(app.claims(call).get("customer_id"))
	if not row:
		raise Refused(Answer(401, b"Unauthorized", None))
	return {"customer": {**views.visible(row), "billing_address": None, "shipping_addresses": []}}


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

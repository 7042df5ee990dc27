"""v2's customers: an identity is registered first, and becomes a customer with its token."""

from __future__ import annotations

from devbench.medusa.simulator.answers import Refused, error, invalid
from devbench.medusa.simulator.app import Call
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v2 import bodies, views
from devbench.medusa.simulator.v2.app import V2, accept
from devbench.medusa.simulator.v2.queries import listed
from devbench.medusa.simulator.v2.shop import credentials, wrong_credentials

route = V2.routes
COLUMNS = ("email", "company_name", "first_name", "last_name", "phone", "metadata")


def _account(app: V2, email: str) -> Row | None:
	rows = app.customers.where("email", email)
	return next((row for row in rows if row["has_account"]), None)


def _token(app: V2, email: str) -> str:
	row = _account(app, email)
	claims = {"actor_id": row["id"] if row else "", "actor_type": "customer", "auth_provider": "emailpass"}
	return app.new_token({**claims, "email": email})


@route("POST", "/auth/customer/emailpass/register")
def register(app: V2, call: Call) -> dict:
	email, password = credentials(call)
	if app.identities.get(email, password) != password or _account(app, email):
		raise error(401, "unauthorized", "Identity with email already exists")
	app.identities[email] = password
	return {"token": _token(app, email)}


@route("POST", "/auth/customer/emailpass")
def sign_in(app: V2, call: Call) -> dict:
	email, password = credentials(call)
	if app.identities.get(email) != password:
		raise wrong_credentials()
	return {"token": _token(app, email)}


def _add(app: V2, body: dict, *, has_account: bool) -> Row:
	values = {name: body.get(name) for name in COLUMNS}
	return app.customers.insert({**values, "has_account": has_account, "created_by": None})


@route("POST", "/store/customers")
def sign_up(app: V2, call: Call) -> dict:
	claims = app.claims(call)
	if claims.get("actor_type") != "customer":
		raise Refused(app.refusal(401))
	accept(bodies.CUSTOMER, call)
	if claims["actor_id"]:
		raise invalid("Request already authenticated as a customer.")
	email = call.body.get("email") or claims["email"]
	if _account(app, email):
		message = "Customer with this email already has an account"
		raise error(422, "duplicate_error", message, "invalid_request_error")
	row = _add(app, {**call.body, "email": email}, has_account=True)
	return {"customer": {**views.show(app, "customer", row, None), "addresses": []}}


@route("GET", "/store/customers/me")
def who_am_i(app: V2, call: Call) -> dict:
	row = app.customers.get(app.claims(call).get("actor_id"))
	if not row:
		raise Refused(app.refusal(401))
	return {"customer": {**views.show(app, "customer", row, None), "addresses": []}}


@route("POST", "/admin/customers")
def create_customer(app: V2, call: Call) -> dict:
	accept(bodies.CUSTOMER_BY_ADMIN, call)
	email = call.body.get("email")
	if any(not row["has_account"] for row in app.customers.where("email", email)):
		raise invalid(f"Customer with email: {email}, has_account: false, already exists.")
	row = _add(app, call.body, has_account=False)
	return {"customer": views.show(app, "customer", row, call.query.get("fields"))}


@route("GET", "/admin/customers")
def list_customers(app: V2, call: Call) -> dict:
	return listed(app, call, "customer", "customers", list(app.customers), 50)

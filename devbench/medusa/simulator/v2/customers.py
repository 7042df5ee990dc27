"""v2's customers: an identity is registered first, and becomes a customer with its token."""

from __future__ import annotations

from devbench.medusa.simulator.answers import Answer, Refused, error, html_answer, invalid
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
	if not _register(app, email, password):
		raise error(401, "unauthorized", "Identity with email already exists")
	return {"token": _token(app, email)}


def _register(app: V2, email: str, password: str) -> bool:
	"""Whether there is an identity now that waits for its customer."""
	if app.identities.get(email, password) != password or _account(app, email):
		return False
	app.identities[email] = password
	return True


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
		raise _taken()
	row = _add(app, {**call.body, "email": email}, has_account=True)
	return {"customer": {**views.show(app, "customer", row, None), "addresses": []}}


def _taken() -> Refused:
	message = "Customer with this email already has an account"
	return error(422, "duplicate_error", message, "invalid_request_error")


@route("POST", "/store/signup")
def sign_up_at_extension(app: V2, call: Call) -> dict | Answer:
	if not app.extended:
		return html_answer(404, "Cannot POST /store/signup")
	email, password = call.body.get("email"), call.body.get("password")
	if not all(value and isinstance(value, str) for value in (email, password)):
		raise invalid("email and password are required")
	if not _register(app, email, password):
		raise _taken()
	taken = ("email", "password", "first_name", "last_name", "mobile", "organization_name")
	more = {name: value for name, value in call.body.items() if name not in taken}
	values = {"phone": call.body.get("mobile"), "company_name": call.body.get("organization_name")}
	row = _add(app, {**call.body, **values, "metadata": more}, has_account=True)
	return {"message": "Customer registered successfully", "customer_id": row["id"]}


@route("POST", "/store/login")
def sign_in_at_extension(app: V2, call: Call) -> dict | Answer:
	if not app.extended:
		return html_answer(404, "Cannot POST /store/login")
	email = str(call.body.get("email"))
	row = _account(app, email)
	if not row or app.identities.get(email) != call.body.get("password"):
		raise wrong_credentials()
	return {"customer_id": row["id"], "token": _token(app, email)}


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

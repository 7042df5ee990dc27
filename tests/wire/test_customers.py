"""Customers: how they sign up and in, and what the administrator sees of them."""

from __future__ import annotations

import requests

from tests.wire.shops import Shop, assert_page, assert_refused, invalid, on

PASSWORD = "correct horse"
REGISTER = "/auth/customer/emailpass/register"


def email(shop: Shop, name: str = "buyer") -> str:
	return f"{shop.named(name)}@example.com"


def key(shop: Shop, token: str = "") -> dict[str, str]:
	"""The headers of v2's shop window."""
	headers = {"x-publishable-api-key": shop.server.publishable_key}
	return {**headers, "Authorization": f"Bearer {token}"} if token else headers


def sign_up_v1(shop: Shop) -> requests.Response:
	body = {"email": email(shop), "password": PASSWORD, "first_name": "A", "last_name": "B", "phone": "1"}
	return shop.anonymous("POST", "/store/customers", json=body)


@on("v1", extended=True)
def test_signing_up_and_in_on_v1(shop: Shop) -> None:
	customer = sign_up_v1(shop).json()["customer"]
	assert customer["id"].startswith("cus_")
	assert (customer["email"], customer["has_account"], customer["phone"]) == (email(shop), True, "1")
	refused = {
		"code": "invalid_request_error",
		"type": "duplicate_error",
		"message": "A customer with the given email already has an account. Log in instead",
	}
	assert_refused(sign_up_v1(shop), 422, refused)
	login = {"email": email(shop), "password": PASSWORD}
	answer = shop.anonymous("POST", "/store/auth/token", json=login)
	assert answer.status_code == 200
	headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
	assert shop.anonymous("GET", "/admin/products", headers=headers).status_code == 401
	wrong = shop.anonymous("POST", "/store/auth/token", json={**login, "password": "wrong"})
	assert (wrong.status_code, wrong.text) == (401, "Unauthorized")


@on("v1", extended=True)
def test_what_a_sign_up_needs_on_v1(shop: Shop) -> None:
	answer = shop.anonymous("POST", "/store/customers", json={"email": "x", "nonsense": 1})
	message = "property nonsense should not exist, email must be an email, password must be a string"
	assert_refused(answer, 400, invalid(message))


@on("v1", extended=True)
def test_the_administrator_of_v1_adds_and_finds_customers(shop: Shop) -> None:
	body = {"email": email(shop), "first_name": "A", "last_name": "B", "password": PASSWORD}
	answer = shop.post("/admin/customers", body)
	assert (answer.status_code, answer.json()["customer"]["email"]) == (201, email(shop))
	assert shop.post("/admin/customers", body).status_code == 422
	(found,) = shop.get(f"/admin/customers?q={email(shop)}").json()["customers"]
	assert found["id"] == answer.json()["customer"]["id"]
	refused = invalid("property email should not exist")
	assert_refused(shop.get(f"/admin/customers?email={email(shop)}"), 400, refused)


@on("v2", extended=True)
def test_signing_up_and_in_on_v2(shop: Shop) -> None:
	login = {"email": email(shop), "password": PASSWORD}
	tokens = [shop.anonymous("POST", REGISTER, json=login).json()["token"] for _ in range(2)]
	person = {"email": email(shop), "first_name": "A", "company_name": "Co", "metadata": {"a": 1}}
	answer = shop.anonymous("POST", "/store/customers", json=person, headers=key(shop, tokens[0]))
	assert answer.status_code == 200, answer.text
	customer = answer.json()["customer"]
	assert customer["id"].startswith("cus_")
	assert (customer["has_account"], customer["company_name"]) == (True, "Co")
	refused = {
		"code": "invalid_request_error",
		"type": "duplicate_error",
		"message": "Customer with this email already has an account",
	}
	again = shop.anonymous("POST", "/store/customers", json=person, headers=key(shop, tokens[0]))
	assert_refused(again, 422, refused)
	token = shop.anonymous("POST", "/auth/customer/emailpass", json=login).json()["token"]
	me = shop.anonymous("GET", "/store/customers/me", headers=key(shop, token)).json()["customer"]
	assert me["id"] == customer["id"]
	assert shop.anonymous("GET", "/admin/products", headers=key(shop, token)).status_code == 401
	wrong = shop.anonymous("POST", "/auth/customer/emailpass", json={**login, "password": "wrong"})
	assert_refused(wrong, 401, {"type": "unauthorized", "message": "Invalid email or password"})


@on("v2", extended=True)
def test_registering_again_on_v2(shop: Shop) -> None:
	login = {"email": email(shop), "password": PASSWORD}
	token = shop.anonymous("POST", REGISTER, json=login).json()["token"]
	taken = {"type": "unauthorized", "message": "Identity with email already exists"}
	other = shop.anonymous("POST", REGISTER, json={**login, "password": "another horse"})
	assert_refused(other, 401, taken)
	person = {"email": email(shop)}
	assert (
		shop.anonymous("POST", "/store/customers", json=person, headers=key(shop, token)).status_code == 200
	)
	assert_refused(shop.anonymous("POST", REGISTER, json=login), 401, taken)


@on("v2", extended=True)
def test_what_a_sign_up_needs_on_v2(shop: Shop) -> None:
	answer = shop.anonymous("POST", "/store/customers", json={"email": email(shop)}, headers=key(shop))
	assert_refused(answer, 401, {"message": "Unauthorized"})
	token = shop.anonymous("POST", REGISTER, json={"email": email(shop), "password": PASSWORD}).json()[
		"token"
	]
	body = {"email": email(shop), "nonsense": 1}
	answer = shop.anonymous("POST", "/store/customers", json=body, headers=key(shop, token))
	assert_refused(answer, 400, invalid("Invalid request: Unrecognized fields: 'nonsense'"))


@on("v2", extended=True)
def test_the_administrator_of_v2_adds_and_finds_customers(shop: Shop) -> None:
	body = {"email": email(shop), "company_name": "Co"}
	answer = shop.post("/admin/customers", body)
	assert (answer.status_code, answer.json()["customer"]["has_account"]) == (200, False)
	refused = invalid(f"Customer with email: {email(shop)}, has_account: false, already exists.")
	assert_refused(shop.post("/admin/customers", body), 400, refused)
	(found,) = shop.get(f"/admin/customers?email={email(shop)}").json()["customers"]
	assert found["id"] == answer.json()["customer"]["id"]


PERSON = {"first_name": "Shop", "last_name": "Visitor", "mobile": "+968 9000 0000"}


def at_extension(shop: Shop, path: str, **body: object) -> requests.Response:
	"""One of the extension's two routes for customers, as ERPNext calls them."""
	return shop.anonymous("POST", path, json=body, headers=key(shop) if shop.generation == "v2" else {})


def person_in(shop: Shop, headers: dict[str, str]) -> dict:
	answer = shop.anonymous("GET", "/store/customers/me", headers=headers)
	assert answer.status_code == 200, answer.text
	return answer.json()["customer"]


@on(extended=True)
def test_signing_up_at_the_extension(shop: Shop) -> None:
	values = {**PERSON, "organization_name": "Smile Clinic", "t_c_acceptance": True, "erp_customer_id": None}
	answer = at_extension(shop, "/store/signup", email=email(shop), password=PASSWORD, **values)
	assert answer.status_code == 200, answer.text
	customer_id = answer.json()["customer_id"]
	assert answer.json() == {"message": "Customer registered successfully", "customer_id": customer_id}

	answer = at_extension(shop, "/store/login", email=email(shop), password=PASSWORD).json()
	name = {"v1": "access_token", "v2": "token"}[shop.generation]
	assert (set(answer), answer["customer_id"]) == ({"customer_id", name}, customer_id)
	bearer = {"Authorization": f"Bearer {answer[name]}"}
	customer = person_in(shop, {**key(shop), **bearer} if shop.generation == "v2" else bearer)
	assert (customer["id"], customer["first_name"], customer["phone"]) == (
		customer_id,
		"Shop",
		PERSON["mobile"],
	)
	assert customer["metadata"]["t_c_acceptance"] is True


@on(extended=True)
def test_what_the_extension_refuses(shop: Shop) -> None:
	refused = invalid("email and password are required")
	assert_refused(at_extension(shop, "/store/signup", email=email(shop)), 400, refused)
	login = {"email": email(shop), "password": PASSWORD}
	wrong = {"type": "unauthorized", "message": "Invalid email or password"}
	assert_refused(at_extension(shop, "/store/login", **login), 401, wrong)
	assert at_extension(shop, "/store/signup", **login, **PERSON).status_code == 200
	message = {
		"v1": "A customer with the given email already has an account. Log in instead",
		"v2": "Customer with this email already has an account",
	}[shop.generation]
	taken = {"code": "invalid_request_error", "type": "duplicate_error", "message": message}
	assert_refused(at_extension(shop, "/store/signup", **login, **PERSON), 422, taken)
	other = {**login, "password": "another horse"}
	assert_refused(at_extension(shop, "/store/signup", **other, **PERSON), 422, taken)
	assert_refused(at_extension(shop, "/store/login", **other), 401, wrong)


@on(extended=False)
def test_a_stock_server_has_no_such_routes(shop: Shop) -> None:
	for path in ("/store/signup", "/store/login"):
		assert_page(at_extension(shop, path, email=email(shop)), 404, f"Cannot POST {path}")

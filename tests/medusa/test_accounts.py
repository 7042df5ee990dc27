"""Signing customers up and in, against whole servers: simulated ones always,
real ones where they can be had.
"""

from __future__ import annotations

import json
import secrets

import pytest

from medusa_integration.medusa.errors import Duplicate, Unauthorized, UnexpectedAnswer
from medusa_integration.mirror import connect
from medusa_integration.mirror.accounts import Registration
from medusa_integration.mirror.values import Target
from tests.support.medusa import REAL_AND_LONG, real_server, simulator

ROUTES = {True: ("/store/signup", "/store/login"), False: (None, None)}


def kinds():
	for generation in ("v1", "v2"):
		for custom in (True, False):
			name = f"{generation} {'extended' if custom else 'stock'} routes"
			yield pytest.param(("simulated", generation, custom), id=f"simulated {name}")
			yield pytest.param(("real", generation, custom), id=f"real {name}", marks=REAL_AND_LONG)


@pytest.fixture(params=kinds())
def shop(request):
	"""(client, route of the sign-up, route of the login, what was reported)."""
	where, generation, custom = request.param
	# the extended server has the stock routes, too
	server = real_server(generation) if where == "real" else simulator(generation)
	exchanges = []
	key = server.publishable_key if generation == "v2" else None
	client = connect(Target(server.url, publishable_key=key), on_exchange=exchanges.append)
	yield client, *ROUTES[custom], exchanges
	client.close()
	if where == "simulated":
		server.stop()


def person(**values) -> Registration:
	mark = secrets.token_hex(4)
	defaults = {
		"email": f"visitor-{mark}@example.com",
		"first_name": "Shop",
		"last_name": "Visitor",
		"password": f"correct-{mark}-horse",
		"mobile": "+968 9123 4567",
		"organization_name": "Smile Clinic",
	}
	return Registration(**{**defaults, **values})


@pytest.mark.contract(127)
def test_up_and_in(shop):
	client, sign_up, log_in, exchanges = shop
	somebody = person()
	account = client.accounts.sign_up(somebody, route=sign_up, origin="https://shop.example.com")
	assert account.customer_id.startswith("cus_")
	assert account.answer["customer_id"] == account.customer_id
	session = client.accounts.log_in(somebody.email, somebody.password, route=log_in, origin=None)
	assert session.customer_id == account.customer_id
	assert session.answer.get("token") or session.answer.get("access_token")
	said = json.dumps([str(exchange) for exchange in exchanges]) + str(account) + repr(somebody)
	assert somebody.password not in said
	assert "password_hash" not in json.dumps([dict(account.answer), dict(session.answer)])


def test_twice(shop):
	"""With the same password and with another one: there is one account, and the first password opens it."""
	client, sign_up, log_in, _exchanges = shop
	somebody = person()
	first = client.accounts.sign_up(somebody, route=sign_up, origin=None)
	for password in (somebody.password, "another-horse"):
		again = person(email=somebody.email, password=password)
		with pytest.raises(Duplicate):
			client.accounts.sign_up(again, route=sign_up, origin=None)
	session = client.accounts.log_in(somebody.email, somebody.password, route=log_in, origin=None)
	assert session.customer_id == first.customer_id


def test_a_wrong_password(shop):
	client, sign_up, log_in, _exchanges = shop
	somebody = person()
	client.accounts.sign_up(somebody, route=sign_up, origin=None)
	for email, password in ((somebody.email, "wrong"), ("nobody@example.com", somebody.password)):
		with pytest.raises(Unauthorized):
			client.accounts.log_in(email, password, route=log_in, origin=None)


def test_an_answer_without_an_id_is_none(http):
	url = "https://shop.example.com"
	client = connect(Target(url, generation="v1"))
	http.post(f"{url}/store/signup", json={"message": "ok", "customer_id": ""})
	with pytest.raises(UnexpectedAnswer):
		client.accounts.sign_up(person(), route="/store/signup", origin=None)


@pytest.mark.parametrize("status", [400, 409, 422])
def test_whatever_an_extension_says_of_a_taken_address(http, status):
	url = "https://shop.example.com"
	client = connect(Target(url, generation="v1"), sleep=lambda _seconds: None)
	http.post(f"{url}/store/signup", json={"message": "This Email is already registered."}, status=status)
	with pytest.raises(Duplicate):
		client.accounts.sign_up(person(), route="/store/signup", origin=None)


def test_what_the_shop_gets_of_an_answer(http):
	"""The session's tokens, and no other secret at any depth."""
	url = "https://shop.example.com"
	client = connect(Target(url, generation="v1"))
	answer = {
		"customer_id": "cus_1",
		"token": "t",
		"customer": {"id": "cus_1", "password_hash": "x", "cards": [{"api_key": "y", "name": "z"}]},
	}
	http.post(f"{url}/store/login", json=answer)
	account = client.accounts.log_in("a@example.com", "p", route="/store/login", origin=None)
	assert account.answer == {
		"customer_id": "cus_1",
		"token": "t",
		"customer": {"id": "cus_1", "cards": [{"name": "z"}]},
	}

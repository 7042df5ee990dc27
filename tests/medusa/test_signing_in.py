"""Signing in: once, early, shared among workers, and never in a loop."""

from __future__ import annotations

import base64
import json

import pytest
from responses import matchers

from medusa_integration.medusa.auth import MemoryTokens, ends_soon, expires_at
from medusa_integration.medusa.errors import SignInFailed, Unauthorized
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Target

URL = "https://shop.example.com"
PRODUCTS = f"{URL}/admin/products"
SIGN_IN = {"v1": ("/admin/auth/token", "access_token"), "v2": ("/auth/user/emailpass", "token")}
UNKNOWN = {"message": "Unauthorized"}
FOUND = {"products": [], "count": 0}


def medusa(generation="v2", tokens=None, **fields):
	defaults = {"email": "sync@example.com", "password": "hunter2", "extras": "metadata"}
	return connect(
		Target(url=URL, generation=generation, **{**defaults, **fields}),
		tokens=tokens,
		sleep=lambda _: None,
	)


def bearer(token):
	return [matchers.header_matcher({"Authorization": f"Bearer {token}"})]


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_signing_in_with_a_password(http, calls, jwt, generation):
	"""Each generation's own sign-in, once, and the token on every call after it."""
	path, key = SIGN_IN[generation]
	token = jwt()
	body = {"email": "sync@example.com", "password": "hunter2"}
	http.post(URL + path, json={key: token}, match=[matchers.json_params_matcher(body)])
	http.get(PRODUCTS, json=FOUND, match=bearer(token))
	client = medusa(generation)
	assert list(client.products.list_all()) == list(client.products.list_all()) == []
	assert calls() == [("POST", path), ("GET", "/admin/products"), ("GET", "/admin/products")]


def test_a_secret_key_of_v2_is_a_user_name(http, calls):
	"""Basic authentication with the key as the user name; nobody signs in."""
	expected = "Basic " + base64.b64encode(b"sk_abc:").decode()
	http.get(PRODUCTS, json=FOUND, match=[matchers.header_matcher({"Authorization": expected})])
	list(medusa(email=None, password=None, secret_key="sk_abc").products.list_all())
	assert calls() == [("GET", "/admin/products")]


def test_a_refused_secret_key_is_not_tried_again(http, calls):
	"""There is nothing to renew."""
	http.get(PRODUCTS, status=401, json={"message": "Unauthorized"})
	with pytest.raises(Unauthorized):
		list(medusa(secret_key="sk_abc").products.list_all())
	assert len(calls()) == 1


def test_the_api_token_of_v1(http, calls):
	"""v1 takes a user's API token in a header of its own."""
	http.get(PRODUCTS, json=FOUND, match=[matchers.header_matcher({"x-medusa-access-token": "abc"})])
	list(medusa("v1", secret_key="abc").products.list_all())
	assert calls() == [("GET", "/admin/products")]


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_stale_token_is_renewed_once(http, calls, jwt, generation):
	"""401: one new token, the same call again. The text of the 401 does not matter, it differs."""
	path, key = SIGN_IN[generation]
	old, new = jwt("old"), jwt("new")
	http.get(PRODUCTS, status=401, body="Unauthorized", match=bearer(old))
	http.get(PRODUCTS, json=FOUND, match=bearer(new))
	http.post(URL + path, json={key: new})
	tokens = MemoryTokens(old)
	list(medusa(generation, tokens).products.list_all())
	assert calls() == [("GET", "/admin/products"), ("POST", path), ("GET", "/admin/products")]
	assert tokens.read() == new


def test_a_renewed_token_that_is_refused_ends_it(http, calls, jwt):
	"""401 again with a fresh token: Unauthorized, no loop."""
	http.get(PRODUCTS, status=401, json=UNKNOWN)
	http.post(f"{URL}/auth/user/emailpass", json={"token": jwt("new")})
	with pytest.raises(Unauthorized) as caught:
		list(medusa(tokens=MemoryTokens(jwt("old"))).products.list_all())
	assert len(calls()) == 3 and not caught.value.retryable


def test_another_workers_token_is_used(http, calls, jwt):
	"""When the store has another token than the refused one, that one is used and nobody signs in."""
	old, new = jwt("old"), jwt("new")
	tokens = MemoryTokens(old)
	http.get(PRODUCTS, json=FOUND, match=bearer(old))
	client = medusa(tokens=tokens)
	list(client.products.list_all())
	http.reset()
	http.get(PRODUCTS, status=401, json=UNKNOWN, match=bearer(old))
	http.get(PRODUCTS, json=FOUND, match=bearer(new))
	tokens.renew(old, lambda: new)
	list(client.products.list_all())
	assert ("POST", "/auth/user/emailpass") not in calls()


@pytest.mark.parametrize("ends_in, renewed", [(299, True), (-10, True), (400, False)])
def test_a_token_is_renewed_before_it_ends(http, calls, jwt, ends_in, renewed):
	"""Five minutes before its end a stored token is replaced without running into a 401."""
	http.get(PRODUCTS, json=FOUND)
	http.post(f"{URL}/auth/user/emailpass", json={"token": jwt("new")})
	list(medusa(tokens=MemoryTokens(jwt("old", ends_in=ends_in))).products.list_all())
	assert (calls()[0] == ("POST", "/auth/user/emailpass")) is renewed


def test_a_clock_that_is_wrong_does_not_make_a_loop(http, calls, jwt):
	"""A fresh token that seems to have ended already is used all the same."""
	http.get(PRODUCTS, json=FOUND)
	http.post(f"{URL}/auth/user/emailpass", json={"token": jwt(ends_in=-3600)})
	client = medusa()
	for _ in range(3):
		list(client.products.list_all())
	assert calls().count(("POST", "/auth/user/emailpass")) == 1


@pytest.mark.parametrize(
	"generation, status, answer",
	[
		("v1", 401, "Unauthorized"),
		("v1", 400, {"type": "invalid_data", "message": "email must be an email"}),
		("v2", 401, {"type": "unauthorized", "message": "Invalid email or password"}),
		("v2", 404, {"type": "not_found", "message": "no such provider"}),
		("v2", 200, {"location": "https://login.example.com"}),
	],
)
def test_a_wrong_password_is_tried_once(http, calls, product, generation, status, answer):
	"""One sign-in attempt for the whole client, however many products wait, then one clear error."""
	path, _ = SIGN_IN[generation]
	if isinstance(answer, str):
		http.post(URL + path, status=status, body=answer)
	else:
		http.post(URL + path, status=status, json=answer)
	client = medusa(generation, extras="metadata")
	for _ in range(2):
		with pytest.raises(SignInFailed, match="e-mail address and password") as caught:
			client.products.save([product(number) for number in range(20)])
	assert calls() == [("POST", path)]
	assert not caught.value.retryable and "hunter2" not in str(vars(caught.value))


def test_a_password_that_changed_is_tried_once(http, calls, product, jwt):
	"""The stored token is refused and the password with it: one sign-in,
	although four calls are under way.
	"""
	http.post(PRODUCTS, status=401, body="Unauthorized")
	http.post(f"{URL}/admin/auth/token", status=401, body="Unauthorized")
	client = medusa("v1", MemoryTokens(jwt()), extras="metadata")
	with pytest.raises(SignInFailed):
		client.products.save([product(number) for number in range(20)])
	assert calls().count(("POST", "/admin/auth/token")) == 1


def test_nothing_goes_out_without_credentials(http, calls):
	"""No call without a token where one is needed: without credentials none is made at all."""
	with pytest.raises(SignInFailed, match="The email and password for Medusa are missing"):
		list(medusa(email=None, password=None).products.list_all())
	assert calls() == []


def test_signing_in_is_repeated_when_medusa_is_down(http, calls, jwt):
	"""A server that is not there says nothing about the password."""
	http.post(f"{URL}/auth/user/emailpass", status=503)
	http.post(f"{URL}/auth/user/emailpass", json={"token": jwt()})
	http.get(PRODUCTS, json=FOUND)
	list(medusa().products.list_all())
	assert len(calls()) == 3


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "a.e30.c", "a.bnVsbA.c"])
def test_a_token_that_says_nothing_of_its_end_is_used(token):
	"""Only a JWT with a claim of its end can be renewed early."""
	assert expires_at(token) is None and not ends_soon(token)


def test_the_end_of_a_token():
	"""Read from the claim `exp`."""
	claims = base64.urlsafe_b64encode(json.dumps({"exp": 1000}).encode()).decode().rstrip("=")
	assert expires_at(f"x.{claims}.y") == 1000
	assert ends_soon(f"x.{claims}.y", now=701) and not ends_soon(f"x.{claims}.y", now=699)

"""Who may come in, and what everybody else hears."""

from __future__ import annotations

import base64
import json
import time

import requests

from tests.wire.shops import LOGIN_PATHS, Shop, assert_page, assert_refused, invalid, on

UNAUTHORIZED = {"type": "unauthorized", "message": "Invalid email or password"}


@on(everywhere=True)
def test_the_token_is_valid_for_a_day(shop: Shop) -> None:
	payload = shop.token().split(".")[1]
	claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
	assert claims["exp"] - claims["iat"] == 24 * 3600
	assert abs(claims["iat"] - time.time()) < 60


@on("v1", everywhere=True)
def test_wrong_credentials_are_401_in_plain_text_on_v1(shop: Shop) -> None:
	answer = shop.login(email=shop.server.email, password="wrong")
	assert (answer.status_code, answer.text) == (401, "Unauthorized")


@on("v2", everywhere=True)
def test_wrong_credentials_are_401_with_a_type_on_v2(shop: Shop) -> None:
	assert_refused(shop.login(email=shop.server.email, password="wrong"), 401, UNAUTHORIZED)
	assert_refused(shop.login(email="nobody@example.com", password="wrong"), 401, UNAUTHORIZED)


@on("v1", everywhere=True)
def test_a_login_without_password_is_400_on_v1(shop: Shop) -> None:
	message = "password should not be empty, password must be a string"
	assert_refused(shop.login(email=shop.server.email), 400, invalid(message))
	assert_refused(
		shop.login(email="x", password="y", more=1),
		400,
		invalid("property more should not exist, email must be an email"),
	)


@on("v2", everywhere=True)
def test_a_login_without_password_is_401_on_v2(shop: Shop) -> None:
	message = {"type": "unauthorized", "message": "Password should be a string"}
	assert_refused(shop.login(email=shop.server.email), 401, message)
	assert_refused(shop.login(), 401, message)


@on("v1", everywhere=True)
def test_the_login_of_v2_is_unknown_to_v1(shop: Shop) -> None:
	credentials = {"email": shop.server.email, "password": shop.server.password}
	answer = shop.anonymous("POST", LOGIN_PATHS["v2"], json=credentials)
	assert_page(answer, 404, "Cannot POST /auth/user/emailpass")


@on("v2", everywhere=True)
def test_the_login_of_v1_is_guarded_and_unknown_on_v2(shop: Shop) -> None:
	credentials = {"email": shop.server.email, "password": shop.server.password}
	answer = shop.anonymous("POST", LOGIN_PATHS["v1"], json=credentials)
	assert_refused(answer, 401, {"message": "Unauthorized"})
	assert_page(shop.post(LOGIN_PATHS["v1"], credentials), 404, "Cannot POST /admin/auth/token")


def _strangers(shop: Shop) -> list[requests.Response]:
	token = shop.token()
	tampered = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
	headers = [
		{},
		{"Authorization": "Bearer nonsense"},
		{"Authorization": f"Bearer {tampered}"},
		{"Authorization": "Basic nonsense"},
		{"x-medusa-access-token": "nonsense"},
	]
	return [shop.anonymous("GET", "/admin/products", headers=each) for each in headers]


@on("v1", everywhere=True)
def test_strangers_get_a_bare_401_on_v1(shop: Shop) -> None:
	for answer in _strangers(shop):
		assert (answer.status_code, answer.text) == (401, "Unauthorized")
		assert "Content-Type" not in answer.headers
		assert "WWW-Authenticate" not in answer.headers


@on("v2", everywhere=True)
def test_strangers_get_a_401_in_json_on_v2(shop: Shop) -> None:
	for answer in _strangers(shop):
		assert_refused(answer, 401, {"message": "Unauthorized"})


@on(everywhere=True)
def test_a_guarded_path_says_404_only_to_those_who_are_in(shop: Shop) -> None:
	assert shop.anonymous("GET", "/admin/nonsense").status_code == 401
	assert_page(shop.get("/admin/nonsense"), 404, "Cannot GET /admin/nonsense")


@on(everywhere=True)
def test_the_server_says_that_it_is_well(shop: Shop) -> None:
	answer = shop.anonymous("GET", "/health")
	assert (answer.status_code, answer.text) == (200, "OK")
	assert_page(shop.anonymous("GET", "/"), 404, "Cannot GET /")


@on("v1", everywhere=True)
def test_v1_takes_the_api_token_of_a_user(shop: Shop) -> None:
	user = shop.get("/admin/auth").json()["user"]
	assert user["email"] == shop.server.email
	key = shop.named("key")
	assert shop.post(f"/admin/users/{user['id']}", {"api_token": key}).status_code == 200
	answer = shop.anonymous("GET", "/admin/products?limit=1", headers={"x-medusa-access-token": key})
	assert answer.status_code == 200


@on("v2", everywhere=True)
def test_v2_takes_a_secret_key_as_basic_only(shop: Shop) -> None:
	answer = shop.post("/admin/api-keys", {"title": shop.named("key"), "type": "secret"})
	key = answer.json()["api_key"]["token"]
	assert key.startswith("sk_")
	path = "/admin/products?limit=1"
	assert shop.anonymous("GET", path, auth=(key, "")).status_code == 200
	assert shop.anonymous("GET", path, headers={"Authorization": f"Basic {key}"}).status_code == 200
	refused = shop.anonymous("GET", path, headers={"Authorization": f"Bearer {key}"})
	assert refused.status_code == 401
	assert "must be sent using HTTP Basic" in refused.json()["message"]
	listed = shop.get("/admin/api-keys?limit=100").json()["api_keys"]
	assert key not in [each["token"] for each in listed]


@on("v2", everywhere=True)
def test_the_keys_of_devbench_work(shop: Shop) -> None:
	answer = shop.anonymous("GET", "/admin/products?limit=1", auth=(shop.server.secret_key, ""))
	assert answer.status_code == 200
	headers = {"x-publishable-api-key": shop.server.publishable_key}
	assert_page(shop.anonymous("GET", "/store/nonsense", headers=headers), 404, "Cannot GET /store/nonsense")


@on("v2", everywhere=True)
def test_v2_renews_a_token(shop: Shop) -> None:
	token = shop.post("/auth/token/refresh").json()["token"]
	headers = {"Authorization": f"Bearer {token}"}
	assert shop.anonymous("GET", "/admin/users/me", headers=headers).status_code == 200
	assert_refused(shop.anonymous("POST", "/auth/token/refresh"), 401, {"message": "Unauthorized"})


@on("v2", everywhere=True)
def test_the_shop_window_of_v2_needs_a_publishable_key(shop: Shop) -> None:
	needed = shop.anonymous("GET", "/store/products")
	assert needed.status_code == 400
	assert needed.json()["type"] == "not_allowed"
	assert needed.json()["message"].startswith("Publishable API key required in the request header")
	wrong = shop.anonymous("GET", "/store/products", headers={"x-publishable-api-key": "pk_nonsense"})
	message = "A valid publishable key is required to proceed with the request"
	assert_refused(wrong, 400, {"type": "not_allowed", "message": message})

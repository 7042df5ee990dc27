"""Which generation answers, found out without credentials; and what is said when it is not Medusa."""

from __future__ import annotations

import pytest
import requests

from medusa_integration.medusa.client import MedusaV1, MedusaV2
from medusa_integration.medusa.errors import NotMedusa, ServerError, Unreachable, WrongAddress
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Target

URL = "https://shop.example.com"
V1, V2 = f"{URL}/admin/auth/token", f"{URL}/auth/user/emailpass"
NO_ROUTE = "<!DOCTYPE html><html><body><pre>Cannot POST /auth/user/emailpass</pre></body></html>"


def probed(url=URL, **fields):
	learned = []
	client = connect(
		Target(url=url, email="a@example.com", password="hunter2", **fields),
		on_learned=lambda *what: learned.append(what),
		sleep=lambda _: None,
	)
	return client, learned


def test_v2_is_recognised(http, calls):
	"""v2 refuses an empty sign-in with JSON; no password was sent to find out."""
	http.post(V2, status=401, json={"type": "unauthorized", "message": "Password should be a string"})
	client, learned = probed()
	assert isinstance(client.medusa, MedusaV2) and learned == [("generation", "v2")]
	assert calls() == [("POST", "/auth/user/emailpass")] and http.calls[0].request.body == b"{}"


def test_v1_is_recognised(http):
	"""v1 knows no v2 sign-in (a page says so), and refuses an empty one of its own with JSON."""
	http.post(V2, status=404, body=NO_ROUTE)
	http.post(V1, status=400, json={"type": "invalid_data", "message": "password should not be empty"})
	client, learned = probed()
	assert isinstance(client.medusa, MedusaV1) and learned == [("generation", "v1")]
	assert all(call.request.body == b"{}" for call in http.calls)


@pytest.mark.parametrize("generation, kind", [("v1", MedusaV1), ("v2", MedusaV2)])
def test_what_is_known_is_not_asked_for(http, calls, generation, kind):
	"""A connection that names its generation costs no request."""
	client, learned = probed(generation=generation)
	assert isinstance(client.medusa, kind) and learned == [] and calls() == []


@pytest.mark.parametrize(
	"status, body",
	[
		(200, "<html>Welcome to our shop</html>"),
		(404, "<html>nginx</html>"),
		(405, "Method Not Allowed"),
		(403, "<html>Forbidden</html>"),
		(401, "<html>Who are you?</html>"),
		(404, '{"error": "not found"}'),
		(200, '{"ok": true}'),
	],
)
@pytest.mark.parametrize("path, hint", [("", "shop's pages"), ("/app", "without /app")])
def test_a_host_that_is_not_medusa_is_said_to_be_that(http, status, body, path, hint):
	"""A web page, or another program's API: one sentence that helps a person at the settings.

	It pauses nothing: a firewall and a proxy whose Medusa is being started say the same, and it passes.
	"""
	for route in ("/admin/auth/token", "/auth/user/emailpass"):
		http.post(URL + path + route, status=status, body=body)
	with pytest.raises(NotMedusa, match=hint) as caught:
		probed(URL + path)
	assert caught.value.retryable


def test_a_redirect_names_the_address_to_enter(http):
	"""The shop's http address sends callers on to https: that is the address to enter."""
	http.post("http://shop.example.com/auth/user/emailpass", status=301, headers={"Location": V2})
	with pytest.raises(WrongAddress, match=r"sends callers on to https://shop\.example\.com"):
		probed("http://shop.example.com")


def test_a_server_that_is_down_is_not_a_wrong_address(http):
	"""No connection and 5xx pass: it is tried again later."""
	http.post(V2, body=requests.ConnectionError("refused"))
	with pytest.raises(Exception) as caught:
		probed()
	assert caught.value.retryable and not isinstance(caught.value, WrongAddress)
	http.reset()
	http.post(V2, status=502, body="<html>Bad Gateway</html>")
	with pytest.raises(ServerError):
		probed()


def test_an_address_without_a_scheme(http, calls):
	"""Said before anything is sent."""
	with pytest.raises(WrongAddress, match="starts with http"):
		probed("shop.example.com")
	assert calls() == []


def test_nothing_listens(tmp_path):
	"""The sentence asks the right question."""
	with pytest.raises(Unreachable, match="Is Medusa running"):
		probed("http://127.0.0.1:9")


# extras


@pytest.mark.parametrize(
	"generation, path, message, extras",
	[
		(
			"v1",
			"/admin/products",
			"title must be a string, property item_code should not exist",
			"metadata",
		),
		("v1", "/admin/products", "title must be a string", "properties"),
		(
			"v2",
			"/admin/products/batch",
			"Invalid request: Field 'create, 0, title' is required; Unrecognized fields: 'item_code'",
			"metadata",
		),
		(
			"v2",
			"/admin/products/batch",
			"Invalid request: Field 'create, 0, title' is required",
			"properties",
		),
	],
)
def test_where_extras_go_is_found_out_without_writing(http, client, calls, generation, path, message, extras):
	"""A product that cannot be created tells whether item_code is known; asked once,
	and told to whoever remembers.
	"""
	http.post(URL + path, status=400, json={"type": "invalid_data", "message": message})
	medusa = client(generation)
	medusa.products.calls.known_extras = None
	assert medusa.products.extras == medusa.products.extras == extras
	assert calls() == [("POST", path)] and medusa.learned == [("extras", extras)]
	assert b"title" not in http.calls[0].request.body

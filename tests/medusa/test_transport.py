"""To which addresses requests go, how they are encoded and repeated, and what of this machine they use."""

from __future__ import annotations

import json
import time
from email.utils import formatdate

import pytest

from medusa_integration.medusa.errors import RateLimited, ServerError, WrongAddress
from medusa_integration.medusa.transport import base_url, encode
from tests.medusa.conftest import PRODUCTS, URL


@pytest.mark.parametrize(
	"given, used",
	[
		("https://shop.example.com", "https://shop.example.com"),
		(" https://shop.example.com/// ", "https://shop.example.com"),
		("http://localhost:9000/", "http://localhost:9000"),
		("https://example.com/medusa/api/", "https://example.com/medusa/api"),
		("https://shop.example.com/?x=1#f", "https://shop.example.com"),
	],
)
def test_the_address_is_taken_as_people_write_it(given, used):
	"""Trailing slashes are ignored, a path in front is kept."""
	assert base_url(given) == used


@pytest.mark.parametrize(
	"given",
	[
		"",
		None,
		"shop.example.com",
		"ftp://shop.example.com",
		"https://",
		"https://a:b",
		"file:///etc",
		"http://[::1",
	],
)
def test_other_addresses_are_refused_with_a_hint(given):
	"""Only http and https; the sentence says what to enter."""
	with pytest.raises(WrongAddress, match=r"https://shop\.example\.com"):
		base_url(given)


def test_values_are_encoded_into_the_query(http, transport):
	"""Values in the query are URL-encoded, and the path prefix stays in front."""
	http.get(f"{URL}/medusa/admin/products", json={})
	transport(f"{URL}/medusa/").send("GET", "/admin/products", params={"handle[]": ["a b", "ü&x"]})
	assert http.calls[0].request.url == (
		f"{URL}/medusa/admin/products?handle%5B%5D=a+b&handle%5B%5D=%C3%BC%26x"
	)


@pytest.mark.parametrize("url", ["https://.example.com", f"http://{'a' * 300}.com"])
def test_an_address_that_no_host_can_have(transport, url):
	"""What only turns out in the attempt is a wrong address too, and it is not tried again."""
	with pytest.raises(WrongAddress):
		transport(url).send("GET", "/admin/products")


@pytest.mark.parametrize("key", ["sk_abc\nX: y", " sk_قفاز"])
def test_a_key_that_no_header_takes_is_not_shown(transport, key):
	"""A key with a line end or another alphabet in it ends in a sentence that does not repeat it."""
	with pytest.raises(WrongAddress, match="key") as caught:
		transport("http://127.0.0.1:9").send("GET", "/x", headers={"x-medusa-access-token": key})
	assert "sk_" not in str(caught.value)


def test_a_body_is_utf8_that_postgres_can_store():
	"""Emoji and Arabic go out as they are; NUL and halves of surrogate pairs, which no database takes,
	do not.
	"""
	sent = encode({"title": "قفاز 🧤\x00", "tags": ("a\ud800b",)})
	assert json.loads(sent) == {"title": "قفاز 🧤", "tags": ["a?b"]}
	assert "🧤".encode() in sent


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_body_is_strict_json(number):
	"""What is no number in JSON never leaves."""
	with pytest.raises(ValueError):
		encode({"amount": number})


@pytest.mark.parametrize("status", [408, 409, 425, 429, 503])
def test_not_now_is_repeated_whatever_the_method(http, transport, status):
	"""An answer that says "not now" has written nothing: even a create is sent again."""
	http.post(PRODUCTS, status=status)
	http.post(PRODUCTS, json={"product": {}})
	sender = transport()
	assert sender.send("POST", "/admin/products", json={}) == {"product": {}}
	assert len(http.calls) == 2 and len(sender.waits) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
@pytest.mark.parametrize("repeatable, calls", [(True, 3), (False, 1)])
def test_an_unknown_outcome_is_repeated_only_where_that_is_harmless(
	http, transport, status, repeatable, calls
):
	"""After 5xx nobody knows whether it was done: only what may be done twice is sent again,
	twice at most.
	"""
	http.post(PRODUCTS, status=status)
	with pytest.raises(ServerError) as caught:
		transport().send("POST", "/admin/products", json={}, repeatable=repeatable)
	assert len(http.calls) == calls and caught.value.outcome_unknown and caught.value.retryable


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_refusal_is_never_repeated(http, transport, status):
	"""The same data would be refused again."""
	http.get(PRODUCTS, status=status, json={"type": "no", "message": "no"})
	with pytest.raises(Exception, match=r"no|413"):
		transport().send("GET", "/admin/products", repeatable=True)
	assert len(http.calls) == 1


def test_waits_grow_and_carry_jitter(http, transport):
	"""The second wait is longer than the first,
	and chance is added so that workers do not come back together.
	"""
	http.get(PRODUCTS, status=503)
	sender = transport(random=lambda: 0.5)
	with pytest.raises(ServerError):
		sender.send("GET", "/admin/products", repeatable=True)
	assert sender.waits == [0.25, 1.25]


@pytest.mark.parametrize(
	"header, wait", [("2", 2), ("0", 0), ("abc", 0), (lambda: formatdate(time.time() + 3, usegmt=True), 3)]
)
def test_retry_after_is_obeyed(http, transport, header, wait):
	"""In seconds or as an HTTP date; what cannot be read counts as not said."""
	started = time.monotonic()
	header = header() if callable(header) else header
	http.get(PRODUCTS, status=429, headers={"Retry-After": header})
	http.get(PRODUCTS, json={})
	sender = transport()
	sender.send("GET", "/admin/products", repeatable=True)
	assert sender.waits == [pytest.approx(wait, abs=1.5 + time.monotonic() - started)]


def test_a_long_wait_is_the_callers_to_schedule(http, transport):
	"""Nobody sleeps for a minute in a call: the error says when to come back."""
	http.get(PRODUCTS, status=429, headers={"Retry-After": "60"})
	sender = transport()
	with pytest.raises(RateLimited, match="60 seconds") as caught:
		sender.send("GET", "/admin/products", repeatable=True)
	assert caught.value.retry_after == 60 and sender.waits == [] and len(http.calls) == 1


def test_nobody_is_sent_on_to_another_address(http, transport):
	"""A redirect is not followed, so that no token reaches another host;
	the sentence names the address to enter.
	"""
	http.get(PRODUCTS, status=301, headers={"Location": "https://evil.example.org/admin/products"})
	with pytest.raises(WrongAddress, match=r"https://evil\.example\.org"):
		transport().send("GET", "/admin/products", headers={"Authorization": "Bearer abc"})
	assert len(http.calls) == 1


def test_another_identity_on_this_machine_is_not_used(http, transport, tmp_path, monkeypatch):
	"""A .netrc with a password for the host does not take the token's place."""
	netrc = tmp_path / "netrc"
	netrc.write_text("machine shop.example.com login a password b\n")
	netrc.chmod(0o600)
	monkeypatch.setenv("NETRC", str(netrc))
	http.get(PRODUCTS, json={})
	sender = transport()
	sender.send("GET", "/admin/products", headers={"Authorization": "Bearer abc"})
	sender.send("GET", "/admin/products")
	assert [call.request.headers.get("Authorization") for call in http.calls] == ["Bearer abc", None]


def test_a_proxy_and_certificates_of_this_machine_are_used(http, transport, monkeypatch):
	"""As those of everything else that runs here."""
	monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
	monkeypatch.setenv("NO_PROXY", "intern.example.com")
	monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/certificates.pem")
	http.get(PRODUCTS, json={})
	http.get("https://intern.example.com/admin/products", json={})
	for sender in (transport(), transport("https://intern.example.com")):
		sender.send("GET", "/admin/products")
	outward, inward = (call.request.req_kwargs for call in http.calls)
	assert outward["proxies"]["https"] == "http://proxy.example.com:3128"
	assert "https" not in inward["proxies"]
	assert outward["verify"] == inward["verify"] == "/certificates.pem"


def test_cookies_are_not_kept(http, transport):
	"""v1 sets a session cookie; a request depends on its token alone."""
	http.get(PRODUCTS, json={}, headers={"Set-Cookie": "connect.sid=abc; Path=/"})
	sender = transport()
	sender.send("GET", "/admin/products")
	sender.send("GET", "/admin/products")
	assert "Cookie" not in http.calls[1].request.headers

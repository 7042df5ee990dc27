"""One way to send: what is repeated and what is not, what each failure means, what is reported."""

from __future__ import annotations

import base64
import json
import signal
import socket
import threading
import time
from contextlib import contextmanager
from email.utils import formatdate

import pytest
import requests
import responses
from traceback_with_variables import Format, iter_exc_lines

from medusa_integration.medusa.auth import MemoryTokens
from medusa_integration.medusa.errors import (
	ConnectionLost,
	MedusaError,
	RateLimited,
	ServerError,
	TimedOut,
	UnexpectedAnswer,
	Unreachable,
	WrongAddress,
)
from medusa_integration.medusa.transport import Transport, base_url, encode
from medusa_integration.medusa.values import Upload
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Target
from tests.support.processes import wait_until

URL = "https://shop.example.com"
PRODUCTS = f"{URL}/admin/products"


@pytest.fixture
def transport():
	made = []

	def make(url=URL, **options):
		waits, exchanges = [], []
		options = {"sleep": waits.append, "random": lambda: 0.0, "on_exchange": exchanges.append, **options}
		transport = Transport(url, **options)
		transport.waits, transport.exchanges = waits, exchanges
		made.append(transport)
		return transport

	yield make
	for each in made:
		each.close()


@contextmanager
def raw_server(*answers: bytes | None):
	"""A server on loopback that gives one of these answers to each connection.

	Bytes as they are; None is silence.
	"""
	received = []
	with socket.create_server(("127.0.0.1", 0)) as listener:

		def serve():
			for answer in answers:
				connection, _ = listener.accept()
				with connection:
					received.append(connection.recv(65536))
					if answer is None:
						connection.settimeout(300)
						while connection.recv(65536):  # until the client hangs up
							pass
					else:
						connection.sendall(answer)

		thread = threading.Thread(target=serve, daemon=True)
		thread.start()
		yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
		thread.join(300)


def ok(body: bytes = b'{"ok": true}', length: int | None = None) -> bytes:
	head = (
		f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n"
	)
	return head.encode() + body


# addresses


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


# bodies


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


# what is repeated


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


# failures below HTTP


def test_a_refused_connection_has_written_nothing(transport):
	"""Nothing listens there: tried again, then said in a sentence, and nothing can have been done."""
	with socket.create_server(("127.0.0.1", 0)) as listener:
		url = f"http://127.0.0.1:{listener.getsockname()[1]}"
	sender = transport(url)
	with pytest.raises(Unreachable, match="connection is refused") as caught:
		sender.send("POST", "/admin/products", json={})
	assert caught.value.retryable and not caught.value.outcome_unknown
	assert [exchange.status for exchange in sender.exchanges] == [0, 0, 0]


def test_an_unknown_host_is_said_so(transport):
	"""A wrong name is not "the connection is refused"."""
	with pytest.raises(Unreachable, match="no server of that name"):
		transport("http://no-such-host.invalid").send("GET", "/admin/products")


@pytest.mark.parametrize("repeatable, connections", [(False, 1), (True, 2)])
def test_silence_is_an_unknown_outcome(transport, repeatable, connections):
	"""A read time-out: it may have been done. Repeated once where that is harmless,
	for it costs long enough.
	"""
	with raw_server(*[None] * connections) as (url, received):
		with pytest.raises(TimedOut) as caught:
			transport(url, timeout=0.2).send("POST", "/x", json={}, repeatable=repeatable)
	assert caught.value.phase == "read" and caught.value.outcome_unknown and caught.value.retryable
	assert len(received) == connections


def test_no_connection_in_time_has_written_nothing():
	"""A connect time-out is not a read time-out."""
	error = TimedOut("…", phase="connect")
	assert error.retryable and not error.outcome_unknown
	with responses.RequestsMock() as http:
		http.get(PRODUCTS, body=requests.exceptions.ConnectTimeout())
		with pytest.raises(TimedOut) as caught:
			Transport(URL, sleep=lambda _: None).send("GET", "/admin/products")
	assert caught.value.phase == "connect" and not caught.value.outcome_unknown


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 20"])
def test_a_lost_connection_is_an_unknown_outcome(transport, answer):
	"""The request has left, no answer has come: a create is not sent again unseen."""
	with raw_server(answer) as (url, received):
		with pytest.raises((ConnectionLost, UnexpectedAnswer)) as caught:
			transport(url).send("POST", "/x", json={})
	assert caught.value.outcome_unknown and caught.value.retryable and len(received) == 1


@pytest.mark.parametrize(
	"answer",
	[
		ok(b'{"products": [{"id": "prod_1", "ti'),
		ok(b'{"ok": tr', length=500),
		ok(b"<html><body>Welcome to our shop</body></html>"),
		ok(b""),
		ok(b"[1]"),
		b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ok',
		b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
	],
	ids=["cut JSON", "cut body", "HTML", "nothing", "a list", "cut chunk", "bad gzip"],
)
def test_success_that_is_not_medusas_json_is_an_unknown_outcome(transport, answer):
	"""2xx with a web page or half an answer is never taken for success."""
	with raw_server(answer) as (url, _):
		with pytest.raises((UnexpectedAnswer, ConnectionLost)) as caught:
			transport(url).send("POST", "/x", json={})
	assert caught.value.retryable and caught.value.outcome_unknown


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


# what is reported


@pytest.mark.contract(65)
def test_every_attempt_is_reported(http, transport):
	"""Method, address, status, bodies and error of every single attempt, the failed ones too."""
	http.post(PRODUCTS, status=503, json={"message": "later"})
	http.post(PRODUCTS, body=requests.ConnectionError("broken"))
	sender = transport()
	with pytest.raises(ConnectionLost):
		sender.send("POST", "/admin/products", json={"title": "Gloves"}, params={"fields": "id"})
	first, second = sender.exchanges
	assert (first.method, first.url, first.status) == ("POST", f"{PRODUCTS}?fields=id", 503)
	assert first.request_body == {"title": "Gloves"} and first.response_body == {"message": "later"}
	assert "later" in first.error and first.milliseconds >= 0
	assert (second.status, second.response_body) == (0, None) and "broke off" in second.error


def test_no_secret_is_reported(http, transport):
	"""Passwords, tokens and keys are masked in what is reported, sign-in included; the server gets them."""
	http.post(f"{URL}/auth/user/emailpass", json={"token": "eyJx.abc.def", "user": {"api_key": "k"}})
	sender = transport()
	sender.send(
		"POST",
		"/auth/user/emailpass",
		json={"email": "a@example.com", "password": "hunter2"},
		params={"otp": "123456"},
	)
	assert json.loads(http.calls[0].request.body)["password"] == "hunter2"
	[exchange] = sender.exchanges
	assert exchange.request_body == {"email": "a@example.com", "password": "***"}
	assert exchange.response_body == {"token": "***", "user": {"api_key": "***"}}
	assert exchange.url.endswith("?otp=***")


def test_a_broken_log_does_not_break_the_call(http, transport):
	"""What Medusa has answered is worth more than the log of it."""

	def broken(exchange):
		raise RuntimeError("the log is full")

	http.get(PRODUCTS, json={"products": []})
	assert transport(on_exchange=broken).send("GET", "/admin/products") == {"products": []}


def test_files_are_reported_by_name_and_size(http, transport):
	"""A file's bytes go to Medusa, not to the log."""
	http.post(f"{URL}/admin/uploads", json={"files": []})
	sender = transport()
	sender.send("POST", "/admin/uploads", files=[Upload("k", "قفاز.png", b"\x89PNG", "image/png")])
	assert b"\x89PNG" in http.calls[0].request.body
	assert sender.exchanges[0].request_body == [
		{"filename": "قفاز.png", "content_type": "image/png", "bytes": 4}
	]


# what is logged of it


def logged_of(error: Exception) -> str:
	"""The traceback as Frappe keeps it in Error Log and Scheduled Job Log: with variables,
	without those of some names.
	"""
	names = ("password", "passwd", "secret", "token", "key", "pwd")
	shown = Format(custom_var_printers=[(name, lambda *_: "********") for name in names])
	below_the_test = error.with_traceback(error.__traceback__.tb_next)
	return "\n".join(iter_exc_lines(below_the_test, fmt=shown))


@pytest.mark.parametrize("key", ["token", "secret_key"])
@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_no_credentials_in_a_logged_traceback(generation, key):
	"""The time of a background job is up in the middle of a request, or the server is away."""
	secret = "abcdef0123456789abcdef0123456789"
	connection = {"generation": generation, "email": "erp@example.com", "password": secret, "timeout": 300}

	class JobTimeout(Exception):
		"""What RQ raises from a signal handler, wherever the process is at that moment."""

	def time_is_up(*_):
		raise JobTimeout

	def end_when_sent():
		if wait_until(lambda: received):
			signal.pthread_kill(threading.main_thread().ident, signal.SIGALRM)

	before = signal.signal(signal.SIGALRM, time_is_up)
	try:
		with raw_server(None) as (url, received):
			tokens = MemoryTokens(secret)
			values = Target(url, **connection, **({"secret_key": secret} if key == "secret_key" else {}))
			with connect(values, tokens=tokens) as medusa, pytest.raises(JobTimeout) as stopped:
				threading.Thread(target=end_when_sent, daemon=True).start()
				medusa.products.read(["prod_1"])
		with (
			connect(values, tokens=tokens, sleep=lambda _: None) as medusa,
			pytest.raises(MedusaError) as away,
		):
			medusa.products.read(["prod_1"])
	finally:
		signal.signal(signal.SIGALRM, before)

	assert b"authorization" in received[0].lower() or b"x-medusa-access-token" in received[0].lower()
	for raised in (stopped, away):
		text = logged_of(raised.value)
		assert "mirror/products.py" in text
		assert secret not in text and base64.b64encode(f"{secret}:".encode()).decode() not in text

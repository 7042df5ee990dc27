"""What is reported of requests, and that no secret is in it, nor in a logged traceback."""

from __future__ import annotations

import base64
import json
import signal
import threading

import pytest
import requests
from traceback_with_variables import Format, iter_exc_lines

from medusa_integration.medusa.auth import MemoryTokens
from medusa_integration.medusa.errors import ConnectionLost, MedusaError
from medusa_integration.medusa.values import Upload
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Target
from tests.medusa.conftest import PRODUCTS, URL
from tests.medusa.faulty import raw_server
from tests.support.processes import wait_until


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

"""What a lost connection, silence and half an answer say of whether a request was done."""

from __future__ import annotations

import socket

import pytest
import requests
import responses

from medusa_integration.medusa.errors import ConnectionLost, TimedOut, UnexpectedAnswer, Unreachable
from medusa_integration.medusa.transport import Transport
from tests.medusa.conftest import PRODUCTS, URL
from tests.medusa.faulty import raw_server


def ok(body: bytes = b'{"ok": true}', length: int | None = None) -> bytes:
	head = (
		f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n"
	)
	return head.encode() + body


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

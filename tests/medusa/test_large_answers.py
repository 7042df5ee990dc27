"""Answers that are nested too deep, too large or without an end: bounded, and cut in what is kept."""

from __future__ import annotations

import gzip
import socket
import threading
import time

import pytest

from medusa_integration.medusa.errors import UnexpectedAnswer
from medusa_integration.medusa.failures import error_from_answer
from medusa_integration.medusa.masking import mask, shown
from medusa_integration.medusa.transport import Transport
from tests.medusa.conftest import PRODUCTS, URL, sent


@pytest.mark.parametrize(
	"body",
	[
		b'{"products":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
		b"[" * 200_000,
		b'{"products":' + b"[" * 61 + b"]" * 61 + b"}",
		b'{"product": {"metadata": ' + b'{"a":' * 70 + b"1" + b"}" * 70 + b"}}",
	],
	ids=["closed", "open", "61 levels", "metadata"],
)
def test_json_that_is_nested_too_deep(http, body):
	"""It is a fault of the answer, and no error of ours."""
	error, exchange = sent(http, body=body)
	assert isinstance(error, UnexpectedAnswer) and "nested too deep" in str(error)
	assert exchange.error == str(error)


def test_as_deep_as_any_metadata(http):
	"""Twenty levels are fine."""
	body = b'{"product": {"id": "prod_1", "metadata": ' + b'{"a":' * 18 + b"1" + b"}" * 18 + b"}}"
	http.get(PRODUCTS, body=body)
	assert Transport(URL).send("GET", "/admin/products")["product"]["id"] == "prod_1"


@pytest.mark.parametrize(
	"body", [b'{"products": NaN}', b'{"x": -Infinity}', b'{"title": "a\\ud800"}', b"1e5", b"null"]
)
def test_json_that_is_none(http, body):
	"""Not a number, half a surrogate pair, which no database takes; a value that is no object."""
	error, _ = sent(http, body=body)
	assert isinstance(error, UnexpectedAnswer)


def test_a_large_answer_is_not_read_to_its_end(http):
	"""33 MB: none of Medusa's is a tenth of that."""
	error, exchange = sent(http, body=b'{"products": "' + b"x" * 33_000_000 + b'"}')
	assert isinstance(error, UnexpectedAnswer) and "more than 32 MB" in str(error)
	assert len(str(exchange)) < 1000


def test_a_page_of_a_rich_catalogue_is_read(http):
	"""200 products with 100 KB of text each, ten times what any shop has."""
	products = [{"id": f"prod_{number}", "description": "x" * 100_000} for number in range(200)]
	http.get(PRODUCTS, json={"products": products})
	assert len(Transport(URL).send("GET", "/admin/products")["products"]) == 200


def test_a_packed_answer_is_measured_unpacked(http):
	"""40 KB that unpack to 40 MB."""
	packed = gzip.compress(b'{"products": "' + b"x" * 40_000_000 + b'"}')
	assert len(packed) < 50_000
	error, _ = sent(http, body=packed, headers={"Content-Encoding": "gzip"})
	assert "more than 32 MB" in str(error)


def test_an_answer_to_the_shop_is_small(http, client):
	"""What a login hands on to its caller is not a book."""
	http.post(f"{URL}/store/auth", body=b'{"customer_id": "' + b"x" * 1_100_000 + b'"}')
	with pytest.raises(UnexpectedAnswer, match="more than 1 MB"):
		client().medusa.session.request_as_shop("POST", "/store/auth", {})


class FastClock:
	"""A clock by which 50 seconds pass between any two looks at it."""

	def __init__(self):
		self.seconds = 0

	def monotonic(self):
		self.seconds += 50
		return self.seconds


def test_an_answer_that_does_not_end(monkeypatch):
	"""A byte now and then keeps every single wait short, and would hold a worker for hours."""
	monkeypatch.setattr("medusa_integration.medusa.bodies.time", FastClock())
	with socket.create_server(("127.0.0.1", 0)) as listener:
		hung_up = threading.Event()

		def drip():
			connection, _ = listener.accept()
			with connection:
				connection.recv(65536)
				connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
				for _ in range(6000):
					try:
						connection.sendall(b" ")
					except OSError:
						hung_up.set()
						return
					time.sleep(0.05)

		threading.Thread(target=drip, daemon=True).start()
		url = f"http://127.0.0.1:{listener.getsockname()[1]}"
		with pytest.raises(UnexpectedAnswer, match="end of its answer within 120 seconds"):
			Transport(url, timeout=120).send("POST", "/x")
		# long before the last of them
		assert hung_up.wait(300)


@pytest.mark.parametrize(
	"body",
	[
		{"message": "password token otp " * 500_000},
		{"token": "x", "message": ["password=abc"] * 500_000},
		"password token=" * 700_000,
		{"password": {"a": ["x"] * 500_000}, "b": [["token"] * 10] * 100_000},
	],
	ids=["a text", "a list", "no JSON", "many lists"],
)
def test_masking_ten_megabytes_takes_no_time(body):
	"""What is kept of a body is looked through, and no more."""
	started = time.thread_time()
	kept = shown(body)
	masked = mask(body)
	assert time.thread_time() - started < 2
	assert len(str(kept)) < 21_000 and len(str(masked)) < 400_000
	assert "abc" not in str(kept)


def test_a_secret_that_the_cut_goes_through():
	"""Masked first, cut afterwards, wherever the secret begins."""
	token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmNkZWYifQ.abcdef_-1"
	for filler in range(19_900, 20_010, 7):
		kept = shown({"message": "x" * filler + " " + token + "y" * 30_000})
		assert "eyJ" not in kept


def test_an_error_of_50_000_letters_is_cut_for_people():
	"""The sentence has 500 at most; what the client reads of it, such as ids, is read further."""
	error = error_from_answer(
		400, {"type": "invalid_data", "message": "x" * 50_000}, reason="", where="Medusa at https://shop"
	)
	assert len(str(error)) == 500 and str(error).endswith("…") and len(error.message) == 20_000

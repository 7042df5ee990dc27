"""An ERPNext that takes events, notes them, and answers as it is told to."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from devbench.serving import serving
from tests.support.plugin import signature
from tests.support.processes import wait_until

# seconds; what waits longest is a change that the sweep finds, which runs every other minute
LONGEST = 600
RECEIVED = b'{"message": {"status": "received"}}'


@dataclass(frozen=True)
class Arrival:
	"""One request. `event` is its body."""

	path: str
	headers: dict[str, str]
	raw: bytes
	event: dict
	status: int

	def is_signed_with(self, secret: str) -> bool:
		"""Whether the signature is right, and not older than a minute."""
		header = self.headers["x-erpnext-signature"]
		signed_at = int(re.match(r"t=(\d+)", header)[1])
		return (
			header == signature(self.raw, secret=secret, at=signed_at) and abs(time.time() - signed_at) < 60
		)


class Receiver:
	"""`status` is what it answers; `taken` are the events that it has answered 200."""

	def __init__(self, port: int) -> None:
		self.port = port
		self.status = 200
		self.arrivals: list[Arrival] = []

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self.port}"

	@property
	def taken(self) -> list[Arrival]:
		return [arrival for arrival in list(self.arrivals) if arrival.status == 200]

	def types(self, aggregate_id: str) -> list[str]:
		"""What was taken about an order or a customer, in the order of arrival."""
		return [one.event["type"] for one in self.taken if one.event["aggregate_id"] == aggregate_id]

	def wait_for(self, aggregate_id: str, *types: str) -> None:
		"""Wait until these have been taken about it."""
		until(lambda: set(types) <= set(self.types(aggregate_id)), lambda: self.types(aggregate_id))


def until(condition: Callable[[], bool], told: Callable[[], object]) -> None:
	"""Wait until the condition holds; AssertionError with what is told when it does not."""
	assert wait_until(condition, LONGEST), told()


@contextmanager
def receiving(port: int) -> Iterator[Receiver]:
	"""A receiver that listens on this port of loopback."""
	receiver = Receiver(port)

	class Handler(BaseHTTPRequestHandler):
		def do_POST(self) -> None:
			raw = self.rfile.read(int(self.headers["Content-Length"]))
			headers = {name.lower(): value for name, value in self.headers.items()}
			status = receiver.status
			receiver.arrivals.append(Arrival(self.path, headers, raw, json.loads(raw), status))
			answer = RECEIVED if status == 200 else b""
			self.send_response(status)
			self.send_header("Content-Length", str(len(answer)))
			self.end_headers()
			self.wfile.write(answer)

		def log_message(self, *_: object) -> None:
			"""Write nothing: the arrivals are noted."""

	with serving(ThreadingHTTPServer(("127.0.0.1", port), Handler)):
		yield receiver

"""The HTTP side of the simulator: keep-alive connections, a thread each, the log of requests, the faults."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from devbench.medusa.simulator.answers import Answer
from devbench.medusa.simulator.faults import Fault
from devbench.serving import start_serving, stop_serving

# what Node accepts of a request's first line and headers together
HEADERS_LIMIT = 16 * 1024


@dataclass
class Request:
	"""One received request.

	Attributes:
		client: the address of the connection that it came by.
		time: time.monotonic() at its arrival.
		status: of the response; None until there is one.
	"""

	method: str
	url: str
	headers: Mapping[str, str]
	raw: bytes
	client: tuple[str, int]
	time: float = field(default_factory=time.monotonic)
	status: int | None = None
	answer: bytes = b""

	@property
	def path(self) -> str:
		"""The path without the query."""
		return urlsplit(self.url).path

	@property
	def query(self) -> str:
		"""The query as it was written."""
		return urlsplit(self.url).query

	@property
	def body(self) -> object:
		"""The JSON body; None when there is none or it is not JSON."""
		with contextlib.suppress(ValueError):
			return json.loads(self.raw)
		return None

	@property
	def result(self) -> object:
		"""What was answered, as JSON; None when it is not JSON."""
		with contextlib.suppress(ValueError):
			return json.loads(self.answer)
		return None


@dataclass(frozen=True)
class Hooks:
	"""What the server asks about each request."""

	arrived: Callable[[Request], Fault | None]
	apply: Callable[[Request], Answer]
	applied: Callable[[Request, Answer], None]
	refusal: Callable[[int], Answer]


class Server(ThreadingHTTPServer):
	"""Listens on a loopback port until `close`."""

	daemon_threads = True
	request_queue_size = 128

	def __init__(self, port: int, hooks: Hooks) -> None:
		self.hooks = hooks
		self.closing = threading.Event()
		self._connections: set[socket.socket] = set()
		self._lock = threading.Lock()
		super().__init__(("127.0.0.1", port), Handler)
		start_serving(self)

	@property
	def port(self) -> int:
		return self.server_address[1]

	def close(self) -> None:
		"""Stop listening, and hang up on everybody who is still connected."""
		self.closing.set()
		stop_serving(self)
		with self._lock:
			for connection in self._connections:
				with contextlib.suppress(OSError):
					connection.shutdown(socket.SHUT_RDWR)

	def process_request(self, request: socket.socket, client_address: object) -> None:
		with self._lock:
			self._connections.add(request)
		super().process_request(request, client_address)

	def shutdown_request(self, request: socket.socket) -> None:
		with self._lock:
			self._connections.discard(request)
		super().shutdown_request(request)

	def handle_error(self, request: socket.socket, client_address: object) -> None:
		"""Say nothing: a client that has gone away is what many tests are about."""


class Handler(BaseHTTPRequestHandler):
	"""One connection."""

	server: Server
	protocol_version = "HTTP/1.1"
	disable_nagle_algorithm = True
	wbufsize = 1 << 16

	def handle_any(self) -> None:
		size = len(self.raw_requestline) + sum(
			len(name) + len(value) + 4 for name, value in self.headers.items()
		)
		if size > HEADERS_LIMIT:
			self.close_connection = True
			self._send(Answer(431, b"", None))
			return
		raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
		request = Request(self.command, self.path, self.headers, raw, self.client_address)
		fault = self.server.hooks.arrived(request)
		if fault and self.server.closing.wait(fault.wait):
			self.close_connection = True
			return
		answer = Answer()
		if fault is None or fault.applied:
			answer = self.server.hooks.apply(request)
			self.server.hooks.applied(request, answer)
		if fault:
			self._send_faulty(request, fault, answer)
		else:
			self._finish(request, answer)

	do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = do_OPTIONS = handle_any

	def _send_faulty(self, request: Request, fault: Fault, answer: Answer) -> None:
		if self.server.closing.wait(fault.hold) or fault.cut == "all":
			self.close_connection = True
			return
		if fault.status and fault.body is None:
			answer = self.server.hooks.refusal(fault.status)
		elif fault.body is not None:
			answer = Answer(fault.status or answer.status, fault.body, fault.content_type)
		body = answer.body
		if fault.cut == "json":
			body = body[: len(body) // 2]
		answer = Answer(answer.status, body, answer.content_type, {**answer.headers, **fault.headers})
		self._finish(request, answer, cut=fault.cut == "body")

	def _finish(self, request: Request, answer: Answer, cut: bool = False) -> None:
		request.status, request.answer = answer.status, answer.body
		self._send(answer, cut)

	def _send(self, answer: Answer, cut: bool = False) -> None:
		self.send_response(answer.status)
		self.send_header("X-Powered-By", "Express")
		if answer.content_type:
			self.send_header("Content-Type", answer.content_type)
		for name, value in answer.headers.items():
			self.send_header(name, value)
		self.send_header("Content-Length", str(len(answer.body)))
		self.end_headers()
		body = b"" if self.command == "HEAD" else answer.body
		if cut:
			body, self.close_connection = body[: len(body) // 2], True
		self.wfile.write(body)
		self.wfile.flush()

	def send_response(self, code: int, message: str | None = None) -> None:
		self.send_response_only(code, message)
		self.send_header("Date", self.date_time_string())

	def log_message(self, *_: object) -> None:
		"""Write nothing: the requests are in the simulator's own log."""

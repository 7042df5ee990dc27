"""What both simulated generations share: routes, bodies, accounts, tokens, files."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import unquote

from devbench.medusa.generations import DEFAULT_OPTIONS
from devbench.medusa.simulator import signatures
from devbench.medusa.simulator.answers import HTML, Answer, Refused, error, html_answer, json_answer, missing
from devbench.medusa.simulator.faults import pattern
from devbench.medusa.simulator.queries import parse_query
from devbench.medusa.simulator.tables import Database, Row, Table
from devbench.medusa.simulator.web import Request

# the extended product, in both generations
EXTRA_FIELDS = ("item_code", "short_description", "ranking", "brand_name", "specifications")


@dataclass
class Upload:
	"""One file of a multipart body."""

	name: str
	filename: str
	content: bytes
	content_type: str


@dataclass
class Call:
	"""One request on its way to a route: what the route needs of it."""

	request: Request
	query: dict
	body: object = None
	files: list[Upload] = field(default_factory=list)
	params: dict[str, str] = field(default_factory=dict)

	def header(self, name: str) -> str:
		return self.request.headers.get(name) or ""


Action = Callable[..., object]


class Routes:
	"""The routes of one generation, in the order in which they are tried."""

	def __init__(self) -> None:
		self._routes: list[tuple[str, re.Pattern[str], Action]] = []

	def __call__(self, method: str, path: str) -> Callable[[Action], Action]:
		"""Make the decorated function answer this path; it gets the app and the call."""

		def register(action: Action) -> Action:
			self._routes.append((method, pattern(path), action))
			return action

		return register

	def find(self, method: str, path: str) -> tuple[Action, dict[str, str]] | None:
		for wanted, expression, action in self._routes:
			if wanted == method and (match := expression.match(path)):
				return action, {name: unquote(value) for name, value in match.groupdict().items()}
		return None


class App:
	"""One simulated Medusa: its state and how it answers. Subclasses say what differs."""

	routes: Routes
	files_path: str

	def __init__(self, extended: bool, email: str, password: str) -> None:
		self.extended, self.email, self.password = extended, email, password
		self.plugin = DEFAULT_OPTIONS
		self.url = ""
		self.token_lifetime = 24 * 3600
		self.lock = threading.RLock()
		self.database = Database()
		self.files: dict[str, tuple[bytes, str]] = {}
		self.orders: dict[str, dict] = {}
		self.quotations: dict[str, dict] = {}
		self._secret = secrets.token_bytes(16)
		self._tokens: dict[str, dict] = {}

	# --- for subclasses -----------------------------------------------------------------------------------

	def body_limit(self, path: str) -> int:
		return 100 * 1024

	def settle(self, order: dict) -> None:
		"""Have what follows from an order follow it, such as its reservations."""

	def check(self, call: Call) -> None:
		"""Raise the refusal of a caller who may not go further."""
		raise NotImplementedError

	def refusal(self, status: int) -> Answer:
		"""The usual answer with an error status, where this generation has none of its own."""
		if status >= 500:
			unknown = {
				"code": "unknown_error",
				"type": "unknown_error",
				"message": "An unknown error occurred.",
			}
			return json_answer(unknown, status)
		return json_answer({"type": "invalid_data", "message": f"Refused with {status}"}, status)

	def unknown_error(self) -> Refused:
		"""What Medusa makes of anything that it did not expect."""
		return Refused(self.refusal(500))

	def check_signature(self, call: Call) -> None:
		"""Refuse what the plugin's routes for ERPNext refuse of somebody who is signed in."""
		if reason := signatures.refusal(call.request, self.plugin):
			raise error(401, "unauthorized", reason)

	def is_signed_route(self, path: str) -> bool:
		"""Whether this is one of the plugin's routes for ERPNext."""
		return self.extended and path in signatures.SIGNED_PATHS

	def unreadable(self, error: Exception) -> Answer:
		"""The answer to a body that is not JSON."""
		raise NotImplementedError

	def duplicate(self, what: str, column: str, value: object) -> Exception:
		"""The error for a value that must be unique and is there already."""
		raise NotImplementedError

	def table(self, what: str, prefix: str, unique: tuple = (), indexed: tuple = ()) -> Table:
		"""A new table; `what` is what Medusa calls its rows in messages."""
		return self.database.add(
			Table(prefix, lambda column, value: self.duplicate(what, column, value), unique, indexed)
		)

	# --- answering ----------------------------------------------------------------------------------------

	def answer(self, request: Request) -> Answer:
		"""Do what the request asks, as a whole or not at all, and say what came of it."""
		try:
			with self.lock, self.database.transaction():
				return self._route(request)
		except Refused as refused:
			return refused.answer

	def _route(self, request: Request) -> Answer:
		call = Call(request, parse_query(request.query))
		content_type = call.header("Content-Type").split(";")[0].strip().lower()
		if content_type == "application/json" and request.raw:
			self._read_json(call)
		else:
			call.body = {}
		if request.method == "GET" and request.path == "/health":
			return Answer(200, b"OK", HTML)
		if request.method == "GET" and request.path.startswith(self.files_path):
			return self._file(unquote(request.path.removeprefix(self.files_path)))
		self.check(call)
		found = self.routes.find(request.method, request.path)
		if not found:
			return html_answer(404, f"Cannot {request.method} {request.path}")
		action, call.params = found
		if content_type == "multipart/form-data":
			call.files = _uploads(call)
		result = action(self, call)
		return result if isinstance(result, Answer) else json_answer(result)

	def _read_json(self, call: Call) -> None:
		if len(call.request.raw) > self.body_limit(call.request.path):
			raise Refused(self.refusal(413))
		try:
			call.body = json.loads(call.request.raw)
		except ValueError as unreadable:
			raise Refused(self.unreadable(unreadable)) from unreadable
		if not isinstance(call.body, dict | list):
			raise Refused(self.unreadable(ValueError("Unexpected token, it is not valid JSON")))

	def _file(self, key: str) -> Answer:
		if key not in self.files:
			return html_answer(404, "Not Found")
		content, content_type = self.files[key]
		return Answer(200, content, content_type)

	# --- accounts -----------------------------------------------------------------------------------------

	def new_token(self, claims: dict, days: int = 1) -> str:
		"""A JSON Web Token with these claims, valid for `token_lifetime` times `days`."""
		moment = int(time.time())
		claims = {**claims, "iat": moment, "exp": moment + days * self.token_lifetime}
		parts = [{"alg": "HS256", "typ": "JWT"}, claims]
		text = ".".join(_base64(json.dumps(part).encode()) for part in parts)
		nonce = secrets.token_bytes(8)
		token = f"{text}.{_base64(hmac.digest(self._secret + nonce, text.encode(), hashlib.sha256))}"
		self._tokens[token] = claims
		return token

	def claims(self, call: Call) -> dict:
		"""What the caller's token says; nothing when there is none or it is no longer valid."""
		kind, _, token = call.header("Authorization").partition(" ")
		claims = self._tokens.get(token, {}) if kind == "Bearer" else {}
		return claims if claims.get("exp", 0) > time.time() else {}

	def revoke_tokens(self) -> None:
		"""Let no token that was handed out so far be valid any more."""
		self._tokens.clear()

	def keep_file(self, upload: Upload) -> str:
		"""Store an uploaded file; returns its key, under which it can be fetched."""
		key = f"{time.time_ns() // 1_000_000}-{upload.filename}"
		self.files[key] = (upload.content, upload.content_type)
		return key


def _base64(data: bytes) -> str:
	return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _uploads(call: Call) -> list[Upload]:
	head = f"Content-Type: {call.header('Content-Type')}\r\n\r\n".encode()
	message = BytesParser(policy=HTTP).parsebytes(head + call.request.raw)
	return [
		Upload(
			part.get_param("name", header="content-disposition"),
			part.get_filename(),
			part.get_payload(decode=True),
			part.get_content_type(),
		)
		for part in message.iter_parts()
		if part.get_filename()
	]


def merge_metadata(before: dict | None, change: dict | None) -> dict | None:
	"""Metadata after a change: keys are added or replaced, and removed by an empty text."""
	merged = {**(before or {}), **(change or {})}
	return {key: value for key, value in merged.items() if not (value == "" and key in (change or {}))}


def known(table: Table, what: str, row_id: str) -> Row:
	"""The row with this id; refuses when there is none."""
	if row := table.get(row_id):
		return row
	raise missing(what, row_id)


def page(rows: list[Row], query: dict, default: int) -> tuple[list[Row], dict]:
	"""One page of rows, and the count, offset and limit that go with it."""
	offset, limit = int(query.get("offset", 0)), int(query.get("limit", default))
	return rows[offset : offset + limit], {"count": len(rows), "offset": offset, "limit": limit}


def ordered(rows: list[Row], order: str | None) -> list[Row]:
	"""Rows by a column, descending with a leading minus; nulls last."""
	if not order:
		return rows
	column = order.removeprefix("-")
	return sorted(
		rows,
		key=lambda row: (row.get(column) is None, row.get(column)),
		reverse=order.startswith("-"),
	)


def as_list(value: object) -> list:
	return value if isinstance(value, list) else [value]

"""The plugin in Medusa, as far as it sends events."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from devbench.medusa.generations import SECRETS

PATH = "/api/method/medusa_integration.api.receive_medusa_event"
CONTENT_TYPE = "application/vnd.erpnext.medusa-event"
# of the plugin in devbench's Medusas, too
SECRET = SECRETS[0]


@dataclass
class Answer:
	"""What ERPNext answers."""

	status: int
	headers: dict[str, str]
	body: Any

	@property
	def error(self) -> str | None:
		return self.body.get("error")


def signature(body: bytes, *, secret: str = SECRET, at: float | None = None, query: str = "") -> str:
	"""The header as docs/operations.md describes it, made without the app's code."""
	at = int(time.time() if at is None else at)
	digest = hmac.new(secret.encode(), b"%d.%s.%s" % (at, query.encode(), body), hashlib.sha256).hexdigest()
	return f"t={at},v1={digest}"


def event(id: str, **values: Any) -> dict[str, Any]:
	"""An event about an order."""
	return {
		"id": id,
		"type": "order.placed",
		"aggregate": "order",
		"aggregate_id": "order_01JD0000000000000000000001",
		"created_at": "2026-11-30T04:05:06.789Z",
		**values,
	}


class Plugin:
	"""Sends events to one server, in a connection of its own each."""

	def __init__(self, server: str) -> None:
		self.server = server

	def send(
		self,
		sent: dict[str, Any] | bytes,
		*,
		signed: str | None = "",
		kind: str | None = CONTENT_TYPE,
		query: str = "",
		path: str = PATH,
		**headers: str,
	) -> Answer:
		"""Send an event or any bytes; `signed` is the header if it is to be another than the right one."""
		body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
		signed = signature(body, query=query) if signed == "" else signed
		headers |= {"X-ERPNext-Signature": signed} if signed is not None else {}
		headers |= {"Content-Type": kind} if kind is not None else {}
		at = urlsplit(self.server)
		connection = http.client.HTTPConnection(at.hostname, at.port, timeout=300)
		connection.request("POST", path + (f"?{query}" if query else ""), body, headers)
		answer = connection.getresponse()
		text = answer.read().decode()
		connection.close()
		return Answer(answer.status, dict(answer.headers), json.loads(text))

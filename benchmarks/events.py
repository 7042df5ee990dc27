"""Events of Medusa's plugin, and what a web worker does for those that it takes or refuses."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass

import psutil
import requests

from benchmarks.visitors import seconds_of_all
from devbench.processes import DevbenchError

PATH = "/api/method/medusa_integration.api.receive_medusa_event"
CONTENT_TYPE = "application/vnd.erpnext.medusa-event"
SIGNATURE = "X-ERPNext-Signature"
# of the largest body that is read, and more
OVERSIZED = 17 * 1024
# somebody else's server is never as fast as a loop: a worker has to be kept busy
SENDERS = 4


@dataclass(frozen=True, slots=True)
class Plugin:
	"""The plugin in Medusa, as far as it sends events to a site."""

	server: str
	secret: str

	def signed(self, body: bytes, *, secret: str | None = None, at: float | None = None) -> dict[str, str]:
		"""The headers of a request with this body, by default those that are right."""
		moment = int(time.time() if at is None else at)
		text = b"%d..%s" % (moment, body)
		digest = hmac.new((secret or self.secret).encode(), text, hashlib.sha256).hexdigest()
		return {"Content-Type": CONTENT_TYPE, SIGNATURE: f"t={moment},v1={digest}"}

	def send(self, session: requests.Session, body: bytes, headers: dict[str, str]) -> int:
		"""Send a body; returns the status."""
		return session.post(self.server + PATH, body, headers=headers, timeout=300).status_code

	def tell(self, order_id: str) -> None:
		"""Send the event that an order was placed. Raises DevbenchError if it is not taken."""
		body = event(order_id)
		with requests.Session() as session:
			status = self.send(session, body, self.signed(body))
		if status != 200:
			raise DevbenchError(f"The event of {order_id} was answered with {status}.")


def event(order_id: str) -> bytes:
	"""The body of an event that an order was placed; its id is new."""
	values = {
		"id": f"evt_{secrets.token_hex(12)}",
		"type": "order.placed",
		"aggregate": "order",
		"aggregate_id": order_id,
		"created_at": "2026-11-30T04:05:06.789Z",
	}
	return json.dumps(values).encode()


def taken_a_second(plugin: Plugin, count: int) -> float:
	"""Send so many different events from a few connections at once; how many a second were taken.

	Raises DevbenchError unless every one is taken.
	"""
	bodies = [event(f"order_{number:06}") for number in range(count)]
	statuses: list[int] = []

	def send(start: int) -> None:
		with requests.Session() as session:
			for body in bodies[start::SENDERS]:
				statuses.append(plugin.send(session, body, plugin.signed(body)))

	seconds = seconds_of_all(send, SENDERS)
	if statuses != [200] * count:
		raise DevbenchError(f"Events were answered with {sorted(set(statuses))}, and {len(statuses)} at all.")
	return count / seconds


def refusals(plugin: Plugin) -> dict[str, tuple[bytes, dict[str, str], int]]:
	"""What is refused, by its name: (body, headers, status). Replayed is the event that is sent first."""
	body, large = event("order_1"), event("x" * OVERSIZED)
	replayed = event("order_1")
	with requests.Session() as session:
		plugin.send(session, replayed, plugin.signed(replayed))
	return {
		"unsigned": (body, {"Content-Type": CONTENT_TYPE}, 401),
		"forged": (body, plugin.signed(body, secret="another"), 401),
		"too old": (body, plugin.signed(body, at=time.time() - 3600), 401),
		"replayed": (replayed, plugin.signed(replayed), 409),
		"oversized": (large, plugin.signed(large), 413),
	}


def processor_milliseconds(plugin: Plugin, server: psutil.Process, count: int) -> dict[str, float]:
	"""How much of the server's processor one refused event takes, by its kind.

	Raises DevbenchError if one is not refused as it should be.
	"""
	costs = {}
	for kind, (body, headers, status) in refusals(plugin).items():
		with requests.Session() as session:
			# what is imported and cached by the first one
			plugin.send(session, body, headers)
			before = _seconds(server)
			statuses = {plugin.send(session, body, headers) for _ in range(count)}
			costs[kind] = (_seconds(server) - before) / count * 1000
		if statuses != {status}:
			raise DevbenchError(f"What is {kind} was answered with {sorted(statuses)} instead of {status}.")
	return costs


def _seconds(server: psutil.Process) -> float:
	times = server.cpu_times()
	return times.user + times.system

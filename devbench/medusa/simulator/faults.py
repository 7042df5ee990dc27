"""What can go wrong between a client and Medusa, to be planned with `Simulator.fail`.

Each function makes one `Fault`. Those that are `applied` leave Medusa changed although the client never
gets a proper answer: the client cannot know, and has to find out.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
	from devbench.medusa.simulator.web import Request


@dataclass(frozen=True)
class Fault:
	"""One thing that goes wrong.

	`status` None keeps Medusa's own answer; `body` None is what Medusa would send with that status. `wait` is
	before the request is applied, `hold` between that and the answer, both in seconds. `cut` says what
	becomes of the answer: "json" shortens it, "body" stops in the middle of it, "all" hangs up without a byte
	of it.
	"""

	status: int | None = None
	body: bytes | None = None
	content_type: str | None = "application/json; charset=utf-8"
	headers: Mapping[str, str] = field(default_factory=dict)
	applied: bool = False
	wait: float = 0
	hold: float = 0
	cut: Literal["", "json", "body", "all"] = ""


def status(code: int, *, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Fault:
	"""An error status, in the shape that this generation of Medusa gives it; nothing is applied."""
	return Fault(status=code, body=body, headers=headers or {})


def too_many_requests(seconds: int, *, as_date: bool = False, code: int = 429) -> Fault:
	"""429 (or 503) with Retry-After in seconds, or as the date that they make."""
	value = formatdate(time.time() + seconds, usegmt=True) if as_date else str(seconds)
	return status(code, headers={"Retry-After": value})


def unauthorized() -> Fault:
	"""401 once, as if the token had been revoked meanwhile."""
	return status(401)


def too_large() -> Fault:
	"""413, whatever the size."""
	return status(413)


def html(code: int = 502, *, applied: bool = False) -> Fault:
	"""A page of a proxy in between, with any status, even 200."""
	page = b"<html><head><title>Gateway</title></head><body><h1>Gateway</h1></body></html>"
	return Fault(status=code, body=page, content_type="text/html", applied=applied)


def firewall(code: int = 403) -> Fault:
	"""What a firewall in front of Medusa answers, such as Cloudflare's; nothing is applied."""
	page = (
		b"<!DOCTYPE html><title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1>"
	)
	return Fault(
		status=code, body=page, content_type="text/html; charset=UTF-8", headers={"Server": "cloudflare"}
	)


def forbidden(policy: str = "") -> Fault:
	"""What v2 answers with role-based access on: to who has no role, or none with this policy."""
	message = f"Insufficient permissions. Required policies: {policy}" if policy else "Forbidden"
	return Fault(status=403, body=json.dumps({"type": "forbidden", "message": message}).encode())


def answer(body: bytes, code: int = 200, *, applied: bool = False) -> Fault:
	"""Any body, as JSON."""
	return Fault(status=code, body=body, applied=applied)


def deep(levels: int = 200_000) -> Fault:
	"""JSON that is nested so deep."""
	return answer(b'{"products":' + b"[" * levels + b"]" * levels + b"}")


def truncated() -> Fault:
	"""Applied; the answer is complete as HTTP, but its JSON stops halfway."""
	return Fault(applied=True, cut="json")


def empty(code: int | None = None) -> Fault:
	"""Applied; the answer has no body."""
	return Fault(status=code, body=b"", applied=True) if code else Fault(body=b"", applied=True)


def hang_up() -> Fault:
	"""The connection closes without anything applied or answered."""
	return Fault(cut="all")


def lost_answer(seconds: float = 0) -> Fault:
	"""Applied, but the connection closes without an answer, at once or after some seconds."""
	return Fault(applied=True, hold=seconds, cut="all")


def broken_off() -> Fault:
	"""Applied; the connection closes in the middle of the answer."""
	return Fault(applied=True, cut="body")


def late_answer(seconds: float) -> Fault:
	"""Applied at once, answered after some seconds: a client with a shorter time-out never hears of it."""
	return Fault(applied=True, hold=seconds)


def slow(seconds: float) -> Fault:
	"""Applied and answered, both only after some seconds."""
	return Fault(applied=True, wait=seconds)


def pattern(path: str) -> re.Pattern[str]:
	"""A path as in Medusa's routes: `:name` is one part of it, `*` is anything."""
	parts = re.split(r"(:\w+|\*)", path)
	return re.compile("".join(_expression(part) for part in parts) + r"\Z")


def _expression(part: str) -> str:
	if part.startswith(":"):
		return f"(?P<{part[1:]}>[^/]+)"
	return ".*" if part == "*" else re.escape(part)


class Planned:
	"""A fault or a callback that waits for its requests. `hits` counts those that it has met."""

	def __init__(
		self,
		method: str,
		path: str,
		*,
		times: int | None,
		after: int = 0,
		only: Callable[[Request], bool] | None = None,
	) -> None:
		self.method, self.path, self.times, self.after, self.only = method, pattern(path), times, after, only
		self.hits = 0
		self._lock = threading.Lock()

	def takes(self, request: Request) -> bool:
		"""Whether this request is one of its; counts it if so."""
		if self.method not in ("*", request.method) or not self.path.match(request.path):
			return False
		if self.only and not self.only(request):
			return False
		with self._lock:
			if self.after > 0:
				self.after -= 1
				return False
			if self.times is not None and self.hits >= self.times:
				return False
			self.hits += 1
			return True

	def cancel(self) -> None:
		"""Let every further request pass."""
		self.times = 0


class PlannedFault(Planned):
	"""A fault that waits for its requests."""

	def __init__(self, fault: Fault, *arguments: object, **options: object) -> None:
		super().__init__(*arguments, **options)
		# a whole number is short for that status
		self.fault = status(fault) if isinstance(fault, int) else replace(fault)


class PlannedCall(Planned):
	"""A callback that waits for its requests."""

	def __init__(
		self,
		callback: Callable[[Request], object],
		when: Literal["arrived", "applied"],
		*arguments: object,
		**options: object,
	) -> None:
		super().__init__(*arguments, **options)
		self.callback, self.when = callback, when

"""How often an endpoint may be called. Counted in Redis, in fixed windows of time.

Frappe's own `rate_limit` counts by the path that the caller wrote: each of our functions has several, and
under `/api/v2/` all would share one count. It also fails when Redis is away. So the counting is done here,
with the same key prefix, status and exception.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

import frappe
from redis.exceptions import RedisError

from medusa_integration.endpoints.callers import caller_address
from medusa_integration.settings import number

DEFAULT_PUBLIC_LIMIT = 120

# while Redis is away each web process counts for itself: neither is the door open, nor the shop shut
_counted_here: Counter[tuple[str, str, int]] = Counter()
_lock = Lock()


@dataclass(frozen=True)
class Limit:
	"""At most `calls` in `seconds`, counted per address of the caller.

	A limit per address does not hold for the shop's server, which calls for all its customers, unless it
	sends the visitor's address; without that, its calls are counted per value alone.

	Attributes:
		calls: How many, or a function, for a figure from the settings.
		seconds: The window of time.
		per: A parameter; then it counts per address and value of it: what others do uses up nobody's calls.
	"""

	calls: int | Callable[[], int]
	seconds: int = 60
	per: str | None = None

	def check(self, endpoint: str, value: str = "") -> None:
		"""Count one call. Raises `frappe.RateLimitExceededError` when it is one too many."""
		spend(
			f"{endpoint}:{self.per or 'ip'}",
			_identity(value),
			self.calls() if callable(self.calls) else self.calls,
			self.seconds,
		)


def public_limit() -> int:
	"""Calls a minute and address on a public endpoint, from the settings; 120 without one. No statement."""
	return number("public_rate_limit") or DEFAULT_PUBLIC_LIMIT


PUBLIC_LIMIT = Limit(public_limit)


def spend(what: str, identity: str, calls: int, seconds: int) -> None:
	"""Count one use of `what` by `identity`. Outlives a rollback.

	Args:
		what: What is limited.
		identity: Who is counted.
		calls: How many are allowed.
		seconds: The window of time.

	Raises:
		frappe.RateLimitExceededError: It is one too many.
	"""
	if count(what, identity, seconds) > calls:
		raise frappe.RateLimitExceededError


@dataclass
class Failures:
	"""What has been counted for one try, to be given back unless it fails."""

	failed: bool = False
	counted: list[Callable[[], int]] = field(default_factory=list)


@contextmanager
def failures(what: str, value: str, calls: int, seconds: int) -> Iterator[Failures]:
	"""Count one try of `what`, made inside, if it ends with a 400 or 401, or is marked `failed`.

	Counted per address of the caller, and per address and value: with a value alone, others could use the
	tries up. It counts from the beginning, so that many tries at the same moment are no way around. During
	requests only.

	Args:
		what: What is tried.
		value: What it is tried at, such as an e-mail address.
		calls: How many failures are allowed.
		seconds: The window of time.

	Yields:
		Failures: To be marked.

	Raises:
		frappe.RateLimitExceededError: There were too many failures.
	"""
	made = Failures()
	if not getattr(frappe.local, "request", None):
		yield made
		return
	identities = {_identity(value)} | ({_identity("")} if caller_address() else set())
	try:
		for identity in sorted(identities):
			made.counted.append(partial(count, what, identity, seconds, by=-1))
			if count(what, identity, seconds) > calls:
				raise frappe.RateLimitExceededError
		yield made
	except Exception as error:
		made.failed = getattr(error, "http_status_code", 500) in (400, 401)
		raise
	finally:
		if not made.failed:
			for give_back in made.counted:
				give_back()


def _identity(value: str) -> str:
	return f"{caller_address() or ''} {value}"


def forget(what: str, identity: str, seconds: int) -> None:
	"""Have what was counted of `identity` in the current window begin anew."""
	count(what, identity, seconds, by=-count(what, identity, seconds, by=0))


def count(what: str, identity: str, seconds: int, *, by: int = 1) -> int:
	"""Count uses of `what` by `identity` in the current window of time. Outlives a rollback.

	Args:
		what: What is limited.
		identity: Who is counted.
		seconds: The window of time.
		by: How many; 0 only looks, less takes back.

	Returns:
		The sum.
	"""
	window = int(time.time()) // seconds
	# what was sent is no part of a key: neither its length, nor an address in plain words
	digest = hashlib.sha256(identity.encode()).hexdigest()[:32]
	key = frappe.cache.make_key(f"rl:medusa:{what}:{seconds}:{window}:{digest}")
	try:
		pipe = frappe.cache.pipeline()
		pipe.incrby(key, by)
		pipe.expire(key, seconds)
		return pipe.execute()[0]
	except (RedisError, OSError):
		with _lock:
			for old in [one for one in _counted_here if one[0] == what and one[2] != window]:
				del _counted_here[old]
			_counted_here[what, identity, window] += by
			return _counted_here[what, identity, window]

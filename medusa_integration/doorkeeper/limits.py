"""How often an endpoint may be called. Counted in Redis, in fixed windows of time.

Frappe's own `rate_limit` counts by the path that the caller wrote: each of our functions has several, and
under `/api/v2/` all would share one count. It also fails when Redis is away. So the counting is done here,
with the same key prefix, status and exception.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import frappe
from frappe.utils import cint
from redis.exceptions import RedisError

from medusa_integration.settings import SETTINGS

DEFAULT_PUBLIC_LIMIT = 120

# while Redis is away each web process counts for itself: neither is the door open, nor the shop shut
_counted_here: Counter[tuple[str, str, int]] = Counter()
_lock = Lock()


@dataclass(frozen=True)
class Limit:
	"""At most `calls` in `seconds`, counted per address of the caller, or per value of the parameter `per`.

	A limit per address does not hold for the shop's server: it calls for all its customers. `calls` may be
	a function, for a figure from the settings.
	"""

	calls: int | Callable[[], int]
	seconds: int = 60
	per: str | None = None

	def check(self, endpoint: str, identity: str) -> None:
		"""Count one call. Raises `frappe.RateLimitExceededError` when it is one too many."""
		spend(
			f"{endpoint}:{self.per or 'ip'}",
			identity,
			self.calls() if callable(self.calls) else self.calls,
			self.seconds,
		)


def public_limit() -> int:
	"""Calls a minute and address on a public endpoint, from the settings; 120 where none is stored."""
	stored = frappe.db.get_single_value(SETTINGS, "public_rate_limit", cache=False)
	return cint(stored) or DEFAULT_PUBLIC_LIMIT


PUBLIC_LIMIT = Limit(public_limit)


def spend(what: str, identity: str, calls: int, seconds: int) -> None:
	"""Count one use of `what` by `identity` in the current window of so many seconds.

	Raises `frappe.RateLimitExceededError` when that makes more than `calls`. Outlives a rollback.
	"""
	if _count(what, identity, seconds) > calls:
		raise frappe.RateLimitExceededError


def _count(what: str, identity: str, seconds: int) -> int:
	window = int(time.time()) // seconds
	key = frappe.cache.make_key(f"rl:medusa:{what}:{seconds}:{window}:{identity}")
	try:
		pipe = frappe.cache.pipeline()
		pipe.incr(key)
		pipe.expire(key, seconds)
		return pipe.execute()[0]
	except (RedisError, OSError):
		with _lock:
			for old in [one for one in _counted_here if one[0] == what and one[2] != window]:
				del _counted_here[old]
			_counted_here[what, identity, window] += 1
			return _counted_here[what, identity, window]

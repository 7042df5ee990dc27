"""Whether, and after how long, a request is sent again within one call.

urllib3's `Retry` counts, backs off and reads Retry-After.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import random as random_float
from typing import TypeVar

from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util.retry import Retry

from .errors import Duplicate, MedusaError, TimedOut

T = TypeVar("T")
REPEATS = Retry(total=2, backoff_factor=0.5)
NO_REPEATS = Retry(total=0)
LONGEST_WAIT = 5.0
"""Seconds. Whatever has to wait longer is the caller's to schedule."""
MOST_RETRY_AFTER = 6 * 60 * 60.0
"""Seconds that are believed of a server that says when to come back."""
JITTER = 0.5
"""Seconds at most, so that workers that failed together do not come back together."""


def may_repeat(error: MedusaError, *, repeatable: bool) -> bool:
	"""Whether the same request may be sent again after this error.

	Args:
		error: What the request met.
		repeatable: Whether doing it twice does no harm; if not, only what surely was not done is repeated.
	"""
	return error.retryable and (repeatable or not error.outcome_unknown)


def next_repeat(
	repeats: Retry, error: MedusaError, random: Callable[[], float]
) -> tuple[Retry, float] | None:
	"""Return the policy after one more failure and the seconds to wait; None when the call is to end.

	A request that ran into a read time-out has cost long enough to be repeated once only.

	Args:
		repeats: The policy so far.
		error: What the call has just met.
		random: Draws from 0 to 1.
	"""
	if error.retry_after is not None and error.retry_after > LONGEST_WAIT:
		return None
	if isinstance(error, TimedOut) and repeats.history:
		return None
	try:
		repeats = repeats.increment(error=error)
	except MaxRetryError:
		return None
	wait = error.retry_after if error.retry_after is not None else repeats.get_backoff_time()
	return repeats, min(wait + JITTER * random(), LONGEST_WAIT)


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
	"""Return the seconds that the header Retry-After asks for, in seconds or as an HTTP date.

	Six hours at most, as newer releases of urllib3 have it. None without a header that can be read.
	"""
	value = headers.get("Retry-After")
	if not value:
		return None
	try:
		return min(float(REPEATS.parse_retry_after(value)), MOST_RETRY_AFTER)
	except (InvalidHeader, ValueError, OverflowError):
		return None


@dataclass(frozen=True, slots=True)
class Waiting:
	"""How a client waits before it repeats something; both are replaced in tests.

	Attributes:
		sleep: Waits for so many seconds.
		random: Draws from 0 to 1.
	"""

	sleep: Callable[[float], object] = time.sleep
	random: Callable[[], float] = random_float

	def before_repeat(self, repeats: Retry, error: MedusaError) -> Retry | None:
		"""Wait, and return the policy after one more failure; None when the call is to end with `error`."""
		after = next_repeat(repeats, error, self.random)
		if after is None:
			return None
		repeats, seconds = after
		self.sleep(seconds)
		return repeats

	def create_or_find(self, create: Callable[[], T], find: Callable[[], T | None]) -> tuple[bool, T]:
		"""Create one thing that has a unique name, or find the one that is there.

		Args:
			create: Creates it.
			find: Looks for it; None when Medusa does not have it.

		Returns:
			Whether it was created, and what the call returned.

		Raises:
			Duplicate: It exists and cannot be found.
			MedusaError: What `create` and `find` raise.
		"""
		repeats: Retry | None = REPEATS
		while True:
			try:
				return True, create()
			except Duplicate:
				if found := find():
					return False, found
				raise
			except MedusaError as error:
				repeats = self.before_repeat(repeats, error) if error.outcome_unknown and repeats else None
				if repeats is None:
					raise
				if found := find():
					return False, found

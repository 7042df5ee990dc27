"""Whether, and after how long, a request is sent again within one call.

Pure functions around urllib3's `Retry`, which counts, backs off and reads Retry-After; the randomness is
handed in, so that a test can hold it still.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util.retry import Retry

from .errors import MedusaError, TimedOut

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

	`repeatable` says that doing it twice does no harm; without it only what surely was not done is repeated.
	"""
	return error.retryable and (repeatable or not error.outcome_unknown)


def next_repeat(
	repeats: Retry, error: MedusaError, random: Callable[[], float]
) -> tuple[Retry, float] | None:
	"""The policy after one more failure and the seconds to wait,
	or None when the call is to end with `error`.

	`random` draws from 0 to 1. A request that ran into a read time-out has
	cost long enough to be repeated once only.
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
	"""What the header Retry-After asks for, given in seconds or as an HTTP date;
	None without a header that can be read. Six hours at most, as newer releases of urllib3 have it:
	whoever says "in the year 9999" is wrong.
	"""
	value = headers.get("Retry-After")
	if not value:
		return None
	try:
		return min(float(REPEATS.parse_retry_after(value)), MOST_RETRY_AFTER)
	except (InvalidHeader, ValueError, OverflowError):
		return None

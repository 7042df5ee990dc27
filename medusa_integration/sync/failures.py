"""What an error means for a task: pure functions, no site, no clock, no randomness of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from medusa_integration.medusa.errors import (
	ConnectionLost,
	Forbidden,
	MedusaError,
	OutOfTime,
	RateLimited,
	ServerError,
	TimedOut,
	Unauthorized,
	UnexpectedAnswer,
	Unreachable,
	WrongAddress,
)

# after the 1st, 2nd ... failed attempt
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60))
# what a Retry-After is believed at most: a proxy that says "in the year 9999" is wrong
LONGEST_WAIT = timedelta(days=1)

# no document is at fault, and only a person can help: everything stops
PAUSES = (Unauthorized, Forbidden, WrongAddress)
# no document is at fault, and it may pass: the round ends, what was not tried keeps its attempts
OUTAGES = (Unreachable, ConnectionLost, TimedOut, RateLimited, ServerError, UnexpectedAnswer)


@dataclass(frozen=True, slots=True)
class Verdict:
	"""The state a task ends in; `next_attempt_at` is None where only a person or a change re-opens it."""

	status: str
	attempts: int
	next_attempt_at: datetime | None


def judge(
	error: Exception, attempts: int, max_attempts: int, now: datetime, *, may_pass: bool = False
) -> Verdict:
	"""What becomes of a task that met `error` after `attempts` earlier failures.

	What pauses everything, and what was not begun, burns no attempt. What may pass is tried again, later each
	time and not before Medusa's own Retry-After (of a day at most), until `max_attempts` tries were made;
	anything else fails at once, unless the caller does something about it (`may_pass`).
	"""
	if isinstance(error, (*PAUSES, OutOfTime)):
		return Verdict("Pending", attempts, now)
	attempts += 1
	may_pass = isinstance(error, MedusaError) and (may_pass or error.retryable)
	if not may_pass or attempts >= max_attempts:
		return Verdict("Failed", attempts, None)
	delay = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
	if error.retry_after is not None:
		delay = timedelta(seconds=min(max(error.retry_after, 1), LONGEST_WAIT.total_seconds()))
	return Verdict("Retrying", attempts, now + delay)


def pauses(error: Exception) -> bool:
	"""Whether nothing can be sent until a person has put something right (wrong password, a
	permission that is missing, wrong address)."""
	return isinstance(error, PAUSES)


def is_outage(error: Exception) -> bool:
	"""Whether the error is about the server and not about what was sent."""
	return isinstance(error, OUTAGES)


def is_certain_outage(error: Exception) -> bool:
	"""Whether the very next call would meet the same; a 500 or a time-out may be one document's doing."""
	return isinstance(error, Unreachable | RateLimited)


def group_size(attempts: int, batch_size: int) -> int:
	"""How many of those that failed `attempts` times are sent together.

	A server error does not say whose fault it was: each time fewer share a call, until each stands alone.
	"""
	return max(1, batch_size // 4**attempts)

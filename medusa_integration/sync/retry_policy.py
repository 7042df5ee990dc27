"""What an error means for a task, and for whoever sends: no site, no clock, no randomness of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from medusa_integration.constants import Status
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

# calls in a row that met a fault of the server: the second is no accident
FAULTS_IN_A_ROW = 2
# after the 1st, 2nd ... failed attempt
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60))
# what a Retry-After is believed at most: a proxy that says "in the year 9999" is wrong
LONGEST_WAIT = timedelta(days=1)

# no document is at fault, and only a person can help: everything stops
PAUSES = (Unauthorized, Forbidden, WrongAddress)
# no document is at fault, and it may pass: the worker ends, what was not tried keeps its attempts
OUTAGES = (Unreachable, ConnectionLost, TimedOut, RateLimited, ServerError, UnexpectedAnswer)


class TryAgain(Exception):
	"""Something other than Medusa was in the way, and may pass; the message is the task's sentence."""

	retryable: bool = True
	retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
	"""The state a task ends in; `next_attempt_at` is None where only a person or a change re-opens it."""

	status: Status
	attempts: int
	next_attempt_at: datetime | None


def judge(
	error: Exception, attempts: int, max_attempts: int, now: datetime, *, may_pass: bool = False
) -> Verdict:
	"""Return what becomes of a task that met an error.

	What pauses everything, and what was not begun, burns no attempt. What may pass is tried again, later each
	time and not before Medusa's own Retry-After (of a day at most), until `max_attempts` tries were made;
	anything else fails at once.

	Args:
		error: what was raised, or came back as an outcome.
		attempts: how many times the task has failed before.
		max_attempts: how many failures are the end of it.
		now: the site's time.
		may_pass: whether the caller does something about an error that would not pass by itself.
	"""
	if isinstance(error, (*PAUSES, OutOfTime)):
		return Verdict(Status.PENDING, attempts, now)
	attempts += 1
	if not isinstance(error, MedusaError | TryAgain) or attempts >= max_attempts:
		return Verdict(Status.FAILED, attempts, None)
	if not (may_pass or error.retryable):
		return Verdict(Status.FAILED, attempts, None)
	delay = back_off(attempts)
	if error.retry_after is not None:
		delay = timedelta(seconds=min(max(error.retry_after, 1), LONGEST_WAIT.total_seconds()))
	return Verdict(Status.RETRYING, attempts, now + delay)


def back_off(attempts: int) -> timedelta:
	"""Return how long a task waits that has failed so many times."""
	return BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def pauses(error: Exception) -> bool:
	"""Return whether nothing can be sent until a person has put something right.

	That is a wrong password, a permission that is missing, a wrong address.
	"""
	return isinstance(error, PAUSES)


def is_outage(error: Exception) -> bool:
	"""Return whether the error is about the server and not about what was sent."""
	return isinstance(error, OUTAGES)


def is_certain_outage(error: Exception) -> bool:
	"""Return whether the very next call would meet the same.

	A 500 or a time-out may be one document's doing.
	"""
	return isinstance(error, Unreachable | RateLimited)


def group_size(attempts: int, batch_size: int) -> int:
	"""Return how many of those that failed `attempts` times are sent together.

	A server error does not say whose fault it was: each time fewer share a call, until each stands alone.
	"""
	return max(1, batch_size // 4**attempts)


@dataclass(slots=True)
class ServerState:
	"""What a worker has learned of the server.

	Attributes:
		pause_reason: why everything is to be paused, None when nothing is.
		ended: whether nothing more is to be tried.
		faults: calls in a row that met a fault of the server.
	"""

	pause_reason: str | None = None
	ended: bool = False
	faults: int = 0

	def note(self, error: MedusaError) -> None:
		"""Take note of an error that a whole call met."""
		if pauses(error):
			self.pause_reason = str(error)
			self.ended = True
		elif is_outage(error):
			self.faults += 1
			self.ended = self.ended or is_certain_outage(error) or self.faults >= FAULTS_IN_A_ROW

	def well(self) -> None:
		"""Take note of a call that Medusa has answered."""
		self.faults = 0

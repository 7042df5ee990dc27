"""Decides what an error means for a task and for the worker; uses no site, no clock and no random numbers."""

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

# requests in a row that have failed because of the server, after which the worker ends
FAULTS_IN_A_ROW = 2
# after the 1st, 2nd ... failed attempt
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60))
# what a task waits for makes it due again; in case it does not, it is checked again after this
WAIT_AGAIN = timedelta(hours=1)
# longest Retry-After that is used: a proxy may send a wrong one, such as the year 9999
LONGEST_WAIT = timedelta(days=1)

# not caused by a document, and only a user can correct it: sending is paused
PAUSES = (Unauthorized, Forbidden, WrongAddress)
# not caused by a document, and temporary: the worker ends, and tasks that it did not try keep their attempts
OUTAGES = (Unreachable, ConnectionLost, TimedOut, RateLimited, ServerError, UnexpectedAnswer)


class TryAgain(Exception):
	"""A temporary error that is not from Medusa, with the message for the task."""

	retryable: bool = True
	retry_after: float | None = None


class NotYet(Exception):
	"""Something that a user puts right is in the way; the message says what. It is not an attempt.

	Args:
		sentence: The message.
		wait: After what time it is tried again; None for `WAIT_AGAIN`.
	"""

	def __init__(self, sentence: str, wait: timedelta | None = None) -> None:
		super().__init__(sentence)
		self.wait = wait or WAIT_AGAIN


class NotNeeded(Exception):
	"""Medusa does not take the value and does not need it; the message says why."""


@dataclass(frozen=True, slots=True)
class Verdict:
	"""The next state of a task; `next_attempt_at` is None if only a user or a change makes it due again."""

	status: Status
	attempts: int
	next_attempt_at: datetime | None


def judge(
	error: Exception, attempts: int, max_attempts: int, now: datetime, *, may_pass: bool = False
) -> Verdict:
	"""Return the next state of a task after an error.

	Errors that pause sending, and requests that were not started, use up no attempt. After a temporary error
	the task is retried after an increasing time, or after Medusa's Retry-After (at most a day), until it was
	tried `max_attempts` times. What a user has to put right is tried again every hour, and what is not needed
	is not wanted. After other errors the task fails immediately.

	Args:
		error: the exception that was raised or is part of an outcome.
		attempts: the number of earlier failures of the task.
		max_attempts: the number of failures after which the task fails.
		now: the current time in the time zone of the site.
		may_pass: whether the caller corrects the cause of an error that is not temporary.
	"""
	if isinstance(error, (*PAUSES, OutOfTime)):
		return Verdict(Status.PENDING, attempts, now)
	if isinstance(error, NotYet):
		return Verdict(Status.WAITING, attempts, now + error.wait)
	if isinstance(error, NotNeeded):
		return Verdict(Status.NOT_WANTED, 0, None)
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
	"""Return how long a task waits after a number of failures."""
	return BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def pauses(error: Exception) -> bool:
	"""Return whether nothing can be sent until a user corrects a password, a permission or an address."""
	return isinstance(error, PAUSES)


def is_outage(error: Exception) -> bool:
	"""Return whether the server has caused the error, and not a document."""
	return isinstance(error, OUTAGES)


def is_certain_outage(error: Exception) -> bool:
	"""Return whether the next request would certainly fail too.

	A 500 or a time-out may be caused by one document.
	"""
	return isinstance(error, Unreachable | RateLimited)


def group_size(attempts: int, batch_size: int) -> int:
	"""Return how many tasks with this number of failures are sent together.

	A server error does not show which document has caused it, so the groups become smaller until each task is
	sent alone.

	Args:
		attempts: the number of failures.
		batch_size: the size of a batch without failures.
	"""
	return max(1, batch_size // 4**attempts)


@dataclass(slots=True)
class ServerState:
	"""What a worker knows about the state of the server.

	Attributes:
		pause_reason: why sending must be paused, None if it must not.
		ended: whether the worker must send nothing more.
		faults: the number of requests in a row that have failed because of the server.
	"""

	pause_reason: str | None = None
	ended: bool = False
	faults: int = 0

	def note(self, error: MedusaError) -> None:
		"""Register the error of a whole request."""
		if pauses(error):
			self.pause_reason = str(error)
			self.ended = True
		elif is_outage(error):
			self.faults += 1
			self.ended = self.ended or is_certain_outage(error) or self.faults >= FAULTS_IN_A_ROW

	def well(self) -> None:
		"""Register a request to which Medusa has responded."""
		self.faults = 0

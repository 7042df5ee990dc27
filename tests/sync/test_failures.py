"""What an error means for a task, without a site and without a clock."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from medusa_integration.medusa import errors
from medusa_integration.sync import retry_policy

NOW = datetime(2026, 11, 21, 1, 0)
MAX = 7


def judge(error, attempts=0, max_attempts=MAX):
	return retry_policy.judge(error, attempts, max_attempts, NOW)


@pytest.mark.parametrize(
	"error",
	[
		errors.Unreachable("x"),
		errors.TimedOut("x", phase="read"),
		errors.ConnectionLost("x"),
		errors.Busy("x", status=409),
		errors.RateLimited("x", status=429),
		errors.ServerError("x", status=500),
		errors.UnexpectedAnswer("x", status=200),
		errors.NotMedusa("x", status=403),
	],
)
def test_what_may_pass_is_tried_again_later_each_time_and_then_given_up(error):
	"""After 1, 5, 30 minutes, 2, 6, 12 hours; the seventh failure is the last."""
	minutes = []
	for attempts in range(MAX - 1):
		verdict = judge(error, attempts)
		assert (verdict.status, verdict.attempts) == ("Retrying", attempts + 1)
		minutes.append((verdict.next_attempt_at - NOW) / timedelta(minutes=1))
	assert minutes == [1, 5, 30, 120, 360, 720]
	assert judge(error, MAX - 1) == retry_policy.Verdict("Failed", MAX, None)


@pytest.mark.parametrize(
	"error",
	[
		errors.Invalid("x", status=400),
		errors.TooLarge("x", status=413),
		errors.NotFound("x", status=404),
		ValueError("x"),
	],
)
def test_what_will_be_refused_again_fails_at_once(error):
	"""Other 4xx fail that document alone, at once."""
	assert judge(error) == retry_policy.Verdict("Failed", 1, None)
	assert not retry_policy.is_outage(error) and not retry_policy.pauses(error)


@pytest.mark.parametrize(
	"error",
	[
		errors.Unauthorized("x", status=401),
		errors.SignInFailed("x", status=401),
		errors.WrongAddress("x"),
		errors.Forbidden("x", status=403),
	],
)
def test_what_only_a_person_can_mend_pauses_and_burns_no_attempt(error):
	"""401 pauses everything without burning attempts."""
	assert judge(error, 3) == retry_policy.Verdict("Pending", 3, NOW)
	assert retry_policy.pauses(error)


@pytest.mark.parametrize(("retry_after", "seconds"), [(0, 1), (7, 7), (7200.5, 7200.5), (1e15, 86400)])
def test_medusas_own_word_on_when_to_come_back_counts(retry_after, seconds):
	"""Retry-After decides, not the back-off."""
	verdict = judge(errors.RateLimited("x", status=429, retry_after=retry_after))
	assert verdict.next_attempt_at == NOW + timedelta(seconds=seconds)


def test_those_that_fail_share_calls_with_fewer_each_time():
	"""A server error does not say whose fault it was; in the end each stands alone."""
	assert [retry_policy.group_size(attempts, 100) for attempts in range(5)] == [100, 25, 6, 1, 1]

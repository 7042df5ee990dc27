"""The policy of repeating, as pure functions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medusa_integration.medusa.errors import RateLimited, ServerError, TimedOut
from medusa_integration.medusa.retry import NO_REPEATS, REPEATS, next_repeat, retry_after_seconds


@given(st.none() | st.floats(0, 10_000), st.floats(0, 1))
def test_no_wait_is_long_and_no_call_is_endless(retry_after, chance):
	"""At most two repeats, each after five seconds at most, and never sooner than was asked for."""
	repeats, count = REPEATS, 0
	error = RateLimited("x", status=429, retry_after=retry_after)
	while again := next_repeat(repeats, error, lambda: chance):
		repeats, wait = again
		count += 1
		assert 0 <= wait <= 5
		assert retry_after is None or wait >= retry_after
	assert count == (0 if retry_after and retry_after > 5 else 2)


def test_a_time_out_is_repeated_once():
	"""It has cost the whole time-out already."""
	error = TimedOut("x", phase="read")
	repeats, _ = next_repeat(REPEATS, error, lambda: 0)
	assert next_repeat(repeats, error, lambda: 0) is None


def test_no_repeats_is_none():
	"""A policy without repeats ends with the first failure."""
	assert next_repeat(NO_REPEATS, ServerError("x", status=500), lambda: 0) is None


@given(st.text(max_size=40))
def test_any_header_can_be_read(value):
	"""A Retry-After of nonsense is none, and never a failure."""
	wait = retry_after_seconds({"Retry-After": value})
	assert wait is None or wait >= 0

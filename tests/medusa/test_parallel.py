"""A few threads that leave callbacks to the caller's thread."""

from __future__ import annotations

import threading
import time

import pytest

from medusa_integration.medusa.pool import ThreadPool


def test_work_runs_side_by_side_and_callbacks_ask_caller():
	"""The log and the token store may hold a database connection:
	they are only ever called in the caller's thread.
	"""
	pool, workers, homes = ThreadPool(4), set(), set()
	together = threading.Barrier(4, timeout=300)

	def work(number):
		together.wait()
		workers.add(threading.get_ident())
		assert pool.ask_caller(lambda: homes.add(threading.get_ident()) or number * 2) == number * 2

	pool.run(work, range(4))
	assert len(workers) == 4 and homes == {threading.get_ident()}


def test_what_is_told_is_heard_ask_caller_and_nobody_waits_for_it():
	"""Those who work go on while this thread is busy;
	whatever they have told is heard before the run is over.
	"""
	pool, told, all_told = ThreadPool(2), [], threading.Event()

	def work(number):
		pool.tell_caller(lambda: told.append((number, threading.get_ident())))
		if number == 5:
			all_told.set()

	def busy():
		assert all_told.wait(300) and not told

	pool.meanwhile = busy
	pool.run(work, range(6))
	assert sorted(told) == [(number, threading.get_ident()) for number in range(6)]


def test_one_item_needs_no_thread():
	"""What cannot be done side by side is done at home."""
	pool, seen = ThreadPool(4), []
	pool.run(lambda item: seen.append((item, threading.get_ident())), ["a"])
	assert seen == [("a", threading.get_ident())]


def test_what_a_callback_raises_reaches_the_work():
	"""A token store that fails fails the call that asked it, which then ends the run."""
	pool = ThreadPool(2)

	def broken():
		raise LookupError("no token")

	with pytest.raises(LookupError):
		pool.run(lambda _: pool.ask_caller(broken), range(3))


class Interrupted(BaseException):
	pass


def test_an_interrupted_run_leaves_nobody_waiting():
	"""When the caller's thread is interrupted, nothing more is started and no thread hangs on an answer."""
	pool, started, ended = ThreadPool(2), [], []

	def interrupt():
		raise Interrupted

	def work(number):
		started.append(number)
		try:
			pool.ask_caller(interrupt)
		finally:
			ended.append(number)

	with pytest.raises(Interrupted):
		pool.run(work, range(50))
	deadline = time.monotonic() + 300
	while len(ended) < len(started) and time.monotonic() < deadline:
		time.sleep(0.05)
	assert len(started) < 50 and sorted(ended) == sorted(started)


def test_what_was_told_before_an_interruption_is_heard():
	"""The log has what Medusa was sent before the worker was ended."""
	pool, told, first_told = ThreadPool(2), [], threading.Event()

	def work(number):
		pool.tell_caller(told.append, number)
		first_told.set()

	def interrupted():
		assert first_told.wait(300)
		raise Interrupted

	pool.meanwhile = interrupted
	with pytest.raises(Interrupted):
		pool.run(work, range(2))
	assert told


def test_a_run_can_follow_a_run():
	"""The same pool works as often as it is asked to."""
	pool, seen = ThreadPool(3), []
	for _ in range(20):
		pool.run(lambda number: pool.ask_caller(seen.append, number), range(5))
	assert sorted(seen) == sorted(list(range(5)) * 20)


def test_the_caller_can_use_the_time():
	"""What is to be done meanwhile is done at home, once, while the others work."""
	pool, done, going = ThreadPool(2), [], threading.Event()

	def work(_number):
		assert going.wait(300)

	def meanwhile():
		done.append(threading.get_ident())
		going.set()

	pool.meanwhile = meanwhile
	pool.run(work, range(2))
	pool.run(work, range(2))
	assert done == [threading.get_ident()]

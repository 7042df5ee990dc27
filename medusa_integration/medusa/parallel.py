"""A few threads for a server without batches, and a way for them to call back home.

Callbacks (the log, the token store) may use a database connection that belongs to the caller's thread.
So they are only ever called there: a thread of the crew hands the call over,
and waits where it needs the answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from itertools import count
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class Crew:
	"""Up to `size` threads. One `run` at a time."""

	def __init__(self, size: int) -> None:
		self._size = size
		self._thread = threading.local()
		self._inbox: SimpleQueue = SimpleQueue()
		self._at_work = threading.Event()
		self.meanwhile: Callable[[], object] | None = None
		"""Called once, in the thread that calls the next `run`, while the others work; it must not raise."""

	def run(self, work: Callable[[T], object], items: Sequence[T]) -> None:
		"""Call `work` for each item, side by side, and return when all are done;
		raises what the first of them raised.

		When this thread is interrupted, nothing more is started, and what waits for this thread is cancelled.
		"""
		if len(items) < 2:
			for item in items:
				work(item)
			return
		inbox = self._inbox = SimpleQueue()
		self._at_work.set()
		pool = ThreadPoolExecutor(min(self._size, len(items)), initializer=self._leave_home)
		done = count(1)
		try:
			futures = [pool.submit(work, item) for item in items]
			for future in futures:
				# this thread is woken for the last of them only
				future.add_done_callback(lambda _: next(done) == len(items) and inbox.put(None))
			if meanwhile := self.meanwhile:
				self.meanwhile = None
				meanwhile()
			while told := inbox.get():
				call, args = told
				call(*args)
		finally:
			self._at_work.clear()
			pool.shutdown(wait=False, cancel_futures=True)
			_hear_the_rest(inbox)
		for future in futures:
			future.result()

	def tell_home(self, call: Callable[..., object], *args: object) -> None:
		"""Have it called in the thread that called `run`, before that returns, without waiting;
		it must not raise.
		"""
		if getattr(self._thread, "away", False):
			self._inbox.put((call, args))
		else:
			call(*args)

	def at_home(self, call: Callable[..., T], *args: object) -> T:
		"""Call it in that thread and wait for it, from whichever thread;
		return or raise what it returns or raises.
		"""
		if not getattr(self._thread, "away", False):
			return call(*args)
		answer: Future = Future()
		self.tell_home(_answer, answer, call, args)
		while not wait([answer], timeout=1).done:
			if not self._at_work.is_set():
				raise CancelledError
		return answer.result()

	def _leave_home(self) -> None:
		self._thread.away = True


def _hear_the_rest(inbox: SimpleQueue) -> None:
	"""What was told before an interruption; those who wait for an answer get none."""
	while not inbox.empty():
		call, args = inbox.get() or (_answer, ())
		if call is not _answer:
			call(*args)


def _answer(answer: Future, call: Callable, args: tuple) -> None:
	try:
		answer.set_result(call(*args))
	except BaseException as error:
		answer.set_exception(error)
		if not isinstance(error, Exception):
			raise

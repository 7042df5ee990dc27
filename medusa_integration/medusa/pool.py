"""A few threads for a server without batches, and a way for them to call functions in the caller's thread.

Callbacks (the log, the token store) may use a database connection that belongs to the caller's thread.
So they are only called there: a thread of the pool hands the call over, and waits where it needs the answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from itertools import count
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_Call = tuple[Callable[..., object], tuple[Any, ...]]
_Inbox = SimpleQueue[_Call | None]


class ThreadPool:
	"""Up to `size` threads. One `run` at a time."""

	def __init__(self, size: int) -> None:
		self._size = size
		self._thread = threading.local()
		self._inbox: _Inbox = SimpleQueue()
		self._running = threading.Event()
		self.meanwhile: Callable[[], object] | None = None
		"""Called once, in the thread that calls the next `run`, while the others work; it must not raise."""

	def run(self, work: Callable[[T], object], items: Sequence[T]) -> None:
		"""Call `work` for each item, several at a time, and return when all are done.

		When this thread is interrupted, nothing more is started, and what waits for this thread is cancelled.

		Raises:
			Exception: What `work` raised for the first item that it raised for.
		"""
		if len(items) < 2:
			for item in items:
				work(item)
			return
		inbox = self._inbox = SimpleQueue()
		self._running.set()
		pool = ThreadPoolExecutor(min(self._size, len(items)), initializer=self._mark_thread)
		done = count(1)
		try:
			futures = [pool.submit(work, item) for item in items]
			for future in futures:
				# this thread is woken for the last of them only
				future.add_done_callback(lambda _: inbox.put(None) if next(done) == len(items) else None)
			if meanwhile := self.meanwhile:
				self.meanwhile = None
				meanwhile()
			while told := inbox.get():
				call, args = told
				call(*args)
		finally:
			self._running.clear()
			pool.shutdown(wait=False, cancel_futures=True)
			_call_the_rest(inbox)
		for future in futures:
			future.result()

	def tell_caller(self, call: Callable[..., object], *args: object) -> None:
		"""Have `call` called in the thread that called `run`, before that returns, without waiting for it.

		It must not raise.
		"""
		if getattr(self._thread, "is_worker", False):
			self._inbox.put((call, args))
		else:
			call(*args)

	def ask_caller(self, call: Callable[..., T], *args: object) -> T:
		"""Have `call` called in the thread that called `run`, and return what it returns."""
		if not getattr(self._thread, "is_worker", False):
			return call(*args)
		answer: Future[T] = Future()
		self.tell_caller(_answer, answer, call, args)
		while not wait([answer], timeout=1).done:
			if not self._running.is_set():
				raise CancelledError
		return answer.result()

	def _mark_thread(self) -> None:
		self._thread.is_worker = True


def _call_the_rest(inbox: _Inbox) -> None:
	"""Call what was handed over before an interruption; whoever waits for an answer gets none."""
	while not inbox.empty():
		call, args = inbox.get() or (_answer, ())
		if call is not _answer:
			call(*args)


def _answer(answer: Future[Any], call: Callable[..., object], args: tuple[Any, ...]) -> None:
	try:
		answer.set_result(call(*args))
	except BaseException as error:
		answer.set_exception(error)
		if not isinstance(error, Exception):
			raise

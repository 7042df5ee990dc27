"""What the person at the screen gets: the story on stdout, progress on stderr."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from devbench.processes import say

BEAT = 10


def tell(text: str) -> None:
	"""A line of the story."""
	print(text, flush=True)


@contextlib.contextmanager
def beating() -> Iterator[None]:
	"""Inside, the screen says every few seconds that the last thing said is still going on."""
	done = threading.Event()

	def beat() -> None:
		while not done.wait(BEAT):
			say("still at it")

	thread = threading.Thread(target=beat, daemon=True)
	thread.start()
	try:
		yield
	finally:
		done.set()
		thread.join()

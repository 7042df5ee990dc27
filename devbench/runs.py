"""The folders of what is running: each is held by a lock of the process that made it, and goes with it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from devbench import RUNS

HELD = "held"


@contextmanager
def locked(path: Path) -> Iterator[None]:
	"""Hold the lock file, so that two processes never build the same thing at the same time."""
	path.parent.mkdir(parents=True, exist_ok=True)
	with path.open("w") as lock:
		fcntl.flock(lock, fcntl.LOCK_EX)
		yield


class Run:
	"""A folder for one run, removed at its end, or by the next run if this one was killed."""

	def __init__(self) -> None:
		name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{secrets.token_hex(3)}"
		self.folder = RUNS / name
		self._lock: IO[str] | None = None

	def begin(self) -> None:
		"""Make the folder and hold it, after removing what killed runs have left behind."""
		for folder in all_runs():
			remove_if_dead(folder)
		self.folder.mkdir(parents=True)
		# under its name only once it is held: whoever starts at this moment would take it for a dead one's
		unnamed = self.folder / f"{HELD}.new"
		self._lock = unnamed.open("w")
		fcntl.flock(self._lock, fcntl.LOCK_EX)
		self._lock.write(str(os.getpid()))
		self._lock.flush()
		unnamed.rename(self.folder / HELD)

	def end(self) -> None:
		"""Remove the folder. Does nothing before `begin`."""
		if self._lock:
			shutil.rmtree(self.folder, ignore_errors=True)
			self._lock.close()
			self._lock = None


def all_runs() -> list[Path]:
	"""The folders of all runs, alive or dead."""
	return sorted(held.parent for held in RUNS.glob(f"*/{HELD}"))


def remove_if_dead(folder: Path) -> bool:
	"""Remove the folder of a run that nobody holds any more; whether that was so."""
	with contextlib.suppress(OSError), (folder / HELD).open("r+") as held:
		fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
		shutil.rmtree(folder, ignore_errors=True)
		return True
	return False


def end_all(timeout: float = 300) -> int:
	"""Ask the processes of all runs to end, and remove what they leave; return how many were asked."""
	asked = 0
	for folder in all_runs():
		if not remove_if_dead(folder):
			with contextlib.suppress(OSError, ValueError):
				os.kill(int((folder / HELD).read_text()), signal.SIGTERM)
				asked += 1
	deadline = time.monotonic() + timeout
	while [folder for folder in all_runs() if not remove_if_dead(folder)] and time.monotonic() < deadline:
		time.sleep(0.1)
	return asked

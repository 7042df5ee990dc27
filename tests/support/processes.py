"""Processes of tests: which there are, by the folder that their command names; workers; waiting for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.support.site_process import SiteProcess


def processes_naming(text: str) -> list[str]:
	"""The command lines of running processes that contain the text."""
	commands = []
	for path in Path("/proc").glob("[0-9]*/cmdline"):
		try:
			command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
		except OSError:
			continue
		if text in command:
			commands.append(command)
	return commands


def wait_until(condition: Callable[[], bool], timeout: float = 300) -> bool:
	"""Whether the condition comes true within the time."""
	deadline = time.monotonic() + timeout
	while not condition():
		if time.monotonic() > deadline:
			return False
		time.sleep(0.05)
	return True


DRAINING = """
import time
from pathlib import Path
from medusa_integration.sync import worker
print("ready", flush=True)
while not Path({stop!r}).exists():
	worker.drain()
	time.sleep(0.05)
"""


class Draining:
	"""Two workers, each in a process of its own, that drain over and over until `stop`."""

	def __init__(self, run_on_site: Callable[[str], SiteProcess], folder: Path) -> None:
		self._stop = folder / "stop"
		self._workers = [run_on_site(DRAINING.format(stop=str(self._stop))) for _ in range(2)]
		for worker in self._workers:
			assert worker.stdout.readline() == "ready\n", worker.communicate()[0]

	def stop(self) -> None:
		"""Let both finish the round that they are at; neither may have failed."""
		self._stop.touch()
		for worker in self._workers:
			output = worker.communicate(timeout=600)[0]
			assert worker.returncode == 0, output
			assert "Traceback" not in output

"""Which processes there are, by the folder that their command names."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


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


def wait_until(condition: Callable[[], bool], timeout: float = 120) -> bool:
	"""Whether the condition comes true within the time."""
	deadline = time.monotonic() + timeout
	while not condition():
		if time.monotonic() > deadline:
			return False
		time.sleep(0.05)
	return True

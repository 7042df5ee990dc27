"""Debian packages that devbench needs, installed when they are missing."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from devbench import STATE
from devbench.processes import DevbenchError, run, say


def find_program(name: str, *folders: str) -> Path | None:
	"""Where the program is: on the PATH, in the sbin folders, or in one of the given folders."""
	path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *folders])
	found = shutil.which(name, path=path)
	return Path(found) if found else None


def ensure_program(name: str, packages: Sequence[str], *folders: str) -> Path:
	"""The program's path, after installing its Debian packages if it is missing.

	Raises DevbenchError when it is missing and cannot be installed here (no apt-get, or not root).
	"""
	if found := find_program(name, *folders):
		return found
	missing = f"{name} is missing: install the Debian packages {' '.join(packages)}"
	if not shutil.which("apt-get") or os.geteuid() != 0:
		raise DevbenchError(f"{missing} and start again.")
	STATE.mkdir(parents=True, exist_ok=True)
	with (STATE / "apt.lock").open("w") as lock:
		fcntl.flock(lock, fcntl.LOCK_EX)
		if not find_program(name, *folders):
			say(f"installing {' '.join(packages)}")
			env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
			log = STATE / "logs" / "apt.log"
			try:
				run("apt-get update", ["apt-get", "update", "-q"], log=log, env=env)
				command = ["apt-get", "install", "-qy", "--no-install-recommends", *packages]
				run("apt-get install", command, log=log, env=env)
			except DevbenchError as error:
				raise DevbenchError(f"{missing} ({error})") from error
	if found := find_program(name, *folders):
		return found
	raise DevbenchError(f"{missing} and start again.")

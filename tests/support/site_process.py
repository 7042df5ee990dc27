"""Processes on the site that start in a moment: forked from one that has imported Frappe and the app already.

A Python that starts anew takes a second of processor time to import them, and tests start hundreds.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from unittest import mock

from devbench.processes import end_with_parent

PRELOADED = ["tests.support.preloaded"]
CONTEXT = multiprocessing.get_context("forkserver")


class SiteProcess:
	"""A process that is connected to the site as Administrator and runs `code`.

	It is used like a `subprocess.Popen`; its `stdout` has stderr too.
	"""

	def __init__(self, code: str, site: str, sites_path: Path, env: dict[str, str]) -> None:
		output, end = CONTEXT.Pipe(duplex=False)
		arguments = (code, site, str(sites_path), env, end)
		self._process = CONTEXT.Process(target=_run, args=arguments, daemon=True)
		with _environment(env):
			self._process.start()
		end.close()
		self.stdout = os.fdopen(os.dup(output.fileno()), encoding="utf-8", errors="replace")
		output.close()
		self._said: list[str] = []
		self._reader = threading.Thread(target=lambda: self._said.append(self.stdout.read()), daemon=True)
		# how it has ended can be read once
		self._lock = threading.Lock()

	@property
	def returncode(self) -> int | None:
		"""How it has ended: negative for the signal that has killed it; None while it runs."""
		with self._lock:
			return self._process.exitcode

	def wait(self, timeout: float | None = None) -> int:
		"""Wait for the end, for `timeout` seconds; return how it has ended.

		Raises:
			subprocess.TimeoutExpired: it runs still.
		"""
		with self._lock:
			self._process.join(timeout)
		if self.returncode is None:
			raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
		return self.returncode

	def communicate(self, timeout: float | None = None) -> tuple[str, None]:
		"""Wait for the end, for `timeout` seconds; return all that it has printed since the last line read.

		Raises:
			subprocess.TimeoutExpired: it prints still.
		"""
		if not self._reader.ident:
			self._reader.start()
		self._reader.join(timeout)
		if self._reader.is_alive():
			raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
		self.stdout.close()
		self.wait(timeout)
		return "".join(self._said), None

	def kill(self) -> None:
		"""Kill it; nothing happens if it has ended."""
		self._process.kill()


@contextmanager
def _environment(env: dict[str, str]) -> Iterator[None]:
	"""Inside, the process that the others are forked from is there, with this environment if it is new."""
	CONTEXT.set_forkserver_preload(PRELOADED)
	with mock.patch.dict(os.environ, env):
		forkserver.ensure_running()
		yield


def _run(code: str, site: str, sites_path: str, env: dict[str, str], output: Connection) -> None:
	"""What the new process does."""
	end_with_parent()
	for descriptor in (1, 2):
		os.dup2(output.fileno(), descriptor)
	output.close()
	# in the order in which it is said, with what stderr says
	sys.stdout.reconfigure(line_buffering=True)
	os.environ.update(env)
	os.chdir(sites_path)
	import frappe

	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	exec(compile(code, "<process of a test>", "exec"), {"__name__": "__main__", "frappe": frappe})

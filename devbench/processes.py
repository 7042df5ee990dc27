"""Starting, watching and stopping the programs that devbench needs.

A started program never outlives the process that started it (unless it was told to): it is stopped
on leaving the `with` block, on an interrupt, and, by the kernel, when the starter is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from devbench import STATE

PR_SET_PDEATHSIG = 1
PORTS = (20_000, 32_000)
_started_at = time.monotonic()
_reserved: list[IO[str]] = []
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


class DevbenchError(Exception):
	"""What is missing or went wrong, in one sentence that a person can act on."""


def say(text: str) -> None:
	"""Tell the person at the screen what is being done, with the seconds since the start."""
	print(f"[{time.monotonic() - _started_at:6.1f} s] {text}", file=sys.stderr, flush=True)


def free_port() -> int:
	"""A TCP port on loopback that nobody listens on at the moment, and that no other process is given.

	Not one of those that the kernel gives to whoever connects somewhere: it would be taken before it is used.
	"""
	for _ in range(100):
		port = random.randrange(*PORTS)
		with socket.socket() as sock, contextlib.suppress(OSError):
			sock.bind(("127.0.0.1", port))
			_reserve(port)
			return port
	raise DevbenchError(f"There is no free port from {PORTS[0]} to {PORTS[1]}.")


def _reserve(port: int) -> None:
	"""Keep the port for this process; raise OSError when another process of this checkout has it."""
	path = STATE / "ports" / str(port)
	path.parent.mkdir(parents=True, exist_ok=True)
	lock = path.open("w")
	try:
		fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
	except OSError:
		lock.close()
		raise
	_reserved.append(lock)  # held until the process ends


def accepts_connections(port: int) -> bool:
	"""Whether something listens on this loopback port."""
	with socket.socket() as sock:
		sock.settimeout(1)
		return sock.connect_ex(("127.0.0.1", port)) == 0


def ends_with_starter(number: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
	"""Return a function for a child process that has the kernel signal it when its starter ends."""
	parent = os.getpid()
	return lambda: _end_with(parent, number)


def end_with_parent() -> None:
	"""Have the kernel end this process when the one that it was forked from ends."""
	_end_with(os.getppid(), signal.SIGTERM)


def _end_with(parent: int, number: signal.Signals) -> None:
	# holds even after kill -9 of the parent
	if _libc:
		_libc.prctl(PR_SET_PDEATHSIG, number)
		if os.getppid() != parent:
			os._exit(1)


def outlive_starter() -> None:
	"""Take back, in the child process itself, what `ends_with_starter` has tied."""
	if _libc:
		_libc.prctl(PR_SET_PDEATHSIG, 0)


class Program:
	"""One started program with its log file.

	`user` is the name of the account it runs as (PostgreSQL refuses root); `stop_signal` is what asks
	it to end; `detach` lets it outlive the starter (its pid is then in `pid`).
	"""

	def __init__(
		self,
		name: str,
		command: Sequence[str | os.PathLike],
		*,
		log: Path,
		cwd: Path | None = None,
		env: Mapping[str, str] | None = None,
		user: str | None = None,
		stop_signal: signal.Signals = signal.SIGTERM,
		detach: bool = False,
	) -> None:
		self.name, self.log, self.stop_signal = name, log, stop_signal
		log.parent.mkdir(parents=True, exist_ok=True)
		with log.open("ab") as out:
			self.process = subprocess.Popen(
				[os.fspath(part) for part in command],
				stdin=subprocess.DEVNULL,
				stdout=out,
				stderr=subprocess.STDOUT,
				cwd=cwd,
				env=dict(env) if env is not None else None,
				user=user,
				group=user,
				extra_groups=[] if user else None,
				start_new_session=True,
				preexec_fn=None if detach else ends_with_starter(stop_signal),
			)

	@property
	def pid(self) -> int:
		return self.process.pid

	def wait_until(self, ready: Callable[[], bool], timeout: float = 300) -> None:
		"""Wait until `ready` returns true.

		Raises DevbenchError with the end of the log if the program ends or takes too long.
		"""
		deadline = time.monotonic() + timeout
		while True:
			is_ready = ready()
			# asked afterwards: what answers may be somebody else's, on a port that ours could not get
			if self.process.poll() is not None:
				raise DevbenchError(f"{self.name} ended at once: {self.tail()}")
			if is_ready:
				return
			if time.monotonic() > deadline:
				self.stop()
				raise DevbenchError(f"{self.name} was not ready after {timeout:.0f} s: {self.tail()}")
			time.sleep(0.05)

	def tail(self, characters: int = 600) -> str:
		with contextlib.suppress(OSError):
			return self.log.read_text(errors="replace")[-characters:].strip()
		return ""

	def stop(self, timeout: float = 60) -> None:
		"""Ask the program to end, and make it end if it does not. Does nothing when it has ended."""
		if self.process.poll() is None:
			self._signal(self.stop_signal)
			try:
				self.process.wait(timeout)
			except subprocess.TimeoutExpired:
				self.kill()
		# whatever it left behind in its own session
		self._signal(signal.SIGKILL)

	def kill(self) -> None:
		"""End it without asking (kill -9), as a crash would."""
		self._signal(signal.SIGKILL)
		self.process.wait()

	def _signal(self, number: int) -> None:
		with contextlib.suppress(ProcessLookupError, PermissionError):
			os.killpg(self.process.pid, number)


def run(
	what: str,
	command: Sequence[str | os.PathLike],
	*,
	log: Path,
	cwd: Path | None = None,
	env: Mapping[str, str] | None = None,
	user: str | None = None,
	timeout: float = 3600,
) -> None:
	"""Run a command to its end, with its output in `log`.

	Raises DevbenchError "`what` failed: ..." if it fails.
	"""
	program = Program(what, command, log=log, cwd=cwd, env=env, user=user)
	try:
		if program.process.wait(timeout):
			raise DevbenchError(f"{what} failed: {program.tail()}")
	except subprocess.TimeoutExpired:
		raise DevbenchError(f"{what} took more than {timeout:.0f} s: {program.tail()}") from None
	finally:
		program.stop()


@contextlib.contextmanager
def stopping_on_signals() -> Iterator[None]:
	"""Inside, SIGTERM and SIGHUP end the process so that `with` blocks stop what they started."""

	def leave(number: int, _frame: object) -> None:
		# asked twice, it would leave without stopping the rest
		for one in before:
			signal.signal(one, signal.SIG_IGN)
		raise SystemExit(128 + number)

	before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
	try:
		yield
	finally:
		for number, handler in before.items():
			signal.signal(number, handler)

"""What the Medusa servers of this process share: a run folder and a private PostgreSQL."""

from __future__ import annotations

import threading

from devbench.medusa.postgres import Postgres
from devbench.runs import Run


class Machine:
	"""What all servers of this process share while there is any: the run folder and PostgreSQL."""

	def __init__(self) -> None:
		self.run = Run()
		self.run.begin()
		self.postgres = Postgres(self.run.folder / "postgres")
		self.users = 0
		try:
			self.postgres.start()
		except BaseException:
			self.run.end()
			raise

	def stop(self) -> None:
		self.postgres.stop()
		self.run.end()


_machine: Machine | None = None
machine_lock = threading.RLock()


def enter_machine() -> Machine:
	"""The machine, started for the first that asks; `leave_machine` when it is no longer needed."""
	global _machine
	with machine_lock:
		_machine = _machine or Machine()
		_machine.users += 1
		return _machine


def leave_machine() -> None:
	"""Stop the machine when the last one leaves it."""
	global _machine
	with machine_lock:
		_machine.users -= 1
		if not _machine.users:
			_machine.stop()
			_machine = None

"""A private MariaDB and a private Redis on free loopback ports, stopped with their starter."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from devbench.packages import ensure_program
from devbench.processes import Program, free_port, run

# speed instead of durability: the data live no longer than the run
MARIADB_OPTIONS = (
	"--bind-address=127.0.0.1",
	"--character-set-server=utf8mb4",
	"--collation-server=utf8mb4_unicode_ci",
	"--innodb-buffer-pool-size=128M",
	"--innodb-doublewrite=0",
	"--innodb-flush-log-at-trx-commit=0",
	"--innodb-flush-method=nosync",
	"--innodb-log-file-size=16M",
	# on by default from MariaDB 11.6.2 on, known and off in the versions before
	"--innodb-snapshot-isolation=ON",
	"--max-allowed-packet=64M",
	"--skip-log-bin",
	"--skip-name-resolve",
	# counts the rows that change, by which tests know what to put back
	"--userstat=1",
)
SOCKET = "mariadb.sock"
# bytes that the kernel takes for the path of a socket
LONGEST_SOCKET = 107


def mariadb_program(name: str) -> Path:
	"""Return the path of one of MariaDB's programs.

	Raises DevbenchError if it is missing and cannot be installed.
	"""
	# the core packages bring the programs and start no service of the machine's own
	return ensure_program(name, ["mariadb-server-core", "mariadb-client-core"])


def as_account() -> list[str]:
	"""MariaDB refuses to run as root unless told to."""
	return ["--user=root"] if os.geteuid() == 0 else []


class MariaDB:
	"""A server on the data in `folder`."""

	def __init__(self, folder: Path, logs: Path) -> None:
		self.folder, self.logs = folder, logs
		self.port = 0
		self.program: Program | None = None

	@property
	def socket(self) -> str | None:
		"""The path of its socket, which is faster than the port; None if it is too long for the kernel."""
		path = str(self.folder / SOCKET)
		return path if len(os.fsencode(path)) <= LONGEST_SOCKET else None

	def create(self, statements: str) -> None:
		"""Make the data folder, and run the statements as the server's root the first time it starts."""
		install = mariadb_program("mariadb-install-db")
		mariadb_program("mariadb")  # Frappe loads its first tables with it
		self.folder.mkdir(parents=True)
		command = [install, "--no-defaults", f"--datadir={self.folder}", "--skip-test-db", *as_account()]
		run("mariadb-install-db", command, log=self.logs / "mariadb-install-db.log", env=self.environment())
		(self.folder / "first.sql").write_text(statements)

	def environment(self) -> dict[str, str]:
		"""Return a private folder for temporary tables, because a starting server deletes those in `/tmp`."""
		folder = self.folder.with_name("mariadb-tmp")
		folder.mkdir(parents=True, exist_ok=True)
		return {**os.environ, "TMPDIR": str(folder)}

	def launch(self) -> None:
		"""Start the server, without waiting for it. Raises DevbenchError when MariaDB cannot be installed."""
		server = mariadb_program("mariadbd")
		self.port = free_port()
		command = [server, "--no-defaults", *as_account(), *MARIADB_OPTIONS, f"--datadir={self.folder}"]
		# relative, thus in the data folder: its path may be too long
		command += [f"--port={self.port}", f"--socket={SOCKET}", f"--pid-file={self.folder}/mariadb.pid"]
		if (first := self.folder / "first.sql").exists():
			command.append(f"--init-file={first}")
		self.program = Program("MariaDB", command, log=self.logs / "mariadb.log", env=self.environment())

	def wait(self) -> None:
		"""Wait until the server answers; raises DevbenchError when it does not."""
		assert self.program
		# it listens earlier, but greets nobody before the first statements are through
		self.program.wait_until(lambda: answers(self.port))
		(self.folder / "first.sql").unlink(missing_ok=True)

	def stop(self) -> None:
		"""Shut the server down in an orderly way."""
		if self.program:
			self.program.stop(timeout=300)
			self.program = None


class Redis:
	"""A server without persistence, which can be stopped and started again on the same port."""

	def __init__(self, logs: Path) -> None:
		self.logs = logs
		self.port = 0
		self.program: Program | None = None

	@property
	def url(self) -> str:
		"""The server's address, without a database number."""
		return f"redis://127.0.0.1:{self.port}"

	def launch(self) -> None:
		"""Start the server, without waiting for it. Raises DevbenchError when Redis cannot be installed."""
		server = ensure_program("redis-server", ["redis-server"])
		self.port = self.port or free_port()
		command = [
			server,
			"--port",
			str(self.port),
			"--bind",
			"127.0.0.1",
			"--save",
			"",
			"--appendonly",
			"no",
		]
		self.program = Program("Redis", command, log=self.logs / "redis.log", cwd=self.logs)

	def wait(self) -> None:
		"""Wait until the server answers; raises DevbenchError when it does not."""
		assert self.program
		self.program.wait_until(lambda: answers(self.port, b"PING\r\n"))

	def stop(self) -> None:
		"""Stop the server; what it held is lost."""
		if self.program:
			self.program.stop()
			self.program = None

	@contextlib.contextmanager
	def stopped(self) -> Iterator[None]:
		"""Inside, Redis is down; afterwards it runs again, empty, on the same port."""
		self.stop()
		try:
			yield
		finally:
			self.launch()
			self.wait()


def answers(port: int, question: bytes = b"") -> bool:
	"""Whether the server on this loopback port says something, asked or unasked."""
	try:
		with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
			connection.sendall(question)
			return bool(connection.recv(1))
	except OSError:
		return False


def copy_folder(source: Path, target: Path) -> None:
	"""Copy a folder tree, by reference where the file system can."""
	if shutil.which("cp"):
		command = ["cp", "-a", "--reflink=auto", source, target]
		run("copying the template", command, log=target / "copy.log")  # it says so if the disk is full
	else:
		shutil.copytree(source, target, symlinks=True)

"""A private PostgreSQL for the Medusa servers: on a free loopback port, in a folder of its own, thrown away.

PostgreSQL refuses to run as root, so that root runs it as `postgres` (or `nobody`); the data then lie where
that account can reach them, in the system's folder for temporary files if the checkout is out of its reach.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from devbench.packages import ensure_program
from devbench.processes import DevbenchError, Program, accepts_connections, free_port, run

OWNER = "medusa"
TEMPORARY = "devbench-postgres-"
# nothing here outlives the run, so that nothing has to survive a power cut
SETTINGS = {
	"listen_addresses": "127.0.0.1",
	"unix_socket_directories": "",
	"max_connections": "200",
	"shared_buffers": "128MB",
	"fsync": "off",
	"synchronous_commit": "off",
	"full_page_writes": "off",
	"wal_level": "minimal",
	"max_wal_senders": "0",
	"autovacuum": "off",
	"jit": "off",
}


def program(name: str) -> Path:
	"""One of PostgreSQL's programs, the newest version when there are several, installed when missing."""
	versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
	folders = [os.fspath(path) for path in versions]
	# the real programs first: Debian's wrappers on the PATH look for a cluster of the machine's own
	for folder in folders:
		if (Path(folder) / name).exists():
			return Path(folder) / name
	try:
		return ensure_program(name, ["postgresql"], *folders)
	except DevbenchError:
		# the package has made the folder only now
		for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}"):
			return path
		raise


def postgres_version() -> str:
	"""The version of PostgreSQL's server program."""
	return subprocess.run([program("postgres"), "--version"], capture_output=True, text=True).stdout.strip()


def account() -> str | None:
	"""The account that PostgreSQL runs as; None is our own, which will do unless it is root."""
	if os.geteuid() != 0:
		return None
	for name in ("postgres", "nobody"):
		# it runs under the group of the same name, which Debian has only for the first
		with contextlib.suppress(KeyError):
			return pwd.getpwnam(grp.getgrnam(name).gr_name).pw_name
	raise DevbenchError("PostgreSQL refuses to run as root, and there is no account postgres or nobody.")


def _remove_leftovers() -> None:
	"""Remove the data that killed processes have left among the temporary files."""
	for path in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*-*"):
		owner = path.name.removeprefix(TEMPORARY).partition("-")[0]
		if not Path("/proc", owner).exists():
			shutil.rmtree(path, ignore_errors=True)


class Postgres:
	"""One PostgreSQL server, from `start` to `stop`; then its folder is gone.

	`folder` is where its data and its log are to lie; nothing else may be in it.
	"""

	def __init__(self, folder: Path) -> None:
		self.folder = folder
		self.password = secrets.token_urlsafe(18)
		self.port = 0
		self._user: str | None = None
		self._home = folder
		self._server: Program | None = None

	def __enter__(self) -> Postgres:
		self.start()
		return self

	def __exit__(self, *_: object) -> None:
		self.stop()

	def start(self) -> None:
		"""Make an empty cluster and serve it."""
		initdb, postgres = program("initdb"), program("postgres")
		self._user = account()
		self.folder.mkdir(parents=True, exist_ok=True)
		self._home = self._reachable_home()
		data, password_file = self._home / "data", self._home / "password"
		try:
			password_file.write_text(self.password)
			password_file.chmod(0o600)
			self._give(password_file)
			command = [initdb, "-D", data, "-U", OWNER, "-A", "scram-sha-256", f"--pwfile={password_file}"]
			command += ["-E", "UTF8", "--locale=C", "--no-sync"]
			run("initdb", command, log=self.folder / "initdb.log", cwd=self._home, user=self._user)
			password_file.unlink()
			self._serve(postgres, data)
		except BaseException:
			self.stop()
			raise

	def _serve(self, postgres: Path, data: Path) -> None:
		self.port = free_port()
		settings = [f"-c{name}={value}" for name, value in SETTINGS.items()]
		self._server = Program(
			"PostgreSQL",
			[postgres, "-D", data, "-p", str(self.port), *settings],
			log=self.folder / "postgres.log",
			cwd=self._home,
			user=self._user,
			stop_signal=signal.SIGINT,
		)
		self._server.wait_until(lambda: accepts_connections(self.port) and self._answers())

	def stop(self) -> None:
		"""Stop it and remove its data."""
		if self._server:
			self._server.stop()
			self._server = None
		shutil.rmtree(self._home / "data", ignore_errors=True)
		if self._home != self.folder:
			shutil.rmtree(self._home, ignore_errors=True)

	def url(self, database: str) -> str:
		"""The address of one database, its password included."""
		return f"postgres://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"

	def create(self, database: str, template: str | None = None) -> None:
		"""A new database, empty or a copy of another one that nobody is connected to."""
		self._run("createdb", database, *(["-T", template] if template else []))

	def exists(self, database: str) -> bool:
		"""Whether there is such a database."""
		return [database] in self.query("postgres", "select datname from pg_database")

	def drop(self, database: str) -> None:
		"""Remove a database, whoever is connected to it."""
		self._run("dropdb", "--if-exists", "--force", database)

	def dump(self, database: str, file: Path) -> None:
		"""Write a database to a file that `restore` reads."""
		self._run("pg_dump", "--no-owner", "-d", database, output=file)

	def restore(self, database: str, file: Path) -> None:
		"""A new database with what `dump` has written."""
		self.create(database)
		with file.open("rb") as source:
			self._run("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-1", "-d", database, source=source)

	def query(self, database: str, sql: str) -> list[list[str]]:
		"""The rows of a statement, their values as text."""
		text = self._run("psql", "-qXAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql)
		return [line.split("\t") for line in text.splitlines()]

	def _answers(self) -> bool:
		with contextlib.suppress(DevbenchError):
			return self.query("postgres", "select 1") == [["1"]]
		return False

	def _run(self, name: str, *arguments: str, output: Path | None = None, source: object = None) -> str:
		env = {**os.environ, "PGPASSWORD": self.password}
		command: Sequence[str | Path] = [
			program(name), "-h", "127.0.0.1", "-p", str(self.port), "-U", OWNER, *arguments
		]  # fmt: skip
		done = subprocess.run(command, env=env, stdin=source or subprocess.DEVNULL, capture_output=True)
		if done.returncode:
			raise DevbenchError(f"{name} failed: {done.stderr.decode(errors='replace').strip()[-600:]}")
		if output:
			output.write_bytes(done.stdout)
			return ""
		return done.stdout.decode()

	def _reachable_home(self) -> Path:
		"""The folder itself, or one among the temporary files when the account cannot get there."""
		if self._user is None:
			return self.folder
		self._give(self.folder)
		test = subprocess.run(["test", "-w", self.folder], user=self._user, extra_groups=[], cwd="/")
		if test.returncode == 0:
			return self.folder
		_remove_leftovers()
		home = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{os.getpid()}-"))
		self._give(home)
		return home

	def _give(self, path: Path) -> None:
		if self._user:
			entry = pwd.getpwnam(self._user)
			os.chown(path, entry.pw_uid, entry.pw_gid)

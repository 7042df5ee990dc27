"""Real Medusa servers, v1 and v2: on loopback, with a private PostgreSQL, removed at the end.

	with MedusaServer("v2") as medusa:
		requests.get(f"{medusa.url}/health")

The first start installs Medusa from npm, migrates a database and seeds it; every later one restores that
database and only waits for Medusa. Start servers from a thread that lives as long as they do.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from secrets import token_hex

import requests

from devbench import CACHE
from devbench.medusa.generations import DEFAULT_OPTIONS, QUIET, VERSIONS, Generation, PluginOptions, hash_of
from devbench.medusa.machine import Machine, enter_machine, leave_machine, machine_lock
from devbench.medusa.postgres import postgres_version
from devbench.medusa.projects import Project
from devbench.medusa.seeds import SEED, place_order_v1, place_order_v2, seed_v1, seed_v2
from devbench.processes import DevbenchError, Program, free_port, run, say
from devbench.runs import locked

BOOT_TIMEOUT = 600


class MedusaServer:
	"""One Medusa server. `extended` gives it the plugin: the extended product, its routes and its events.

	`plugin` are its options, read at each start. With `admin` it has the pages of Medusa's admin below
	`/app`, which take a few minutes to build.

	`stop` and `start` again keep its port and its data; `kill` is a crash; `reset` gives it back the data of
	its first start; `close` (or the end of a `with` block) throws everything away.
	"""

	def __init__(
		self,
		generation: Generation,
		extended: bool = True,
		plugin: PluginOptions = DEFAULT_OPTIONS,
		*,
		admin: bool = False,
	) -> None:
		self.generation, self.extended, self.plugin = generation, extended, plugin
		self.version = VERSIONS[generation]
		self.email = self.password = ""
		self.secret_key: str | None = None
		self.publishable_key: str | None = None
		self.port = 0
		self._project = Project(generation, admin=admin)
		self._secrets = {name: token_hex(16) for name in ("JWT_SECRET", "COOKIE_SECRET")}
		self._machine: Machine | None = None
		self._folder: Path
		self._database = ""
		self._program: Program | None = None

	def __enter__(self) -> MedusaServer:
		self.start()
		return self

	def __exit__(self, *_: object) -> None:
		self.close()

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self.port}"

	@property
	def name(self) -> str:
		"""What it is, for messages and names of files."""
		return f"{self.generation}-{'extended' if self.extended else 'stock'}"

	@property
	def log(self) -> Path:
		"""The log of Medusa itself."""
		return self._folder / "medusa.log"

	@property
	def admin_pages(self) -> Path:
		"""The folder of the admin's pages, if it has them."""
		return self._folder / ("build" if self.generation == "v1" else "public/admin")

	def start(self) -> None:
		"""Start it, or start it again after `stop`.

		Raises DevbenchError when it cannot be had or does not boot.
		"""
		is_first = self._machine is None
		try:
			self.launch()
			self.wait()
		except BaseException:
			if is_first:
				self.close()
			raise

	def launch(self) -> None:
		"""Start it without waiting until it answers; `wait` does that, so that others can start meanwhile."""
		if self._program:
			return
		if self._machine is None:
			self._prepare()
		self._launch(self._machine)

	def wait(self) -> None:
		"""Wait until it answers; DevbenchError, and it is stopped, when it does not."""
		try:
			self._program.wait_until(self._is_healthy, BOOT_TIMEOUT)
		except BaseException:
			self.stop()
			raise

	def stop(self) -> None:
		"""Stop Medusa; its data stay for the next `start`."""
		if self._program:
			self._program.stop()
			self._program = None

	def kill(self) -> None:
		"""Let Medusa end without warning (kill -9), as a crash would; its data stay."""
		if self._program:
			self._program.kill()
			self._program = None

	def reset(self) -> None:
		"""Give it back the data that it had at its first start; costs a boot. Tokens and keys stay valid."""
		was_up = self._program is not None
		self.stop()
		self._machine.postgres.drop(self._database)
		self._machine.postgres.create(self._database, template=self._template)
		for name in ("uploads", "static"):
			for path in (self._folder / name).glob("*"):
				path.unlink()
		if was_up:
			self.start()

	def close(self) -> None:
		"""Stop it and throw its data away."""
		self.stop()
		if self._machine:
			with contextlib.suppress(DevbenchError):
				self._machine.postgres.drop(self._database)
			shutil.rmtree(self._folder, ignore_errors=True)
			self._machine = None
			leave_machine()

	def query(self, sql: str) -> list[list[str]]:
		"""The rows that a statement finds in Medusa's database, as texts."""
		return self._machine.postgres.query(self._database, sql)

	def add_order(self) -> str:
		"""Let there be an order that /store/order-update can be told about; returns its id."""
		place = place_order_v1 if self.generation == "v1" else place_order_v2
		return place(self.url, self.email, self.password)

	def order_update(self, order_id: str) -> dict | None:
		"""What /store/order-update was last told about this order."""
		rows = self.query(f"""select metadata->'erp' from "order" where id = '{order_id}'""")
		return json.loads(rows[0][0]) if rows and rows[0][0] else None

	def quotation_update(self, quotation_id: str) -> dict | None:
		"""What /store/quotation-update was last told about this quotation."""
		rows = self.query(f"select data from erp_quotation where id = '{quotation_id}'")
		return json.loads(rows[0][0]) if rows else None

	# --- the folder and the database ----------------------------------------------------------------------

	def _prepare(self) -> None:
		self._project.prepare(extended=self.extended)
		machine = enter_machine()
		try:
			unique = token_hex(3)
			self._folder = machine.run.folder / f"medusa-{self.name}-{unique}"
			self._project.unpack(self._folder, extended=self.extended)
			self.port = free_port()
			if self._project.admin:
				self._project.build_admin(self._folder, self._environment(machine))
			with machine_lock:
				self._provide_template(machine)
			self._database = f"medusa_{unique}"
			machine.postgres.create(self._database, template=self._template)
		except BaseException:
			leave_machine()
			raise
		self._machine = machine

	@property
	def _template(self) -> str:
		return f"template_{self.name}".replace("-", "_")

	def _provide_template(self, machine: Machine) -> None:
		"""Have a migrated and seeded database, and know its logins."""
		project = self._project.key_of(extended=self.extended)
		key = hash_of([project, SEED, self.name, postgres_version()])
		dump = CACHE / f"medusa-{self.name}-{key}.sql"
		logins = dump.with_suffix(".json")
		with locked(CACHE / f"medusa-{self.name}.lock"):
			if not logins.exists():
				self._make_template(machine, dump, logins)
			elif not machine.postgres.exists(self._template):
				machine.postgres.restore(self._template, dump)
		for name, value in json.loads(logins.read_text()).items():
			setattr(self, name, value)

	def _make_template(self, machine: Machine, dump: Path, logins: Path) -> None:
		say(f"migrating and seeding a database for {self._project.title}, {self.name} (once)")
		machine.postgres.drop(self._template)
		machine.postgres.create(self._template)
		self._database = self._template
		# Medusa's command line takes one that begins with "-" for an option, and 12e34567 for a number
		email, password = "admin@example.com", f"x{token_hex(12)}"
		env = self._environment(machine)
		migrate = ["migrations", "run"] if self.generation == "v1" else ["db:migrate"]
		for arguments in (migrate, ["user", "-e", email, "-p", password]):
			what = f"medusa {arguments[0]}"
			run(what, self._project.command(*arguments), log=self.log, cwd=self._folder, env=env)
		self._launch(machine)
		self.wait()
		try:
			seed = seed_v1 if self.generation == "v1" else seed_v2
			known = {"email": email, "password": password, **seed(self.url, email, password)}
		except requests.RequestException as error:
			raise DevbenchError(f"{self._project.title} could not be seeded: {error}") from error
		finally:
			self.stop()
		machine.postgres.dump(self._template, dump)
		part = logins.with_suffix(".part")
		part.touch(mode=0o600)
		part.write_text(json.dumps(known))
		# it is complete only now
		part.rename(logins)

	# --- the program --------------------------------------------------------------------------------------

	def _environment(self, machine: Machine) -> dict[str, str]:
		options = {name: value for name, value in asdict(self.plugin).items() if value is not None}
		return {
			**os.environ,
			**QUIET,
			**self._secrets,
			"NODE_ENV": "production",
			"DATABASE_URL": machine.postgres.url(self._database),
			"BACKEND_URL": self.url,
			"ERP_PLUGIN": json.dumps(options) if self.extended else "",
			"ADMIN": "1" if self._project.admin else "",
		}

	def _launch(self, machine: Machine) -> None:
		port = ["-p", str(self.port)]
		arguments = port if self.generation == "v1" else ["-H", "127.0.0.1", *port]
		self._program = Program(
			f"{self._project.title} ({self.name})",
			self._project.command("start", *arguments),
			log=self.log,
			cwd=self._folder,
			env=self._environment(machine),
		)

	def _is_healthy(self) -> bool:
		with contextlib.suppress(requests.RequestException):
			return requests.get(f"{self.url}/health", timeout=30).status_code == 200
		return False

"""A site in a folder, with the MariaDB and the Redis that it needs, while it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from typing_extensions import Self

from devbench import ROOT, STATE
from devbench.processes import Program, accepts_connections, ends_with_starter, free_port, run
from devbench.runtime import build_runtime, python_path
from devbench.services import MariaDB, Redis

SITE = "devbench.localhost"
ADMIN_PASSWORD = "admin"
STAND_INS = ROOT / "devbench" / "stand_ins"
APP = ROOT / "medusa_integration"
# in CI, Frappe's workers would behave and log otherwise
LEFT_OUT = ("CI", "PYTHONDONTWRITEBYTECODE")


class RunningSite:
	"""The site in `folder`, up inside the `with` block.

	`site` is its name, `sites_path` the folder of the sites, `env` the environment for processes on it,
	`mariadb` and `redis` its servers.
	"""

	site = SITE
	admin_password = ADMIN_PASSWORD

	def __init__(self, folder: Path) -> None:
		self.folder = folder
		self.logs = folder / "logs"
		self.sites_path = folder / "sites"
		self.mariadb = MariaDB(folder / "mariadb", self.logs)
		self.redis = Redis(self.logs)
		self.programs: list[Program] = []
		self.env: dict[str, str] = {}

	def __enter__(self) -> Self:
		try:
			self.start()
		except BaseException:
			self.stop()
			raise
		return self

	def __exit__(self, *_exception: object) -> None:
		self.stop()

	def start(self) -> None:
		"""Bring the site up. Raises DevbenchError when something is missing or does not start."""
		self.env = {
			**{name: value for name, value in os.environ.items() if name not in LEFT_OUT},
			# each process would compile all of Frappe anew
			"PYTHONPYCACHEPREFIX": str(STATE / "pycache"),
			"PYTHONPATH": python_path(*python_folders()),
			"SITES_PATH": str(self.sites_path),
			"FRAPPE_SITE": self.site,
		}
		for name in ("logs", "config"):
			(self.folder / name).mkdir(parents=True, exist_ok=True)
		self.mariadb.launch()
		self.redis.launch()
		self.configure()
		self.mariadb.wait()
		self.redis.wait()

	def stop(self) -> None:
		"""Stop everything that was started on the site."""
		for program in reversed(self.programs):
			program.stop()
		self.programs.clear()
		self.redis.stop()
		self.mariadb.stop()

	def configure(self) -> None:
		"""Write the ports of this run into the configuration files, and the apps that there are."""
		site_config = self.sites_path / self.site / "site_config.json"
		update_json(
			site_config, db_host="127.0.0.1", db_port=self.mariadb.port, db_socket=self.mariadb.socket
		)
		common_config = self.sites_path / "common_site_config.json"
		caches = {"redis_cache": f"{self.redis.url}/0", "redis_queue": f"{self.redis.url}/1"}
		update_json(common_config, default_site=self.site, **caches)
		apps = ["frappe", "erpnext", "webshop", *([APP.name] if app_is_there() else [])]
		(self.sites_path / "apps.txt").write_text("\n".join(apps) + "\n")

	def serve(self) -> str:
		"""Start an HTTP server for the site; return its base URL."""
		port = free_port()
		server = self.launch("web", "-m", "devbench.web", self.site, self.sites_path, str(port))
		server.wait_until(lambda: accepts_connections(port))
		return f"http://127.0.0.1:{port}"

	def worker(self, queues: str = "short,default,long") -> Program:
		"""Start a worker process for these queues; return it when it listens."""
		worker = self.launch("worker", "-m", "devbench.worker", "--queue", queues)
		worker.wait_until(lambda: "istening on" in worker.tail(10_000))
		return worker

	def launch(self, name: str, *arguments: str | os.PathLike) -> Program:
		"""Start Python with these arguments in the site's environment, to be stopped with the site."""
		log = self.logs / f"{name}-{len(self.programs)}.log"
		command = [sys.executable, *arguments]
		program = Program(name, command, log=log, cwd=self.sites_path, env=self.env)
		self.programs.append(program)
		return program

	def connect(self) -> None:
		"""Connect this process to the site, as Administrator: `import frappe` works from here on."""
		import_from_here()
		os.environ.update({name: self.env[name] for name in ("SITES_PATH", "FRAPPE_SITE")})
		import frappe

		frappe.init(self.site, sites_path=str(self.sites_path), force=True)
		frappe.connect()

	def python(self, code: str) -> subprocess.Popen[str]:
		"""Start a Python process that is connected to the site as Administrator and runs the code."""
		return start_python(code, self.site, self.sites_path, self.env)

	def run(self, module: str, *arguments: str) -> None:
		"""Run a module in the site's environment to its end; raise DevbenchError if it fails."""
		command = [sys.executable, "-m", module, *arguments]
		run(module, command, log=self.logs / f"{module}.log", cwd=self.sites_path, env=self.env)


def start_python(code: str, site: str, sites_path: Path, env: dict[str, str]) -> subprocess.Popen[str]:
	"""Start a Python process connected to the site, whose stdout and stderr can be read as one text."""
	connect = f"import frappe; frappe.init({site!r}, sites_path={str(sites_path)!r}); frappe.connect()"
	return subprocess.Popen(
		[sys.executable, "-c", f"{connect}\n{code}"],
		cwd=sites_path,
		env=env,
		stdin=subprocess.DEVNULL,
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		text=True,
		preexec_fn=ends_with_starter(),
	)


def python_folders() -> list[Path]:
	"""What has to be on PYTHONPATH: Frappe, the stand-ins, and this checkout."""
	return [build_runtime(), STAND_INS, ROOT]


def import_from_here() -> None:
	"""Let this process import Frappe, the stand-ins and this checkout's packages."""
	sys.path[:0] = [folder for folder in map(str, python_folders()) if folder not in sys.path]


def app_is_there() -> bool:
	"""Whether this checkout has an app that can be installed."""
	return (APP / "hooks.py").exists()


def update_json(path: Path, **values: object) -> None:
	"""Set these keys in a JSON file, which is made if it is missing."""
	path.parent.mkdir(parents=True, exist_ok=True)
	before = json.loads(path.read_text()) if path.exists() else {}
	path.write_text(json.dumps({**before, **values}, indent=1, sort_keys=True))

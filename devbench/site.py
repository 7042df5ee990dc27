"""A Frappe site with ERPNext's and webshop's stand-ins and this app, built once and copied for each run.

    with Bench() as bench:
        url = bench.serve()
        bench.worker()

Two templates are kept, each under a hash of everything that it was built from: the site with the stand-ins,
which rarely changes, and that site with this app installed. A copy is up within seconds.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from devbench import CACHE, ROOT, RUNS
from devbench.processes import Program, accepts_connections, ends_with_starter, free_port, run, say
from devbench.runtime import HERE, build_runtime, locked, python_path, runtime_key
from devbench.services import MariaDB, Redis, copy_folder

SITE = "devbench.localhost"
ADMIN_PASSWORD = "admin"
STAND_INS = HERE / "stand_ins"
APP = ROOT / "medusa_integration"
# what of the app ends up in the database when it is installed or migrated
APP_SCHEMA = ("hooks.py", "modules.txt", "patches.txt", "medusa_integration", "patches", "setup")
KEPT_TEMPLATES = 3
DATABASE = "devbench"


class Bench:
	"""A running site with its own MariaDB and Redis, stopped on leaving the `with` block.

	Without a `folder` it is a fresh copy of the template, and removed afterwards. `app` tells whether this app
	is installed on it.
	"""

	site = SITE
	admin_password = ADMIN_PASSWORD

	def __init__(self, folder: Path | None = None, *, app: bool = True) -> None:
		self.is_copy, self.app = folder is None, app
		self.folder = (
			folder or RUNS / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{secrets.token_hex(3)}"
		)
		self.logs = self.folder / "logs"
		self.sites_path = self.folder / "sites"
		self.mariadb = MariaDB(self.folder / "mariadb", self.logs)
		self.redis = Redis(self.logs)
		self.programs: list[Program] = []
		self.env: dict[str, str] = {}
		self._lock: IO | None = None

	def __enter__(self) -> Bench:
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
		runtime = build_runtime()
		if self.is_copy:
			template = app_template() if self.app else base_template()
			self._lock = claim(self.folder)
			say("starting the site")
			copy_folder(template / "mariadb", self.folder)
			copy_folder(template / "sites", self.folder)
		for name in ("logs", "config"):
			(self.folder / name).mkdir(parents=True, exist_ok=True)
		self.mariadb.launch()
		self.redis.launch()
		self.configure()
		self.env = {
			**os.environ,
			"PYTHONPATH": python_path(*python_folders(runtime)),
			"SITES_PATH": str(self.sites_path),
			"FRAPPE_SITE": self.site,
		}
		self.mariadb.wait()
		self.redis.wait()

	def stop(self) -> None:
		"""Stop everything that was started on the site, and remove it if it is a copy."""
		for program in reversed(self.programs):
			program.stop()
		self.programs.clear()
		self.redis.stop()
		if self.is_copy and self.mariadb.program:
			self.mariadb.program.kill()  # nobody needs the data any more
		self.mariadb.stop()
		if self.is_copy:
			shutil.rmtree(self.folder, ignore_errors=True)
		if self._lock:
			self._lock.close()
			self._lock = None

	def configure(self) -> None:
		"""Write the ports into the configuration files."""
		site_config = self.sites_path / self.site / "site_config.json"
		update_json(site_config, db_host="127.0.0.1", db_port=self.mariadb.port)
		update_json(
			self.sites_path / "common_site_config.json",
			default_site=self.site,
			redis_cache=f"{self.redis.url}/0",
			redis_queue=f"{self.redis.url}/1",
		)
		apps = ["frappe", "erpnext", "webshop", *([APP.name] if app_is_there() else [])]
		(self.sites_path / "apps.txt").write_text("\n".join(apps) + "\n")

	def serve(self) -> str:
		"""Start an HTTP server for the site; return its base URL."""
		port = free_port()
		command = [sys.executable, "-m", "devbench.web", self.site, self.sites_path, str(port)]
		server = self.launch("web", command)
		server.wait_until(lambda: accepts_connections(port))
		return f"http://127.0.0.1:{port}"

	def worker(self, queues: str = "short,default,long") -> Program:
		"""Start a worker process for these queues; return it when it listens."""
		worker = self.launch("worker", [sys.executable, "-m", "devbench.worker", "--queue", queues])
		worker.wait_until(lambda: "istening on" in worker.tail(10_000))
		return worker

	def launch(self, name: str, command: list[str | os.PathLike]) -> Program:
		"""Start a program in the site's environment, to be stopped with the bench."""
		log = self.logs / f"{name}-{len(self.programs)}.log"
		program = Program(name, command, log=log, cwd=self.sites_path, env=self.env)
		self.programs.append(program)
		return program

	def python(self, code: str) -> subprocess.Popen[str]:
		"""Start a Python process that is connected to the site as Administrator and runs the code."""
		return start_python(code, self.site, self.sites_path, self.env)

	def run(self, module: str, *arguments: str) -> None:
		"""Run a module in the site's environment to its end; raise DevbenchError if it fails."""
		command = [sys.executable, "-m", module, *arguments]
		run(module, command, log=self.logs / f"{module}.log", cwd=self.sites_path, env=self.env)


def start_python(code: str, site: str, sites_path: Path, env: dict[str, str]) -> subprocess.Popen[str]:
	"""Start a Python process connected to the site; its output (stdout and stderr in one) can be read as text."""
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


def python_folders(runtime: Path) -> list[Path]:
	"""What has to be on PYTHONPATH: Frappe, the stand-ins, and this checkout."""
	return [runtime, STAND_INS, ROOT]


def app_is_there() -> bool:
	"""Whether this checkout has an app that can be installed."""
	return (APP / "hooks.py").exists()


def update_json(path: Path, **values: object) -> None:
	"""Set these keys in a JSON file, which is made if it is missing."""
	path.parent.mkdir(parents=True, exist_ok=True)
	before = json.loads(path.read_text()) if path.exists() else {}
	path.write_text(json.dumps({**before, **values}, indent=1, sort_keys=True))


# templates


def base_template() -> Path:
	"""The folder of the site with Frappe and the stand-ins, built if it is not there."""
	sources = [HERE / "install.py", HERE / "records.py", HERE / "services.py", *source_files(STAND_INS)]
	key = hash_of([runtime_key()], sources)

	def build(bench: Bench) -> None:
		password = secrets.token_hex(16)
		bench.mariadb.create(
			f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n"
			f"CREATE USER {DATABASE}@'%' IDENTIFIED BY '{password}';\n"
			f"GRANT ALL PRIVILEGES ON {DATABASE}.* TO {DATABASE}@'%';\n"
		)
		site_config = bench.sites_path / bench.site / "site_config.json"
		update_json(
			site_config,
			admin_password=bench.admin_password,
			allow_tests=1,
			db_name=DATABASE,
			db_password=password,
			db_type="mariadb",
			encryption_key=secrets.token_urlsafe(32) + "=",
		)
		bench.sites_path.joinpath("assets").mkdir()
		bench.sites_path.joinpath("assets", "assets.json").write_text("{}")
		with bench:
			bench.run("devbench.install", "site", "erpnext", "webshop")

	return template("site", key, build, "building the site (once)")


def app_template() -> Path:
	"""The folder of the site with this app installed too, built if it is not there."""
	base = base_template()
	if not app_is_there():
		return base
	key = hash_of([base.name], [file for name in APP_SCHEMA for file in source_files(APP / name)])

	def build(bench: Bench) -> None:
		copy_folder(base / "mariadb", bench.folder)
		copy_folder(base / "sites", bench.folder)
		with bench:
			bench.run("devbench.install", "apps", APP.name)

	return template("app", key, build, "installing the app (once)")


def template(kind: str, key: str, build: Callable[[Bench], None], what: str) -> Path:
	"""The folder of this kind and key in the cache; `build` makes it in the folder of a bench when it is not there."""
	folder = CACHE / f"{kind}-{key}"
	if not folder.is_dir():
		with locked(CACHE / f"{kind}.lock"):
			if not folder.is_dir():
				say(what)
				unfinished = folder.with_suffix(".unfinished")
				shutil.rmtree(unfinished, ignore_errors=True)
				unfinished.mkdir(parents=True)
				build(Bench(unfinished))
				unfinished.rename(folder)
				remove_old_templates(kind)
	os.utime(folder)
	return folder


def remove_old_templates(kind: str) -> None:
	"""Keep the few that were used last."""
	folders = sorted(CACHE.glob(f"{kind}-*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
	for folder in folders[KEPT_TEMPLATES:]:
		shutil.rmtree(folder, ignore_errors=True)


def source_files(path: Path) -> list[Path]:
	"""The file itself, or the files under a folder that matter to a site: no scripts of the desk, no caches."""
	if path.is_file():
		return [path]
	return sorted(
		file
		for file in path.rglob("*")
		if file.is_file() and file.suffix not in (".js", ".md", ".pyc") and not file.name.startswith("test_")
	)


def hash_of(values: Iterable[str], files: Iterable[Path]) -> str:
	"""A short hash of the values and of the files' names and contents."""
	digest = hashlib.sha256("\0".join(values).encode())
	for file in files:
		digest.update(b"\0" + str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
	return digest.hexdigest()[:12]


# runs


def claim(folder: Path) -> IO:
	"""Make the folder of a run and hold it, after removing what killed runs have left behind."""
	for left in RUNS.glob("*/held") if RUNS.is_dir() else ():
		remove_if_dead(left)
	folder.mkdir(parents=True)
	return hold(folder / "held", fcntl.LOCK_EX)


def hold(path: Path, mode: int) -> IO:
	"""Open and lock the file; the lock ends with the process at the latest."""
	file = path.open("w")
	fcntl.flock(file, mode)
	return file


def remove_if_dead(held: Path) -> None:
	"""Remove the folder of a run that nobody holds any more."""
	try:
		with hold(held, fcntl.LOCK_EX | fcntl.LOCK_NB):
			shutil.rmtree(held.parent, ignore_errors=True)
	except OSError:
		return

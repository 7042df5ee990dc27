"""The site that the tests run on: devbench's own, or one of a real bench (`--site NAME`)."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from devbench import STATE
from devbench.processes import Program, accepts_connections, free_port
from devbench.site import Bench
from tests.support.baseline import Baseline, counts_changes
from tests.support.kept_tables import KeptTables
from tests.support.site_process import SiteProcess


class SiteUnderTest:
	"""What tests need of a site, wherever it runs: its name, its place, a server, and processes on it."""

	def __init__(self, name: str, sites_path: Path, env: dict[str, str], logs: Path) -> None:
		self.name, self.sites_path, self.env, self.logs = name, sites_path, env, logs
		self.bench: Bench | None = None
		self.restores_tables = False
		self.server: Program | None = None
		self.baseline: Baseline | None = None

	def serve(self) -> str:
		"""Start an HTTP server on the site; return its base URL. `stop` ends it."""
		port = free_port()
		command = [sys.executable, "-m", "tests.support.checked_web", self.name, self.sites_path, str(port)]
		log = self.logs / "web-of-tests.log"
		self.server = Program("web", command, log=log, cwd=self.sites_path, env=self.env)
		self.server.wait_until(lambda: accepts_connections(port))
		return f"http://127.0.0.1:{port}"

	def python(self, code: str) -> SiteProcess:
		"""Start a process that is connected to the site as Administrator and runs the code."""
		return SiteProcess(code, self.name, self.sites_path, self.env)

	def connect(self) -> None:
		"""Connect this process to the site, as Administrator.

		Raises:
			pytest.UsageError: the site of the bench is not ready for the tests.
		"""
		if self.bench:
			self.bench.connect()
			self.baseline = Baseline()
			return
		import frappe

		os.chdir(self.sites_path)  # Frappe 15 writes its logs to ../logs
		frappe.init(self.name, sites_path=str(self.sites_path))
		frappe.connect()
		company = frappe.db.get_default("company")
		currency = company and frappe.db.get_value("Company", company, "default_currency")
		if (currency, frappe.utils.get_system_timezone()) != ("OMR", "Asia/Muscat"):
			raise pytest.UsageError(
				f"{self.name} needs a default Company in OMR, and the time zone Asia/Muscat: "
				"complete ERPNext's setup wizard with the country Oman."
			)
		if self.restores_tables:
			self._remember_tables()

	def _remember_tables(self) -> None:
		"""Read what all tables hold; `disconnect` puts it back, also if this process is asked to end before.

		If it is killed, the next one puts it back here, and says so.

		Raises:
			pytest.UsageError: MariaDB does not count changes, other tests run on the site, or the tables hold
				what killed tests have left and cannot be put back.
		"""
		if not counts_changes():
			raise pytest.UsageError("--restore-tables: run `SET GLOBAL userstat = 1` in MariaDB first.")
		self.kept = KeptTables(self.sites_path / self.name, self.name)
		self.kept.lock()
		if healed := self.kept.heal():
			print(healed)
		for end in (signal.SIGTERM, signal.SIGHUP):
			signal.signal(end, signal.default_int_handler)
		self.baseline = Baseline()
		self.kept.keep(self.baseline)

	def disconnect(self) -> None:
		"""End this process's connection; with `--restore-tables` all tables hold what they held before."""
		import frappe

		if self.restores_tables and self.baseline:
			# a test that was interrupted may have left a connection that is of no use
			frappe.db.connect()
			self.baseline.put_back()
			self.kept.forget()
		frappe.destroy()

	def stop(self) -> None:
		"""End what was started on the site."""
		if self.server:
			self.server.stop()
		if self.bench:
			self.bench.stop()


def devbench_site() -> SiteUnderTest:
	"""A fresh copy of devbench's site, running."""
	bench = Bench()
	bench.__enter__()
	site = SiteUnderTest(bench.site, bench.sites_path, bench.env, bench.logs)
	site.bench = bench
	return site


def real_site(config: pytest.Config) -> SiteUnderTest:
	"""The site named by `--site`, on the bench that runs already; only the HTTP server will be ours."""
	name = config.getoption("--site")
	sites_path = Path(
		config.getoption("--sites-path") or os.environ.get("SITES_PATH") or Path.cwd()
	).resolve()
	if not (sites_path / name / "site_config.json").exists():
		raise pytest.UsageError(
			f"There is no site {name} in {sites_path}: give its folder with --sites-path."
		)
	root = str(Path(__file__).resolve().parents[2])
	path = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), root])
	site = SiteUnderTest(name, sites_path, {**os.environ, "PYTHONPATH": path}, STATE / "logs")
	site.restores_tables = config.getoption("--restore-tables")
	return site

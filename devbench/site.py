"""A Frappe site with ERPNext's and webshop's stand-ins and this app, built once and copied for each run.

    with Bench() as bench:
        url = bench.serve()
        bench.worker()

Two templates are kept, each under a hash of everything that it was built from: the site with the stand-ins,
which rarely changes, and that site with this app installed. A copy is up within a second.
"""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

from devbench.processes import say
from devbench.running_site import APP, STAND_INS, RunningSite, app_is_there, update_json
from devbench.runs import Run
from devbench.runtime import HERE, runtime_key
from devbench.services import copy_folder
from devbench.templates import hash_of, source_files, template

# what of the app ends up in the database when it is installed
APP_SCHEMA = (
	"hooks.py",
	"modules.txt",
	"patches.txt",
	"medusa_integration",
	"patches",
	"setup",
	"workspace_sidebar",
)
# what the steps of devbench itself put into it
STEPS = ("install.py", "records.py", "services.py", "running_site.py")
DATABASE = "devbench"


class Bench(RunningSite):
	"""A fresh copy of the site, up inside the `with` block, and gone afterwards.

	`app` tells whether this app is installed on it. Leaving the block, an interrupt, and even the end of the
	process by `kill -9` stop everything that was started.
	"""

	def __init__(self, *, app: bool = True) -> None:
		self._run = Run()
		self._app = app
		super().__init__(self._run.folder)

	def start(self) -> None:
		"""Copy the template, which is built if need be, and bring the copy up."""
		folder = app_template() if self._app else base_template()
		self._run.begin()
		say("starting the site")
		copy_site(folder, self.folder)
		super().start()

	def stop(self) -> None:
		"""Stop everything, and remove the copy."""
		if self.mariadb.program:
			self.mariadb.program.kill()  # nobody needs the data any more
		super().stop()
		self._run.end()


def base_template() -> Path:
	"""The folder of the site with Frappe and the stand-ins, built if it is not there."""
	sources = source_files(STAND_INS, *(HERE / name for name in STEPS))
	return template("site", hash_of([runtime_key()], sources), build_base, "building the site (once)")


def app_template() -> Path:
	"""The folder of the site with this app installed too, built if it is not there."""
	base = base_template()
	if not app_is_there():
		return base

	def build(folder: Path) -> None:
		copy_site(base, folder)
		with RunningSite(folder) as site:
			site.run("devbench.install", "apps", APP.name)

	key = hash_of([base.name], source_files(*(APP / name for name in APP_SCHEMA)))
	return template("app", key, build, "installing the app (once)")


def build_base(folder: Path) -> None:
	"""Make the site with Frappe and the stand-ins in an empty folder."""
	site, password = RunningSite(folder), secrets.token_hex(16)
	site.mariadb.create(
		f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n"
		f"CREATE USER {DATABASE}@'%' IDENTIFIED BY '{password}';\n"
		f"GRANT ALL PRIVILEGES ON {DATABASE}.* TO {DATABASE}@'%';\n"
	)
	update_json(
		site.sites_path / site.site / "site_config.json",
		admin_password=site.admin_password,
		allow_tests=1,
		db_name=DATABASE,
		db_password=password,
		db_type="mariadb",
		encryption_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
	)
	# mails look their styles up in it
	update_json(site.sites_path / "assets" / "assets.json")
	with site:
		site.run("devbench.install", "site", "erpnext", "webshop")


def copy_site(source: Path, target: Path) -> None:
	"""Copy database and files of a site that is not running."""
	for name in ("mariadb", "sites"):
		copy_folder(source / name, target)

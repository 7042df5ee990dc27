"""python -m devbench.install site APP... | apps APP...: build a site, in its environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import frappe
from frappe.installer import install_app, install_db, make_site_dirs

from devbench.processes import say
from devbench.records import make_records
from devbench.templates import INCOMPLETE


def new_site(apps: list[str]) -> None:
	"""Fill the empty database, install Frappe and the apps, and do what the setup wizard would do."""
	frappe.init(os.environ["FRAPPE_SITE"], new_site=True)
	make_site_dirs()
	conf = frappe.conf
	install_db(
		db_name=conf.db_name, db_password=conf.db_password, db_type="mariadb", verbose=False, setup=False
	)
	install_app("frappe", force=True)
	install_apps(apps)
	make_records()
	frappe.db.commit()
	frappe.clear_cache()


def install_apps(apps: list[str]) -> None:
	"""Install the apps, with what they require, on the connected site."""
	for app in apps:
		install_app(app)
		frappe.db.commit()


def check_jobs() -> None:
	"""Mark the site as incomplete if the apps' hooks name jobs that cannot be imported.

	Frappe ignores such jobs.
	"""
	known = set(frappe.get_all("Scheduled Job Type", pluck="method"))
	named = set()
	for jobs in frappe.get_hooks("scheduler_events").values():
		named.update(
			job for listed in (jobs.values() if isinstance(jobs, dict) else [jobs]) for job in listed
		)
	if missing := sorted(named - known):
		Path(frappe.local.sites_path, "..", INCOMPLETE).write_text("\n".join(missing))
		say(f"these jobs cannot be imported: {', '.join(missing)}")


def main(what: str, *apps: str) -> None:
	"""Do one of the two steps."""
	if what == "site":
		new_site(list(apps))
	else:
		frappe.init(os.environ["FRAPPE_SITE"])
		frappe.connect()
		install_apps(list(apps))
	check_jobs()
	frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])

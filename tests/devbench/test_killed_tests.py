"""`--restore-tables`: tests that are killed leave a site which the next run heals before anything else."""

from __future__ import annotations

import os

import pytest

from tests.support.sites import SiteUnderTest

pytestmark = pytest.mark.long

RUN = """
import os
from pathlib import Path
from tests.support.sites import SiteUnderTest
site = SiteUnderTest({name!r}, Path({path!r}), dict(os.environ), Path({path!r}))
site.restores_tables = True
site.connect()
"""
MAKE = """
frappe.get_doc({"doctype": "Brand", "brand": "Left Behind"}).insert()
frappe.db.set_value("Item Group", "Products", "is_group", 0)
frappe.db.delete("UOM", "Nos")
frappe.db.commit()
"""
SHOW = """
print("found", frappe.db.exists("Brand", "Left Behind"), frappe.db.exists("UOM", "Nos"),
	frappe.db.get_value("Item Group", "Products", "is_group"))
"""
END = "site.disconnect()\n"
WAIT = "print('ready', flush=True); import signal; signal.pause()\n"


def run(site: SiteUnderTest, *steps: str):
	"""A process that works on the site as a run of the tests does."""
	return site.python(RUN.format(name=site.name, path=str(site.sites_path)) + "\n".join(steps))


def killed(site: SiteUnderTest) -> None:
	"""Let a run be killed after it has changed the site."""
	process = run(site, MAKE, WAIT)
	assert process.stdout.readline().strip() == "ready"
	process.kill()
	process.wait(300)


def shown(site: SiteUnderTest, *steps: str) -> list[str]:
	"""What the next run says."""
	out, _ = run(site, *steps).communicate(timeout=600)
	return out.strip().splitlines()


def test_the_next_run_heals_the_site(fresh_site):
	killed(fresh_site)
	line, found = shown(fresh_site, SHOW, END)
	assert line == (
		f"--restore-tables: tests on {fresh_site.name} were killed; 3 tables hold again what they held before."
	)
	assert found == "found None Nos 1"
	# it is said once, and the site is as it was
	assert shown(fresh_site, SHOW, END) == ["found None Nos 1"]


def test_a_run_that_is_killed_after_it_has_healed(fresh_site):
	killed(fresh_site)
	killed_again = run(fresh_site, MAKE, WAIT)
	assert "were killed" in killed_again.stdout.readline()
	assert killed_again.stdout.readline().strip() == "ready"
	killed_again.kill()
	killed_again.wait(300)
	assert shown(fresh_site, SHOW, END)[-1] == "found None Nos 1"


def test_two_runs_at_once(fresh_site):
	"""The second one stops, and leaves alone what the first one has made."""
	first = run(fresh_site, MAKE, WAIT)
	assert first.stdout.readline().strip() == "ready"
	assert shown(fresh_site)[-1].endswith(f"--restore-tables: other tests on {fresh_site.name} still run.")
	assert first.returncode is None
	first.kill()
	first.wait(300)


@pytest.mark.parametrize("what", ["migrated", "another column", "an older version"])
def test_a_copy_of_another_state_is_not_put_back(fresh_site, what):
	folder = fresh_site.sites_path / fresh_site.name
	copy = folder / "medusa_tests_unfinished"
	killed(fresh_site)
	if what == "migrated":
		migrated = folder / "touched_tables.json"
		migrated.write_text("[]")
		later = copy.stat().st_mtime + 1
		os.utime(migrated, (later, later))
	elif what == "another column":
		fresh_site.python("frappe.db.sql_ddl('alter table `tabUOM` add column later int')").wait(300)
	else:
		# which left an empty file
		copy.write_bytes(b"")
	last = shown(fresh_site)[-1]
	assert last.endswith(f"restore the site, then delete {copy}.")
	assert (
		"found Left Behind None 0" in fresh_site.python(f"import frappe\n{SHOW}").communicate(timeout=300)[0]
	)

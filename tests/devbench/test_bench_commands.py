"""What `bench` does to a site works here too: jobs, the scheduler, migrate, uninstall."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.long

JOB = """
import time
job = frappe.enqueue("frappe.handler.ping", job_id="devbench-test", queue="long")
deadline = time.monotonic() + 600
while job.get_status(refresh=True) not in ("finished", "failed") and time.monotonic() < deadline:
	time.sleep(0.05)
print(str(job.get_status()))
"""

SCHEDULER = """
from frappe.utils.scheduler import enqueue_events, is_scheduler_inactive
assert not is_scheduler_inactive()
frappe.db.set_value("Scheduled Job Type", {"method": "frappe.sessions.clear_expired_sessions"}, "creation", "2020-01-01")
frappe.db.commit()
assert "frappe.sessions.clear_expired_sessions" in enqueue_events(), "not due"
"""

LOG = """
import time
deadline = time.monotonic() + 600
while not frappe.get_all("Scheduled Job Log", {"status": "Complete"}) and time.monotonic() < deadline:
	frappe.db.rollback()
	time.sleep(0.1)
print(frappe.db.count("Scheduled Job Log", {"status": "Complete"}))
"""

MIGRATE = """
from frappe.migrate import SiteMigration
def shape():
	tables = {t: sorted(c["name"] for c in frappe.db.get_table_columns_description(t)) for t in frappe.db.get_tables(cached=False)}
	return tables, frappe.db.count("Custom Field"), frappe.db.count("Scheduled Job Type"), frappe.db.count("DocType")
before = shape()
for _ in range(2):
	SiteMigration(skip_search_index=True).run(frappe.local.site)
	frappe.init(SITE); frappe.connect()
	assert shape() == before
"""

UNINSTALL = """
from frappe.installer import install_app, remove_app
def tables():
	return set(frappe.db.get_tables(cached=False))
app = "medusa_integration"
doctypes = frappe.get_all("DocType", {"module": "Medusa Integration"}, pluck="name")
assert doctypes and "tabMedusa Sync Task" in tables()
remove_app(app, yes=True, no_backup=True)
assert app not in frappe.get_installed_apps()
assert app not in str(frappe.get_hooks("doc_events"))
assert not frappe.get_all("DocType", {"module": "Medusa Integration"})
assert "tabMedusa Sync Task" not in tables()
assert not frappe.get_all("Module Def", {"app_name": app})
install_app(app)
assert app in frappe.get_installed_apps()
assert sorted(frappe.get_all("DocType", {"module": "Medusa Integration"}, pluck="name")) == sorted(doctypes)
"""


def succeeds(process) -> str:
	"""The output of a process, which has to end well."""
	output, _ = process.communicate(timeout=1800)
	assert process.returncode == 0, output
	return output


def test_a_worker_does_a_job_and_the_scheduler_leaves_a_log(fresh_site):
	fresh_site.bench.worker()
	assert "finished" in succeeds(fresh_site.python(JOB)).lower()
	succeeds(fresh_site.python(SCHEDULER))
	assert succeeds(fresh_site.python(LOG)).split()[-1] != "0"


def test_migrating_twice_changes_nothing(fresh_site):
	succeeds(fresh_site.python(f"SITE = {fresh_site.name!r}\n{MIGRATE}"))


def test_uninstalling_and_installing_again(fresh_site):
	succeeds(fresh_site.python(UNINSTALL))

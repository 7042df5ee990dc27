"""The scheduled jobs as Frappe's own scheduler knows and runs them, and where their history is to be seen."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils.scheduler import disable_scheduler, enable_scheduler

from medusa_integration.selling import mail_queue as mails
from medusa_integration.sync import worker
from medusa_integration.sync.desk_api import sync_health

JOBS = {
	"medusa_integration.sync.worker.run": ("All", None),
	"medusa_integration.api.add_top_selling_items_to_collection": ("Cron", "0 1 * * *"),
	"medusa_integration.api.expire_otps": ("Cron", "* * * * *"),
	"medusa_integration.api.export_items_and_images_custom": ("Cron", "0 1 * * *"),
	"medusa_integration.api.fetch_clearance_items": ("Cron", "0 1 * * *"),
	"medusa_integration.api.send_quotation_emails": ("Cron", "* * * * *"),
	"medusa_integration.api.sync_missing_prices_to_medusa": ("Cron", "0 1 * * *"),
	"medusa_integration.api.update_webitem_stock": ("Daily Long", None),
	"medusa_integration.customers.lead.insert_waiting_leads": ("All", None),
	"medusa_integration.selling.order.nightly.record_missed_orders": ("Cron", "0 3 * * *"),
	"medusa_integration.sync.reconcile.reconciliation.nightly": ("Cron", "30 2 * * *"),
}


@pytest.fixture
def run(shop, monkeypatch):
	"""Run a job as a worker does for the scheduler; the row that it leaves in Scheduled Job Log."""

	for single in ("Expiring Items", "Homepage Landing", "Product Collection"):
		shop.site.keep_single(single)
	# nobody's mails go out because of a test
	monkeypatch.setitem(frappe.local.conf, "mute_emails", 0)
	monkeypatch.setattr(mails, "MAILS", 0)

	def run(method):
		job = frappe.get_doc("Scheduled Job Type", {"method": method})
		before = set(frappe.get_all("Scheduled Job Log", pluck="name"))
		job.execute()
		frappe.db.rollback()
		(name,) = set(frappe.get_all("Scheduled Job Log", pluck="name")) - before
		return shop.site.added(frappe.get_doc("Scheduled Job Log", name))

	return run


@pytest.mark.contract(1, 4, 5, 9, 13, 14, 17, 23, 32, 36, 39, 50, 58, 100)
@pytest.mark.parametrize("method", JOBS)
def test_jobs_are_registered(site, method):
	"""Every job is known to the scheduler with its documented time, and its runs are logged."""
	fields = ["frequency", "cron_format", "stopped", "create_log"]
	job = frappe.db.get_value("Scheduled Job Type", {"method": method}, fields, as_dict=True)
	assert (job.frequency, job.cron_format or None) == JOBS[method]
	assert not job.stopped
	assert job.create_log


@pytest.mark.contract(3, 13, 32, 40)
@pytest.mark.parametrize("method", JOBS)
def test_a_run_leaves_its_history(shop, run, method):
	"""Scheduled Job Log has the job, its start and Complete."""
	row = run(method)
	assert row.status == "Complete"
	assert row.scheduled_job_type == frappe.db.get_value("Scheduled Job Type", {"method": method})
	assert row.creation


@pytest.mark.contract(3, 13, 32, 40, 41)
@pytest.mark.parametrize("method", JOBS)
def test_a_failed_run_leaves_its_traceback(shop, run, method, monkeypatch):
	"""Failed in Scheduled Job Log, and the traceback in the Error Log at the same time."""
	from medusa_integration.catalogue import bulk_export as bulk
	from medusa_integration.catalogue.price import nightly as price_jobs
	from medusa_integration.catalogue.stock import daily as stock
	from medusa_integration.customers import lead
	from medusa_integration.customers.otp import expiry as otp
	from medusa_integration.selling.order import nightly as missed
	from medusa_integration.storefront import clearance, top_sellers
	from medusa_integration.sync.reconcile import reconciliation

	def poison(*_arguments, **_options):
		raise ZeroDivisionError("poison")

	monkeypatch.setattr(worker, "exporters", poison)
	monkeypatch.setattr(bulk, "_unsynced", poison)
	monkeypatch.setattr(stock, "_chunks", poison)
	monkeypatch.setattr(price_jobs, "record_missing", poison)
	monkeypatch.setattr(lead, "LeadExporter", poison)
	monkeypatch.setattr(missed, "_chunks", poison)
	monkeypatch.setattr(mails, "_due", poison)
	monkeypatch.setattr(otp, "now_datetime", poison)
	monkeypatch.setattr(clearance, "_find_expiring", poison)
	monkeypatch.setattr(top_sellers, "_values", poison)
	monkeypatch.setattr(reconciliation, "start", poison)

	row = run(method)

	assert row.status == "Failed"
	assert "ZeroDivisionError: poison" in row.details
	error = frappe.get_last_doc("Error Log")
	assert "ZeroDivisionError: poison" in error.error
	assert error.method == f"Medusa: {method.rpartition('.')[2]} failed"
	assert abs((error.creation - row.creation).total_seconds()) < 300


@pytest.mark.contract(40)
def test_the_scheduler_sends_what_is_due(shop, run):
	"""The round of the scheduler is the same as the one after a commit."""
	item = shop.website_item()
	assert run("medusa_integration.sync.worker.run").status == "Complete"
	assert shop.task(item).status == "Synced"


@pytest.mark.contract(2)
def test_whether_the_scheduler_is_enabled_is_shown(shop, run_on_site):
	"""Disabled, nothing runs by itself: `sync_health` says so;
	`bench enable-scheduler` does what this does.
	"""
	was_enabled = frappe.db.get_single_value("System Settings", "enable_scheduler")
	# a process of its own, as a request would be: it has nothing in its memory of what was before
	look = "from medusa_integration.sync.desk_api import sync_health; print('scheduler', sync_health()['scheduler'])"
	try:
		for toggle, expected in ((enable_scheduler, True), (disable_scheduler, False)):
			toggle()
			frappe.db.commit()
			assert f"scheduler {expected}" in run_on_site(look).communicate(timeout=600)[0]
	finally:
		frappe.db.set_single_value("System Settings", "enable_scheduler", was_enabled)
		frappe.db.commit()


@pytest.mark.contract(3, 40)
def test_health_tells_when_each_job_ran(shop, run):
	"""For the workspace: each job with its last execution."""
	run("medusa_integration.sync.worker.run")
	jobs = sync_health()["jobs"]
	assert set(JOBS) <= set(jobs)
	assert jobs["medusa_integration.sync.worker.run"]

"""The jobs, run as the scheduler runs them, and where people see what came of them."""

from __future__ import annotations

import frappe
import pytest

DRAIN = "medusa_integration.sync.drain.run"
STOCK = "medusa_integration.api.update_webitem_stock"
EXPORT = "medusa_integration.api.export_items_and_images_custom"


def job(method):
	"""The scheduler's own record of a job."""
	return frappe.get_doc("Scheduled Job Type", {"method": method})


def executed(method):
	"""Run a job through the scheduler's own function; the rows that it has left in the Scheduled Job Log."""
	job_type = job(method)
	before = set(frappe.get_all("Scheduled Job Log", {"scheduled_job_type": job_type.name}, pluck="name"))
	job_type.execute()
	frappe.db.rollback()
	rows = frappe.get_all(
		"Scheduled Job Log", {"scheduled_job_type": job_type.name}, ["name", "status", "creation", "details"]
	)
	return [row for row in rows if row.name not in before]


@pytest.mark.contract(1, 13, 36, 39, 50, 58)
@pytest.mark.parametrize(
	("method", "frequency", "cron"),
	[(DRAIN, "All", None), (EXPORT, "Cron", "0 1 * * *"), (STOCK, "Daily Long", None)],
)
def test_jobs_are_registered(site, method, frequency, cron):
	"""hooks.py names them, and installing has told the scheduler."""
	assert (job(method).frequency, job(method).cron_format or None) == (frequency, cron)


@pytest.mark.contract(2)
def test_without_the_scheduler_nothing_runs(shop, site, monkeypatch):
	"""The scheduler has to be enabled: Frappe enqueues none of the jobs otherwise, and sync_health says so."""
	from frappe.utils import scheduler

	from medusa_integration.sync.desk import sync_health

	site.keep_single("System Settings")
	for enabled in (1, 0):
		frappe.db.set_single_value("System Settings", "enable_scheduler", enabled)
		frappe.db.commit()
		assert sync_health()["scheduler"] is bool(enabled)
		assert scheduler.is_scheduler_disabled(verbose=False) is not bool(enabled)


@pytest.mark.contract(3, 40)
def test_a_job_leaves_a_row_in_the_scheduled_job_log(shop):
	"""Job name, start time and success are to be seen in Desk; the drain itself has sent what was due."""
	shop.website_item()
	rows = executed(STOCK)
	assert [row.status for row in rows] == ["Complete"] and rows[0].creation

	job(DRAIN).execute()
	assert shop.tasks() == {"Synced": 2}


@pytest.mark.contract(3, 40, 41)
def test_a_job_that_fails_says_so_in_both_logs(shop, monkeypatch):
	"""Failed in the Scheduled Job Log; the traceback stands in the Error Log, whatever else was done."""
	from medusa_integration.catalogue import stock

	def broken(rows):
		raise RuntimeError("the shelf is broken")

	shop.website_item()
	monkeypatch.setattr(stock, "_changes", broken)

	rows = executed(STOCK)

	assert [row.status for row in rows] == ["Failed"]
	assert "could not be updated" in rows[0].details
	tracebacks = frappe.get_all("Error Log", {"creation": (">=", shop.site.started_at)}, pluck="error")
	assert any("the shelf is broken" in text for text in tracebacks)

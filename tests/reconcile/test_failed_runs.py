"""Runs that fail, through Medusa, through our own faults, or through a time-out, and what they have done."""

from __future__ import annotations

import frappe
import pytest
from rq.timeouts import JobTimeoutException

from medusa_integration.sync.reconcile import reconciliation
from medusa_integration.sync.reconcile.reconciliation import NotReconciled


def test_medusa_is_away(shop, runs, item, change):
	"""The run fails with a sentence; what was found before stays as it was; the next one does it all."""
	change("By hand")
	shop.medusa.fail("GET", "/admin/products", 503, times=None)
	name = runs.start()
	with pytest.raises(NotReconciled, match="Website Item: "):
		reconciliation.reconcile(name)
	run = runs.row(name)
	assert (run.status, run.slot, run.found) == ("Failed", None, 0)
	assert run.error.startswith("Website Item: ")
	assert "Medusa: reconcile failed" in shop.errors()
	shop.medusa.clear_faults()
	assert runs.run().found == 1


def test_what_can_be_read_is_compared(shop, runs, item, change):
	"""Products, though the collections cannot be read; and nothing is called gone that was not looked at."""
	collection = shop.medusa.collections[0]["id"]
	shop.by_hand("POST", f"/admin/collections/{collection}", title="By hand")
	runs.run()
	change("By hand")
	shop.medusa.fail("GET", "/admin/collections", 503, times=None)
	run = runs.run()
	assert (run.status, run.found, run.queued) == ("Failed", 1, 1)
	assert runs.kinds() == {
		("Drifted", "Product", "Queued"): 1,
		("Drifted", "Collection", "Queued"): 1,
	}


def test_a_failed_night_is_in_the_scheduled_job_log(shop, runs, item):
	"""The scheduler's own row says no more than that the run was enqueued (C11)."""
	job = frappe.db.get_value("Scheduled Job Type", {"method": reconciliation.NIGHTLY})
	shop.medusa.fail("GET", "/admin/products", 503, times=None)
	before = set(frappe.get_all("Scheduled Job Log", pluck="name"))
	name = reconciliation.nightly()
	with pytest.raises(NotReconciled):
		reconciliation.reconcile(name)
	frappe.db.rollback()
	(row,) = set(frappe.get_all("Scheduled Job Log", {"scheduled_job_type": job}, pluck="name")) - before
	row = shop.site.added(frappe.get_doc("Scheduled Job Log", row))
	assert row.status == "Failed"
	assert row.details == runs.row(name).error


def test_our_own_fault_fails_the_run_and_frees_the_slot(shop, runs, item, monkeypatch):
	from medusa_integration.sync.reconcile import store

	def poison(*_arguments):
		raise ZeroDivisionError("poison")

	with monkeypatch.context() as patch:
		patch.setattr(store, "to_send", poison)
		name = runs.start()
		with pytest.raises(ZeroDivisionError):
			reconciliation.reconcile(name)
	run = runs.row(name)
	assert (run.status, run.slot, run.error) == ("Failed", None, "poison")
	assert runs.run().status == "Completed"


def test_a_comparer_that_breaks_is_named_with_its_traceback(shop, runs, item, monkeypatch):
	from medusa_integration.catalogue.reconcile.product_comparer import ProductComparer

	def poison(*_arguments):
		raise ZeroDivisionError("poison")

	monkeypatch.setattr(ProductComparer, "differences", poison)
	run = runs.run()
	assert run.status == "Failed"
	assert "Website Item: poison (Error Log " in run.error
	assert "Medusa: Website Item could not be compared" in shop.errors()


def test_a_worker_that_ends_the_job_ends_the_run(shop, runs, item, monkeypatch):
	"""RQ's time-out is no fault of the comparer's that was at work: nothing else is compared after it."""
	from medusa_integration.catalogue.reconcile.collection_comparer import CollectionComparer
	from medusa_integration.catalogue.reconcile.product_comparer import ProductComparer

	compared = []

	def time_is_up(*_arguments):
		raise JobTimeoutException("Task exceeded maximum timeout value (14400 seconds)")

	monkeypatch.setattr(CollectionComparer, "compare", time_is_up)
	monkeypatch.setattr(ProductComparer, "compare", lambda *_arguments: iter(compared.append(1) or ()))
	name = runs.start()
	with pytest.raises(JobTimeoutException):
		reconciliation.reconcile(name)
	run = runs.row(name)
	assert (run.status, run.slot) == ("Failed", None)
	assert "maximum timeout" in run.error
	assert not compared

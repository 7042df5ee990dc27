"""A run from its start to its end, and what it leaves for the next one."""

from __future__ import annotations

import threading
from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, now_datetime
from redis.exceptions import ConnectionError as RedisConnectionError

from medusa_integration import api
from medusa_integration.sync.connection import NotConnected
from medusa_integration.sync.reconcile import reconciliation
from medusa_integration.sync.reconcile.reconciliation import AlreadyRunning, Lost, NotReconciled
from tests.reconcile.support import FINDING, RUN


def test_a_run_is_a_job_on_long(shop, runs):
	name = runs.start()
	(job,) = runs.enqueued
	assert (job["method"], job["queue"], job["run"]) == (reconciliation.JOB, "long", name)
	assert name in job["job_id"]
	assert frappe.get_attr(job["method"]) is reconciliation.reconcile
	assert runs.row(name).status == "Queued"


def test_a_run_says_when_and_how_many(shop, runs, item):
	run = runs.run()
	assert run.status == "Completed"
	assert run.started_at <= run.ended_at
	assert not run.slot and not run.error and not run.started_by
	assert run.documents >= 2
	assert run.read_in_medusa == 2


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_run_only_reads(shop, runs, item, change):
	"""Whatever it finds; what is sent goes out afterwards, through the outbox."""
	change("By hand")
	requests = len(shop.medusa.requests)
	assert runs.run().queued == 1
	assert {request.method for request in shop.medusa.requests[requests:]} == {"GET"}
	assert shop.woken
	assert shop.task(item).status == "Pending"
	assert shop.log(voucher_type=RUN), "the requests are not in the log"


@pytest.mark.parametrize("settings", [{"enable": 0}, {"paused": 1, "pause_reason": "Wrong password"}])
def test_nothing_is_compared_while_nothing_may_be_sent(shop, runs, item, settings):
	"""The button says so; the night does nothing;
	a run that has waited in the queue fails with the sentence.
	"""
	waiting = runs.start()
	shop.set(**settings)
	requests = len(shop.medusa.requests)
	with pytest.raises(NotConnected, match=r"disabled|paused: Wrong password"):
		api.start_reconciliation()
	assert reconciliation.nightly() is None
	with pytest.raises(NotReconciled, match=r"disabled|paused: Wrong password"):
		reconciliation.reconcile(waiting)
	assert runs.row(waiting).status == "Failed"
	assert len(shop.medusa.requests) == requests


def test_without_a_job_queue(shop, runs, monkeypatch):
	"""Said at once, and nothing stands in the way of the next."""

	def unreachable(*_arguments, **_options):
		raise RedisConnectionError("refused")

	with monkeypatch.context() as patch:
		patch.setattr(frappe, "enqueue", unreachable)
		with pytest.raises(NotReconciled, match="job queue"):
			reconciliation.start()
	assert [row.status for row in frappe.get_all(RUN, fields=["status"])] == ["Failed"]
	assert runs.run().status == "Completed"


def test_one_at_a_time(shop, runs):
	name = runs.start()
	with pytest.raises(AlreadyRunning):
		runs.start()
	assert reconciliation.nightly() is None
	assert len(frappe.get_all(RUN)) == len(runs.enqueued) == 1
	reconciliation.reconcile(name)
	assert runs.run().status == "Completed"


def test_two_that_start_at_the_same_moment(shop, runs):
	"""The database decides, on whatever machines they are."""
	results, ready = [], threading.Barrier(3)

	def start():
		ready.wait(300)
		try:
			results.append(reconciliation.start())
		except AlreadyRunning:
			results.append(None)

	threads = [threading.Thread(target=shop.elsewhere, args=[start]) for _number in range(3)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join(300)
	assert len(results) == 3
	assert sum(result is not None for result in results) == 1


def silence(name):
	heartbeat = now_datetime() - reconciliation.SILENCE - timedelta(seconds=1)
	frappe.db.set_value(RUN, name, "heartbeat", heartbeat)
	frappe.db.commit()


def test_a_dead_run_does_not_stand_in_the_way(shop, runs, item, change):
	"""It is called interrupted; the next one does the work."""
	dead = runs.start()
	frappe.db.set_value(RUN, dead, "status", "Running")
	silence(dead)
	change("By hand")
	assert runs.run().found == 1
	row = runs.row(dead)
	assert (row.status, row.slot) == ("Interrupted", None)
	assert "the worker stopped" in row.error and row.ended_at


def test_a_run_that_was_taken_for_dead_stops(shop, runs, only_ours):
	"""Should it wake up after all, it writes nothing more."""
	shop.many(3, recorded=False)
	dead = runs.start()

	def meanwhile(_request):
		silence(dead)
		shop.elsewhere(runs.start)

	shop.medusa.on(
		"GET", "/admin/products", lambda request: shop.elsewhere(lambda: meanwhile(request)), times=1
	)
	with pytest.raises(Lost):
		reconciliation.reconcile(dead)
	assert runs.row(dead).status == "Interrupted"
	assert not shop.tasks()["Pending"]


def test_a_job_that_comes_too_late_does_nothing(shop, runs):
	late = runs.start()
	silence(late)
	other = runs.start()
	requests = len(shop.medusa.requests)
	assert reconciliation.reconcile(late) == {"found": 0, "queued": 0}
	assert len(shop.medusa.requests) == requests
	reconciliation.reconcile(other)
	assert runs.row(other).status == "Completed"
	assert reconciliation.reconcile(other) == {"found": 0, "queued": 0}


def test_what_was_sent_in_vain_is_not_sent_every_night(shop, runs, item, change):
	"""Something in Medusa changes it back each time: a person has to look."""
	change("By hand")
	assert runs.run().queued == 1
	shop.drain()
	change("By hand")
	assert runs.run().queued == 0
	(found,) = runs.findings()
	assert (found.state, bool(found.queued_at)) == ("Open", True)
	assert runs.run().queued == 0
	change("By hand, but otherwise")
	assert runs.run().queued == 1


def test_what_comes_back_later_is_sent_again(shop, runs, item, change):
	change("By hand")
	runs.run()
	shop.drain()
	assert runs.run().found == 0
	assert runs.kinds() == {("Drifted", "Product", "Gone"): 1}
	change("By hand")
	assert runs.run().queued == 1
	assert runs.kinds() == {("Drifted", "Product", "Queued"): 1}


def test_ignored_until_something_about_it_changes(shop, runs, item):
	double = shop.copy_by_hand(shop.product(item))
	runs.run()
	api.ignore_findings(runs.findings()[0].name)
	frappe.db.commit()
	assert runs.run().found == 0
	assert runs.kinds() == {("Duplicated", "Product", "Ignored"): 1}
	shop.by_hand("POST", f"/admin/products/{double}", title="Another title")
	assert runs.run().found == 1
	assert runs.kinds() == {("Duplicated", "Product", "Open"): 1}


def test_a_rename_leaves_no_finding(shop, runs, item, change):
	"""Neither of the old name nor of the new one, once it was sent."""
	change("By hand")
	runs.run()
	shop.rename(item, f"{item.name} renamed")
	assert runs.run().found == 0
	shop.drain()
	assert runs.run().found == 0


def test_a_finding_does_not_keep_its_document_from_being_deleted(shop, runs, item, change):
	change("By hand")
	runs.run()
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	assert not frappe.db.exists("Website Item", item.name)


def test_clearing(shop, runs, item):
	"""What is open stays; the rest goes when no run has seen it for so long. Runs go by their age."""
	shop.copy_by_hand(shop.product(item))
	runs.run()
	(found,) = runs.findings()
	old = {"seen_at": add_days(now_datetime(), -31)}
	frappe.db.set_value(RUN, found.run, "creation", add_days(now_datetime(), -31), update_modified=False)
	running = runs.start()
	frappe.db.set_value(RUN, running, "creation", add_days(now_datetime(), -31), update_modified=False)
	for state, kept in (("Open", True), ("Ignored", False)):
		frappe.db.set_value(FINDING, found.name, {**old, "state": state})
		for doctype in (FINDING, RUN):
			frappe.get_doc({"doctype": doctype}).clear_old_logs(days=30)
		assert bool(frappe.db.exists(FINDING, found.name)) == kept
	assert frappe.get_all(RUN, pluck="name") == [running]


def test_progress_is_shown_to_who_has_started_it(shop, runs, item, monkeypatch):
	told = []
	monkeypatch.setattr(frappe, "publish_progress", lambda share, **options: told.append(share))
	runs.run()
	assert told == []
	name = api.start_reconciliation()["run"]
	reconciliation.reconcile(name)
	assert runs.row(name).started_by == "Administrator"
	assert told[-1] == 100
	assert told == sorted(told)

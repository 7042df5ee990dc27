"""Runs that import past orders: killed, stopped, resumed, behind new orders, and in vain."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from medusa_integration import database
from medusa_integration.constants import BACKFILL
from medusa_integration.selling.order.backfill import desk, row, run, store
from medusa_integration.sync import connection, worker
from medusa_integration.sync.connection import NotConnected
from medusa_integration.sync.request_log import RequestLog
from medusa_integration.sync.task_store import TaskStore
from tests.selling.past_orders import Killed

LANE = "order_import"
SETTINGS = "Medusa Configuration"


@pytest.mark.parametrize(("where", "name"), [(worker, "drain"), (store, "record"), (store, "counts")])
def test_a_killed_worker_is_followed_by_another(past, where, name):
	ids = past.many(45)
	run_name = past.start(dry_run=False)
	comes_back = past.dies(where, name, after=1)
	with pytest.raises(Killed):
		past.work()
	comes_back()
	frappe.db.rollback()
	dead = past.jobs[-1]
	assert past.row(run_name).status == "Running"
	run.go_on()
	assert past.jobs[-1] is dead, "it may still be alive"
	silent = frappe.utils.now_datetime() - row.SILENCE - timedelta(minutes=1)
	frappe.db.set_value(BACKFILL, run_name, "heartbeat", silent)
	frappe.db.commit()
	run.go_on()
	past.work()
	# what the dead one held is due when its lease has ended
	past.shop.make_due()
	past.shop.drain()
	found = past.row(run_name)
	assert (found.status, found.orders >= 45, found.slot) == ("Completed", True, None)
	assert sorted(past.sales_orders(ids)) == sorted(ids)
	run.run(dead["name"], dead["job"])
	assert past.row(run_name).status == "Completed"


def test_a_run_is_stopped_and_resumed(past, monkeypatch):
	ids = past.many(45)
	name = past.start(dry_run=False)
	drain = worker.drain

	def drain_and_stop(**options):
		drain(**options)
		desk.stop(name)
		frappe.db.commit()

	with monkeypatch.context() as patch:
		patch.setattr(worker, "drain", drain_and_stop)
		past.work()
	found = past.row(name)
	assert (found.status, found.slot, found.orders) == ("Stopped", None, 20)
	assert len(past.sales_orders(ids)) == 20
	run.go_on()
	assert past.row(name).status == "Stopped"
	with pytest.raises(desk.NotPossible):
		desk.stop(name)
	desk.resume(name)
	past.work()
	found = past.row(name)
	assert (found.status, found.imported) == ("Completed", 45)
	assert sorted(past.sales_orders(ids)) == sorted(ids)
	with pytest.raises(desk.NotPossible):
		desk.resume(name)


def test_a_dry_run_is_stopped(past, monkeypatch):
	monkeypatch.setattr(run, "LOOKED_AT", 2)
	past.many(6)
	name = past.start()
	columns, told = run.Summary.columns, []

	def stop(summary):
		told.append(summary.orders)
		desk.stop(name)
		frappe.db.commit()
		return columns(summary)

	monkeypatch.setattr(run.Summary, "columns", stop)
	past.work()
	assert told == [2] and past.row(name).status == "Stopped"
	with pytest.raises(desk.NotPossible):
		desk.resume(name)


def test_new_orders_go_first(past):
	old = past.many(30)
	name = past.start(dry_run=False)
	heads = [head for _id, head in past_heads(past)]
	store.record(name, heads, [], None)
	frappe.db.commit()
	placed = past.place(past.basket(email=f"new-{past.shop.mark}@example.com"))
	with database.read_committed():
		frappe.db.commit()
		first = TaskStore().claim(LANE, 20)
		then = TaskStore().claim(LANE, 20)
	assert [task.docname for task in first] == [placed]
	assert len(then) == 20 and {task.docname for task in then} <= set(old)


def test_new_orders_go_before_any_number_that_is_due_longer(past):
	"""More than a worker reads at once, such as those that wait for an Item and are looked at each hour."""
	past.many(90)
	name = past.start(dry_run=False)
	store.record(name, [head for _id, head in past_heads(past)], [], None)
	frappe.db.commit()
	placed = past.place()
	with database.read_committed():
		frappe.db.commit()
		assert [task.docname for task in TaskStore().claim(LANE, 20)] == [placed]


def past_heads(past):
	"""What Medusa lists of the orders of May."""
	since, before = (run.begin_of(frappe.utils.getdate(day)) for day in ("2026-05-01", "2026-06-01"))
	frappe.db.commit()
	with connection.open_medusa(RequestLog()) as medusa:
		return list(medusa.shop_orders.placed_between(since, before))


@pytest.mark.parametrize("settings", [{"enable": 0}, {"paused": 1, "pause_reason": "Wrong password"}])
def test_nothing_is_read_while_nothing_may_be_sent(past, settings):
	past.shop.set(**settings)
	for options in ({}, {"dry_run": False}):
		with pytest.raises(NotConnected):
			past.start(**options)
	assert past.jobs == [] and past.medusa.requests == []


def test_orders_are_only_imported_if_that_is_wanted(past):
	past.shop.set(import_orders=0)
	with pytest.raises(desk.ImportIsOff):
		past.start(dry_run=False)
	ids = past.many(3)
	past.shop.set(import_orders=1)
	name = past.start(dry_run=False)
	past.shop.set(import_orders=0)
	past.work()
	found = past.row(name)
	assert (found.status, found.error, found.slot) == ("Interrupted", "Import Orders is off.", row.SLOT)
	jobs = len(past.jobs)
	run.go_on()
	assert len(past.jobs) == jobs
	past.shop.set(import_orders=1)
	run.go_on()
	past.work()
	assert past.row(name).status == "Completed" and sorted(past.sales_orders(ids)) == sorted(ids)


def test_an_outage_interrupts_an_import_and_ends_a_dry_run(past):
	ids = past.many(3)
	past.medusa.stop()
	name = past.start(dry_run=False)
	past.work()
	found = past.row(name)
	assert found.status == "Interrupted" and found.error
	past.medusa.start()
	run.go_on()
	past.work()
	assert past.row(name).status == "Completed" and len(past.sales_orders(ids)) == 3
	past.medusa.stop()
	dry = past.dry()
	assert (dry.status, dry.slot) == ("Failed", None) and dry.error


def test_one_run_at_a_time(past):
	past.start()
	with pytest.raises(row.AlreadyRunning):
		past.start()


def test_without_a_job_queue(past, monkeypatch):
	def unreachable(*_arguments, **_options):
		raise RedisConnectionError("refused")

	with monkeypatch.context() as patch:
		patch.setattr(frappe, "enqueue", unreachable)
		with pytest.raises(row.NoQueue, match="job queue"):
			past.start()
	assert frappe.get_all(BACKFILL, pluck="status") == ["Failed"]
	past.start()


def test_an_order_that_cannot_be_read(past):
	"""The others are imported; its task says what is wrong."""
	ids = past.many(3)
	past.medusa.app.placed.rows[ids[1]]["currency_code"] = None
	dry = past.dry()
	assert (dry.orders, dry.ready, dry.waiting) == (3, 2, 1)
	assert dry.reasons == f"1 × Medusa's order {ids[1]} cannot be read: it has no currency"
	found = past.imports()
	assert (found.status, found.orders, found.imported) == ("Completed", 3, 2)
	assert past.task(ids[1]).last_error == f"Medusa's order {ids[1]} cannot be read: it has no currency"


def test_another_medusa_ends_an_import(past, monkeypatch):
	"""Also while it runs: a job that takes hours has older settings in its cache."""
	past.many(45)
	name = past.start(dry_run=False)
	drain = worker.drain

	def drain_and_move(**options):
		drain(**options)
		past.shop.set(url=past.medusa.url + "/moved")

	monkeypatch.setattr(worker, "drain", drain_and_move)
	past.work()
	found = past.row(name)
	assert (found.status, found.orders, found.slot) == ("Failed", 20, None)
	assert found.error == "Medusa Configuration names another Medusa now."


def test_turning_it_off_is_heeded_while_a_run_goes_on(past, monkeypatch):
	past.many(45)
	name = past.start(dry_run=False)
	drain = worker.drain

	def drain_and_turn_off(**options):
		drain(**options)
		# as another process does it: nothing in this one is forgotten
		single = frappe.qb.DocType("Singles")
		is_it = (single.doctype == SETTINGS) & (single.field == "import_orders")
		frappe.qb.update(single).set(single.value, "0").where(is_it).run()
		frappe.db.commit()

	monkeypatch.setattr(worker, "drain", drain_and_turn_off)
	past.work()
	found = past.row(name)
	assert (found.status, found.orders, found.error) == ("Interrupted", 20, "Import Orders is off.")

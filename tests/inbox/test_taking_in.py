"""Events become orders and tasks, once each, whoever takes them and whatever stops them."""

from __future__ import annotations

import time

import frappe
import pytest

from medusa_integration import database
from medusa_integration.api import receive_medusa_event
from medusa_integration.sync import wake, worker
from medusa_integration.sync.inbox import intake
from tests.inbox.conftest import EVENT, ORDER, SETTINGS
from tests.support.plugin import event
from tests.support.processes import Draining, wait_until
from tests.support.site_process import SiteProcess
from tests.sync.test_costs import statements  # noqa: F401

TASK = "Medusa Sync Task"
LONG = time.monotonic() + 10_000


@pytest.fixture
def on(site, inbox):
	"""Orders are imported; nothing is sent, so that no worker does anything else."""
	site.set_single(SETTINGS, import_orders=1, enable=0)
	frappe.db.delete(TASK)
	frappe.db.commit()
	yield
	frappe.db.rollback()
	frappe.db.delete(TASK)
	frappe.db.commit()


def receive(*ids, **values):
	"""Events of these orders, each with an id of its own; committed."""
	for order_id in ids:
		name = f"evt_{frappe.generate_hash(length=16)}"
		receive_medusa_event(**event(name, aggregate_id=order_id, **values))
	frappe.db.commit()


def events():
	frappe.db.rollback()
	return sorted(frappe.get_all(EVENT, pluck="status"))


def orders():
	frappe.db.rollback()
	return sorted(frappe.get_all(ORDER, pluck="name"))


def tasks():
	"""(order, state, version) of each task."""
	frappe.db.rollback()
	fields = ["reference_name", "status", "version"]
	where = {"reference_doctype": ORDER, "lane": "order_import"}
	return frappe.get_all(TASK, where, fields, order_by="reference_name", as_list=True)


def take():
	with database.read_committed():
		frappe.db.commit()
		return intake.take(LONG)


def test_an_event_becomes_an_order_and_its_task(on):
	receive("order_2", "order_1", "order_2")
	worker.drain()
	assert orders() == ["order_1", "order_2"]
	assert tasks() == (("order_1", "Pending", 1), ("order_2", "Pending", 1))
	assert events() == ["Processed"] * 3
	(row,) = frappe.get_all(ORDER, {"name": "order_1"}, ["sales_order", "medusa_updated_at", "owner"])
	assert row == {"sales_order": None, "medusa_updated_at": None, "owner": "Administrator"}


def test_a_later_event_opens_the_task_again(on):
	"""Whatever has become of it, and the order keeps its row."""
	receive("order_1")
	take()
	frappe.db.set_value(ORDER, "order_1", "display_id", "1001")
	frappe.db.set_value(TASK, {"reference_name": "order_1"}, {"status": "Failed", "attempts": 7})
	frappe.db.commit()
	receive("order_1")
	assert take() == 1
	assert tasks() == (("order_1", "Pending", 2),)
	assert frappe.db.get_value(TASK, {"reference_name": "order_1"}, "attempts") == 0
	assert frappe.db.get_value(ORDER, "order_1", "display_id") == "1001"


def test_what_is_not_about_an_order_is_only_processed(on):
	receive("cus_1", type="customer.created", aggregate="customer")
	assert take() == 1
	assert (events(), orders(), tasks()) == (["Processed"], [], ())


@pytest.mark.parametrize("values", [{"import_orders": 0}, {"url": None}])
def test_while_it_is_off_events_are_kept(on, site, values):
	site.set_single(SETTINGS, **values)
	frappe.db.commit()
	receive("order_1")
	worker.drain()
	assert (events(), orders(), tasks()) == (["Received"], [], ())
	site.set_single(SETTINGS, import_orders=1, url="https://medusa.example.com")
	frappe.db.commit()
	worker.drain()
	assert (events(), orders()) == (["Processed"], ["order_1"])


def test_a_drain_of_certain_tasks_takes_none(on):
	"""Sync Now, the jobs of an export and the lane of registrations leave the inbox to the others."""
	receive("order_1")
	worker.drain([("Item Group", "nothing", "collection")])
	worker.drain(among=[])
	assert events() == ["Received"]


@pytest.mark.parametrize("number", [1, 10, 100])
def test_what_it_costs(on, statements, number):  # noqa: F811
	"""Four statements, however many events: lock them, insert orders and tasks, write the events' state."""
	receive(*(f"order_{at:03}" for at in range(number)), "order_000")
	taken = []
	with database.read_committed():
		frappe.db.commit()
		assert statements(lambda: taken.append(intake.take(LONG))) == 4
	assert taken == [number + 1]
	assert len(tasks()) == number


def test_an_empty_inbox_costs_one_statement_and_one_that_is_off_none(on, site, statements):  # noqa: F811
	with database.read_committed():
		frappe.db.commit()
		frappe.get_cached_doc(SETTINGS)
		assert statements(lambda: intake.take(LONG)) == 1
		site.set_single(SETTINGS, import_orders=0)
		frappe.db.commit()
		frappe.get_cached_doc(SETTINGS)
		assert statements(lambda: intake.take(LONG)) == 0


def test_more_than_a_chunk_is_taken_in_several(on, monkeypatch):
	monkeypatch.setattr(intake, "CHUNK", 4)
	receive(*(f"order_{at}" for at in range(10)))
	assert take() == 10
	assert events() == ["Processed"] * 10


def test_none_is_taken_after_the_deadline(on):
	receive("order_1")
	with database.read_committed():
		frappe.db.commit()
		assert intake.take(time.monotonic() - 1) == 0
	assert events() == ["Received"]


def test_an_error_in_it_does_not_stop_the_lanes(site, on, monkeypatch):
	"""It is logged, and nothing of it is kept."""
	receive("order_1")
	monkeypatch.setattr(intake, "_finish", lambda names: 1 / 0)
	asked = []
	monkeypatch.setattr(worker.TaskStore, "due_lanes", lambda self: asked.append(1) or set())
	worker.drain()
	assert asked == [1]
	assert (events(), orders(), tasks()) == (["Received"], [], ())
	assert site.errors() == ["Medusa: events could not be processed"]


def test_a_deadlock_is_tried_again(on, monkeypatch):
	receive("order_1")
	finish, met = intake._finish, []

	def fail_twice(names):
		met.append(names)
		if len(met) < 3:
			raise frappe.QueryDeadlockError
		finish(names)

	monkeypatch.setattr(intake, "_finish", fail_twice)
	assert take() == 1
	assert (len(met), tasks()) == (3, (("order_1", "Pending", 1),))


# waking


@pytest.mark.parametrize(("values", "woken"), [({}, 1), ({"import_orders": 0}, 0), ({"url": None}, 0)])
def test_an_event_wakes_a_worker_after_its_commit(on, site, monkeypatch, values, woken):
	asked = []
	monkeypatch.setattr(wake, "enqueue", lambda: asked.append(1))
	site.set_single(SETTINGS, **values)
	frappe.db.commit()
	receive_medusa_event(**event("evt_1"))
	assert asked == []
	frappe.db.commit()
	assert asked == [1] * woken


# workers side by side


def test_what_another_worker_holds_is_passed_over(site, on, run_on_site):
	"""Without waiting for it: a lock that is waited for is an error after a second, and logged."""
	receive("order_1")
	holder = run_on_site(
		"import signal\n"
		"frappe.db.sql('SELECT name FROM `tabMedusa Event` FOR UPDATE')\n"
		"print('held', flush=True)\n"
		"signal.pause()\n"
	)
	assert holder.stdout.readline() == "held\n"
	frappe.db.commit()
	frappe.db.sql("SET SESSION innodb_lock_wait_timeout = 1")
	try:
		assert take() == 0
	finally:
		frappe.db.sql("SET SESSION innodb_lock_wait_timeout = DEFAULT")
	assert site.errors() == []
	holder.kill()
	holder.wait()
	# MariaDB frees the lock when it finds that the connection is gone
	assert wait_until(lambda: take() == 1)


def test_two_workers_take_each_event_once(on, run_on_site, tmp_path):
	"""Each event is of another order, so a second taking would show in the version of its task."""
	workers = Draining(run_on_site, tmp_path)
	for start in range(0, 300, 10):
		receive(*(f"order_{at:03}" for at in range(start, start + 10)))
	workers.stop()
	take()
	assert tasks() == tuple((f"order_{at:03}", "Pending", 1) for at in range(300))
	assert events() == ["Processed"] * 300


def test_two_workers_with_the_same_orders_do_not_stop_each_other(site, on, run_on_site, tmp_path):
	workers = Draining(run_on_site, tmp_path)
	for _ in range(30):
		receive(*(f"order_{at}" for at in (3, 1, 4, 0, 2)), *(f"order_{at}" for at in range(5)))
	workers.stop()
	take()
	assert events() == ["Processed"] * 300
	assert [(name, status) for name, status, _version in tasks()] == [
		(f"order_{at}", "Pending") for at in range(5)
	]
	assert site.errors() == []


KILLED = """
import signal
from medusa_integration.sync import worker
from medusa_integration.sync.inbox import intake, orders
finish, insert = intake._finish, orders.record
def stop(*_arguments):
	print("stopped", flush=True)
	signal.pause()
def after(work):
	def run(*arguments):
		work(*arguments)
		stop()
	return run
{where}
worker.drain()
"""


@pytest.mark.parametrize(
	"where",
	["intake.orders.record = stop", "intake._finish = stop", "intake._finish = after(finish)"],
	ids=["after the claim", "after the tasks", "before the commit"],
)
def test_a_killed_worker_loses_nothing(on, run_on_site, where):
	receive("order_1", "order_2")
	killed: SiteProcess = run_on_site(KILLED.format(where=where))
	assert killed.stdout.readline() == "stopped\n", killed.communicate()[0]
	killed.kill()
	killed.wait()
	assert events() == ["Received"] * 2
	# the database has to notice that its client is gone
	assert wait_until(lambda: take() == 2)
	assert events() == ["Processed"] * 2
	assert tasks() == (("order_1", "Pending", 1), ("order_2", "Pending", 1))

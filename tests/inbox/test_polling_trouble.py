"""Asking Medusa for orders while it, a page of them or the job fails: nothing is lost."""

from __future__ import annotations

from datetime import datetime

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration.mirror import order_reading
from medusa_integration.sync.inbox import polling
from tests.inbox.conftest import ORDER
from tests.inbox.polled import details, place, set_values, tasks, touch, utc, watermark
from tests.support.medusa import both_generations

pytestmark = pytest.mark.usefixtures("settings_come_back", "no_job_logs")
ORDERS = "/admin/orders"
KILLED = """
import signal
from medusa_integration.sync.inbox import orders, polling
module = orders if hasattr(orders, "{where}") else orders.task_recording
work = getattr(module, "{where}")
def stop(*arguments, **options):
	work(*arguments, **options)
	print("stopped", flush=True)
	signal.pause()
setattr(module, "{where}", stop)
polling.poll_orders()
"""


@both_generations
def test_a_page_is_stored_before_the_next_one_fails(poll, generation, monkeypatch):
	"""And the watermark stands where the stored ones end."""
	monkeypatch.setattr(order_reading, "HEADS_A_CALL", 2)
	monkeypatch.setattr(polling, "PAGE", 3)
	ids = [place(poll) for _ in range(5)]
	moments = [utc(-50 + number) for number in range(5)]
	for order_id, at in zip(ids, moments, strict=True):
		touch(poll, order_id, at)
	poll.medusa.fail("GET", ORDERS, faults.status(400), after=1)
	assert polling.poll_orders() == 2
	assert set(tasks()) == set(ids[:2])
	assert datetime.fromisoformat(watermark()) == datetime.fromisoformat(moments[1])
	status, text = details("poll_orders")[0]
	assert status == "Failed" and text.startswith("Orders read: 2. Changed: 2. Medusa")
	assert poll.woken == 1
	poll.medusa.clear_faults()
	assert polling.poll_orders() == 3
	assert tasks() == {order_id: ("Pending", 1) for order_id in ids}
	assert datetime.fromisoformat(watermark()) == datetime.fromisoformat(moments[4])


@both_generations
def test_an_order_that_cannot_be_read_is_recorded_and_keeps_no_other(poll, generation):
	"""Once: its task says what is wrong with it, until Medusa has changed the order."""
	ids = [place(poll) for _ in range(3)]
	moments = [utc(-50 + number) for number in range(3)]
	for order_id, at in zip(ids, moments, strict=True):
		touch(poll, order_id, at)
	touch(poll, ids[1], moments[1], currency_code="")
	assert polling.poll_orders() == 3
	assert tasks() == {order_id: ("Pending", 1) for order_id in ids}
	assert datetime.fromisoformat(watermark()) == datetime.fromisoformat(moments[2])
	assert details("poll_orders")[0] == ("Complete", "Orders read: 3. Changed: 3.")
	assert frappe.db.get_value(ORDER, ids[1], ["display_id", "currency"]) == (None, None)
	poll.drain(only=[(ORDER, ids[1], "order_import")])
	task = poll.task(ids[1], ORDER, "order_import")
	sentence = f"Medusa's order {ids[1]} cannot be read: it has no currency"
	assert (task.status, task.last_error) == ("Retrying", sentence)
	assert polling.compare_orders() == 0
	touch(poll, ids[1], utc(-40), currency_code="omr")
	assert polling.poll_orders() == 1
	assert frappe.db.get_value(ORDER, ids[1], ["display_id", "currency"]) == ("2", "OMR")


def test_the_last_orders_of_all_cannot_be_read(poll):
	"""The watermark stays, and they are recorded once."""
	before, order_id = watermark(), place(poll)
	touch(poll, order_id, utc(-50), currency_code="")
	assert (polling.poll_orders(), watermark()) == (1, before)
	assert (polling.poll_orders(), tasks()) == (0, {order_id: ("Pending", 1)})


def test_a_page_that_is_not_stored_moves_nothing(poll, monkeypatch):
	order_id = place(poll)
	before = watermark()
	monkeypatch.setattr(polling.orders.task_recording, "record_many", lambda *args, **options: 1 / 0)
	with pytest.raises(ZeroDivisionError):
		polling.poll_orders()
	assert (tasks(), watermark(), frappe.db.exists(ORDER, order_id)) == ({}, before, None)


@pytest.mark.parametrize("where", ["record_many", "_upsert"])
def test_a_killed_job_keeps_no_part_of_a_page(poll, run_on_site, where):
	order_id = place(poll)
	before = watermark()
	killed = run_on_site(KILLED.format(where=where))
	assert killed.stdout.readline() == "stopped\n", killed.communicate()[0]
	killed.kill()
	killed.wait()
	assert (tasks(), watermark(), frappe.db.exists(ORDER, order_id)) == ({}, before, None)
	assert polling.poll_orders() == 1
	assert tasks() == {order_id: ("Pending", 1)}


def test_a_deadlock_is_tried_again(poll, monkeypatch):
	"""With the watermark, which was not stored the first time."""
	order_id = place(poll)
	before = watermark()
	set_watermark, met = polling._set_watermark, []

	def fail_once(until):
		met.append(until)
		if len(met) == 1:
			raise frappe.QueryDeadlockError
		set_watermark(until)

	monkeypatch.setattr(polling, "_set_watermark", fail_once)
	assert polling.poll_orders() == 1
	assert len(met) == 2 and watermark() > before
	assert tasks() == {order_id: ("Pending", 1)}


@pytest.mark.parametrize(
	"values", [{"import_orders": 0}, {"enable": 0}, {"paused": 1, "pause_reason": "x"}, {"url": None}]
)
def test_nobody_asks_while_it_is_off(poll, values):
	place(poll)
	before = watermark()
	set_values(**values)
	poll.medusa.requests.clear()
	assert polling.poll_orders() == polling.compare_orders() == 0
	assert (poll.medusa.requests, tasks(), watermark()) == ([], {}, before)


@both_generations
def test_refused_credentials_pause_sending(poll, generation):
	"""As for a worker; the job's log has the sentence, and the Error Log that sending is paused."""
	poll.medusa.change_password()
	assert polling.poll_orders() == 0
	assert poll.setting("paused") == 1
	status, text = details("poll_orders")[0]
	assert status == "Failed" and "does not accept this e-mail address and password" in text
	assert poll.errors() == ["Medusa: sending is paused"]


def test_an_outage_is_only_in_the_log_of_the_job(poll):
	poll.medusa.stop()
	assert polling.poll_orders() == 0
	assert not poll.setting("paused")
	assert details("poll_orders")[0][0] == "Failed"
	assert poll.errors() == []


def test_a_job_without_time_goes_on_in_the_next_run(poll, monkeypatch):
	place(poll)
	monkeypatch.setattr(polling, "SECONDS", -1)
	assert polling.poll_orders() == 0
	text = "Orders read: 0. Changed: 0. There was no time left; the next run goes on."
	assert details("poll_orders")[0] == ("Complete", text)
	monkeypatch.undo()

"""Orders are found by asking Medusa: each once, none passed over, whatever fails between."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import frappe
import pytest
from frappe.utils import now_datetime

from devbench.medusa.simulator import faults
from devbench.medusa.simulator.baskets import Basket, Bought, Tax
from medusa_integration import database
from medusa_integration.mirror import order_reading
from medusa_integration.mirror.shop_orders import OrderHead
from medusa_integration.sync.inbox import orders, polling
from tests.inbox.conftest import EVENT, ORDER, SETTINGS
from tests.sync.test_costs import statements  # noqa: F401

TASK = "Medusa Sync Task"
ORDERS = "/admin/orders"


def both(test):
	return pytest.mark.parametrize("generation", ["v1", "v2"])(test)


@pytest.fixture
def poll(shop):
	"""Orders are imported, and those of the last hour were not polled yet."""
	set_values(import_orders=1, orders_polled_until=utc(-60), compare_orders_days=7)
	yield shop
	frappe.db.rollback()
	for doctype in (EVENT, ORDER):
		frappe.db.delete(doctype)
	frappe.db.commit()


@pytest.fixture(autouse=True)
def settings_come_back(site):
	site.keep_single(SETTINGS)


def set_values(**values):
	frappe.db.rollback()
	frappe.db.set_single_value(SETTINGS, values)
	frappe.db.commit()


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


def utc(minutes=0):
	return (datetime.now(timezone.utc) + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


def place(shop, price="1.250", currency="omr"):
	vat = Tax("VAT", "VAT", Decimal(5))
	return shop.medusa.place_order(
		Basket((Bought("variant_1", Decimal(price), 2, taxes=(vat,)),), currency=currency)
	)


def touch(shop, order_id, at, **columns):
	"""Medusa has changed the order at that moment."""
	shop.medusa.change_order(order_id, **columns)
	shop.medusa.app.placed.rows[order_id]["updated_at"] = at


def tasks():
	frappe.db.rollback()
	rows = frappe.get_all(
		TASK, {"lane": "order_import"}, ["reference_name", "status", "version"], as_list=True
	)
	return {name: (status, version) for name, status, version in rows}


def watermark():
	frappe.db.rollback()
	return frappe.db.get_single_value(SETTINGS, "orders_polled_until", cache=False)


def details(method):
	"""What the log of the job has, newest first."""
	job = frappe.db.get_value(
		"Scheduled Job Type", {"method": f"medusa_integration.sync.inbox.polling.{method}"}
	)
	return frappe.get_all(
		"Scheduled Job Log",
		{"scheduled_job_type": job},
		["status", "details"],
		order_by="creation desc",
		as_list=True,
	)


@pytest.fixture(autouse=True)
def no_job_logs(site):
	yield
	frappe.db.rollback()
	frappe.db.delete("Scheduled Job Log", {"details": ("like", "%Orders read%")})
	frappe.db.commit()


@both
def test_an_order_is_found_with_what_the_list_says(poll, generation):
	order_id = place(poll)
	poll.medusa.capture(order_id)
	assert polling.poll_orders() == 1
	assert tasks() == {order_id: ("Pending", 1)}
	row = frappe.get_doc(ORDER, order_id)
	assert (row.display_id, row.order_status, row.payment_status) == ("1", "pending", "captured")
	assert row.fulfillment_status == "not_fulfilled"
	# 2.500 with 5 percent
	assert (row.currency, row.grand_total, row.sales_order) == ("OMR", 2.625, None)
	placed = poll.medusa.app.placed.rows[order_id]["updated_at"]
	assert row.medusa_updated_at == orders.site_time(
		datetime.fromisoformat(str(placed).replace("Z", "+00:00"))
	)
	assert abs(row.medusa_updated_at - now_datetime()) < timedelta(minutes=10)
	assert poll.woken == 1
	assert details("poll_orders")[0] == ("Complete", "Orders read: 1. Changed: 1.")


@both
def test_a_clock_that_was_ahead_passes_over_nothing(poll, generation):
	"""What Medusa changes with the right clock is found at once, also if the watermark is ahead already."""
	touch(poll, place(poll), utc(24 * 60))
	assert polling.poll_orders() == 1
	assert datetime.fromisoformat(watermark()) <= datetime.now(timezone.utc)
	set_values(orders_polled_until=utc(24 * 60))
	place(poll)
	assert polling.poll_orders() == 1


@both
def test_an_order_is_recorded_once_for_each_change(poll, generation):
	order_id = place(poll)
	assert [polling.poll_orders() for _ in range(3)] == [1, 0, 0]
	assert poll.woken == 1
	poll.medusa.capture(order_id)
	assert [polling.poll_orders() for _ in range(2)] == [1, 0]
	touch(poll, order_id, utc(), status="completed")
	assert polling.poll_orders() == 1
	assert tasks() == {order_id: ("Pending", 3)}
	assert frappe.db.get_value(ORDER, order_id, ["order_status", "payment_status"]) == (
		"completed",
		"captured",
	)


def test_the_link_to_the_sales_order_is_kept(poll):
	order_id = place(poll)
	polling.poll_orders()
	frappe.db.set_value(ORDER, order_id, "sales_order", "SAL-ORD-1", update_modified=False)
	frappe.db.commit()
	touch(poll, order_id, utc(), status="completed")
	polling.poll_orders()
	assert frappe.db.get_value(ORDER, order_id, ["order_status", "sales_order"]) == ("completed", "SAL-ORD-1")


@both
def test_the_first_run_begins_with_the_present(poll, generation):
	"""What was sold before the import was turned on is not imported by it."""
	set_values(orders_polled_until=None)
	old, recent = place(poll), place(poll)
	touch(poll, old, utc(-11))
	touch(poll, recent, utc(-9))
	assert polling.poll_orders() == 1
	assert list(tasks()) == [recent]
	assert watermark() >= utc(-1).replace(".000", "")[:19]


@both
def test_the_watermark_is_the_last_change_and_ten_minutes_are_read_again(poll, generation):
	"""An order that another one overtook while Medusa stored them is found by the next run."""
	first, late, lost = place(poll), place(poll), place(poll)
	at = utc(-20)
	touch(poll, first, at)
	touch(poll, late, utc(-120))
	touch(poll, lost, utc(-120))
	assert polling.poll_orders() == 1
	assert datetime.fromisoformat(watermark()) == datetime.fromisoformat(at)
	touch(poll, late, utc(-29))
	touch(poll, lost, utc(-31))
	assert polling.poll_orders() == 1
	assert set(tasks()) == {first, late}
	assert datetime.fromisoformat(watermark()) == datetime.fromisoformat(at)


@both
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


@both
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


@both
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


@both
def test_the_night_finds_what_events_and_polling_missed(poll, generation):
	"""Within the days of the setting; the watermark stays where it is."""
	old, missed, changed = place(poll), place(poll), place(poll)
	polling.poll_orders()
	frappe.db.delete(ORDER, {"name": ("in", (old, missed))})
	frappe.db.delete(TASK)
	frappe.db.commit()
	touch(poll, old, utc(-8 * 24 * 60))
	touch(poll, missed, utc(-6 * 24 * 60))
	poll.medusa.capture(changed)
	touch(poll, changed, utc(-5 * 24 * 60))
	before = watermark()
	assert polling.compare_orders() == 2
	assert set(tasks()) == {missed, changed}
	assert watermark() == before
	assert details("compare_orders")[0] == ("Complete", "Orders read: 2. Changed: 2.")
	set_values(compare_orders_days=9)
	assert polling.compare_orders() == 1
	assert set(tasks()) == {old, missed, changed}


# what it costs


def head(number, **values):
	at = datetime(2026, 11, 30, 4, 5, 6, 789000, tzinfo=timezone.utc)
	defaults = {
		"id": f"order_{number:03}",
		"display_id": str(number),
		"status": "pending",
		"payment_status": "captured",
		"fulfillment_status": "not_fulfilled",
		"currency": "OMR",
		"total": Decimal("12.345"),
		"created_at": at,
		"updated_at": at,
	}
	return OrderHead(**{**defaults, **values})


@pytest.mark.parametrize("count", [1, 10, 100])
def test_a_page_costs_three_statements(poll, statements, count):  # noqa: F811
	heads = [head(number) for number in range(count)]
	with database.read_committed():
		frappe.db.commit()
		frappe.get_cached_doc(SETTINGS)
		found = []
		assert statements(lambda: found.append(orders.store(heads))) == 3
		assert statements(lambda: found.append(orders.store(heads))) == 1
		assert found == [count, 0]


@pytest.mark.parametrize(
	("values", "stored"),
	[
		({"total": Decimal("0.1234567891")}, {"grand_total": 0.123456789}),
		({"total": Decimal(10) ** 20}, {"grand_total": 0}),
		({"status": "x" * 200}, {"order_status": "x" * 140}),
		({"display_id": ""}, {"display_id": ""}),
		({"total": Decimal("-1.5")}, {"grand_total": -1.5}),
	],
)
def test_odd_values_are_stored_once(poll, values, stored):
	"""They are the same when they come again."""
	assert [orders.store([head(1, **values)]), orders.store([head(1, **values)])] == [1, 0]
	assert frappe.db.get_value(ORDER, "order_001", list(stored), as_dict=True) == stored


def test_the_same_order_twice_on_a_page_is_stored_as_it_came_last(poll):
	later = head(1, status="completed")
	assert orders.store([head(1), later]) == 1
	assert frappe.db.get_value(ORDER, "order_001", "order_status") == "completed"


# another server


@pytest.mark.parametrize(
	("change", "is_kept"),
	[
		({"url": "https://other.example.com"}, False),
		({"url": None, "enable": 0}, False),
		({"url": "https://medusa.example.com/api"}, True),
		({"admin_password": "another password"}, True),
		({"request_timeout": 20}, True),
		({"orders_polled_until": "2030-01-01"}, True),
	],
)
def test_the_watermark_belongs_to_a_server(site, change, is_kept):
	values = {
		"enable": 1,
		"url": "https://medusa.example.com",
		"admin_email": "admin@example.com",
		"admin_password": "a password",
	}
	frappe.get_doc(SETTINGS).update(values).save()
	frappe.db.set_single_value(
		SETTINGS, "orders_polled_until", "2026-11-30T04:00:00+00:00", update_modified=False
	)
	frappe.get_doc(SETTINGS).update({"admin_password": "a password", **change}).save()
	kept = frappe.db.get_single_value(SETTINGS, "orders_polled_until", cache=False)
	assert (kept or None) == ("2026-11-30T04:00:00+00:00" if is_kept else None)

"""Orders are found by asking Medusa: each once for each change, and none passed over."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import frappe
import pytest
from frappe.utils import now_datetime

from medusa_integration import database
from medusa_integration.mirror.shop_orders import OrderHead
from medusa_integration.sync.inbox import orders, polling
from tests.inbox.conftest import ORDER, SETTINGS
from tests.inbox.polled import TASK, details, place, set_values, tasks, touch, utc, watermark
from tests.support.medusa import both_generations
from tests.sync.test_costs import statements  # noqa: F401

pytestmark = pytest.mark.usefixtures("settings_come_back", "no_job_logs")


@both_generations
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


@both_generations
def test_a_clock_that_was_ahead_passes_over_nothing(poll, generation):
	"""What Medusa changes with the right clock is found at once, also if the watermark is ahead already."""
	touch(poll, place(poll), utc(24 * 60))
	assert polling.poll_orders() == 1
	assert datetime.fromisoformat(watermark()) <= datetime.now(timezone.utc)
	set_values(orders_polled_until=utc(24 * 60))
	place(poll)
	assert polling.poll_orders() == 1


@both_generations
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


@both_generations
def test_the_first_run_begins_with_the_present(poll, generation):
	"""What was sold before the import was turned on is not imported by it."""
	set_values(orders_polled_until=None)
	old, recent = place(poll), place(poll)
	touch(poll, old, utc(-11))
	touch(poll, recent, utc(-9))
	assert polling.poll_orders() == 1
	assert list(tasks()) == [recent]
	assert watermark() >= utc(-1).replace(".000", "")[:19]


@both_generations
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


@both_generations
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

"""The lane "order_import": orders that the shop's Medusa has, drained as a worker does it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP

import frappe
import pytest

from devbench.medusa.simulator import faults
from devbench.medusa.simulator.baskets import Basket, Bought, Discount, Shipped, total_v1, total_v2
from medusa_integration.constants import MEDUSA_ORDER
from tests.selling.lanes import FIVE, D
from tests.support.shop_fixtures import stock  # noqa: F401


def minutes_ago(minutes: int) -> str:
	"""A moment as Medusa spells it."""
	return (datetime.now(timezone.utc) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_orders_are_read_and_imported(lane, generation):
	"""Several of a chunk: one request on v2, one each on v1; only who may read Leads sees them in the log."""
	ids = [lane.place() for _ in range(3)]
	lane.shop.drain()
	for order_id in ids:
		doc = lane.made(order_id)
		assert (doc.grand_total, doc.items[0].rate, lane.task(order_id).status) == (26, 10, "Synced")
	reads = [one for one in lane.medusa.sent("GET") if one.path.startswith("/admin/orders")]
	assert len(reads) == {"v1": 3, "v2": 1}[generation]
	logged = lane.shop.log(url=("like", "%/admin/orders%"))
	assert len(logged) == len(reads)
	assert {row.personal_data for row in logged} == {1}
	told = lane.shop.log(url=("like", "%/store/order-update%"))
	assert {row.personal_data for row in told} == {0}


@pytest.mark.parametrize("generation", ["v2"])
@pytest.mark.parametrize("then", ["paid", "cancelled"])
def test_an_order_of_a_refused_buyer_waits(lane, stock, then):  # noqa: F811
	"""Medusa keeps it without payment and reservation; it is imported when somebody has it paid."""
	item = stock.item(website_warehouse=stock.store)
	stock.move((item, 5))
	lane.shop.set(push_stock_quantities=1)
	lane.shop.drain()
	item.reload()
	basket = lane.basket((item, "10.00", 2), refused=True)
	order_id = lane.place(basket)
	lane.medusa.change_order(order_id, created_at=minutes_ago(11))
	lane.shop.drain()
	task = lane.task(order_id)
	assert (task.status, task.attempts) == ("Waiting", 0)
	assert task.last_error == (
		"Medusa has neither reserved the items of the order nor authorized a payment. Cancel the order in Medusa, "
		"or have it paid there."
	)
	assert lane.made(order_id) is None
	if then == "paid":
		lane.medusa.edit_order(order_id, replace(basket, refused=False))
	else:
		lane.medusa.change_order(order_id, status="canceled", canceled_at="2026-11-30T05:00:00.000Z")
	lane.again(order_id)
	assert lane.task(order_id).status == "Synced"
	assert bool(lane.made(order_id)) is (then == "paid")


@pytest.mark.parametrize("generation", ["v2"])
def test_an_order_that_is_being_paid_waits(lane, generation):
	"""Medusa deletes it if the payment is not authorized; ten minutes later nobody pays it any more."""
	order_id = lane.place(lane.basket(refused=True))
	lane.shop.drain()
	task = lane.task(order_id)
	assert (task.status, task.attempts, task.last_error) == (
		"Waiting",
		0,
		"No payment of the order is authorized in Medusa yet. It is looked at again in 10 minutes.",
	)
	assert 9 < (task.next_attempt_at - frappe.utils.now_datetime()).total_seconds() / 60 <= 10
	assert lane.made(order_id) is None
	lane.medusa.change_order(order_id, created_at=minutes_ago(11))
	lane.again(order_id)
	assert lane.task(order_id).status == "Synced"
	assert lane.made(order_id).grand_total == 26


def test_an_order_that_is_there_is_not_read_again(lane):
	order_id = lane.place()
	lane.shop.drain()
	frappe.db.set_value(MEDUSA_ORDER, order_id, "sales_order", None)
	frappe.db.commit()
	reads = len(lane.medusa.sent("GET", "/admin/orders"))
	lane.record(order_id)
	lane.shop.drain()
	assert len(lane.medusa.sent("GET", "/admin/orders")) == reads
	assert lane.made(order_id) and lane.task(order_id).status == "Synced"


def test_nothing_is_imported_while_that_is_off(lane):
	order_id = lane.place()
	lane.shop.set(import_orders=0)
	lane.shop.drain()
	task = lane.task(order_id)
	assert (task.status, task.last_error) == ("Waiting", "Import Orders is off.")
	assert lane.medusa.sent("GET", "/admin/orders") == []
	lane.shop.set(import_orders=1)
	lane.again(order_id)
	assert lane.made(order_id).grand_total == 26


def test_one_order_does_not_keep_the_others(lane):
	"""It waits with its sentence, uses no attempt, and goes on when the item is there."""
	other = lane.variant()
	frappe.db.set_value("Website Item", other.name, "medusa_variant_id", None)
	frappe.db.commit()
	waiting = lane.place(lane.basket((other, "1.00", 1), (lane.item, "10.00", 2)))
	made = lane.place()
	lane.shop.drain()
	assert lane.made(made).grand_total == 26
	task = lane.task(waiting)
	assert (task.status, task.attempts) == ("Waiting", 0)
	assert task.last_error == "No Website Item has the Medusa variant of: Something."
	frappe.db.set_value("Website Item", other.name, "medusa_variant_id", other.medusa_variant_id)
	frappe.db.commit()
	lane.again(waiting)
	assert lane.made(waiting), lane.task(waiting).last_error
	assert lane.made(waiting).grand_total == 27.05
	assert lane.task(waiting).status == "Synced"


def test_what_erpnext_refuses_waits(lane):
	"""A credit limit: the sentence is ERPNext's, and nothing is left of the order."""
	lane.shop.set(submit_imported_orders=1)
	company = lane.quotes.company
	before = frappe.db.get_value("Company", company, "credit_limit")
	frappe.db.set_value("Company", company, "credit_limit", 1)
	frappe.db.commit()
	frappe.clear_document_cache("Company", company)
	try:
		order_id = lane.place()
		lane.shop.drain()
		task = lane.task(order_id)
		assert (task.status, task.attempts) == ("Waiting", 0)
		assert task.last_error.lower().startswith("credit limit has been crossed for customer clinic")
		assert "<" not in task.last_error
		assert lane.made(order_id) is None
	finally:
		frappe.db.set_value("Company", company, "credit_limit", before)
		frappe.db.commit()
		frappe.clear_document_cache("Company", company)
	lane.again(order_id)
	assert lane.made(order_id).docstatus == 1


def test_an_order_with_other_money_fails(lane, monkeypatch):
	from medusa_integration.mirror import orders_v2

	monkeypatch.setattr(orders_v2, "_credits", lambda remote: ((), D(0)))
	order_id = lane.place(lane.basket(credit=D(1)))
	lane.shop.drain()
	task = lane.task(order_id)
	currency = lane.currency.upper()
	assert task.status == "Failed"
	assert task.last_error.startswith("The total of the order in Medusa is 25")
	assert "but its items, shipping and taxes are 26" in task.last_error and currency in task.last_error


def test_an_order_that_was_cancelled_before_is_none(lane):
	order_id = lane.place()
	lane.medusa.change_order(order_id, status="canceled", canceled_at="2026-11-30T05:00:00.000Z")
	lane.shop.drain()
	task = lane.task(order_id)
	assert (task.status, task.last_error) == (
		"Synced",
		"The order was cancelled in Medusa before it was imported.",
	)
	assert lane.made(order_id) is None


def test_an_order_that_medusa_does_not_have_fails(lane):
	lane.record("order_none")
	lane.shop.drain()
	assert (lane.task("order_none").status, lane.task("order_none").last_error) == (
		"Failed",
		"Medusa has no order order_none.",
	)


def test_an_outage_delays_it(lane):
	order_id = lane.place()
	lane.medusa.fail("GET", "/admin/orders", faults.status(503), times=None)
	lane.shop.drain()
	assert lane.task(order_id).status in ("Retrying", "Pending")
	lane.medusa.clear_faults()
	lane.again(order_id)
	assert lane.made(order_id).grand_total == 26


def test_an_error_of_the_app_is_tried_again(lane, monkeypatch):
	from medusa_integration.selling.order.imports import exporter

	def broken(order):
		raise RuntimeError("no such thing")

	order_id = lane.place()
	with monkeypatch.context() as patch:
		patch.setattr(exporter, "import_order", broken)
		lane.shop.drain()
	task = lane.task(order_id)
	assert (task.status, task.attempts, task.last_error) == ("Retrying", 1, "no such thing")
	assert frappe.db.count("Error Log", {"method": "Medusa: an order could not be imported"}) == 1
	lane.again(order_id)
	assert lane.made(order_id).grand_total == 26


def test_an_error_before_the_commit_concerns_one_order(lane, monkeypatch):
	"""Such as while its tasks are recorded; the other orders of the chunk are imported."""
	from medusa_integration.selling.order.imports import exporter

	def fail():
		raise RuntimeError("not recorded")

	def import_(order):
		name = import_order(order)
		if order.id == broken:
			frappe.db.before_commit.add(fail)
		return name

	import_order = exporter.import_order
	orders = [lane.place() for _ in range(3)]
	broken = orders[1]
	with monkeypatch.context() as patch:
		patch.setattr(exporter, "import_order", import_)
		lane.shop.drain()
	assert lane.made(broken) is None
	task = lane.task(broken)
	assert (task.status, task.attempts, task.last_error) == ("Retrying", 1, "not recorded")
	for order_id in (orders[0], orders[2]):
		assert (lane.made(order_id).grand_total, lane.task(order_id).attempts) == (26, 0)
	lane.again(broken)
	assert lane.made(broken).grand_total == 26


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_totals_of_whole_orders(lane, generation):
	"""Fifty rows, a discount, two ways of shipping, a price with tax, a gift card: the total is Medusa's."""
	discount = Discount("TEN", D("3.30"))
	bought = [
		Bought(lane.item.medusa_variant_id, D("1.11"), number, taxes=(FIVE,)) for number in range(1, 51)
	]
	bought[9] = Bought(lane.item.medusa_variant_id, D("3.33"), 10, taxes=(FIVE,), discounts=(discount,))
	bought[20] = Bought(lane.item.medusa_variant_id, D("9.99"), 7, taxes=(FIVE,), inclusive=True)
	ways = (Shipped(D("5.95"), taxes=(FIVE,)), Shipped(D("1.05"), name="Extra"))
	lane.quotes.exchange("USD", 0.385)
	basket = Basket(tuple(bought), ways, currency="usd", credit=D("2.50"))
	order_id = lane.place(basket)
	lane.shop.drain()
	doc = lane.made(order_id)
	total = D(total_v1(basket, 100)) / 100 if generation == "v1" else total_v2(basket)
	assert len(doc.items) == 50
	assert D(str(doc.grand_total)) == total.quantize(D("0.01"), ROUND_HALF_UP)

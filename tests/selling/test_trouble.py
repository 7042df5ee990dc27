"""Medusa is away, or does not want to hear of an order: nothing gets lost, and nothing else stops."""

from __future__ import annotations

import json
import threading

import frappe
import pytest

from devbench.medusa.simulator import faults
from tests.support.medusa import simulator
from tests.support.sales import UPDATE
from tests.sync.test_costs import statements  # noqa: F401


@pytest.mark.contract(104, 105, 106, 107)
def test_after_an_outage_each_order_is_one_request_with_its_last_state(sales):
	"""Orders are invoiced, delivered and paid while Medusa is away."""
	orders = [sales.order() for _ in range(3)]
	sales.shop.drain()
	sales.medusa.stop()
	for order in orders:
		invoice = sales.invoice(order)
		sales.shop.drain()
		sales.delivery(order)
		sales.payment(invoice)
		sales.shop.drain()
	sales.medusa.start()
	before = len(sales.requests())
	sales.shop.make_due()
	sales.shop.drain()
	assert [sales.told(order) for order in orders] == [("Completed", "Paid")] * 3
	assert len(sales.requests()) == before + 3


def test_a_save_does_not_wait_for_medusa(sales, monkeypatch):
	"""No request leaves during a save, a submit, or a cancellation."""
	import requests

	def send(*_arguments, **_options):
		raise AssertionError("a request was sent")

	monkeypatch.setattr(requests.Session, "send", send)
	order = sales.order()
	invoice, note = sales.invoice(order), sales.delivery(order)
	sales.cancel(sales.payment(invoice))
	sales.cancel(note)
	assert sales.task(order).status == "Pending"


@pytest.mark.parametrize("outage", ["stopped", "hangs", "errors"])
def test_an_outage_costs_desk_nothing(sales, statements, outage, give_up):  # noqa: F811
	"""The same statements as on any other day, and no request; then each order is told once, as it ended."""

	def sell(order):
		invoice = sales.invoice(order)
		sales.delivery(order)
		sales.payment(invoice)

	def hang(request):
		give_up(request)
		free.wait(300)

	orders = [sales.order() for _ in range(4)]
	sell(orders[0])  # fills the caches
	sales.shop.drain()
	as_ever = statements(lambda: sell(orders[1]))
	sales.shop.drain()
	asked = len(sales.requests())

	free = threading.Event()
	if outage == "stopped":
		sales.medusa.stop()
	elif outage == "hangs":
		sales.medusa.on("*", "*", hang)
	else:
		sales.medusa.fail("POST", UPDATE, 503, times=None)
	try:
		assert statements(lambda: sell(orders[2])) <= as_ever
		assert len(sales.requests()) == asked
		sales.shop.drain()  # finds nobody
		assert statements(lambda: sell(orders[3])) <= as_ever
		sales.shop.drain()
	finally:
		free.set()
	sales.medusa.clear_faults()
	sales.medusa.start()
	before = len(sales.requests())
	sales.shop.make_due()
	sales.shop.drain()
	assert [sales.told(order) for order in orders] == [("Completed", "Paid")] * 4
	assert len(sales.requests()) == before + 2


def test_an_order_that_medusa_does_not_have_fails_alone(sales):
	lost, order = sales.order(medusa_order_id=f"order_lost_{sales.shop.mark}"), sales.order()
	assert sales.shop.drain() == {"Failed": 1, "Synced": 1}
	task = sales.task(lost)
	assert task.status == "Failed" and "was not found" in task.last_error
	assert task.last_error.startswith(f"Error while exporting Sales Order {lost.name} to Medusa")
	assert sales.told(order) == ("To Deliver and Bill", "Unpaid")


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_server_error_is_tried_again(sales, generation):
	order = sales.order()
	sales.medusa.fail("POST", UPDATE, 500, times=None)
	sales.shop.drain()
	assert sales.task(order).status == "Retrying"
	sales.medusa.clear_faults()
	sales.shop.make_due()
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")


def test_a_lost_answer_does_no_harm(sales):
	"""Telling the same twice is telling it once."""
	order = sales.order()
	sales.medusa.fail("POST", UPDATE, faults.lost_answer())
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")
	assert sales.task(order).status == "Synced"


@pytest.mark.contract(125)
@pytest.mark.parametrize(
	("answer", "status"),
	[
		({"message": "Order updated successfully"}, "Synced"),
		({"order_id": "without a message"}, "Synced"),
		({"message": "Order not found"}, "Failed"),
		({"message": None, "error": "?"}, "Synced"),
	],
)
def test_only_the_documented_message_is_a_success(sales, answer, status):
	order = sales.order()
	sales.medusa.fail("POST", UPDATE, faults.Fault(status=200, body=json.dumps(answer).encode()))
	sales.shop.drain()
	task = sales.task(order)
	assert task.status == status
	assert status == "Synced" or "Order not found" in task.last_error


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_medusa_without_the_route_goes_on_with_everything_else(sales, generation):
	"""A server that was not extended: orders fail and say why; products go through, and nothing is paused."""
	with simulator(generation, extended=False) as stock:
		order = sales.order(medusa_order_id="order_1")
		sales.shop.medusa = stock
		sales.shop.configure(publishable_api_key=stock.publishable_key)
		item = sales.shop.website_item()
		sales.shop.drain()
		task = sales.task(order)
		assert (task.status, task.attempts) == ("Failed", 1)
		assert "has no route POST /store/order-update" in task.last_error
		assert sales.shop.task(item).status == "Synced"
		assert not sales.shop.setting("paused")


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_medusa_without_the_route_need_not_know_of_orders_that_were_placed_in_it(sales, generation):
	"""Said once, for good; with the plugin, they are told as others are."""
	from medusa_integration import api
	from medusa_integration.selling.order.nightly import record_missed_orders

	sentence = (
		"The order was placed in Medusa, which has no route for its status in ERPNext. Install the plugin in "
		"Medusa to send it."
	)
	extended = sales.medusa
	with simulator(generation, extended=False) as stock:
		order = sales.order(medusa_order_number="1007")
		draft = sales.order(medusa_order_number="1008", submit=False)
		sales.shop.medusa = stock
		sales.shop.configure(publishable_api_key=stock.publishable_key)
		sales.shop.drain()
		for one in (order, draft):
			task = sales.task(one)
			assert (task.status, task.attempts, task.last_error) == ("Not Wanted", 0, sentence)
		assert api.export_sales_order(order.name) == {
			"status": "skipped",
			"message": sentence,
			"sales_order": order.name,
			"medusa_order_id": order.medusa_order_id,
		}
		sent = len(stock.sent("POST", UPDATE))
		record_missed_orders()
		sales.shop.drain()
		assert len(stock.sent("POST", UPDATE)) == sent
		# with its document the task goes, and another one says that it is cancelled
		frappe.delete_doc("Sales Order", draft.name)
		frappe.db.commit()
		sales.shop.drain()
		assert len(stock.sent("POST", UPDATE)) == sent + 1
		gone = {"lane": "order", "operation": "Delete", "reference_name": ("like", f"{draft.name}%")}
		(left,) = frappe.get_all("Medusa Sync Task", gone, ["status", "last_error"])
		assert (left.status, left.last_error) == ("Synced", None)
	sales.shop.medusa = extended
	sales.shop.configure(publishable_api_key=extended.publishable_key)
	assert sales.sent(sales.delivery(order) and order) == ("To Bill", "Unpaid")
	assert sales.task(order).status == "Synced"


def test_v2_without_a_publishable_key_says_so(sales):
	sales.shop.set(publishable_api_key=None)
	order = sales.order()
	sales.shop.drain()
	assert "Publishable API key required" in sales.task(order).last_error
	assert not sales.shop.setting("paused")


def test_wrong_credentials_pause_and_cost_no_attempt(sales):
	order = sales.order()
	sales.medusa.change_password()
	sales.medusa.revoke_tokens()
	sales.shop.drain()
	task = sales.task(order)
	assert (task.status, task.attempts) == ("Pending", 0) and sales.shop.setting("paused")


def test_a_change_while_it_is_being_sent_goes_out_after_it(sales):
	"""The last state wins, however the two fall together."""
	order = sales.order()

	def close():
		frappe.get_doc("Sales Order", order.name).update_status("Closed")
		frappe.db.commit()

	sales.medusa.on("POST", UPDATE, lambda _: sales.shop.elsewhere(close), "arrived", times=1)
	sales.shop.drain()
	assert sales.told(order) == ("Closed", "Unpaid")
	assert [json.loads(row.payload)["order_status"] for row in sent_rows(sales)] == [
		"To Deliver and Bill",
		"Closed",
	]


def test_at_once_in_immediate_mode(sales):
	"""With Sync Mode = Immediate Medusa knows it right after the commit."""
	sales.shop.set(sync_mode="Immediate")
	order = sales.order()
	assert sales.told(order) == ("To Deliver and Bill", "Unpaid")
	sales.payment(sales.invoice(order))
	assert sales.told(order) == ("To Deliver", "Paid")


def test_an_order_whose_document_is_deleted_is_cancelled(sales):
	"""The buyer hears of it; a draft and a cancelled order, told before or not."""
	draft, cancelled, untold = sales.order(submit=False), sales.order(), sales.order(submit=False)
	sales.shop.drain(only=[("Sales Order", order.name, "order") for order in (draft, cancelled)])
	sales.cancel(cancelled)
	for order in (draft, cancelled, untold):
		frappe.delete_doc("Sales Order", order.name)
	assert sales.shop.drain() == {"Synced": 3, "Not Wanted": 2}
	assert {sales.told(order) for order in (draft, cancelled, untold)} == {("Cancelled", "Unpaid")}
	body = sales.requests(draft)[-1].body
	assert (len(body), body["grand_total"]) == (6, 20)


def test_an_order_that_was_deleted_and_entered_anew_is_not_cancelled(sales):
	"""The id has another document by now; and a new document of the same name has a task of its own."""
	order = sales.order(submit=False)
	sales.shop.drain()
	frappe.delete_doc("Sales Order", order.name)
	again = sales.order(submit=False, medusa_order_id=order.medusa_order_id)
	assert again.name == order.name
	sales.shop.drain()
	assert {sales.requests(order)[i].body["order_status"] for i in (0, -1)} == {"Pending"}
	assert sales.task(again).status == "Synced"

	frappe.delete_doc("Sales Order", again.name)
	other = sales.order(submit=False)
	assert sales.shop.drain() == {"Synced": 2}
	assert sales.told(again) == ("Cancelled", "Unpaid") and sales.told(other) == ("Pending", "Unpaid")


def test_an_amendment_that_is_deleted_gives_the_id_back(sales):
	"""So that the order can be amended again; until then it is what it was: cancelled."""
	order = sales.order()
	amended = sales.amend(order)
	sales.shop.drain()
	frappe.delete_doc("Sales Order", amended.name)
	frappe.db.commit()
	assert sales.shop.value(order, "medusa_order_id") == order.medusa_order_id
	assert sales.sent(order) == ("Cancelled", "Unpaid")


def test_a_deleted_order_of_a_customer_that_medusa_does_not_know(sales):
	"""It has never heard of it."""
	order = sales.order(submit=False, customer=sales.customer(medusa_id=None))
	frappe.delete_doc("Sales Order", order.name)
	assert sales.shop.drain() == {"Not Wanted": 1}
	assert not sales.requests()


def sent_rows(sales):
	return sales.shop.log(url=("like", f"%{UPDATE}%"))

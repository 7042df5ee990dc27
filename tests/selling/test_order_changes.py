"""Which changes of an order are recorded and sent, when, and what opens an order that waits."""

from __future__ import annotations

import json

import frappe
import pytest


@pytest.mark.contract(104, 110)
@pytest.mark.parametrize(
	"values",
	[{"medusa_order_id": None}, {"from_ecommerce": 0}, {"from_ecommerce": 0, "medusa_order_id": None}],
)
def test_orders_of_others_are_left_alone(sales, values):
	"""Without a Medusa order id nothing is sent, nor for a save of an order that is not of the shop."""
	order = sales.order(**values)
	assert sales.task(order) is None
	if "medusa_order_id" in values:
		sales.payment(sales.invoice(order))
		sales.delivery(order)
	sales.shop.drain()
	assert sales.task(order) is None and not sales.requests()


@pytest.mark.contract(105)
def test_one_task_and_one_request_for_a_submit(sales):
	"""An invoice fires events of three documents; they are one change of the order."""
	order = sales.order()
	sales.shop.drain()
	version = sales.task(order).version
	sales.invoice(order)
	task = sales.task(order)
	assert (task.version, task.operation, task.lane) == (version + 1, "Status", "order")
	assert sales.sent(order) == ("To Deliver", "Unpaid")
	assert len(sales.requests(order)) == 2


def test_what_medusa_knows_is_not_sent(sales):
	"""A save that changes none of the six values, and one that changes one."""
	order = sales.order(submit=False)
	sales.shop.drain()
	sales.shop.save(order, po_no="4711")
	assert sales.shop.drain()["Synced"] == 1
	assert len(sales.requests(order)) == 1
	sales.shop.save(order, discount_amount=1)
	sales.shop.drain()
	assert len(sales.requests(order)) == 2


def test_a_rolled_back_change_leaves_nothing(sales):
	order = sales.order()
	sales.shop.drain()
	version = sales.task(order).version
	frappe.get_doc("Sales Order", order.name).update_status("Closed")
	frappe.db.rollback()
	frappe.db.commit()
	assert sales.task(order).version == version
	# and the next change is noticed all the same
	frappe.get_doc("Sales Order", order.name).update_status("On Hold")
	frappe.db.commit()
	assert sales.task(order).version == version + 1


def test_a_change_after_a_rolled_back_savepoint_is_recorded(sales):
	"""What is undone in between must not hide what follows."""
	order = sales.order()
	sales.shop.drain()
	frappe.db.savepoint("halfway")
	frappe.get_doc("Sales Order", order.name).update_status("Closed")
	frappe.db.rollback(save_point="halfway")
	frappe.get_doc("Sales Order", order.name).update_status("On Hold")
	assert sales.sent(order) == ("On Hold", "Unpaid")


@pytest.mark.contract(112)
def test_an_order_waits_for_its_customer(sales):
	"""Not a failure: the order goes out once Medusa's id of the customer is known."""
	customer = sales.customer(medusa_id=None)
	order = sales.order(customer=customer)
	assert sales.shop.drain() == {"Waiting": 1}
	task = sales.task(order)
	assert (task.status, task.attempts) == ("Waiting", 0)
	assert task.last_error == f"Medusa Customer ID not found for Customer: {customer.name}"
	assert not sales.requests()

	sales.shop.save(customer, customer_name="Another name")
	assert sales.task(order).status == "Waiting"
	woken = sales.shop.woken
	sales.shop.save(customer, medusa_id=f"cus_late_{sales.shop.mark}")
	assert sales.task(order).status == "Pending" and sales.shop.woken == woken + 1
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")
	body = sales.requests(order)[0].body
	assert body["customer_id"] == f"cus_late_{sales.shop.mark}"


def test_an_id_written_beside_the_form_opens_the_order_too(sales):
	customer = sales.customer(medusa_id=None)
	order = sales.order(customer=customer)
	sales.shop.drain()
	frappe.get_doc("Customer", customer.name).db_set("medusa_id", f"cus_late_{sales.shop.mark}")
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")


@pytest.mark.contract(114)
def test_what_becomes_overdue_by_itself(sales):
	"""ERPNext's daily job writes past all events; the nightly look finds it, and only it."""
	from erpnext.controllers.accounts_controller import update_invoice_status

	from medusa_integration.selling.order.nightly import record_missed_orders

	order, other = sales.order(), sales.order()
	invoice = sales.invoice(order)
	waiting = sales.order(customer=sales.customer(medusa_id=None))
	sales.shop.drain()
	assert sales.told(order) == ("To Deliver", "Unpaid")
	assert record_missed_orders() == 0

	yesterday = frappe.utils.add_days(None, -1)
	frappe.db.set_value("Sales Invoice", invoice.name, "due_date", yesterday)
	if frappe.db.table_exists("Payment Schedule"):
		frappe.db.set_value("Payment Schedule", {"parent": invoice.name}, "due_date", yesterday)
	update_invoice_status()
	frappe.db.commit()
	assert record_missed_orders() == 1
	assert sales.sent(order) == ("To Deliver", "Overdue")
	assert len(sales.requests(other)) == 1 and not sales.requests(waiting)


def test_the_nightly_look_finds_what_has_no_task(sales):
	from medusa_integration.selling.order.nightly import record_missed_orders

	names = sales.many(3)
	assert record_missed_orders() == 3
	sales.shop.drain()
	assert {sales.task(name).status for name in names} == {"Synced"}
	assert record_missed_orders() == 0


def test_nothing_is_recorded_without_a_medusa(sales):
	sales.shop.set(url=None)
	order = sales.order(medusa_order_id="order_of_nobody")
	sales.payment(sales.invoice(order))
	assert sales.task(order) is None


def test_sync_now_sends_an_order(sales):
	"""The button on the Sales Order: sent even if Medusa knows it."""
	from medusa_integration.sync.desk_api import sync_now

	order = sales.order()
	sales.shop.drain()
	assert sync_now("Sales Order", order.name)["status"] == "Synced"
	assert len(sales.requests(order)) == 2


def test_the_log_names_the_order(sales):
	order = sales.order()
	sales.shop.drain()
	(row,) = sales.shop.log(voucher_type="Sales Order", url=("like", "%order-update%"))
	assert (row.voucher_name, row.http_method) == (order.name, "POST")
	assert json.loads(row.payload)["order_status"] == "To Deliver and Bill"

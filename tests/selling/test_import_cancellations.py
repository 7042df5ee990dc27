"""Imported orders that are cancelled here: Medusa cancels them too, unless they are amended."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.constants import MEDUSA_ORDER
from tests.selling.lanes import lanes
from tests.support.queries import recorded_queries
from tests.support.users import token_of


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_an_order_that_is_cancelled_here_is_cancelled_in_medusa(lane, generation):
	"""After half an hour, once; two tasks in two statements; Medusa's event of it changes nothing."""
	lane.shop.set(send_cancellations=1, import_cancellations=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	with recorded_queries() as queries:
		lane.cancel(doc)
	assert lanes(queries) == ["order", "cancellation"]
	lane.shop.drain(only=[("Sales Order", doc.name, "cancellation")])
	task = lane.cancellation(doc.name)
	assert task.status == "Waiting"
	assert task.last_error.startswith("The order is cancelled in Medusa at ")
	minutes = (task.next_attempt_at - frappe.utils.now_datetime()).total_seconds() / 60
	assert 25 < minutes <= 30
	assert lane.in_medusa(order_id) == "pending"
	lane.half_an_hour_later(doc.name)
	assert (lane.cancellation(doc.name).status, lane.in_medusa(order_id)) == ("Synced", "canceled")
	# whoever asks again
	lane.shop.task(doc.name, "Sales Order", "cancellation")
	lane.half_an_hour_later(doc.name)
	lane.told(order_id)
	assert lane.cancels() == [order_id]
	assert (lane.task(order_id).status, lane.made(order_id).docstatus) == ("Synced", 2)


def test_medusa_hears_nothing_with_that_off(lane):
	lane.shop.set(submit_imported_orders=1)
	_order_id, doc = lane.import_()
	lane.cancel(doc)
	assert lane.cancellation(doc.name) is None


def test_an_amendment_goes_on_with_the_order(lane):
	"""It has Medusa's ids, also those of the rows; Medusa's order is not cancelled."""
	lane.shop.set(send_cancellations=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	line = doc.items[0].medusa_line_item_id
	assert line
	lane.cancel(doc)
	made = lane.amend(doc)
	assert (made.medusa_order_id, made.medusa_order_number) == (order_id, doc.medusa_order_number)
	assert [row.medusa_line_item_id for row in made.items] == [line]
	lane.half_an_hour_later(doc.name)
	task = lane.cancellation(doc.name)
	assert (task.status, task.last_error) == (
		"Not Wanted",
		f"The order in Medusa belongs to Sales Order {made.name} now.",
	)
	assert (lane.cancels(), lane.in_medusa(order_id)) == ([], "pending")
	lane.drain(order_id)
	assert frappe.db.get_value(MEDUSA_ORDER, order_id, "sales_order") == made.name
	# the amendment is cancelled too, and not amended
	made.submit()
	frappe.db.commit()
	lane.cancel(made)
	lane.half_an_hour_later(made.name)
	assert lane.in_medusa(order_id) == "canceled"


def test_whoever_may_not_amend_it_does_not_get_medusas_order(lane):
	"""Frappe inserts such a document for whoever may create one; here it would go on with others' money."""
	lane.shop.set(submit_imported_orders=1)
	order_id, doc = lane.import_()
	lane.cancel(doc)
	token = token_of(lane.shop.site, "Seller", ["Sales User"])["Authorization"]
	user = frappe.db.get_value("User", {"api_key": token.split()[1].split(":")[0]})
	other = lane.shop.site.new("Customer", customer_name=lane.shop.name("Other")).name
	lane.shop.site.new("User Permission", user=user, allow="Customer", for_value=other)
	frappe.db.commit()
	frappe.set_user(user)
	try:
		with pytest.raises(frappe.PermissionError):
			lane.amend(doc, customer=other)
	finally:
		frappe.set_user("Administrator")
		frappe.db.rollback()
	assert frappe.db.get_value("Sales Order", doc.name, "medusa_order_id") == order_id


def test_rows_of_an_amendment_by_their_item(lane):
	"""Whatever ids it comes with: those that the order has, each once; a new row has none."""
	lane.shop.set(submit_imported_orders=1)
	other = lane.variant()
	_id, doc = lane.import_(lane.basket((lane.item, "10.00", 2), (other, "3.00", 1)))
	first, second = (row.medusa_line_item_id for row in doc.items)
	lane.cancel(doc)
	made = frappe.copy_doc(doc)
	made.update({"amended_from": doc.name, "status": "Draft"})
	made.items[0].medusa_line_item_id = "item_forged"
	made.items[1].medusa_line_item_id = None
	made.append("items", {**made.items[0].as_dict(), "name": None, "idx": None, "medusa_line_item_id": first})
	made.insert()
	frappe.db.commit()
	found = [row.medusa_line_item_id for row in frappe.get_doc("Sales Order", made.name).items]
	assert found == [None, second, first]


def test_an_amendment_that_is_deleted_leaves_a_cancelled_order(lane):
	lane.shop.set(send_cancellations=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	lane.cancel(doc)
	lane.amend(doc).delete()
	frappe.db.commit()
	lane.half_an_hour_later(doc.name)
	assert lane.in_medusa(order_id) == "canceled"


@pytest.mark.parametrize("at_once", [False, True])
def test_a_name_that_is_given_again_loses_no_cancellation(lane, at_once):
	"""The cancelled Sales Order is deleted, and the next one has its name, and is cancelled as well."""
	lane.shop.set(send_cancellations=1, submit_imported_orders=1)
	series = frappe.db.sql("select name, current from tabSeries")
	order_id, doc = lane.import_()
	doc.flags.ignore_permissions = True
	doc.cancel()
	if not at_once:
		frappe.db.commit()
	doc.delete()
	for name, current in series:
		frappe.db.sql("update tabSeries set current = %s where name = %s", (current, name))
	frappe.db.commit()
	(waiting,) = lane.cancellations_of(order_id)
	assert waiting != doc.name
	other_id, other = lane.import_()
	assert other.name == doc.name
	lane.cancel(other)
	assert lane.cancellations_of(other_id) == [doc.name]
	lane.half_an_hour_later(waiting)
	assert (lane.in_medusa(order_id), lane.in_medusa(other_id)) == ("canceled", "pending")
	lane.half_an_hour_later(other.name)
	assert lane.cancels() == [order_id, other_id]


def test_an_amendment_after_that_is_an_order_of_its_own(lane):
	"""Medusa's order is over: what becomes of the goods here, the shop does not know."""
	lane.shop.set(send_cancellations=1, import_cancellations=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	lane.cancel(doc)
	lane.half_an_hour_later(doc.name)
	made = lane.amend(doc)
	assert (made.medusa_order_id, made.medusa_order_number, made.from_ecommerce) == (None, None, 0)
	assert [row.medusa_line_item_id for row in made.items] == [None]
	lane.told(order_id)
	assert frappe.db.get_value("Sales Order", made.name, "docstatus") == 0


def test_what_medusa_refuses_is_said(lane):
	lane.shop.set(send_cancellations=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	lane.medusa.fulfill(order_id, {0: 1})
	lane.cancel(doc)
	lane.half_an_hour_later(doc.name)
	task = lane.cancellation(doc.name)
	assert task.status == "Failed"
	assert "All fulfillments must be canceled before canceling an order" in task.last_error
	assert lane.in_medusa(order_id) == "pending"


@pytest.mark.parametrize("generation", ["v1"])
def test_v1_does_not_keep_the_money(lane, generation):
	lane.shop.set(send_cancellations=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	lane.medusa.capture(order_id)
	lane.cancel(doc)
	lane.half_an_hour_later(doc.name)
	assert lane.cancellation(doc.name).last_error.endswith(
		"The payment of the order is captured, and Medusa v1 does not refund it with the cancellation. Refund and "
		"cancel it in Medusa."
	)
	assert lane.cancels() == []


def test_a_lost_answer_cancels_once(lane):
	from devbench.medusa.simulator import faults

	lane.shop.set(send_cancellations=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	lane.cancel(doc)
	lane.medusa.fail("POST", f"/admin/orders/{order_id}/cancel", faults.lost_answer())
	lane.half_an_hour_later(doc.name)
	assert lane.cancellation(doc.name).status in ("Retrying", "Pending")
	lane.half_an_hour_later(doc.name)
	assert lane.cancellation(doc.name).status == "Synced"
	assert lane.cancels() == [order_id]

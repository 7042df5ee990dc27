"""Where an imported order stands on both sides: submitted, cancelled here or in Medusa, amended, edited."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal

import frappe
import pytest

from devbench.medusa.seeds import sign_in_v1, sign_in_v2
from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.selling.order.imports import follow
from medusa_integration.selling.order.imports.problems import NotSubmitted
from tests.selling.test_import_lane import Lane
from tests.support.queries import recorded_queries
from tests.support.users import token_of

D = Decimal


class State(Lane):
	"""Orders that are imported, and what users do with their Sales Orders."""

	def import_(self, basket=None) -> tuple[str, frappe.model.document.Document]:
		order_id = self.place(basket)
		self.drain(order_id)
		return order_id, self.made(order_id)

	def drain(self, order_id: str) -> None:
		self.shop.drain(only=[(MEDUSA_ORDER, order_id, "order_import")])

	def told(self, order_id: str) -> None:
		"""Medusa has changed the order."""
		self.record(order_id)
		self.drain(order_id)

	def cancel(self, doc) -> None:
		doc.reload()
		doc.flags.ignore_permissions = True
		doc.cancel()
		frappe.db.commit()

	def amend(self, doc, **values):
		"""As a form does it, with all values of the cancelled document."""
		made = frappe.copy_doc(doc)
		made.update({"amended_from": doc.name, "status": "Draft", **values})
		made.insert()
		frappe.db.commit()
		return made

	def cancel_in_medusa(self, order_id: str) -> None:
		sign_in = {"v1": sign_in_v1, "v2": sign_in_v2}[self.medusa.generation]
		admin = sign_in(self.medusa.url, self.medusa.email, self.medusa.password)
		admin("POST", f"/admin/orders/{order_id}/cancel")

	def cancellation(self, name: str):
		return self.shop.task(name, "Sales Order", "cancellation")

	def cancellations_of(self, order_id: str) -> list[str]:
		"""The names by which tasks cancel the order in Medusa."""
		filters = {"lane": "cancellation", "medusa_id": order_id}
		return frappe.get_all("Medusa Sync Task", filters, pluck="reference_name")

	def half_an_hour_later(self, name: str) -> None:
		task = self.cancellation(name)
		at = frappe.utils.add_to_date(None, minutes=-31)
		values = {"payload": json.dumps({"cancelled_at": str(at)}), "next_attempt_at": at}
		frappe.db.set_value("Medusa Sync Task", task.name, values)
		frappe.db.commit()
		self.shop.drain(only=[("Sales Order", name, "cancellation")])

	def cancels(self) -> list[str]:
		"""The orders that Medusa was told to cancel."""
		sent = (one.path for one in self.medusa.sent("POST") if one.path.endswith("/cancel"))
		return [path.split("/")[-2] for path in sent]

	def in_medusa(self, order_id: str) -> str:
		return self.medusa.app.placed.rows[order_id]["status"]


@pytest.fixture
def lane(quotes):
	return State(quotes)


def lanes(queries) -> list[str]:
	"""The lane of each statement that records tasks of orders."""
	written = (query for query in queries if "insert into `tabmedusa sync task`" in query.lower())
	found = (re.search("'(order|order_import|cancellation)'", query) for query in written)
	return [match[1] for match in found if match]


def deliver(order, sales_order: str) -> None:
	if frappe.db.get_value("Sales Order", sales_order, "docstatus") != 1:
		raise NotSubmitted(sales_order)


# --- submitted ----------------------------------------------------------------------------------------------


def test_what_waits_for_the_submission_goes_on(lane, monkeypatch):
	"""One more statement, and only where the settings ask for something that follows."""
	monkeypatch.setattr(follow, "STEPS", (("import_edits", deliver),))
	lane.shop.set(import_edits=1)
	order_id, doc = lane.import_()
	task = lane.task(order_id)
	assert (task.status, task.last_error) == ("Waiting", f"Sales Order {doc.name} is not submitted.")
	with recorded_queries() as queries:
		doc.submit()
		frappe.db.commit()
	assert lanes(queries) == ["order", "order_import"]
	assert lane.task(order_id).status == "Pending"
	lane.shop.drain()
	assert lane.task(order_id).status == "Synced"


@pytest.mark.parametrize("submits", [0, 1])
def test_no_other_submission_reads_the_order_again(lane, monkeypatch, submits):
	"""Not one without anything that follows, and not that of the import itself."""
	monkeypatch.setattr(follow, "STEPS", (("import_edits", deliver),))
	lane.shop.set(import_edits=submits, submit_imported_orders=submits)
	order_id, doc = lane.import_()
	version = lane.task(order_id).version
	if not submits:
		doc.submit()
		frappe.db.commit()
	assert lane.made(order_id).docstatus == 1
	assert (lane.task(order_id).status, lane.task(order_id).version) == ("Synced", version)


def test_nothing_waits_for_a_cancelled_order(lane, monkeypatch):
	"""What is cancelled here is not submitted any more."""
	monkeypatch.setattr(follow, "STEPS", (("import_edits", deliver),))
	lane.shop.set(import_edits=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	lane.cancel(doc)
	lane.told(order_id)
	assert (lane.task(order_id).status, lane.task(order_id).last_error) == ("Synced", None)


# --- cancelled in Medusa ------------------------------------------------------------------------------------


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("submits", [0, 1])
def test_an_order_that_medusa_cancels_is_cancelled(lane, generation, submits):
	"""A draft too; Medusa is not told of it again."""
	lane.shop.set(import_cancellations=1, send_cancellations=1, submit_imported_orders=submits)
	order_id, doc = lane.import_()
	lane.medusa.change_order(order_id, status="canceled", canceled_at="2026-11-30T05:00:00.000Z")
	lane.told(order_id)
	assert (lane.task(order_id).status, lane.task(order_id).last_error) == ("Synced", None)
	made = lane.made(order_id)
	assert (made.name, made.docstatus, made.status) == (doc.name, 2, "Cancelled")
	assert lane.cancellation(doc.name) is None
	assert frappe.db.get_value(MEDUSA_ORDER, order_id, "order_status") == "canceled"
	# and once more
	lane.told(order_id)
	assert lane.task(order_id).status == "Synced" and lane.made(order_id).docstatus == 2


def test_it_stays_with_that_off(lane):
	lane.shop.set(import_edits=1, submit_imported_orders=1)
	order_id, _doc = lane.import_()
	lane.medusa.change_order(order_id, status="canceled", canceled_at="2026-11-30T05:00:00.000Z")
	lane.told(order_id)
	assert lane.made(order_id).docstatus == 1


@pytest.mark.parametrize("field", ["per_delivered", "per_billed"])
def test_a_delivered_or_invoiced_order_is_left_to_a_person(lane, field):
	lane.shop.set(import_cancellations=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	frappe.db.set_value("Sales Order", doc.name, field, 50)
	frappe.db.commit()
	lane.medusa.change_order(order_id, status="canceled", canceled_at="2026-11-30T05:00:00.000Z")
	lane.told(order_id)
	assert (lane.task(order_id).status, lane.task(order_id).last_error) == (
		"Failed",
		f"The order was cancelled in Medusa, but Sales Order {doc.name} is delivered or invoiced. Cancel "
		"these documents, then retry. If all came back instead, close the Sales Order and ignore this task.",
	)
	assert lane.made(order_id).docstatus == 1


# --- cancelled here -----------------------------------------------------------------------------------------


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


# --- edited in Medusa ---------------------------------------------------------------------------------------


def rows_of(doc) -> list[tuple[str, float, float]]:
	return [(row.item_code, row.qty, row.rate) for row in doc.items]


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("submits", [0, 1])
def test_an_edited_order_is_changed_here(lane, generation, submits):
	"""One row more and three instead of two: 30 + 4 + 5 of shipping + 1.70 of tax."""
	lane.shop.set(import_edits=1, submit_imported_orders=submits)
	other = lane.variant()
	basket = lane.basket()
	order_id, doc = lane.import_(basket)
	line = doc.items[0].medusa_line_item_id
	lane.medusa.edit_order(order_id, lane.basket((lane.item, "10.00", 3), (other, "4.00", 1)))
	lane.told(order_id)
	assert (lane.task(order_id).status, lane.task(order_id).last_error) == ("Synced", None)
	made = lane.made(order_id)
	assert rows_of(made) == [(lane.item.item_code, 3, 10), (other.item_code, 1, 4)]
	assert (made.grand_total, made.docstatus, made.amended_from) == (
		40.7,
		submits,
		doc.name if submits else None,
	)
	assert (made.customer, made.transaction_date) == (doc.customer, doc.transaction_date)
	assert made.items[0].medusa_line_item_id == line and made.items[1].medusa_line_item_id
	assert frappe.db.get_value("Sales Order", doc.name, "docstatus") == (2 if submits else 0)
	# and not again
	version = made.modified
	lane.told(order_id)
	assert (lane.made(order_id).name, lane.made(order_id).modified) == (made.name, version)


def test_what_a_user_has_changed_stays(lane):
	"""Until Medusa edits the order; reading it again costs one statement on the order."""
	lane.shop.set(import_edits=1)
	order_id, doc = lane.import_()
	doc.items[0].update({"rate": 9, "price_list_rate": 9, "discount_amount": 0, "discount_percentage": 0})
	doc.append("items", {**doc.items[0].as_dict(), "name": None, "idx": None, "qty": 1})
	doc.save()
	frappe.db.commit()
	before = rows_of(lane.made(order_id))
	assert len(before) == 2
	lane.told(order_id)
	assert rows_of(lane.made(order_id)) == before
	lane.medusa.edit_order(order_id, lane.basket((lane.item, "10.00", 1)))
	lane.told(order_id)
	assert rows_of(lane.made(order_id)) == [(lane.item.item_code, 1, 10)]
	assert lane.made(order_id).grand_total == 15.5


def test_reading_an_order_that_is_the_same_costs_one_statement(lane):
	from medusa_integration.mirror import orders_v2

	lane.shop.set(import_edits=1)
	order_id, doc = lane.import_()
	shown = lane.medusa.app.placed.rows[order_id]
	from devbench.medusa.simulator.v2.orders import shown as show

	order = orders_v2.order_v2(show(shown))
	with recorded_queries() as queries:
		assert follow.follow_edit(order, doc.name) is None
	assert len(queries) == 1
	# amounts that are written in another way, and what came back, are no edit
	(line,) = order.lines
	same = replace(order, lines=(replace(line, unit_price=D("10.0000"), returned=D(1), total=D("9")),))
	with recorded_queries() as queries:
		assert follow.follow_edit(same, doc.name) is None
	assert len(queries) == 1


def test_an_edit_after_the_delivery_is_said(lane):
	"""Until a person has changed the Sales Order to the same."""
	lane.shop.set(import_edits=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	frappe.db.set_value("Sales Order", doc.name, "per_delivered", 50)
	frappe.db.commit()
	lane.medusa.edit_order(order_id, lane.basket((lane.item, "10.00", 3)))
	lane.told(order_id)
	assert (lane.task(order_id).status, lane.task(order_id).last_error) == (
		"Failed",
		f"The order was edited in Medusa after the delivery or invoice of Sales Order {doc.name}. Change it here by "
		"hand until it has the same items and total.",
	)
	assert rows_of(lane.made(order_id)) == [(lane.item.item_code, 2, 10)]
	by_hand = (
		# the same items for other money are not the same
		("Sales Order Item", doc.items[0].name, "qty", 3, "Failed"),
		("Sales Order", doc.name, "grand_total", 36.5, "Synced"),
	)
	for doctype, name, field, value, status in by_hand:
		frappe.db.set_value(doctype, name, field, value)
		frappe.db.commit()
		lane.told(order_id)
		assert lane.task(order_id).status == status
	assert lane.made(order_id).name == doc.name


def test_an_order_that_is_on_hold_stays_so(lane):
	"""Nobody delivers it because it was edited."""
	lane.shop.set(import_edits=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	doc.reload().update_status("On Hold")
	frappe.db.commit()
	lane.medusa.edit_order(order_id, lane.basket((lane.item, "10.00", 3)))
	lane.told(order_id)
	made = lane.made(order_id)
	assert (made.amended_from, made.docstatus, made.status) == (doc.name, 1, "On Hold")


def test_an_edit_that_cannot_be_made_leaves_everything(lane):
	"""An unknown item: the submitted order is not cancelled; it goes on when the item is there."""
	lane.shop.set(import_edits=1, submit_imported_orders=1)
	order_id, doc = lane.import_()
	other = lane.variant()
	frappe.db.set_value("Website Item", other.name, "medusa_variant_id", None)
	frappe.db.commit()
	lane.medusa.edit_order(order_id, lane.basket((lane.item, "10.00", 2), (other, "4.00", 1)))
	lane.told(order_id)
	assert (lane.task(order_id).status, lane.task(order_id).last_error) == (
		"Waiting",
		"No Website Item has the Medusa variant of: Something.",
	)
	assert (lane.made(order_id).name, lane.made(order_id).docstatus) == (doc.name, 1)
	frappe.db.set_value("Website Item", other.name, "medusa_variant_id", other.medusa_variant_id)
	frappe.db.commit()
	lane.again(order_id)
	assert lane.made(order_id).amended_from == doc.name

"""Imported orders that are submitted here, or cancelled in Medusa."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.selling.order.imports import follow
from medusa_integration.selling.order.imports.problems import NotSubmitted
from tests.selling.lanes import lanes
from tests.support.queries import recorded_queries


def deliver(order, sales_order: str) -> None:
	if frappe.db.get_value("Sales Order", sales_order, "docstatus") != 1:
		raise NotSubmitted(sales_order)


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

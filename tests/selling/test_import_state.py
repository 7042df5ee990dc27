"""Where an imported order stands, and what goes on when a user submits its Sales Order."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.selling.order.imports import follow
from medusa_integration.selling.order.imports.problems import NotSubmitted
from tests.selling.test_import_lane import Lane
from tests.support.queries import recorded_queries


@pytest.fixture
def lane(quotes):
	return Lane(quotes)


def deliver(order, sales_order: str) -> None:
	if frappe.db.get_value("Sales Order", sales_order, "docstatus") != 1:
		raise NotSubmitted(sales_order)


def test_what_waits_for_the_submission_goes_on(lane, monkeypatch):
	"""One more statement, and only where the settings ask for something that follows."""
	monkeypatch.setattr(follow, "STEPS", (("import_edits", deliver),))
	lane.shop.set(import_edits=1)
	order_id = lane.place()
	lane.shop.drain()
	doc = lane.made(order_id)
	task = lane.task(order_id)
	assert (task.status, task.last_error) == ("Waiting", f"Sales Order {doc.name} is not submitted.")
	with recorded_queries() as queries:
		doc.submit()
		frappe.db.commit()
	written = [query for query in queries if "insert into `tabmedusa sync task`" in query.lower()]
	assert ["'order_import'" in query for query in written] == [False, True]
	assert lane.task(order_id).status == "Pending"
	lane.shop.drain()
	assert lane.task(order_id).status == "Synced"


@pytest.mark.parametrize("submits", [0, 1])
def test_no_other_submission_reads_the_order_again(lane, monkeypatch, submits):
	"""Not one without anything that follows, and not that of the import itself."""
	monkeypatch.setattr(follow, "STEPS", (("import_edits", deliver),))
	lane.shop.set(import_edits=submits, submit_imported_orders=submits)
	order_id = lane.place()
	lane.shop.drain()
	version = lane.task(order_id).version
	if not submits:
		lane.made(order_id).submit()
		frappe.db.commit()
	assert lane.made(order_id).docstatus == 1
	assert (lane.task(order_id).status, lane.task(order_id).version) == ("Synced", version)

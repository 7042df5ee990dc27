"""Orders that are edited in Medusa after their import, and what users have changed themselves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest

from medusa_integration.selling.order.imports import follow
from tests.selling.lanes import rows_of
from tests.support.queries import recorded_queries

D = Decimal


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

"""Delivery Notes of imported orders become fulfillments and shipments: the lane "delivery"."""

from __future__ import annotations

import frappe
import pytest

from tests.support.queries import recorded_queries

GOODS = {"send_deliveries": 1}


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_parts_of_an_order(goods, generation):
	"""Two Delivery Notes, one with a number; what is left is delivered by the second."""
	order_id = goods.place()
	first = goods.note(order_id, quantities={0: 2}, medusa_tracking_number="T1, T2,", medusa_carrier="Post")
	second = goods.note(order_id)
	goods.shop.drain()
	# a worker takes them in any order
	assert sorted(goods.shown(order_id)) == [
		(first.name, [2], ["T1", "T2"], True, False),
		(second.name, [1, 2], [], False, False),
	]
	made = goods.medusa.fulfillments(order_id)
	made.sort(key=lambda row: row["metadata"]["erpnext_delivery_note"])
	assert made[0]["metadata"]["carrier"] == "Post"
	for note, row in zip((first, second), made, strict=True):
		assert note.reload().medusa_id == row["id"]
		assert (goods.task(note).status, goods.task(note).medusa_id) == ("Synced", row["id"])


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_number_that_is_entered_later(goods, generation):
	order_id = goods.place()
	note = goods.note(order_id, quantities={1: 2})
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [2], [], False, False)]
	note.reload()
	note.medusa_tracking_number = "T1"
	note.save()
	frappe.db.commit()
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [2], ["T1"], True, False)]
	note.reload()
	note.medusa_tracking_number = "T1, T2"
	note.save()
	frappe.db.commit()
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [2], ["T1"], True, False)]
	sentence = "Medusa takes tracking numbers with the shipment only, which was made before: T2"
	assert (goods.task(note).status, goods.task(note).last_error) == ("Synced", sentence)


def test_other_changes_after_the_submission_send_nothing(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	version = goods.task(note).version
	frappe.get_doc("Delivery Note", note.name).save()
	frappe.db.commit()
	assert goods.task(note).version == version


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_rows_that_come_after_the_first_save(goods, generation):
	"""*Get Items From* on a draft: it was not of the shop when it was inserted."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	order_id = goods.place()
	note = make_delivery_note(goods.order(order_id).name)
	rows = [row.as_dict(no_default_fields=True) for row in note.items]
	note.set("items", [{**rows[0], "against_sales_order": None, "so_detail": None}])
	note.insert()
	assert (note.from_ecommerce, note.medusa_order_id) == (0, None)
	note.set("items", rows)
	note.save()
	note.submit()
	frappe.db.commit()
	assert (note.reload().from_ecommerce, note.medusa_order_id) == (1, order_id)
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, False)]
	goods.cancel(note)
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]


def test_one_note_of_two_orders(goods):
	"""Each order gets its fulfillment; the note has the id of the first."""
	ids = [goods.place(), goods.place()]
	note = goods.note(*ids, medusa_tracking_number="T1")
	goods.shop.drain()
	assert [goods.shown(order_id) for order_id in ids] == [[(note.name, [3, 2], ["T1"], True, False)]] * 2
	assert note.reload().medusa_id == goods.medusa.fulfillments(sorted(ids)[0])[0]["id"]
	assert goods.task(note).status == "Synced"


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_cancelled_note(goods, generation):
	"""And another one in its place."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.cancel(note)
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]
	other = goods.note(order_id)
	goods.shop.drain()
	assert goods.shown(order_id)[1:] == [(other.name, [3, 2], [], False, False)]


def test_an_amendment(goods):
	"""It is sent in place of the one that it amends, although that was not cancelled in Medusa before."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	amendment = goods.amend(goods.cancel(note))
	goods.shop.drain()
	assert goods.shown(order_id) == [
		(note.name, [3, 2], [], False, True),
		(amendment.name, [3, 2], [], False, False),
	]
	assert amendment.reload().medusa_id == goods.medusa.fulfillments(order_id)[1]["id"]


def test_a_shipped_note_is_not_cancelled_in_medusa(goods):
	order_id = goods.place()
	note = goods.note(order_id, medusa_tracking_number="T1")
	goods.shop.drain()
	goods.cancel(note)
	goods.shop.drain()
	fulfillment = goods.medusa.fulfillments(order_id)[0]["id"]
	assert (goods.task(note).status, goods.task(note).last_error) == (
		"Failed",
		f"Error while sending Delivery Note {note.name} to Medusa: Fulfillment {fulfillment} was shipped, and "
		"Medusa does not cancel it any more. Request a return in Medusa instead.",
	)


@pytest.fixture
def halves(site):
	"""Pieces may be halved."""
	frappe.db.set_value("UOM", "Nos", "must_be_whole_number", 0)
	frappe.db.commit()
	yield
	frappe.db.set_value("UOM", "Nos", "must_be_whole_number", 1)
	frappe.db.commit()


def test_half_a_piece(halves, goods):
	order_id = goods.place()
	note = goods.note(order_id, quantities={0: 0.5})
	goods.shop.drain()
	assert (goods.task(note).status, goods.task(note).last_error) == (
		"Failed",
		"Medusa delivers whole pieces only, and a row of this Delivery Note has 0.5.",
	)
	assert goods.shown(order_id) == []


def test_a_way_of_shipping_that_is_sold_as_an_item(goods):
	goods.sold_shipping()
	order_id = goods.place()
	assert len(goods.order(order_id).items) == 3
	note = goods.note(order_id)
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, False)]


def test_recording_costs_one_statement(goods):
	order_id = goods.place()
	note = goods.note(order_id, submit=False)
	with recorded_queries() as queries:
		note.submit()
		frappe.db.commit()
	written = [query for query in queries if "tabmedusa sync task" in query.lower()]
	assert len([query for query in written if "'delivery'" in query]) == 1


def test_ids_are_kept_by_a_save_after_the_submission(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	open_in_a_form = frappe.get_doc("Delivery Note", note.name)
	goods.shop.drain()
	frappe.db.rollback()
	open_in_a_form.medusa_tracking_number = "T1"
	open_in_a_form.save()
	frappe.db.commit()
	assert note.reload().medusa_id == goods.medusa.fulfillments(order_id)[0]["id"]

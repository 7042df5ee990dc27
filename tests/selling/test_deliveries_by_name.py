"""Delivery Notes that are deleted, and others with their names: each has its own fulfillment."""

from __future__ import annotations

import frappe
import pytest

GOODS = {"send_deliveries": 1}


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_one_of_two_fulfillments_that_is_cancelled_in_medusa_is_not_made_again(goods, generation):
	"""With a number, the other one is shipped."""
	order_id, note, _first, _second = goods.half_canceled()
	canceled = "The fulfillment was cancelled in Medusa. It is not made again."
	late = "Medusa takes tracking numbers with the shipment only, which was made before: T2"
	for numbers, said in (("T1", canceled), ("T1, T2", f"{canceled} {late}")):
		note.reload().update({"medusa_tracking_number": numbers})
		note.save()
		frappe.db.commit()
		goods.shop.drain()
		assert goods.shown(order_id) == [
			(note.name, [3], ["T1"], True, False),
			(note.name, [2], [], False, True),
		]
		assert (goods.task(note).status, goods.task(note).last_error) == ("Synced", said)


def test_a_note_that_is_cancelled_before_it_was_sent(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.cancel(note)
	goods.shop.drain()
	assert (goods.shown(order_id), goods.task(note).status) == ([], "Synced")


def test_a_note_that_is_cancelled_and_deleted_before_that_was_sent(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.cancel(note)
	goods.delete(note)
	# its task is that of the deletion now, which waits for a worker that still sends
	assert goods.task(note) is None
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("sent_before", [False, True])
def test_a_note_with_the_name_of_a_deleted_one(goods, generation, sent_before):
	"""A naming series gives it again: each has its own fulfillment, whatever was sent of the deletion."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.cancel(note)
	if sent_before:
		goods.shop.drain()
	goods.delete(note)
	if sent_before:
		goods.shop.drain()
	again = goods.note(order_id, quantities={0: 1})
	assert again.name == note.name
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True), (note.name, [1], [], False, False)]
	# what was cancelled of the first one is not taken for a cancellation of the second one
	goods.shop.set(import_fulfillments=1)
	assert goods.follow(order_id).status == "Synced"
	assert again.reload().docstatus == 1
	assert again.medusa_id == goods.medusa.fulfillments(order_id)[1]["id"]
	assert goods.task(again).status == "Synced"


def test_a_name_that_is_given_again_while_a_worker_is_sending(goods, monkeypatch):
	"""Its answer is of the deleted one: the other has a fulfillment of its own, and the id of that."""
	from medusa_integration.mirror.deliveries import Deliveries

	order_id = goods.place()
	note, send, others = goods.note(order_id), Deliveries.save, []

	def save(self, deliveries):
		found = send(self, deliveries)
		if not others:
			goods.delete(goods.cancel(note))
			others.append(goods.note(order_id, quantities={0: 1}))
		return found

	monkeypatch.setattr(Deliveries, "save", save)
	goods.shop.drain()
	(other,) = others
	assert other.name == note.name
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True), (note.name, [1], [], False, False)]
	assert other.reload().medusa_id == goods.medusa.fulfillments(order_id)[1]["id"]


def test_a_deleted_note_of_two_orders(goods):
	"""Cancelled and deleted before either was sent."""
	ids = [goods.place(), goods.place()]
	note = goods.note(*ids)
	goods.shop.drain()
	goods.cancel(note)
	goods.delete(note)
	goods.shop.drain()
	assert [goods.shown(order_id) for order_id in ids] == [[(note.name, [3, 2], [], False, True)]] * 2


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_what_was_sent_with_the_name_alone(goods, generation):
	"""Of two orders, so that one fulfillment is in no field: neither is sent twice, nor comes back."""
	ids = [goods.place(), goods.place()]
	note = goods.note(*ids)
	goods.shop.drain()
	for order_id in ids:
		goods.as_first_sent(order_id)
	note.reload().medusa_tracking_number = "T1"
	note.save()
	frappe.db.commit()
	goods.shop.set(import_fulfillments=1)
	for order_id in ids:
		assert goods.follow(order_id).status == "Synced"
		assert goods.shown(order_id) == [(note.name, [3, 2], ["T1"], True, False)]
		assert goods.made("Delivery Note", order_id, name=("!=", note.name)) == []
	assert goods.task(note).status == "Synced"


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_note_sent_with_the_name_alone_is_cancelled(goods, generation):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.as_first_sent(order_id)
	goods.cancel(note)
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_note_with_the_name_of_one_that_was_sent_with_the_name_alone(goods, generation):
	"""An hour ago, by an earlier version: the new one is neither taken for sent, nor cancelled with it."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.as_first_sent(order_id, hours=1)
	frappe.db.set_value("Delivery Note", note.name, "creation", frappe.utils.add_to_date(None, hours=-1))
	frappe.db.commit()
	goods.delete(goods.cancel(note))
	goods.shop.drain()
	again = goods.note(order_id, quantities={0: 1})
	assert again.name == note.name
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True), (note.name, [1], [], False, False)]
	assert again.reload().medusa_id == goods.medusa.fulfillments(order_id)[1]["id"]
	assert (goods.task(again).status, goods.task(again).last_error) == ("Synced", None)
	goods.shop.set(import_fulfillments=1)
	assert goods.follow(order_id).status == "Synced"
	assert again.reload().docstatus == 1

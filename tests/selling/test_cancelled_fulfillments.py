"""Fulfillments and Delivery Notes of one another that are cancelled, deleted, lost or amended."""

from __future__ import annotations

import frappe
import pytest

GOODS = {"import_fulfillments": 1, "send_deliveries": 1}


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_fulfillment_that_is_cancelled_afterwards(goods, generation):
	order_id = goods.place()
	made = goods.medusa.fulfill(order_id, {0: 2})
	goods.follow(order_id)
	goods.medusa.cancel_fulfillment(order_id, made)
	for _ in range(2):
		assert goods.follow(order_id).status == "Synced"
	(note,) = goods.made("Delivery Note", order_id)
	assert (note.docstatus, note.medusa_id) == (2, made)
	assert goods.order(order_id).items[0].delivered_qty == 0


def test_one_of_ours_that_is_cancelled_in_medusa(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.medusa.cancel_fulfillment(order_id, note.reload().medusa_id)
	goods.follow(order_id)
	assert note.reload().docstatus == 2


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_note_of_another_order_that_metadata_names(goods, generation):
	"""It is neither cancelled nor given a tracking number, whoever writes its name into Medusa."""
	theirs, mine = goods.place(), goods.place()
	note = goods.note(theirs)
	for _ in range(2):
		made = goods.medusa.fulfill(mine, {0: 1})
		row = goods.medusa.app.placed.rows[mine]["_fulfillments"][-1]
		row["metadata"] = {"erpnext_delivery_note": note.name}
		goods.medusa.ship(mine, made, ["T1"])
		goods.follow(mine)
	goods.medusa.app.placed.rows[mine]["_fulfillments"][0]["canceled_at"] = row["created_at"]
	assert goods.follow(mine).status == "Synced"
	note.reload()
	assert (note.docstatus, note.medusa_tracking_number) == (1, None)
	# they are delivered nevertheless
	made = goods.made("Delivery Note", mine)
	assert [(one.docstatus, one.medusa_tracking_number) for one in made] == [(2, "T1"), (1, "T1")]
	assert [[row.qty for row in one.items] for one in made] == [[1], [1]]


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_note_that_was_lost(goods, generation):
	"""Such as after a backup was restored: what Medusa has of it is delivered again, and not sent back."""
	order_id = goods.place()
	note = goods.note(order_id, quantities={0: 2})
	goods.shop.drain()
	frappe.db.delete("Delivery Note", {"name": note.name})
	frappe.db.delete("Delivery Note Item", {"parent": note.name})
	frappe.db.set_value("Sales Order Item", note.items[0].so_detail, "delivered_qty", 0)
	frappe.db.commit()
	for _ in range(2):
		assert goods.follow(order_id).status == "Synced"
	(made,) = goods.made("Delivery Note", order_id)
	assert made.medusa_id == goods.medusa.fulfillments(order_id)[0]["id"]
	assert [row.qty for row in made.items] == [2]
	assert len(goods.shown(order_id)) == 1


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("by_name_alone", [False, True])
def test_a_deleted_note_whose_cancellation_is_on_its_way(goods, generation, by_name_alone):
	"""It is not made again before Medusa has heard of that, and not afterwards."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	if by_name_alone:
		goods.as_first_sent(order_id)
	goods.cancel(note)
	goods.delete(note)
	assert goods.follow(order_id, only=True).status == "Synced"
	assert goods.made("Delivery Note", order_id) == []
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]
	assert goods.follow(order_id).status == "Synced"
	assert goods.made("Delivery Note", order_id) == []


def test_one_of_two_orders_is_cancelled_in_medusa(goods):
	ids = [goods.place(), goods.place()]
	note = goods.note(*ids)
	goods.shop.drain()
	fulfillment = goods.medusa.fulfillments(ids[1])[0]["id"]
	goods.medusa.cancel_fulfillment(ids[1], fulfillment)
	task = goods.follow(ids[1])
	assert (task.status, task.last_error) == (
		"Waiting",
		f"Fulfillment {fulfillment} was cancelled in Medusa. Delivery Note {note.name} delivers other orders as "
		"well: cancel it and deliver those again.",
	)
	assert note.reload().docstatus == 1


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_one_of_two_fulfillments_of_a_note_is_cancelled_in_medusa(goods, generation):
	"""Else Medusa would have sent what ERPNext has not. It is cancelled with the other one."""
	order_id, note, first, second = goods.half_canceled()
	task = goods.follow(order_id)
	assert (task.status, task.last_error) == (
		"Waiting",
		f"Fulfillment {second} was cancelled in Medusa. Delivery Note {note.name} also has fulfillments that are "
		"not cancelled: cancel it and deliver those again.",
	)
	assert note.reload().docstatus == 1
	goods.medusa.cancel_fulfillment(order_id, first)
	assert goods.follow(order_id).status == "Synced"
	assert note.reload().docstatus == 2


def test_one_that_a_user_has_cancelled_is_not_made_again(goods):
	"""It stays in Medusa, where it was made."""
	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 2})
	goods.follow(order_id)
	(note,) = goods.made("Delivery Note", order_id)
	goods.cancel(note)
	goods.shop.drain()
	sentence = "The Delivery Note was made of a fulfillment in Medusa, which stays as it is there."
	assert (goods.task(note).status, goods.task(note).last_error) == ("Not Wanted", sentence)
	goods.follow(order_id)
	assert len(goods.made("Delivery Note", order_id)) == 1
	assert goods.shown(order_id) == [(None, [2], [], False, False)]


def test_the_amendment_of_what_was_made_in_medusa(goods):
	"""It is not sent, however often it is amended, and has what comes of the fulfillment from now on."""
	order_id = goods.place()
	made = goods.medusa.fulfill(order_id, {0: 2})
	goods.follow(order_id)
	(note,) = goods.made("Delivery Note", order_id)
	for _ in range(2):
		amended, note = note, goods.amend(goods.cancel(note))
		goods.shop.drain()
		sentence = (
			f"Delivery Note {amended.name} was made of a fulfillment in Medusa, which stays as it is there, and "
			"belongs to this amendment now."
		)
		assert (goods.task(note).status, goods.task(note).last_error) == ("Not Wanted", sentence)
		assert (note.reload().medusa_id, amended.reload().medusa_id) == (made, None)
		assert goods.shown(order_id) == [(None, [2], [], False, False)]
	goods.medusa.ship(order_id, made, ["T1"])
	assert goods.follow(order_id).status == "Synced"
	assert note.reload().medusa_tracking_number == "T1"
	assert len(goods.made("Delivery Note", order_id)) == 3


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_the_amendment_while_nothing_is_sent(goods, generation):
	"""It has what comes of the fulfillment from now on, also if it was amended twice at once."""
	goods.shop.set(send_deliveries=0)
	order_id = goods.place()
	ids = [goods.medusa.fulfill(order_id, {position: 2}) for position in (0, 1)]
	goods.follow(order_id)
	# both fulfillments may be of the same millisecond
	(first,), (second,) = (goods.made("Delivery Note", order_id, medusa_id=id) for id in ids)
	amended = goods.amend(goods.cancel(goods.amend(goods.cancel(first))))
	goods.medusa.ship(order_id, ids[0], ["T1"])
	assert goods.follow(order_id).status == "Synced"
	assert first.reload().medusa_id is None
	amended.reload()
	assert (amended.docstatus, amended.medusa_id, amended.medusa_tracking_number) == (1, ids[0], "T1")
	assert (second.reload().docstatus, second.medusa_id) == (1, ids[1])
	other = goods.amend(goods.cancel(second))
	goods.follow(order_id)
	goods.medusa.cancel_fulfillment(order_id, ids[1])
	assert goods.follow(order_id).status == "Synced"
	assert (amended.reload().docstatus, other.reload().docstatus) == (1, 2)
	assert len(goods.made("Delivery Note", order_id)) == 5


def test_the_amendment_of_what_was_cancelled_in_medusa(goods):
	order_id = goods.place()
	goods.medusa.cancel_fulfillment(order_id, goods.medusa.fulfill(order_id, {0: 2}))
	made = goods.medusa.fulfill(order_id, {0: 2})
	goods.follow(order_id)
	(note,) = goods.made("Delivery Note", order_id)
	goods.medusa.cancel_fulfillment(order_id, made)
	goods.follow(order_id)
	amendment = goods.amend(note)
	# the cancelled fulfillment says nothing of it
	goods.follow(order_id, only=True)
	assert amendment.reload().docstatus == 1
	goods.shop.drain()
	assert goods.shown(order_id)[2:] == [(amendment.name, [2], [], False, False)]
	assert amendment.reload().medusa_id == goods.medusa.fulfillments(order_id)[2]["id"]


def test_a_note_of_another_order_amends_nothing(goods):
	"""Whatever it says: else it would be cancelled with the fulfillment, which nobody would deliver again."""
	order_id, other_id = goods.place(), goods.place()
	made = goods.medusa.fulfill(order_id, {0: 2})
	goods.follow(order_id)
	(note,) = goods.made("Delivery Note", order_id)
	goods.cancel(note)
	other = goods.note(other_id, amended_from=note.name)
	goods.follow(order_id)
	assert (note.reload().medusa_id, other.reload().medusa_id == made) == (made, False)
	goods.medusa.cancel_fulfillment(order_id, made)
	goods.follow(order_id)
	assert other.reload().docstatus == 1

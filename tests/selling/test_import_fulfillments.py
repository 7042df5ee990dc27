"""Fulfillments that were made in Medusa become Delivery Notes."""

from __future__ import annotations

from dataclasses import replace

import frappe
import pytest

from devbench.medusa.simulator.baskets import Bought
from tests.support.goods import FIVE, D, Goods


@pytest.fixture
def goods(quotes):
	return Goods(quotes, import_fulfillments=1, send_deliveries=1)


def rows(note) -> list[tuple]:
	return [(row.item_code, row.qty, row.rate) for row in note.items]


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_parts_of_an_order(goods, generation):
	"""Exactly these rows and quantities; events that come twice change nothing; nothing is sent back."""
	order_id = goods.place()
	one, two = (item.item_code for item in goods.items)
	first = goods.medusa.fulfill(order_id, {0: 2}, ["T1", "T2"])
	for _ in range(2):
		assert goods.follow(order_id).status == "Synced"
	second = goods.medusa.fulfill(order_id, {0: 1, 1: 2})
	for _ in range(2):
		assert goods.follow(order_id).status == "Synced"
	notes = goods.made("Delivery Note", order_id)
	assert [(note.docstatus, note.medusa_id, note.medusa_tracking_number) for note in notes] == [
		(1, first, "T1, T2"),
		(1, second, None),
	]
	assert [rows(note) for note in notes] == [[(one, 2, 10)], [(one, 1, 10), (two, 2, 20)]]
	order = goods.order(order_id)
	assert (order.per_delivered, [row.delivered_qty for row in order.items]) == (100, [3, 2])
	assert {row.warehouse for row in order.items} == {row.get("warehouse") for row in order.items}
	assert [goods.task(note) for note in notes] == [None, None]
	assert len(goods.medusa.sent("POST", "/admin/orders/*")) == 0


def test_it_is_off(goods):
	goods.shop.set(import_fulfillments=0)
	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 2})
	goods.follow(order_id)
	assert goods.made("Delivery Note", order_id) == []


def test_several_in_whatever_order(goods):
	"""Three at once, one of which was cancelled meanwhile."""
	order_id = goods.place()
	ids = [goods.medusa.fulfill(order_id, {0: 1}) for _ in range(3)]
	goods.medusa.cancel_fulfillment(order_id, ids[1])
	goods.follow(order_id)
	assert {note.medusa_id for note in goods.made("Delivery Note", order_id)} == {ids[0], ids[2]}


def test_a_number_that_comes_later(goods):
	"""And one that a user has entered stays."""
	order_id = goods.place()
	ids = [goods.medusa.fulfill(order_id, {0: 1}) for _ in range(2)]
	goods.follow(order_id)
	mine = goods.made("Delivery Note", order_id)[1].name
	frappe.db.set_value("Delivery Note", mine, "medusa_tracking_number", "MINE")
	frappe.db.commit()
	for id in ids:
		goods.medusa.ship(order_id, id, ["T1"])
	goods.follow(order_id)
	notes = goods.made("Delivery Note", order_id)
	assert [note.medusa_tracking_number for note in notes] == ["T1", "MINE"]


@pytest.mark.parametrize("later", [False, True])
def test_a_tracking_number_is_no_markup(goods, later):
	"""Frappe takes the second one for JSON, and would leave it as it is."""
	order_id = goods.place()
	numbers = ["<img src=x onerror=alert(1)>"] if later else ['["<img src=x onerror=alert(1)>"]']
	made = goods.medusa.fulfill(order_id, {0: 1}, () if later else numbers)
	goods.follow(order_id)
	if later:
		goods.medusa.ship(order_id, made, numbers)
		goods.follow(order_id)
	(note,) = goods.made("Delivery Note", order_id)
	shown = "‹img src=x onerror=alert(1)›" if later else '["‹img src=x onerror=alert(1)›"]'
	assert note.medusa_tracking_number == shown


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_what_was_sent_to_medusa_does_not_come_back(goods, generation):
	order_id = goods.place()
	note = goods.note(order_id, quantities={0: 3})
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3], [], False, False)]
	assert goods.follow(order_id).status == "Synced"
	assert [one.name for one in goods.made("Delivery Note", order_id)] == [note.name]


def test_a_draft_waits(goods):
	goods.shop.set(submit_imported_orders=0)
	order_id = goods.place()
	order = goods.order(order_id)
	goods.medusa.fulfill(order_id, {0: 2})
	task = goods.follow(order_id)
	assert (task.status, task.last_error) == ("Waiting", f"Sales Order {order.name} is not submitted.")
	goods.order(order_id).submit()
	frappe.db.commit()
	goods.shop.drain()
	assert len(goods.made("Delivery Note", order_id)) == 1


def test_what_was_delivered_here_already(goods):
	"""One of two fulfillments is made; the other waits with its sentence."""
	goods.shop.set(send_deliveries=0)
	order_id = goods.place()
	order = goods.order(order_id)
	goods.note(order_id, quantities={0: 3})
	first = goods.medusa.fulfill(order_id, {0: 2})
	second = goods.medusa.fulfill(order_id, {1: 2})
	task = goods.follow(order_id)
	assert (task.status, task.last_error) == (
		"Waiting",
		f"Fulfillment {first} in Medusa has 2 of Something, but fewer are left to be delivered in Sales Order "
		f"{order.name}.",
	)
	made = goods.made("Delivery Note", order_id, medusa_id=("is", "set"))
	assert [note.medusa_id for note in made] == [second]


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
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	first, second = goods.in_two(order_id)
	goods.medusa.cancel_fulfillment(order_id, second)
	task = goods.follow(order_id)
	assert (task.status, task.last_error) == (
		"Waiting",
		f"Fulfillment {second} was cancelled in Medusa. Delivery Note {note.name} has other fulfillments as well, "
		"which are not: cancel it and deliver the others again.",
	)
	assert note.reload().docstatus == 1
	goods.medusa.cancel_fulfillment(order_id, first)
	assert goods.follow(order_id).status == "Synced"
	assert note.reload().docstatus == 2


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("sends", [False, True])
def test_a_row_that_a_user_has_added_as_it_was_in_medusa(goods, generation, sends):
	"""After an edit behind a delivery: the row is Medusa's from then on, for deliveries of both sides."""
	goods.shop.set(import_edits=1)
	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 2})
	assert goods.follow(order_id, only=True).status == "Synced"
	third, basket = goods.quotes.variant(None), goods.basket()
	more = Bought(third.medusa_variant_id, D(7), 1, taxes=(FIVE,), sku=third.item_code)
	goods.medusa.edit_order(order_id, replace(basket, items=(*basket.items, more)))
	task = goods.follow(order_id, only=True)
	assert task.status == "Failed", task.last_error
	# as Update Items does
	order = goods.order(order_id)
	parent = {"parent": order.name, "parenttype": "Sales Order", "parentfield": "items", "idx": 3}
	values = {"item_name": "Third", "uom": "Nos", "conversion_factor": 1, "qty": 1, "rate": 7.35}
	row = goods.shop.site.new("Sales Order Item", **parent, **values, item_code=third.item_code, docstatus=1)
	frappe.db.set_value("Sales Order", order.name, "grand_total", order.grand_total + 7.35)
	frappe.db.commit()
	assert goods.follow(order_id, only=True).status == "Synced"
	ids = [row.medusa_line_item_id for row in goods.order(order_id).items]
	assert all(ids) and len(set(ids)) == 3
	if sends:
		note = goods.note(order_id, quantities={2: 1})
		goods.shop.drain(only=[("Delivery Note", note.name, "delivery")])
		assert [quantities for _note, quantities, *_rest in goods.shown(order_id)] == [[2], [1]]
		return
	goods.medusa.fulfill(order_id, {2: 1})
	assert goods.follow(order_id, only=True).status == "Synced"
	(note,) = goods.made("Delivery Note", order_id)[1:]
	assert [(one.item_code, one.qty, one.so_detail) for one in note.items] == [(third.item_code, 1, row.name)]


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


def test_what_erpnext_refuses_waits(goods, monkeypatch):
	from erpnext.stock.doctype.delivery_note.delivery_note import DeliveryNote

	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 2})

	def refuse(self):
		frappe.throw("3 units of it are needed")

	with monkeypatch.context() as patch:
		patch.setattr(DeliveryNote, "before_submit", refuse, raising=False)
		task = goods.follow(order_id)
	assert (task.status, task.last_error) == ("Waiting", "3 units of it are needed")
	assert goods.made("Delivery Note", order_id) == []
	goods.follow(order_id)
	assert len(goods.made("Delivery Note", order_id)) == 1


def test_a_worker_that_is_killed_in_the_middle(goods, monkeypatch):
	"""Nothing is there of it, and the next one makes it once."""
	from erpnext.stock.doctype.delivery_note.delivery_note import DeliveryNote

	class Killed(BaseException):
		pass

	def kill(self):
		raise Killed

	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 2})
	with monkeypatch.context() as patch:
		patch.setattr(DeliveryNote, "on_submit", kill)
		with pytest.raises(Killed):
			goods.follow(order_id)
	frappe.db.rollback()
	assert goods.made("Delivery Note", order_id) == []
	goods.shop.make_due()
	goods.shop.drain()
	assert len(goods.made("Delivery Note", order_id)) == 1


def test_another_worker_has_made_it_meanwhile(goods, monkeypatch):
	"""The unique key decides; the order is read again and finds it."""
	from medusa_integration.selling.order.imports import fulfillments

	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 2})
	goods.follow(order_id)
	with monkeypatch.context() as patch:
		patch.setattr(fulfillments, "_notes_of", lambda *found: {})
		assert goods.follow(order_id).status == "Waiting"
	assert len(goods.made("Delivery Note", order_id)) == 1
	assert goods.order(order_id).items[0].delivered_qty == 2
	assert goods.follow(order_id).status == "Synced"


def test_a_way_of_shipping_that_is_sold_goes_with_the_first_delivery(goods):
	"""Or the Sales Order would never be delivered."""
	service = goods.sold_shipping()
	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 3})
	goods.follow(order_id)
	goods.medusa.fulfill(order_id, {1: 2})
	goods.follow(order_id)
	one, two = (item.item_code for item in goods.items)
	notes = goods.made("Delivery Note", order_id)
	assert [[row.item_code for row in note.items] for note in notes] == [[one, service], [two]]
	assert goods.order(order_id).per_delivered == 100


def test_whoever_has_caused_the_job(goods):
	"""An event of Medusa comes from Guest, whose job makes the document."""
	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 2})
	frappe.set_user("Guest")
	try:
		goods.follow(order_id)
		user = frappe.session.user
	finally:
		frappe.set_user("Administrator")
	assert user == "Guest"
	assert len(goods.made("Delivery Note", order_id)) == 1

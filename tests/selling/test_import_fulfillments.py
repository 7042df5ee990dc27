"""Fulfillments that were made in Medusa become Delivery Notes."""

from __future__ import annotations

from dataclasses import replace

import frappe
import pytest

from devbench.medusa.simulator.baskets import Bought
from tests.support.goods import FIVE, D, rows

GOODS = {"import_fulfillments": 1, "send_deliveries": 1}


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

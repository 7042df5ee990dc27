"""What users have taken back by hand and then comes back in Medusa: the stock has it once."""

from __future__ import annotations

import frappe
import pytest

from tests.selling.coming_back import back, by_hand, come, delivered, ids_and_pieces, sent, stocked

GOODS = {"import_fulfillments": 1, "import_returns": 1, "send_deliveries": 1}


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_part_of_it(goods, generation):
	"""One of two: the other one is taken back. And of the next return the whole."""
	order_id = sent(goods)
	by_hand(goods, delivered(goods, order_id), {0: 1})
	first = come(goods, order_id, {0: 2})
	assert ids_and_pieces(goods, order_id) == [(None, [-1]), (first, [-1])]
	second = come(goods, order_id, {0: 1})
	assert ids_and_pieces(goods, order_id)[2:] == [(second, [-1])]


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_all_of_it(goods, generation):
	"""It is the return, and has its id. The next one is taken back."""
	order_id = sent(goods)
	by_hand(goods, delivered(goods, order_id), {0: 2, 1: 1})
	first = come(goods, order_id, {0: 2, 1: 1})
	assert ids_and_pieces(goods, order_id) == [(first, [-2, -1])]
	second = come(goods, order_id, {1: 1})
	assert ids_and_pieces(goods, order_id) == [(first, [-2, -1]), (second, [-1])]
	# a user has decided, as of a document of the app
	goods.cancel(goods.made("Delivery Note", order_id, medusa_id=first)[0])
	goods.follow(order_id)
	assert ids_and_pieces(goods, order_id) == [(second, [-1])]


def test_in_several_parts(goods):
	"""Together they are the return, of which none has the id."""
	order_id = sent(goods)
	for quantities in ({0: 1}, {0: 1, 1: 1}):
		by_hand(goods, delivered(goods, order_id), quantities)
	come(goods, order_id, {0: 2, 1: 1})
	assert ids_and_pieces(goods, order_id) == [(None, [-1]), (None, [-1, -1])]
	second = come(goods, order_id, {0: 1})
	assert ids_and_pieces(goods, order_id)[2:] == [(second, [-1])]


def test_of_several_returns_at_once(goods):
	"""Two of three: of the first return, and of the second one."""
	order_id = sent(goods)
	by_hand(goods, delivered(goods, order_id), {0: 2})
	come(goods, order_id, {0: 1})
	come(goods, order_id, {0: 1})
	assert ids_and_pieces(goods, order_id) == [(None, [-2])]
	third = come(goods, order_id, {0: 1})
	assert ids_and_pieces(goods, order_id) == [(None, [-2]), (third, [-1])]


def test_in_parts_in_medusa(goods):
	"""The user has taken back the part that came first."""
	order_id = sent(goods)
	by_hand(goods, delivered(goods, order_id), {0: 1})
	id = back(goods, order_id, {0: 2}, came={0: 1})
	goods.follow(order_id)
	assert ids_and_pieces(goods, order_id) == [(id, [-1])]
	goods.medusa.receive_return(order_id, id, {0: 1})
	goods.follow(order_id)
	assert ids_and_pieces(goods, order_id) == [(id, [-1]), (f"{id}-2", [-1])]


def test_one_that_is_cancelled_does_not_count(goods):
	order_id = sent(goods)
	goods.cancel(by_hand(goods, delivered(goods, order_id), {0: 2}))
	id = come(goods, order_id, {0: 2})
	assert ids_and_pieces(goods, order_id) == [(id, [-2])]


@pytest.mark.parametrize("is_amended", [True, False])
def test_one_in_the_place_of_the_apps(goods, is_amended):
	"""The user has cancelled that of the app, and made another one, which is not the next return."""
	order_id = sent(goods)
	first = come(goods, order_id, {0: 1})
	(own,) = goods.made("Delivery Note", order_id, is_return=1)
	goods.cancel(own)
	if is_amended:
		other = goods.amend(own)
	else:
		other = by_hand(goods, delivered(goods, order_id), {0: 1})
	second = come(goods, order_id, {0: 1})
	assert ids_and_pieces(goods, order_id) == [(first, [-1]), (second, [-1])]
	assert (other.reload().medusa_id, own.reload().medusa_id) == (first, None)


def test_another_quantity_in_the_place_of_the_apps(goods):
	"""One instead of two, as no more have come."""
	order_id = sent(goods)
	come(goods, order_id, {0: 2})
	goods.cancel(goods.made("Delivery Note", order_id, is_return=1)[0])
	by_hand(goods, delivered(goods, order_id), {0: 1})
	second = come(goods, order_id, {0: 1})
	assert ids_and_pieces(goods, order_id) == [(None, [-1]), (second, [-1])]


@pytest.mark.parametrize("quantities", [{0: 2}, {0: 2, 1: 1}, {0: 1}])
def test_damaged_ones(goods, quantities):
	"""One of two is damaged; the user has taken both back, or that one only which is not."""
	order_id = sent(goods)
	by_hand(goods, delivered(goods, order_id), quantities)
	first = come(goods, order_id, {0: 2}, came={0: 1}, damaged={0: 1})
	pieces = [-count for count in quantities.values()]
	id = None if 1 in quantities else first
	assert ids_and_pieces(goods, order_id) == [(id, pieces)]
	second = come(goods, order_id, {0: 1})
	assert ids_and_pieces(goods, order_id) == [(id, pieces), (second, [-1])]


@pytest.mark.parametrize("names_its_row", [True, False])
def test_never_more_than_was_delivered(goods, names_its_row):
	"""Of three that Medusa has sent, two were delivered here, of which one came back: one is left."""
	goods.shop.set(import_fulfillments=0, send_deliveries=0)
	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 3})
	note = goods.note(order_id, quantities={0: 2})
	by_hand(goods, note, {0: 1})
	if not names_its_row:
		rows = {"docstatus": 1, "dn_detail": note.items[0].name}
		frappe.db.set_value("Delivery Note Item", rows, "dn_detail", "")
		frappe.db.commit()
	id = back(goods, order_id, {0: 3})
	task = goods.follow(order_id)
	assert (task.status, task.last_error) == (
		"Waiting",
		f"Of return {id} in Medusa 2 of Something came back, but fewer were delivered for Sales Order "
		f"{goods.order(order_id).name}.",
	)
	assert ids_and_pieces(goods, order_id) == [(None, [-1])]


@pytest.mark.parametrize("is_exact", [True, False])
def test_the_credit_note_of_an_invoice_that_has_delivered(goods, is_exact):
	"""Two of three were sent with a Delivery Note, the third with the invoice, of which it came back.

	It has the id if it is over 10.50, not with the shipping.
	"""
	order_id = sent(goods, {0: 2})
	bill = stocked(goods, order_id, 1)
	fields = ("charge_type", "account_head", "description", "cost_center")
	taxes = [{field: row.get(field) for field in fields} for row in bill.taxes if row.tax_amount == 3.5]
	taxes[0]["tax_amount"] = -0.5
	note = by_hand(goods, bill, {0: 1}, **({"taxes": taxes} if is_exact else {}))
	assert (note.update_stock, note.grand_total) == (1, -10.5 if is_exact else -18.5)
	first = come(goods, order_id, {0: 1})
	assert ids_and_pieces(goods, order_id) == []
	assert ids_and_pieces(goods, order_id, "Sales Invoice") == [(first if is_exact else None, [-1])]
	second = come(goods, order_id, {0: 1})
	assert ids_and_pieces(goods, order_id) == [(second, [-1])]


def test_what_a_delivery_note_has_sent_comes_back_with_that_alone(goods):
	"""The older invoice has delivered one, the other one bills what two Delivery Notes have."""
	order_id = goods.place()
	stock = stocked(goods, order_id, 1)
	goods.shop.set(send_deliveries=0)
	goods.note(order_id, quantities={0: 2})
	other = stocked(goods, order_id, 2, updates_stock=False)
	id = come(goods, order_id, {0: 1})
	assert ids_and_pieces(goods, order_id) == [(id, [-1])]
	(note,) = goods.made("Sales Invoice", order_id, is_return=1)
	assert (note.return_against, note.update_stock) == (other.name, 0)
	assert stock.name != other.name

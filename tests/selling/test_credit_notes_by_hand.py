"""Credit notes of users, over quantities or amounts, for what then comes back in Medusa."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.medusa.money import decimals
from tests.selling.coming_back import back, by_hand, come, ids_and_pieces, invoice, sent, stocked

GOODS = {"import_fulfillments": 1, "import_returns": 1, "send_deliveries": 1}


def amount(bill, over: float, position: int | None = None):
	"""The credit note of a user over an amount: of a row without a quantity, or of no row."""
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	note = make_sales_return(bill.name)
	row = note.items[position or 0]
	if position is None:
		row.update({"qty": -1, "so_detail": None, "sales_order": None, "sales_invoice_item": None})
	else:
		row.qty = 0
	row.rate = over
	note.set("items", [row])
	note.set("taxes", [])
	note.update({"discount_amount": 0})
	note.insert().submit()
	frappe.db.commit()
	assert note.grand_total == -over
	return note


@pytest.mark.parametrize(("over", "position"), [(60, None), (8, 0)])
def test_an_amount_that_may_be_for_the_return(goods, over, position):
	"""A person says what it is: of 78.50, no more than 78.50 is credited in the meantime."""
	order_id = sent(goods)
	note = amount(invoice(goods, order_id), over, position)
	id = back(goods, order_id, {0: 3, 1: 2})
	task = goods.follow(order_id)
	zeros = "0" * (decimals(goods.currency) - 2)
	currency = goods.currency.upper()
	assert (task.status, task.last_error) == (
		"Waiting",
		f"Return {id} in Medusa is to be credited, and credit note {note.name} of a user is over "
		f"{over}.00{zeros} {currency} without quantities. Cancel it if it is for this return, else make the "
		"credit note of the return by hand.",
	)
	assert goods.made("Sales Invoice", order_id, medusa_id=id) == []
	# the goods are back
	assert ids_and_pieces(goods, order_id) == [(id, [-3, -2])]
	goods.cancel(note)
	assert goods.follow(order_id).status == "Synced"
	(own,) = goods.made("Sales Invoice", order_id, medusa_id=id)
	assert own.grand_total == -73.5


def test_the_credit_note_of_the_return_is_made_by_hand(goods):
	"""It has the quantities, so nothing is left to be decided."""
	order_id = sent(goods)
	bill = invoice(goods, order_id)
	amount(bill, 5)
	back(goods, order_id, {0: 1})
	assert goods.follow(order_id).status == "Waiting"
	by_hand(goods, bill, {0: 1})
	assert goods.follow(order_id).status == "Synced"
	assert goods.made("Sales Invoice", order_id, medusa_id=("is", "set"), is_return=1) == []


def test_an_amount_for_another_row(goods):
	"""20.00 off the second item say nothing of the first: three of it are 31.50."""
	order_id = sent(goods)
	amount(invoice(goods, order_id), 20, 1)
	id = come(goods, order_id, {0: 3})
	(own,) = goods.made("Sales Invoice", order_id, medusa_id=id)
	assert own.grand_total == -31.5


def test_no_more_than_the_invoice_holds(goods):
	"""The user has credited two of 20.00 with all charges, 48.50 of 78.50: 30.00 are left for 31.50."""
	order_id = sent(goods)
	bill = invoice(goods, order_id)
	note = by_hand(goods, bill, {1: 2})
	assert note.grand_total == -48.5
	id = come(goods, order_id, {0: 3, 1: 2})
	(own,) = goods.made("Sales Invoice", order_id, medusa_id=id)
	assert own.grand_total == -30


def test_what_was_refunded_and_what_a_user_has_credited(goods):
	"""Of two that came back, one was credited by the user, and 10.50 were refunded for the other one."""
	order_id = sent(goods)
	bill = invoice(goods, order_id)
	refund = amount(bill, 10.5)
	ids = {"medusa_id": f"ref_{order_id}", "medusa_order_id": order_id}
	frappe.db.set_value("Sales Invoice", refund.name, ids)
	by_hand(goods, bill, {0: 1})
	come(goods, order_id, {0: 2})
	assert [note.medusa_id for note in goods.made("Sales Invoice", order_id, is_return=1)] == [
		ids["medusa_id"],
		None,
	]


def not_taken_back(id: str) -> str:
	return (
		f"Of return {id} in Medusa 1 of Something came back that a Sales Invoice had delivered, but nothing is left "
		"to credit. Make a credit note with Update Stock, with rate 0 if necessary, to take them into the stock."
	)


def free(bill):
	"""The credit note of a user that takes one of the first row back, for nothing."""
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	note = make_sales_return(bill.name)
	note.items[0].update({"qty": -1, "rate": 0, "price_list_rate": 0, "discount_percentage": 100})
	note.set("items", note.items[:1])
	note.set("taxes", [])
	note.insert().submit()
	frappe.db.commit()
	assert (note.update_stock, note.grand_total) == (1, 0)


def test_what_an_invoice_has_delivered_and_was_credited_before_it_came_back(goods):
	"""It is not credited twice, and a person takes it back: by a credit note over nothing."""
	goods.shop.set(import_fulfillments=0)
	order_id = goods.place()
	bill = stocked(goods, order_id, 3, 2)
	refund = amount(bill, 10.5)
	ids = {"medusa_id": f"ref_{order_id}", "medusa_order_id": order_id}
	frappe.db.set_value("Sales Invoice", refund.name, {**ids, "update_stock": 0})
	frappe.db.commit()
	goods.medusa.fulfill(order_id, {0: 3, 1: 2})
	id = back(goods, order_id, {0: 1})
	task = goods.follow(order_id)
	assert (task.status, task.last_error) == ("Waiting", not_taken_back(id))
	free(bill)
	assert goods.follow(order_id).status == "Synced"
	assert ids_and_pieces(goods, order_id, "Sales Invoice") == [(ids["medusa_id"], [-1]), (None, [-1])]


def test_what_an_invoice_has_delivered_of_an_order_that_is_not_billed_whole(goods):
	"""Two of three were invoiced, one came back: the two that are kept are owed, nothing is credited."""
	goods.shop.set(import_fulfillments=0)
	order_id = goods.place()
	bill = stocked(goods, order_id, 2)
	goods.medusa.fulfill(order_id, {0: 2})
	id = back(goods, order_id, {0: 1})
	task = goods.follow(order_id)
	assert (task.status, task.last_error) == ("Waiting", not_taken_back(id))
	assert goods.made("Sales Invoice", order_id, is_return=1) == []
	by_hand(goods, bill, {0: 1})
	assert goods.follow(order_id).status == "Synced"


def test_never_more_than_an_invoice_has_delivered(goods):
	"""One was, which came back: the second one that comes back in Medusa was never sent here."""
	goods.shop.set(import_fulfillments=0, send_deliveries=0)
	order_id = goods.place()
	by_hand(goods, stocked(goods, order_id, 1), {0: 1})
	goods.medusa.fulfill(order_id, {0: 3})
	come(goods, order_id, {0: 1})
	id = back(goods, order_id, {0: 1})
	task = goods.follow(order_id)
	assert (task.status, task.last_error) == (
		"Waiting",
		f"Of return {id} in Medusa 1 of Something came back, but fewer were delivered for Sales Order "
		f"{goods.order(order_id).name}.",
	)

"""What came back in Medusa becomes return Delivery Notes and credit notes."""

from __future__ import annotations

from dataclasses import replace

import frappe
import pytest

from devbench.medusa.simulator.baskets import Basket, Bought, Shipped, Tax
from tests.selling.coming_back import back, invoice, returns, sent
from tests.support.goods import D

GOODS = {"import_fulfillments": 1, "import_returns": 1, "send_deliveries": 1}


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_return_that_was_not_invoiced(goods, generation):
	order_id = sent(goods)
	one, two = (item.item_code for item in goods.items)
	id = back(goods, order_id, {0: 2, 1: 1})
	for _ in range(2):
		assert goods.follow(order_id).status == "Synced"
	(delivered,) = goods.made("Delivery Note", order_id, is_return=0)
	assert returns(goods, order_id) == [(1, id, delivered.name, [(one, -2), (two, -1)])]
	assert goods.made("Sales Invoice", order_id) == []
	# nothing of it goes to Medusa
	assert len(goods.medusa.sent("POST", "/admin/orders/*")) == 0


def test_all_events_were_lost(goods):
	"""Two fulfillments, one of which was cancelled, and a return are found at once."""
	order_id = goods.place()
	kept = goods.medusa.fulfill(order_id, {0: 2})
	goods.medusa.cancel_fulfillment(order_id, goods.medusa.fulfill(order_id, {1: 2}))
	id = back(goods, order_id, {0: 1})
	assert goods.follow(order_id).status == "Synced"
	(delivered,) = goods.made("Delivery Note", order_id, is_return=0)
	assert delivered.medusa_id == kept
	assert returns(goods, order_id) == [(1, id, delivered.name, [(goods.items[0].item_code, -1)])]


def test_nothing_has_come_yet(goods):
	order_id = sent(goods)
	back(goods, order_id, {0: 2}, came={})
	goods.follow(order_id)
	assert returns(goods, order_id) == []


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_return_that_was_invoiced(goods, generation):
	"""Two of 10 and one of 20 with 5 percent: 42.00; shipping is not taken off."""
	order_id = sent(goods)
	bill = invoice(goods, order_id)
	assert bill.grand_total == 78.5
	id = back(goods, order_id, {0: 2, 1: 1})
	for _ in range(2):
		assert goods.follow(order_id).status == "Synced"
	one, two = (item.item_code for item in goods.items)
	assert returns(goods, order_id, "Sales Invoice") == [(1, id, bill.name, [(one, -2), (two, -1)])]
	(note,) = goods.made("Sales Invoice", order_id, is_return=1)
	assert (note.net_total, note.total_taxes_and_charges, note.grand_total) == (-40, -2, -42)
	assert (note.discount_amount, [row.rate for row in note.items]) == (0, [10, 20])
	# the invoice is not paid: so much less is owed
	assert (note.update_outstanding_for_self, bill.reload().outstanding_amount) == (0, 36.5)


def test_the_credit_note_of_a_paid_invoice_is_to_be_paid_back(goods):
	order_id = sent(goods)
	bill = invoice(goods, order_id)
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	payment = get_payment_entry("Sales Invoice", bill.name)
	payment.update({"reference_no": "1", "reference_date": frappe.utils.today()})
	payment.insert().submit()
	frappe.db.commit()
	back(goods, order_id, {0: 1})
	goods.follow(order_id)
	(note,) = goods.made("Sales Invoice", order_id, is_return=1)
	assert (note.grand_total, note.outstanding_amount) == (-10.5, -10.5)


def test_the_credit_note_of_an_unpaid_invoice_in_another_currency(goods):
	"""78.50 USD are owed as 31.40 at 0.4, of which 42.00 USD are 16.80: no more than is owed."""
	if goods.currency == "usd":
		pytest.skip("USD is the company's own currency")
	goods.usd()
	order_id = sent(goods, basket=replace(goods.basket(), currency="usd"))
	bill = invoice(goods, order_id)
	if not frappe.db.table_exists("Currency Exchange"):
		bill.db_set({"conversion_rate": 0.4, "outstanding_amount": 31.4})
		frappe.db.commit()
	assert (bill.grand_total, bill.outstanding_amount) == (78.5, 31.4)
	back(goods, order_id, {0: 2, 1: 1})
	assert goods.follow(order_id).status == "Synced"
	(note,) = goods.made("Sales Invoice", order_id, is_return=1)
	assert (note.grand_total, note.update_outstanding_for_self) == (-42, 0)
	assert bill.reload().outstanding_amount == 14.6


def test_a_discount_and_two_taxes_are_taken_off_in_their_shares(goods):
	"""Three of 10.00 with 1.00 off, 7.25 and 2 percent: one is 9.67 and 0.70 and 0.19."""
	from devbench.medusa.simulator.baskets import Discount

	taxes = (Tax("A", "A", D("7.25")), Tax("B", "B", D(2)))
	item = goods.items[0]
	bought = Bought(item.medusa_variant_id, D(10), 3, taxes=taxes, discounts=(Discount("X", D(1)),))
	email = f"anna-{goods.shop.mark}@example.com"
	basket = Basket((bought,), (Shipped(D(5)),), currency="usd", email=email)
	goods.usd()
	order_id = sent(goods, {0: 3}, basket=basket)
	invoice(goods, order_id)
	ids = [back(goods, order_id, {0: 1})]
	goods.follow(order_id)
	ids.append(back(goods, order_id, {0: 2}))
	goods.follow(order_id)
	notes = goods.made("Sales Invoice", order_id, is_return=1)
	assert [note.medusa_id for note in notes] == ids
	# 29.00 and 2.6825 are 31.68: a third 10.56, the rest 21.12
	assert [note.grand_total for note in notes] == [-10.56, -21.12]
	assert [(note.currency, len(note.taxes)) for note in notes] == [("USD", 2)] * 2
	assert notes[0].net_total == -9.67


def test_a_return_in_parts(goods):
	"""One came, then a damaged one: two credit notes, and one return to the stock."""
	order_id = sent(goods)
	bill = invoice(goods, order_id)
	one = goods.items[0].item_code
	id = back(goods, order_id, {0: 2}, came={0: 1})
	goods.follow(order_id)
	goods.medusa.receive_return(order_id, id, {}, {0: 1})
	for _ in range(2):
		assert goods.follow(order_id).status == "Synced"
	(delivered,) = goods.made("Delivery Note", order_id, is_return=0)
	assert returns(goods, order_id) == [(1, id, delivered.name, [(one, -1)])]
	assert returns(goods, order_id, "Sales Invoice") == [
		(1, id, bill.name, [(one, -1)]),
		(1, f"{id}-2", bill.name, [(one, -1)]),
	]


def test_of_several_deliveries(goods):
	"""From the oldest on."""
	order_id = sent(goods, {0: 1}, {0: 2, 1: 1})
	one, two = (item.item_code for item in goods.items)
	id = back(goods, order_id, {0: 2, 1: 1})
	goods.follow(order_id)
	first, second = goods.made("Delivery Note", order_id, is_return=0)
	assert returns(goods, order_id) == [
		(1, id, first.name, [(one, -1)]),
		(1, f"{id}-2", second.name, [(one, -1), (two, -1)]),
	]
	other = back(goods, order_id, {0: 1})
	goods.follow(order_id)
	assert returns(goods, order_id)[2:] == [(1, other, second.name, [(one, -1)])]


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_what_was_delivered_here_comes_back(goods, generation):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	id = back(goods, order_id, {0: 3})
	goods.follow(order_id)
	assert returns(goods, order_id) == [(1, id, note.name, [(goods.items[0].item_code, -3)])]


def test_what_was_not_delivered(goods):
	"""It waits, and goes on when the delivery is there."""
	goods.shop.set(import_fulfillments=0)
	order_id = goods.place()
	order = goods.order(order_id)
	goods.medusa.fulfill(order_id, {0: 2})
	id = back(goods, order_id, {0: 2})
	task = goods.follow(order_id)
	assert (task.status, task.last_error) == (
		"Waiting",
		f"Of return {id} in Medusa 2 of Something came back, but fewer were delivered for Sales Order "
		f"{order.name}.",
	)
	goods.shop.set(import_fulfillments=1)
	goods.again("Medusa Order", order_id, "order_import")
	assert len(returns(goods, order_id)) == 1


def test_it_was_invoiced_after_it_came_back(goods):
	"""An invoice over all that was ordered has its credit note then."""
	order_id = sent(goods)
	id = back(goods, order_id, {0: 2})
	goods.follow(order_id)
	assert returns(goods, order_id, "Sales Invoice") == []
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	doc = make_sales_invoice(goods.order(order_id).name)
	doc.items[0].qty = 3
	doc.insert().submit()
	frappe.db.commit()
	goods.follow(order_id)
	assert [row[:2] for row in returns(goods, order_id, "Sales Invoice")] == [(1, id)]
	assert returns(goods, order_id, "Sales Invoice")[0][3] == [(goods.items[0].item_code, -2)]


@pytest.mark.parametrize(("refunded", "expected"), [(42, []), (21, [-21]), (0, [-42])])
def test_what_was_refunded_before_it_came_back(goods, refunded, expected):
	"""The credit note of a refund names no row; the return takes off the rest of its 42.00."""
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	order_id = sent(goods)
	bill = invoice(goods, order_id)
	if refunded:
		note = make_sales_return(bill.name)
		(row, *_rest) = note.items
		row.update({"qty": -1, "rate": refunded, "so_detail": None, "sales_order": None})
		row.sales_invoice_item = None
		note.set("items", [row])
		note.set("taxes", [])
		note.update({"discount_amount": 0, "medusa_order_id": order_id, "medusa_id": f"ref_{order_id}"})
		note.flags.medusa_id_update = True
		note.insert().submit()
		frappe.db.commit()
		assert note.grand_total == -refunded
	id = back(goods, order_id, {0: 2, 1: 1})
	for _ in range(2):
		task = goods.follow(order_id)
		assert task.status == "Synced", task.last_error
	made = goods.made("Sales Invoice", order_id, medusa_id=id)
	assert [one.grand_total for one in made] == expected


def test_only_what_is_owed_is_credited(goods):
	"""One of three was invoiced: two are still to be invoiced, of which one came back."""
	order_id = sent(goods)
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	doc = make_sales_invoice(goods.order(order_id).name)
	doc.items[0].qty = 1
	doc.insert().submit()
	frappe.db.commit()
	back(goods, order_id, {0: 1})
	goods.follow(order_id)
	assert returns(goods, order_id, "Sales Invoice") == []


def test_what_a_user_has_cancelled_is_not_made_again(goods):
	order_id = sent(goods)
	invoice(goods, order_id)
	back(goods, order_id, {0: 2})
	goods.follow(order_id)
	for doctype in ("Sales Invoice", "Delivery Note"):
		(doc,) = goods.made(doctype, order_id, is_return=1)
		goods.cancel(doc)
	goods.follow(order_id)
	assert [
		len(goods.made(doctype, order_id, is_return=1)) for doctype in ("Sales Invoice", "Delivery Note")
	] == [1, 1]


def test_it_is_off(goods):
	goods.shop.set(import_returns=0)
	order_id = sent(goods)
	back(goods, order_id, {0: 2})
	goods.follow(order_id)
	assert returns(goods, order_id) == []

"""What users have taken back by hand and then comes back in Medusa: the stock has it once."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.medusa.money import decimals
from tests.selling.test_import_returns import back, invoice, returns, sent
from tests.support.goods import Goods


@pytest.fixture
def goods(quotes):
	return Goods(quotes, import_fulfillments=1, import_returns=1, send_deliveries=1)


def by_hand(goods, source, quantities: dict, **values):
	"""The return or credit note that a user makes of a document, of these quantities by position."""
	from erpnext.accounts.doctype.sales_invoice import sales_invoice
	from erpnext.stock.doctype.delivery_note import delivery_note

	module = {"Delivery Note": delivery_note, "Sales Invoice": sales_invoice}[source.doctype]
	doc = module.make_sales_return(source.name)
	for position, row in enumerate(doc.items):
		row.qty = -quantities.get(position, 0)
	doc.set("items", [row for row in doc.items if row.qty])
	doc.update(values)
	doc.insert().submit()
	frappe.db.commit()
	return doc


def delivered(goods, order_id: str):
	return goods.made("Delivery Note", order_id, is_return=0)[0]


def come(goods, order_id: str, items: dict, **values) -> str:
	"""A return in Medusa that is received, and imported once however often it is heard of."""
	id = back(goods, order_id, items, **values)
	for _ in range(2):
		task = goods.follow(order_id)
		assert task.status == "Synced", task.last_error
	return id


def ids_and_pieces(goods, order_id: str, doctype: str = "Delivery Note") -> list[tuple]:
	return [
		(id, [qty for _item, qty in rows])
		for state, id, _of, rows in returns(goods, order_id, doctype)
		if state == 1
	]


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


def stocked(goods, order_id: str, *quantities: float, updates_stock: bool = True):
	"""An invoice of so many of each row, which delivers them as well."""
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	doc = make_sales_invoice(goods.order(order_id).name)
	for row, quantity in zip(doc.items, quantities, strict=False):
		row.qty = quantity
	doc.set("items", [row for row in doc.items[: len(quantities)] if row.qty])
	doc.update_stock = int(updates_stock)
	doc.insert().submit()
	frappe.db.commit()
	return doc


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


def not_taken_back(id: str) -> str:
	return (
		f"Of return {id} in Medusa 1 of Something came back that a Sales Invoice has delivered, and there is nothing "
		"to be credited. Take them into the stock with a credit note with Update Stock, if need be with the rate 0."
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


# --- amounts ------------------------------------------------------------------------------------------------


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

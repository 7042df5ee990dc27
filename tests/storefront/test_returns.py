"""Returns: never more than was delivered, at the rates of the order, noted on the order and mailed."""

from __future__ import annotations

import frappe
import pytest

from tests.support.asking import called
from tests.support.charges import returned
from tests.support.visitors import Visitors

RETURNS = "returns@example.com"


@pytest.fixture
def mailbox(sales, monkeypatch):
	"""Mails to the address for returns."""
	# Frappe looks for the style of mails there
	monkeypatch.chdir(sales.shop.sites_path)
	visitors = Visitors(sales.shop)
	visitors.configure(returns_email=RETURNS)
	return lambda: visitors.mails(RETURNS)


@pytest.fixture
def ask(sales):
	"""`ask(order, quantity)`: the customer wants to return so much of its Item; committed."""

	def ask(order, quantity, **values):
		items = values.pop("items", None) or [{"item_code": order.items[0].item_code, "quantity": quantity}]
		return called("update_returned_items", medusa_order_id=order.medusa_order_id, items=items, **values)

	sales.shop.set(returns_email=None)
	return ask


def left(order, **values):
	from medusa_integration.api import get_returnable_items

	frappe.db.rollback()
	answer = get_returnable_items(medusa_order_id=order.medusa_order_id, **values)
	assert (answer["status"], answer["sales_order_id"]) == ("success", order.name)
	return [(row["item_code"], row["qty"], row["amount"]) for row in answer["unreturned_items"]]


def noted(order):
	frappe.db.rollback()
	rows = frappe.get_doc("Sales Order", order.name).custom_returned_items
	return [(row.idx, row.item_code, row.qty, row.uom, row.rate, row.amount, row.docstatus) for row in rows]


def test_what_is_delivered_can_be_returned(sales, ask):
	"""5 ordered, 4 delivered, 1 came back, 2 are asked for: 1 is left."""
	order = sales.order(qty=5)
	item = order.items[0].item_code
	assert left(order) == []
	note = sales.delivery(order, qty=4)
	assert left(order) == [(item, 4, 40)]
	returned(sales, note, 1)
	assert left(order) == [(item, 3, 30)]
	assert ask(order, 2) == {"status": "success", "message": "Returned items updated successfully"}
	assert left(order) == [(item, 1, 10)]
	assert noted(order) == [(1, item, 2, "Nos", 10, 20, 1)]
	for quantity in (1.001, 2):
		with pytest.raises(frappe.ValidationError, match=rf"Only 1 of {item} can be returned\."):
			ask(order, quantity)
	ask(order, 1)
	assert left(order) == []
	assert [row[0] for row in noted(order)] == [1, 2]
	with pytest.raises(frappe.ValidationError, match=rf"Only 0 of {item} can be returned\."):
		ask(order, 1)


def test_a_row_is_told_as_it_stands_in_the_order(sales):
	from medusa_integration.api import get_returnable_items

	order = sales.order(qty=2, rate=12.5)
	sales.delivery(order, qty=1)
	row = order.items[0]
	assert get_returnable_items(medusa_order_id=order.medusa_order_id)["unreturned_items"] == [
		{
			"item_code": row.item_code,
			"item_name": row.item_name,
			"qty": 1,
			"rate": 12.5,
			"amount": 12.5,
			"uom": "Nos",
		}
	]


def test_a_cancelled_delivery_was_none(sales, ask):
	order = sales.order()
	note = sales.delivery(order)
	sales.cancel(note)
	assert left(order) == []
	with pytest.raises(frappe.ValidationError, match="Only 0 of"):
		ask(order, 1)


def test_an_invoice_that_moves_the_stock_is_a_delivery(sales):
	"""And one that does not is none."""
	order = sales.order(qty=3)
	sales.invoice(order, qty=1)
	assert left(order) == []
	sales.invoice(order, qty=2, update_stock=1)
	assert left(order) == [(order.items[0].item_code, 2, 20)]


def test_what_a_supplier_has_sent_is_delivered(sales):
	"""There is no Delivery Note of it: the order has it from the Purchase Order."""
	order = sales.order(qty=3)
	row = order.items[0]
	sent = {"delivered_by_supplier": 1, "delivered_qty": 2}
	frappe.db.set_value("Sales Order Item", row.name, sent, update_modified=False)
	frappe.db.commit()
	assert left(order) == [(row.item_code, 2, 20)]


def test_rows_of_one_item_are_filled_in_their_order(sales, ask):
	"""2 rows of 2 at 10: 3 are 2 of the first and 1 of the second; the same Item twice is added up."""
	order = sales.order(rows=2)
	item = order.items[0].item_code
	sales.delivery(order)
	ask(order, 0, items=[{"item_code": item, "quantity": 1}, {"item_code": item, "quantity": 2}])
	assert [(row[0], row[2]) for row in noted(order)] == [(1, 2), (2, 1)]
	assert left(order) == [(item, 1, 10)]


def test_the_same_request_again_changes_nothing(sales, ask, mailbox):
	order = sales.order(qty=4)
	sales.delivery(order)
	sales.shop.set(returns_email=RETURNS)
	for _ in range(2):
		ask(order, 2, request_id="ret_1")
	assert [row[2] for row in noted(order)] == [2]
	assert len(mailbox()) == 1
	ask(order, 1, request_id="ret_2")
	assert [row[2] for row in noted(order)] == [2, 1]
	# of another order it is another request
	other = sales.order()
	sales.delivery(other)
	ask(other, 1, request_id="ret_1")
	assert [row[2] for row in noted(other)] == [1]


@pytest.mark.parametrize(
	("items", "sentence"),
	[
		([], "items must be a non-empty list."),
		("no list", "items must be a non-empty list."),
		([{"item_code": "NO-SUCH-ITEM", "quantity": 1}], "Item NO-SUCH-ITEM is not part of the order."),
		([{"item_code": "OWN", "quantity": 0}], "quantity must be greater than 0."),
		([{"item_code": "OWN", "quantity": -1}], "quantity must be greater than 0."),
		([{"item_code": "OWN", "quantity": "NaN"}], "quantity must be a number."),
		([{"item_code": "OWN"}], "quantity is required."),
		([{"quantity": 1}], "item_code is required."),
		(
			[{"item_code": "OWN", "quantity": 1}, {"item_code": "OTHER", "quantity": 1}],
			"Item OTHER is not part of the order.",
		),
	],
)
def test_bad_requests_are_refused_and_write_nothing(sales, items, sentence):
	from medusa_integration.api import update_returned_items

	order = sales.order()
	sales.delivery(order)
	if isinstance(items, list):
		items = [
			{**row, "item_code": order.items[0].item_code} if row.get("item_code") == "OWN" else row
			for row in items
		]
	with pytest.raises(frappe.ValidationError) as refused:
		update_returned_items(medusa_order_id=order.medusa_order_id, items=items)
	assert str(refused.value) == sentence
	assert refused.value.http_status_code == 400
	assert noted(order) == []


def test_the_mail_names_the_items_and_escapes_them(sales, ask, mailbox):
	item = sales.shop.item(is_stock_item=0, item_name="Gloves <b>XL</b>").name
	sales._item = item
	order = sales.order()
	sales.delivery(order)
	sales.shop.set(returns_email=RETURNS)
	ask(order, 2)
	((subject, html),) = mailbox()
	assert subject == f"Order {order.name}: items to be returned"
	assert order.medusa_order_id in html
	assert f">{item}<" in html
	assert ">Gloves &lt;b&gt;XL&lt;/b&gt;<" in html
	assert ">2 Nos<" in html
	assert frappe.utils.get_url_to_form("Sales Order", order.name) in html


def test_without_an_address_nobody_is_mailed(sales, ask, mailbox):
	order = sales.order()
	sales.delivery(order)
	sales.shop.set(returns_email=None)
	ask(order, 1)
	assert mailbox() == []


def test_the_answer_about_the_order_follows(sales, ask):
	from medusa_integration.api import get_sales_order_name

	order = sales.order()
	row = order.items[0]

	def told():
		frappe.db.rollback()
		answer = get_sales_order_name(medusa_order_id=order.medusa_order_id)
		return answer["isReturnable"], answer["returned_items"]

	assert told() == (False, [])
	sales.delivery(order)
	assert told() == (True, [])
	ask(order, 2)
	expected = {"item_code": row.item_code, "qty": 2, "rate": 10, "item_name": row.item_name}
	assert told() == (False, [expected])


def test_nobody_else_writes_them(sales, ask):
	"""An open form that is saved later neither removes nor changes the rows; nor does a cancellation."""
	order = sales.order()
	note = sales.delivery(order)
	stale = frappe.get_doc("Sales Order", order.name)
	ask(order, 1)
	with pytest.raises(frappe.TimestampMismatchError):
		stale.save()
	frappe.db.rollback()
	rows = noted(order)
	form = frappe.get_doc("Sales Order", order.name)
	form.custom_returned_items[0].qty = 7
	form.append("custom_returned_items", {"item_code": form.items[0].item_code, "qty": 9, "uom": "Nos"})
	form.save()
	frappe.db.commit()
	assert noted(order) == rows
	form = frappe.get_doc("Sales Order", order.name)
	form.set("custom_returned_items", [])
	form.save()
	frappe.db.commit()
	assert noted(order) == rows
	sales.cancel(note)
	form = frappe.get_doc("Sales Order", order.name)
	form.custom_returned_items[0].qty = 7
	form.cancel()
	frappe.db.commit()
	assert [row[:-1] for row in noted(order)] == [row[:-1] for row in rows]


@pytest.mark.parametrize("function", ["get_returnable_items", "get_sales_order_name"])
def test_the_number_of_statements_does_not_depend_on_the_rows(sales, query_counter, function):
	"""1, 10 and 100 rows, each of them delivered, with a request about it."""
	from medusa_integration import api

	counted = {}
	for rows in (1, 10, 100):
		order = sales.order(rows=rows)
		sales.delivery(order)
		frappe.db.commit()
		for _ in range(2):  # the first one fills the caches
			with query_counter() as queries:
				getattr(api, function)(medusa_order_id=order.medusa_order_id)
		counted[rows] = len(queries)
	assert counted[1] == counted[10] == counted[100]
	assert counted[100] <= 6

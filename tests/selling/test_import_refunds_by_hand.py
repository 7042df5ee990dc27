"""Refunds in Medusa beside what users have credited, paid back or taken back."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.medusa.money import decimals
from tests.support.imports import sums

# after the invoice, which is of the day of the payment; ERPNext maps rows of advances without what they are
LATER = {
	"set_posting_time": 1,
	"posting_date": "2026-12-01",
	"posting_time": "20:00:00",
	"allocate_advances_automatically": 0,
	"advances": [],
}


def test_goods_can_come_back_after_a_refund(money, sales):
	"""The credit note of the refund counts no piece as returned."""
	order = money.paid("26.00", refunds=["13.00"])
	money.done(order)
	(invoice,) = money.invoices(order)
	note = sales.credit_note(invoice, update_outstanding_for_self=1, **LATER)
	assert (note.docstatus, note.items[0].qty) == (1, -2)


def test_what_a_user_has_credited_is_only_paid(money, sales):
	order = money.paid("26.00")
	money.done(order)
	note = sales.credit_note(money.invoices(order)[0], update_outstanding_for_self=1, **LATER)
	money.done(money.with_payment(order, "26.00", refunds=["26.00"]))
	assert [found.medusa_id for found in money.invoices(order, is_return=1)] == [None]
	assert [(row.reference_name, row.allocated_amount) for row in money.entries(order)[1].references] == [
		(note.name, -26)
	]
	assert frappe.db.get_value("Sales Invoice", note.name, "outstanding_amount") == 0


def credited(money, sales):
	"""A paid order, and the credit note that a user has made of its invoice."""
	order = money.paid("26.00")
	money.done(order)
	return order, sales.credit_note(money.invoices(order)[0], update_outstanding_for_self=1, **LATER)


@pytest.mark.parametrize("number", ["pay_{}", "ref_0_{}"])
def test_what_a_user_has_paid_back_is_not_paid_again(money, sales, number):
	"""He has entered Medusa's id of the payment, or of the refund."""
	order, note = credited(money, sales)
	money.paid_back(order, note, 26, reference_no=number.format(order.id))
	refunded = money.with_payment(order, "26.00", refunds=["26.00"])
	money.done(refunded)
	assert [entry.payment_type for entry in money.entries(order)] == ["Receive"]
	assert frappe.db.get_value("Sales Invoice", note.name, "outstanding_amount") == 0
	money.changes_nothing(refunded)


def test_what_a_user_has_paid_back_is_credited(money):
	order = money.paid("26.00")
	money.done(order)
	money.paid_back(order, None, 10, reference_no=f"pay_{order.id}")
	money.done(money.with_payment(order, "26.00", refunds=["10.00"]))
	assert [note.grand_total for note in money.invoices(order, is_return=1)] == [-10]
	assert [entry.payment_type for entry in money.entries(order)] == ["Receive"]


def test_another_amount_that_a_user_has_paid_back_is_said(money):
	order = money.paid("26.00")
	money.done(order)
	entry = money.paid_back(order, None, 9, reference_no=f"pay_{order.id}")
	zeros = "0" * (decimals(money.currency) - 2)
	assert money.follow(money.with_payment(order, "26.00", refunds=["10.00"])) == (
		f"Payment Entry {entry.name} has payment pay_{order.id} in Medusa as its reference number, but its amount "
		f"is 9.00{zeros} {money.currency}, and 10.00{zeros} {money.currency} was refunded. Cancel it, or amend it "
		"to this amount."
	)
	assert money.invoices(order, is_return=1) == []
	assert [found.payment_type for found in money.entries(order)] == ["Receive"]


def test_a_second_refund_beside_that_of_a_user_is_said(money, sales):
	"""Without Medusa's id it may be the same."""
	order, note = credited(money, sales)
	entry, name = money.paid_back(order, note, 26), money.sales_order(order).name
	refunded = money.with_payment(order, "26.00", refunds=["26.00"])
	assert money.follow(refunded) == (
		f"A refund of payment pay_{order.id} in Medusa is more than what is to be paid back of Sales Order {name}, "
		f"of which Payment Entry {entry.name} was made by a user. Cancel the entry if it is the same refund, else "
		"unreconcile it."
	)
	assert [found.payment_type for found in money.entries(order)] == ["Receive"]
	money.cancel(entry)
	money.done(refunded)
	assert [found.payment_type for found in money.entries(order)] == ["Receive", "Pay"]


def test_what_a_user_has_credited_in_part(money, sales):
	"""One of two pieces, with all charges, is credited: 16.00 of 20.00."""
	order = money.paid("26.00")
	money.done(order)
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	note = make_sales_return(money.invoices(order)[0].name)
	note.items[0].qty = -1
	note.update({"update_outstanding_for_self": 1, **LATER})
	sales._insert(note, submit=True)
	assert note.grand_total == -16
	money.done(money.with_payment(order, "26.00", refunds=["20.00"]))
	assert sorted(sums(money.invoices(order, is_return=1))) == [(-16, 0), (-4, 0)]
	own = next(found for found in money.invoices(order, is_return=1) if found.medusa_id)
	assert {row.reference_name: row.allocated_amount for row in money.entries(order)[1].references} == {
		own.name: -4,
		note.name: -16,
	}


@pytest.mark.parametrize("pieces", [1, 2])
def test_what_a_user_has_invoiced_anew_is_credited(money, sales, pieces):
	"""He has credited one or both pieces, such as for another address, and has invoiced them once more."""
	order = money.paid("26.00")
	money.done(order)
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	note = make_sales_return(money.invoices(order)[0].name)
	note.items[0].qty = -pieces
	note.update({"update_outstanding_for_self": 1, "update_billed_amount_in_sales_order": 1, **LATER})
	sales._insert(note, submit=True)
	(first,) = money.invoices(order)
	anew = frappe.copy_doc(first, ignore_no_copy=False)
	links = {field: first.items[0].get(field) for field in ("sales_order", "so_detail")}
	anew.items[0].update({**links, "qty": pieces})
	anew.update(LATER)
	sales._insert(anew, submit=True)
	assert (note.grand_total, anew.grand_total) == (-6 - 10 * pieces, 6 + 10 * pieces)
	money.done(money.with_payment(order, "26.00", refunds=[("10.00", 5)]))
	(own,) = (found for found in money.invoices(order, is_return=1) if found.medusa_id)
	assert (own.grand_total, own.outstanding_amount) == (-10, 0)
	assert [row.reference_name for row in money.entries(order)[1].references] == [own.name]
	# one that he credits for a refund is that of the refund
	order = money.paid("26.00")
	money.done(order)
	sales.credit_note(money.invoices(order)[0], update_outstanding_for_self=1, **LATER)
	money.done(money.with_payment(order, "26.00", refunds=[("26.00", 5)]))
	assert [note.medusa_id for note in money.invoices(order, is_return=1)] == [None]

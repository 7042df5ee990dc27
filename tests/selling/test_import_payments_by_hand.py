"""Captures in Medusa beside Payment Entries that users have made, cancelled or amended."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest

from medusa_integration.medusa.money import decimals
from tests.support.users import token_of

D = Decimal
pytestmark = pytest.mark.usefixtures("only_payments")


def test_one_that_a_user_has_cancelled_is_not_made_again(money):
	order = money.paid("26.00")
	money.done(order)
	money.cancel(money.entries(order)[0])
	money.done(order)
	assert [entry.docstatus for entry in money.entries(order)] == [2]


def test_one_that_a_user_has_made_is_not_made_again(money):
	"""Known by its reference number; of two captures of the payment it is the first."""
	order = money.paid()
	money.done(order)
	money.hand_made(order, reference_no=f"pay_{order.id}")
	money.done(money.with_payment(order, "26.00"))
	assert money.entries(order) == []
	money.done(money.with_payment(order, "26.00", ("1.00", 2)))
	assert [entry.paid_amount for entry in money.entries(order)] == [1]


def test_one_of_another_customer_is_not_that_of_the_capture(money):
	order = money.paid("26.00")
	other = money.order(
		customer=money.guest(id=money.quotes.id("cus"), email=f"b-{money.shop.mark}@example.com")
	)
	money.done(other)
	entry = money.hand_made(other, reference_no=f"pay_{order.id}")
	money.done(order)
	assert entry.party != money.sales_order(order).customer
	assert [found.paid_amount for found in money.entries(order)] == [26]


def test_one_that_a_user_has_made_over_another_amount_is_said(money):
	"""25.00 by hand are not the 26.00 that were captured; what else was captured is booked."""
	order = money.paid()
	money.done(order)
	entry = money.hand_made(order, 25, reference_no=f"pay_{order.id}")
	order = money.with_payment(order, "26.00")
	other = replace(order.payments[0], id=f"pay_other_{order.id}")
	other = replace(other, captures=(replace(other.captures[0], id=f"capt_other_{order.id}", amount=D(1)),))
	zeros = "0" * (decimals(money.currency) - 2)
	assert money.follow(replace(order, payments=(*order.payments, other))) == (
		f"Payment Entry {entry.name} has payment pay_{order.id} in Medusa as its reference number, but its amount "
		f"is 25.00{zeros} {money.currency}, and 26.00{zeros} {money.currency} was captured. Cancel it, or amend "
		"it to this amount."
	)
	assert [found.paid_amount for found in money.entries(order)] == [1]
	money.cancel(entry)
	amended = frappe.copy_doc(entry.reload())
	amended.update({"amended_from": entry.name, "paid_amount": 26, "received_amount": 26})
	# 1.00 of the order is paid by the other one
	amended.references[0].allocated_amount = 25
	amended.insert()
	amended.submit()
	frappe.db.commit()
	money.done(order)
	assert [found.paid_amount for found in money.entries(order)] == [1]


def test_a_second_payment_beside_that_of_a_user_is_said(money):
	order = money.paid()
	money.done(order)
	entry, name = money.hand_made(order), money.sales_order(order).name
	order = money.with_payment(order, "26.00")
	assert money.follow(order) == (
		f"Payment pay_{order.id} in Medusa is more than what is outstanding of Sales Order {name}, of which "
		f"Payment Entry {entry.name} was made by a user. Cancel the entry if it is the same payment, else "
		"unreconcile it."
	)
	money.cancel(entry)
	money.done(money.with_payment(order, "26.00", ("1.00", 2)))
	assert [found.paid_amount for found in money.entries(order)] == [26, 1]


def test_a_second_payment_beside_the_journal_entry_of_a_user_is_said(money, sales):
	"""As banks and payment providers are often booked."""
	order = money.paid()
	money.done(order)
	doc = money.sales_order(order)
	entry = sales.journal_entry(sales.invoice(doc))
	order = money.with_payment(order, "26.00")
	assert money.follow(order) == (
		f"Payment pay_{order.id} in Medusa is more than what is outstanding of Sales Order {doc.name}, of which "
		f"Journal Entry {entry.name} was made by a user. Cancel the entry if it is the same payment, else "
		"unreconcile it."
	)
	assert money.entries(order) == []
	money.cancel(entry)
	money.done(order)
	assert [found.paid_amount for found in money.entries(order)] == [26]


def test_one_of_several_captures_beside_the_payment_of_a_user_is_said(money):
	"""A user has booked 6.00; 20.00 and 6.00 were captured, which is more than what is outstanding."""
	order = money.paid()
	money.done(order)
	entry, name = money.hand_made(order, 6), money.sales_order(order).name
	assert money.follow(money.with_payment(order, "20.00", ("6.00", 2))) == (
		f"Payment pay_{order.id} in Medusa is more than what is outstanding of Sales Order {name}, of which "
		f"Payment Entry {entry.name} was made by a user. Cancel the entry if it is the same payment, else "
		"unreconcile it."
	)
	assert [found.paid_amount for found in money.entries(order)] == [20]


def test_a_user_sets_no_id(money):
	"""Nobody can have a capture passed over by a Payment Entry of his own."""
	order = money.paid("26.00")
	money.make(order)
	token = token_of(money.site, "Clerk", ["Accounts User", "Sales User"])["Authorization"]
	frappe.set_user(frappe.db.get_value("User", {"api_key": token.split()[1].split(":")[0]}))
	try:
		entry = money.hand_made(order, medusa_id=f"capt_0_{order.id}", medusa_order_id=order.id)
	finally:
		frappe.set_user("Administrator")
	assert (entry.medusa_id, entry.medusa_order_id) == (None, None)


@pytest.mark.parametrize("spelling", [str.upper, str.lower, "{} ".format])
def test_a_reference_number_in_another_spelling(money, spelling):
	order = money.paid()
	money.done(order)
	money.hand_made(order, reference_no=spelling(f"pay_{order.id}"))
	money.done(money.with_payment(order, "26.00"))
	assert money.entries(order) == []


def test_an_amendment_by_the_form_is_the_same_payment(money):
	"""The form carries over Medusa's id, also for a System Manager; the key is unique."""
	order = money.paid("26.00")
	money.done(order)
	(entry,) = money.entries(order)
	money.cancel(entry)
	made = frappe.copy_doc(entry.reload())
	made.update({"amended_from": entry.name, "medusa_id": entry.medusa_id, "status": "Draft"})
	made.insert()
	frappe.db.commit()
	assert (made.medusa_id, made.reference_no) == (None, f"pay_{order.id}")
	money.done(order)
	assert [one.name for one in money.entries(order)] == [entry.name]


@pytest.mark.parametrize("amount", [6, 5])
def test_what_a_user_has_amended_is_not_the_next_capture(money, amount):
	"""Also over another amount: the user has cancelled that of the app for it."""
	order = money.paid("6.00")
	money.done(order)
	(entry,) = money.entries(order)
	money.cancel(entry)
	made = frappe.copy_doc(entry.reload())
	made.update({"amended_from": entry.name, "paid_amount": amount, "received_amount": amount})
	for row in made.references:
		row.allocated_amount = amount
	made.insert()
	made.submit()
	frappe.db.commit()
	money.done(money.with_payment(order, "6.00", ("20.00", 2)))
	assert [(found.docstatus, found.paid_amount) for found in money.entries(order)] == [(2, 6), (1, 20)]

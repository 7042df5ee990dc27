"""A cancelled order goes on once its money is even, whoever has booked it; never with that of another one."""

from __future__ import annotations

from dataclasses import replace

import frappe
import pytest

from medusa_integration.mirror.shop_orders import CANCELED
from tests.support.money import at, needs_ledger

# after the payment, which is of the day before
LATER = "2026-12-03"


@pytest.fixture(autouse=True)
def only_cancellations(money):
	money.shop.set(invoice_paid_orders=0, import_refunds=0, import_cancellations=1)


@pytest.fixture
def order(money):
	"""An order of which 26.00 were captured."""
	order = money.paid("26.00")
	money.done(order)
	return order


def cancelled(order):
	return replace(order, status=CANCELED, canceled_at=at(4))


def is_cancelled(money, order) -> bool:
	return money.sales_order(order).docstatus == 2


def still_paid(money, order) -> str:
	name = money.sales_order(order).name
	return f"The order was cancelled in Medusa, but Sales Order {name} is paid. Cancel or refund its Payment Entry."


def perhaps(money, order, entry) -> str:
	name, (received, *_) = money.sales_order(order).name, money.entries(order)
	return (
		f"The order was cancelled in Medusa, but Sales Order {name} is paid. Payment Entry {entry.name} to its "
		"customer may be its refund or that of another order. If it is its refund, allocate it: reconcile Payment "
		f"Entry {received.name} with it by Payment Reconciliation. Else cancel or refund Payment Entry {received.name}."
	)


def test_it_waits_until_it_is_refunded(money, order):
	assert money.follow(cancelled(order)) == still_paid(money, order)
	assert not is_cancelled(money, order)


def test_a_refund_that_is_allocated_to_nothing(money, order):
	"""It can be for no other order: the customer has paid nothing else."""
	entry = money.paid_back(order, None, 26, posting_date=LATER)
	money.done(cancelled(order))
	assert is_cancelled(money, order)
	assert [found.unallocated_amount for found in money.entries(order)] == [26]
	assert frappe.db.get_value("Payment Entry", entry.name, "docstatus") == 1


def test_refunds_that_come_to_it_together(money, order):
	money.paid_back(order, None, 10, posting_date=LATER)
	assert "may be its refund" in money.follow(cancelled(order))
	money.paid_back(order, None, 16, posting_date=LATER)
	money.done(cancelled(order))
	assert is_cancelled(money, order)


@pytest.mark.parametrize("number", ["pay_{}", "PAY_{} ", "ref_0_{}"])
def test_a_refund_with_the_number_of_the_payment(money, order, number):
	"""Whatever else the customer has paid."""
	other = money.paid("26.00")
	money.done(other)
	money.paid_back(order, None, 26, posting_date=LATER, reference_no=number.format(order.id))
	money.done(cancelled(money.with_payment(order, "26.00", refunds=["26.00"])))
	assert (is_cancelled(money, order), is_cancelled(money, other)) == (True, False)


def test_which_of_two_orders_a_refund_is_of_is_said_by_a_person(money, order):
	"""Each was paid by 26.00; by Payment Reconciliation, the next try goes on."""
	other = money.paid("26.00")
	money.done(other)
	assert money.sales_order(other).customer == money.sales_order(order).customer
	entry = money.paid_back(order, None, 26, posting_date=LATER)
	assert money.follow(cancelled(order)) == perhaps(money, order, entry)
	assert money.follow(cancelled(other)) == perhaps(money, other, entry)
	assert not is_cancelled(money, order) and not is_cancelled(money, other)
	money.reconcile(money.entries(order)[0], entry)
	money.done(cancelled(order))
	assert is_cancelled(money, order)
	assert money.follow(cancelled(other)) == still_paid(money, other)
	(received,) = money.entries(other)
	assert [row.allocated_amount for row in received.references] == [26]


def test_another_amount_is_said(money, order):
	entry = money.paid_back(order, None, 25, posting_date=LATER)
	assert money.follow(cancelled(order)) == perhaps(money, order, entry)
	assert not is_cancelled(money, order)


def test_what_was_paid_back_before_the_payment_is_none(money, order):
	money.paid_back(order, None, 26, posting_date="2026-11-30")
	assert money.follow(cancelled(order)) == still_paid(money, order)


def test_what_another_customer_got_is_none(money, order):
	guest = money.guest(id=money.quotes.id("cus"), email=f"b-{money.shop.mark}@example.com")
	other = money.with_payment(money.order(customer=guest), "26.00")
	money.done(other)
	money.paid_back(other, None, 26, posting_date=LATER)
	assert money.follow(cancelled(order)) == still_paid(money, order)
	money.done(cancelled(other))
	assert (is_cancelled(money, order), is_cancelled(money, other)) == (False, True)


def test_a_payment_of_a_user_that_the_app_has_paid_back(money):
	"""The refund takes the receipt off the order."""
	money.shop.set(import_refunds=1)
	order = money.paid()
	money.done(order)
	money.hand_made(order, reference_no=f"pay_{order.id}", posting_date="2026-12-01")
	money.done(cancelled(money.with_payment(order, "26.00", refunds=["26.00"])))
	assert [entry.payment_type for entry in money.entries(order)] == ["Pay"]
	assert is_cancelled(money, order)


def test_what_a_payment_of_a_user_has_besides_is_not_the_orders(money):
	"""30.00 were received, 26.00 of them for the order."""
	money.shop.set(import_refunds=1)
	order = money.paid()
	money.done(order)
	money.hand_made(order, paid_amount=30, received_amount=30, posting_date="2026-12-01")
	refunded = money.with_payment(order, refunds=["26.00"])
	assert money.follow(cancelled(order)) == still_paid(money, order)
	money.done(cancelled(refunded))
	assert is_cancelled(money, order)


def test_a_second_refund_beside_one_that_is_for_no_document_is_said(money, order):
	"""A user has paid it back before the app hears of it; reconciled with the receipt, it is the refund."""
	money.shop.set(import_refunds=1)
	entry = money.paid_back(order, None, 26, posting_date=LATER)
	refunded = money.with_payment(order, "26.00", refunds=["26.00"])
	assert money.follow(refunded) == (
		f"Payment Entry {entry.name} to the customer may be a refund of payment pay_{order.id} in Medusa. If it is "
		f"that, amend it with pay_{order.id} as its reference number. Else allocate it to what it is for."
	)
	assert [found.payment_type for found in money.entries(order)] == ["Receive"]
	money.reconcile(money.entries(order)[0], entry)
	money.done(refunded)
	assert [found.payment_type for found in money.entries(order)] == ["Receive"]
	money.changes_nothing(refunded)
	money.done(cancelled(refunded))
	assert is_cancelled(money, order)


def test_another_amount_for_no_document_is_no_refund(money, order):
	money.shop.set(import_refunds=1)
	money.paid_back(order, None, 25, posting_date=LATER)
	money.done(money.with_payment(order, "26.00", refunds=["26.00"]))
	assert [found.payment_type for found in money.entries(order)] == ["Receive", "Pay"]


def test_the_fee_of_a_payment_that_a_user_has_made(money):
	"""25.00 came to the bank and 1.00 was the provider's fee: 26.00 were paid, and 26.00 were paid back."""
	money.shop.set(import_refunds=1)
	order = money.paid()
	money.done(order)
	cost_center = frappe.get_cached_value("Company", money.quotes.company, "cost_center")
	fee = {"account": money.new_account("Fees", "", "Expense"), "cost_center": cost_center, "amount": 1}
	values = {"paid_amount": 25, "received_amount": 25, "deductions": [fee]}
	entry = money.hand_made(order, reference_no=f"pay_{order.id}", posting_date="2026-12-01", **values)
	assert (entry.references[0].allocated_amount, entry.unallocated_amount) == (26, 0)
	money.done(cancelled(money.with_payment(order, "26.00", refunds=["26.00"])))
	assert is_cancelled(money, order)


@pytest.mark.parametrize("own_account", [False, True])
def test_another_currency(money, own_account):
	"""What exchange rates have changed in between is no money of the customer."""
	needs_ledger(money)
	money.shop.set(import_refunds=1)
	order = money.paid("26.01", refunds=["26.01"], **money.in_euro(own_account, 0.42, 0.43, 0.45))
	money.done(cancelled(order))
	assert is_cancelled(money, order)
	assert money.unsettled(order) == {}

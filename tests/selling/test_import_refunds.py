"""Refunds in Medusa as credit notes and Payment Entries: once, over Medusa's amount."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest

from medusa_integration.mirror.shop_order_events import Movement
from medusa_integration.selling.order.imports.follow import follow
from tests.support.imports import sums
from tests.support.money import at
from tests.sync.test_costs import statements  # noqa: F401

D = Decimal


def test_a_refund_of_an_invoiced_order(money):
	"""Half of 26.00: a credit note with half of all that it is of, and a payment for it."""
	order = money.paid("26.00", refunds=[("13.00", 5)])
	money.done(order)
	(invoice,), (note,) = money.invoices(order), money.invoices(order, is_return=1)
	assert (note.docstatus, note.medusa_id, note.return_against) == (1, f"ref_0_{order.id}", invoice.name)
	assert (note.from_ecommerce, str(note.posting_date)) == (1, "2026-12-05")
	assert [(row.item_code, row.qty, row.rate, row.income_account) for row in note.items] == [
		(None, -1, 10, invoice.items[0].income_account)
	]
	assert [(row.account_head, row.tax_amount) for row in note.taxes] == [
		(money.freight, -2.5),
		(money.vat, -0.5),
	]
	assert sums([invoice, note]) == [(26, 0), (-13, 0)]
	received, paid = money.entries(order)
	assert (paid.docstatus, paid.payment_type, paid.party) == (1, "Pay", received.party)
	assert (paid.medusa_id, paid.reference_no) == (f"ref_0_{order.id}", f"pay_{order.id}")
	assert (str(paid.posting_date), str(paid.reference_date)) == ("2026-12-05", "2026-12-05")
	assert (paid.mode_of_payment, paid.paid_from, paid.paid_amount) == (money.mode, money.bank, 13)
	assert [(row.reference_name, row.allocated_amount) for row in paid.references] == [(note.name, -13)]
	assert paid.unallocated_amount == 0


def test_once_however_often_it_is_heard_of(money):
	order = money.paid("26.00", refunds=["13.00"])
	money.done(order)
	money.changes_nothing(order)


def test_several_refunds_until_nothing_is_left(money):
	order = money.paid("26.00", refunds=["0.01"])
	money.done(order)
	order = money.with_payment(order, "26.00", refunds=["0.01", ("5.99", 3), ("20.00", 4)])
	money.done(order)
	assert sums(money.invoices(order, is_return=1)) == [(-0.01, 0), (-5.99, 0), (-20, 0)]
	assert [entry.paid_amount for entry in money.entries(order)] == [26, 0.01, 5.99, 20]


def test_an_order_that_was_never_invoiced(money):
	"""What was paid in advance is less, and the status of the order follows."""
	money.shop.set(invoice_paid_orders=0, tell_advance_payments=1)
	order = money.paid("20.00", "6.00", refunds=["7.00"])
	money.done(order)
	assert money.invoices(order, is_return=1) == []
	name = money.sales_order(order).name
	assert money.sales_order(order).advance_paid == 19
	*received, paid = money.entries(order)
	assert (paid.payment_type, paid.paid_amount) == ("Pay", 7)
	left = [
		row.allocated_amount for entry in received for row in entry.references if row.reference_name == name
	]
	back = [
		row.allocated_amount
		for entry in received
		for row in entry.references
		if row.reference_name == paid.name
	]
	assert (sum(left), sum(back), [entry.unallocated_amount for entry in received]) == (19, 7, [0, 0])
	money.done(money.with_payment(order, "20.00", "6.00", refunds=["7.00", ("19.00", 3)]))
	assert money.sales_order(order).advance_paid == 0


def test_an_invoice_that_comes_after_the_refund(money, sales):
	"""The rest of the advance pays it, and a credit note the other."""
	money.shop.set(invoice_paid_orders=0)
	order = money.paid("26.00", refunds=["7.00"])
	money.done(order)
	invoice = sales.invoice(
		money.sales_order(order), allocate_advances_automatically=1, only_include_allocated_payments=1
	)
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 7
	before = money.counted()["Payment Entry"]
	money.done(order)
	assert sums(money.invoices(order)) == [(26, 0)]
	assert sums(money.invoices(order, is_return=1)) == [(-7, 0)]
	assert money.counted()["Payment Entry"] == before


def test_an_invoice_that_comes_after_the_refund_and_is_paid(money, sales):
	"""A user has had paid again what the refund had taken from the advance: the customer gets it back."""
	money.shop.set(invoice_paid_orders=0)
	order = money.paid("26.00", refunds=["7.00"])
	money.done(order)
	invoice = sales.invoice(
		money.sales_order(order), allocate_advances_automatically=1, only_include_allocated_payments=1
	)
	sales.payment(invoice)
	money.done(order)
	assert sums(money.invoices(order)) == [(26, 0)]
	(note,) = money.invoices(order, is_return=1)
	assert (note.grand_total, note.outstanding_amount, note.update_outstanding_for_self) == (-7, -7, 1)


def test_what_is_not_invoiced_is_not_credited(money, sales):
	"""One of two pieces is invoiced: 16.00 of 26.00. Of a refund of 12.00, 10.00 were never invoiced."""
	money.shop.set(invoice_paid_orders=0)
	order = money.paid()
	money.done(order)
	sales.invoice(money.sales_order(order), qty=1)
	money.done(money.with_payment(order, "26.00", refunds=["12.00"]))
	assert sums(money.invoices(order, is_return=1)) == [(-2, 0)]
	paid = money.entries(order)[1]
	assert (paid.paid_amount, sum(row.allocated_amount for row in paid.references)) == (12, -2)


def test_what_was_captured_beyond_the_order_is_paid_back_first(money):
	order = money.paid("30.00", refunds=["4.00"])
	money.done(order)
	assert money.invoices(order, is_return=1) == []
	received, paid = money.entries(order)
	assert received.unallocated_amount == 0
	assert {row.reference_name: row.allocated_amount for row in received.references} == {
		money.invoices(order)[0].name: 26,
		paid.name: 4,
	}
	money.done(money.with_payment(order, "30.00", refunds=["4.00", ("1.00", 3)]))
	assert sums(money.invoices(order, is_return=1)) == [(-1, 0)]


def test_the_refund_of_a_cancelled_order(money):
	money.shop.set(invoice_paid_orders=0)
	order = money.paid()
	money.done(order)
	money.cancel(money.sales_order(order))
	money.done(money.with_payment(order, "26.00", refunds=["26.00"]))
	received, paid = money.entries(order)
	assert (received.unallocated_amount, paid.paid_amount) == (0, 26)
	assert [row.reference_name for row in received.references] == [paid.name]


def test_what_a_user_has_cancelled_is_not_made_again(money):
	order = money.paid("26.00", refunds=["13.00"])
	money.done(order)
	money.cancel(money.entries(order)[1])
	money.cancel(money.invoices(order, is_return=1)[0])
	money.done(order)
	assert [note.docstatus for note in money.invoices(order, is_return=1)] == [2]
	assert [entry.docstatus for entry in money.entries(order)] == [1, 2]


def test_a_draft_waits(money):
	money.shop.set(submit_imported_orders=0, import_payments=0, invoice_paid_orders=0)
	order = money.paid("26.00", refunds=["13.00"])
	assert money.follow(order) == f"Sales Order {money.sales_order(order).name} is not submitted."


def test_one_that_cannot_be_booked_keeps_those_before_it(money):
	"""1.00, 2.00 by a provider without a Mode of Payment, and 3.00: the last one counts on the second."""
	order = money.paid("26.00", refunds=["1.00", ("3.00", 4)])
	other = replace(
		order.payments[0],
		id=f"pay_other_{order.id}",
		provider_id="pp_other",
		captures=(),
		refunds=(Movement(f"ref_other_{order.id}", D(2), at(3)),),
	)
	order = replace(order, payments=(*order.payments, other))
	money.rows(
		"payment_providers",
		"Medusa Payment Provider",
		{"provider": "pp_system_default", "mode_of_payment": money.mode},
	)
	money.shop.set(mode_of_payment=None)
	for _ in range(2):
		assert "pp_other" in money.follow(order)
		assert sums(money.invoices(order, is_return=1)) == [(-1, 0)]
		assert [entry.paid_amount for entry in money.entries(order)] == [26, 1]
	money.shop.set(mode_of_payment=money.mode)
	money.done(order)
	assert sums(money.invoices(order, is_return=1)) == [(-1, 0), (-2, 0), (-3, 0)]
	assert [entry.paid_amount for entry in money.entries(order)] == [26, 1, 2, 3]


@pytest.mark.parametrize(
	("is_invoiced", "is_credited", "most"), [(True, True, 4), (True, False, 7), (False, False, 5)]
)
def test_what_is_booked_costs_the_same_however_many_there_are(
	money,
	statements,  # noqa: F811
	is_invoiced,
	is_credited,
	most,
):
	"""Captures cost one, the invoice one, refunds two; without their credit notes four, five if invoiced."""
	money.shop.set(invoice_paid_orders=int(is_invoiced))
	order, counts, found, known = money.paid("26.00"), [], [], 0
	money.done(order)
	name = money.sales_order(order).name
	for count in (1, 10, 100):
		order = money.with_payment(order, "26.00", *["0.01"] * count, refunds=["0.01"] * count)
		(payment,) = order.payments
		refunds = [refund.id for refund in payment.refunds[known:]]
		ids = [capture.id for capture in payment.captures[known + 1 :]] + refunds
		values = {"docstatus": 1, "medusa_order_id": order.id}
		money.shop._insert("Payment Entry", [f"PE-{id}" for id in ids], medusa_id=ids, **values)
		if is_credited:
			money.shop._insert("Sales Invoice", [f"SI-{id}" for id in refunds], medusa_id=refunds, **values)
		known, before = count, money.counted()
		counts.append(statements(lambda order=order: found.append(follow(order, name))))
		assert money.counted() == before
	print(counts)
	assert found == [None, None, None]
	assert counts[0] == counts[1] == counts[2] <= most


def test_killed_between_credit_note_and_payment(money, monkeypatch):
	from medusa_integration.selling.order.imports import refunds

	def killed(*_args):
		raise SystemExit

	order = money.paid("26.00")
	money.done(order)
	name = money.sales_order(order).name
	order = money.with_payment(order, "26.00", refunds=["13.00"])
	monkeypatch.setattr(refunds, "_pay", killed)
	with pytest.raises(SystemExit):
		refunds.import_refunds(order, name)
	frappe.db.rollback()
	monkeypatch.undo()
	assert money.invoices(order, is_return=1) == []
	money.done(order)
	assert len(money.invoices(order, is_return=1)) == 1
	assert len(money.entries(order)) == 2


def test_a_share_that_cannot_be_divided(money):
	"""1.00 of 26.00: 0.77, 0.19 and 0.04, or 0.769, 0.192 and 0.039, as it adds up."""
	order = money.paid("26.00", refunds=["1.00"])
	money.done(order)
	(note,) = money.invoices(order, is_return=1)
	parts = {3: (0.769, 0.192, 0.039), 2: (0.77, 0.19, 0.04)}[note.precision("grand_total")]
	assert (note.items[0].rate, *(-row.tax_amount for row in note.taxes)) == parts
	assert note.grand_total == -1


def test_medusa_hears_what_is_true(money):
	"""The payments of an import tell Medusa where the order stands, once, and import nothing again."""
	money.shop.set(tell_advance_payments=1)
	order = money.paid("26.00", refunds=["13.00"], id=money.quotes.medusa.add_order())
	money.done(order)
	money.shop.drain()
	told = money.quotes.medusa.order_update(order.id)
	assert told["payment_status"] == frappe.db.get_value("Sales Invoice", {"medusa_id": order.id}, "status")
	money.done(order)
	assert money.shop.task(money.sales_order(order).name, "Sales Order").status == "Synced"

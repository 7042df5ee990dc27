"""What a user has had paid within an invoice, or paid back within a credit note, is what Medusa has."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal

import frappe
import pytest

from medusa_integration.mirror.shop_order_events import MovedLine, OrderReturn, Payment
from medusa_integration.selling.order.imports.bills import Bill
from medusa_integration.selling.order.imports.entries import PAY, RECEIVE, Money
from medusa_integration.selling.order.imports.paid_within import not_within
from tests.support.money import at, needs_ledger

D = Decimal
# when users make invoices, and their credit notes
FIRST = {"set_posting_time": 1, "posting_date": "2026-12-01", "posting_time": "08:00:00"}
LATER = {**FIRST, "posting_time": "20:00:00"}


def paid_within(money, sales, order, *amounts, qty=None, **values):
	"""The invoice that a user makes of an order with *Include Payment*, over so much each; committed."""
	rows = [
		{"mode_of_payment": money.mode, "account": money.bank, "amount": amount}
		if not isinstance(amount, dict)
		else {"mode_of_payment": money.mode, "account": money.bank, **amount}
		for amount in amounts
	]
	return sales.invoice(
		money.sales_order(order),
		qty=qty,
		is_pos=1,
		payments=rows,
		allocate_advances_automatically=0,
		advances=[],
		**FIRST,
		**values,
	)


def paid_back_within(sales, invoice):
	"""The credit note of all of it, paid back within itself."""
	return sales.credit_note(
		invoice, **LATER, allocate_advances_automatically=0, advances=[], update_outstanding_for_self=1
	)


@pytest.fixture
def ordered(money):
	"""An order over 26.00 that is not paid yet."""
	order = money.paid()
	money.done(order)
	return order


@pytest.mark.parametrize("captures", [("26.00",), ("6.00", ("20.00", 2))])
def test_what_an_invoice_was_paid_within_itself_is_the_capture(money, sales, ordered, captures):
	"""Of one capture, or of all of them together."""
	invoice = paid_within(money, sales, ordered, 26)
	assert (invoice.paid_amount, invoice.outstanding_amount) == (26, 0)
	order = money.with_payment(ordered, *captures)
	money.done(order)
	assert money.entries(order) == []
	money.changes_nothing(order)


def test_what_is_captured_besides_is_booked(money, sales, ordered):
	"""10.00 of two captures were paid within the invoice, and 16.00 are outstanding."""
	invoice = paid_within(money, sales, ordered, 10)
	order = money.with_payment(ordered, "16.00", ("10.00", 2))
	money.done(order)
	assert [(entry.paid_amount, entry.unallocated_amount) for entry in money.entries(order)] == [(16, 0)]
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0
	order = money.with_payment(ordered, "16.00", ("10.00", 2), ("1.00", 3))
	money.done(order)
	assert [entry.paid_amount for entry in money.entries(order)] == [16, 1]


def test_the_rest_of_a_capture_is_booked(money, sales, ordered):
	"""26.00 were captured: 10.00 paid within the invoice, 16.00 outstanding. It is counted once."""
	invoice = paid_within(money, sales, ordered, 10)
	assert invoice.outstanding_amount == 16
	order = money.with_payment(ordered, "26.00")
	money.done(order)
	(entry,) = money.entries(order)
	assert (entry.paid_amount, entry.received_amount, entry.unallocated_amount) == (16, 16, 0)
	assert [(row.reference_name, row.allocated_amount) for row in entry.references] == [(invoice.name, 16)]
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0
	money.changes_nothing(order)
	money.done(money.with_payment(ordered, "26.00", ("10.00", 3)))
	assert [entry.paid_amount for entry in money.entries(order)] == [16, 10]


def test_the_invoice_of_a_part(money, sales, ordered):
	"""One of two pieces is invoiced and paid: 16.00; the other 10.00 of the capture are for the order."""
	invoice = paid_within(money, sales, ordered, 16, qty=1)
	assert (invoice.grand_total, invoice.outstanding_amount) == (16, 0)
	order = money.with_payment(ordered, "26.00")
	money.done(order)
	(entry,) = money.entries(order)
	name = money.sales_order(order).name
	assert [(row.reference_name, row.allocated_amount) for row in entry.references] == [(name, 10)]
	assert (entry.paid_amount, entry.unallocated_amount) == (10, 0)


def test_what_was_written_off_belongs_to_it(money, sales, ordered):
	"""25.00 paid and 1.00 written off, such as for a fee: 26.00 were captured. Or 25.00 were."""
	account = money.new_account("Fees", "Expense Account", "Expense")
	paid_within(money, sales, ordered, 25, write_off_amount=1, write_off_account=account)
	for captured in ("26.00", "25.00"):
		order = money.with_payment(ordered, captured)
		money.done(order)
		assert money.entries(order) == []


def test_a_reference_number_says_which_capture_it_is(money, sales, ordered):
	"""Both captures are 13.00; the second one is paid within the invoice."""
	paid_within(money, sales, ordered, {"amount": 13, "reference_no": f"capt_1_{ordered.id}"})
	order = money.with_payment(ordered, "13.00", ("13.00", 2))
	money.done(order)
	assert [(entry.medusa_id, entry.unallocated_amount) for entry in money.entries(order)] == [
		(f"capt_0_{order.id}", 0)
	]
	money.changes_nothing(order)


def test_what_may_be_the_same_is_said(money, sales, ordered):
	"""20.00 of 26.00 were captured, 10.00 paid within the invoice; a Payment Entry says what is the rest."""
	invoice, name = paid_within(money, sales, ordered, 10), money.sales_order(ordered).name
	order = money.with_payment(ordered, "20.00")
	assert money.follow(order) == (
		f"Payment pay_{order.id} in Medusa is more than what is outstanding of Sales Order {name}, of which Sales "
		f"Invoice {invoice.name} was paid within itself. Make a Payment Entry with pay_{order.id} as its reference "
		"number: over the rest of the payment if that was a part of it, else over all of it."
	)
	assert money.entries(order) == []
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	entry = get_payment_entry("Sales Invoice", invoice.name, party_amount=10, bank_account=money.bank)
	entry.update({"reference_no": f"pay_{order.id}", "reference_date": frappe.utils.today()})
	entry.insert()
	entry.submit()
	frappe.db.commit()
	money.done(order)
	assert money.entries(order) == []
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 6


def test_what_was_paid_back_within_a_credit_note_is_the_refund(money, sales, ordered):
	invoice = paid_within(money, sales, ordered, 26)
	note = paid_back_within(sales, invoice)
	assert (note.grand_total, note.paid_amount, note.outstanding_amount) == (-26, -26, 0)
	order = money.with_payment(ordered, "26.00", refunds=["26.00"])
	money.done(order)
	assert money.entries(order) == []
	assert [one.name for one in sales_notes(order)] == [note.name]
	money.changes_nothing(order)


def test_refunds_together_are_what_was_paid_back_within_a_credit_note(money, sales, ordered):
	"""The invoice is paid by a Payment Entry of the app."""
	order = money.with_payment(ordered, "26.00")
	money.done(order)
	(invoice,) = money.invoices(order)
	rows = [{"mode_of_payment": money.mode, "account": money.bank, "amount": -26}]
	sales.credit_note(
		invoice,
		**LATER,
		is_pos=1,
		payments=rows,
		allocate_advances_automatically=0,
		advances=[],
		update_outstanding_for_self=1,
	)
	order = money.with_payment(ordered, "26.00", refunds=["6.00", ("20.00", 3)])
	money.done(order)
	assert [entry.payment_type for entry in money.entries(order)] == ["Receive"]
	assert len(sales_notes(order)) == 1
	money.changes_nothing(order)


def test_the_refund_of_an_invoice_that_was_paid_within_itself(money, sales, ordered):
	"""The app's credit note is paid by the Payment Entry of the refund, not within itself."""
	invoice = paid_within(money, sales, ordered, 26)
	order = money.with_payment(ordered, "26.00", refunds=["13.00"])
	money.done(order)
	(note,), (entry,) = money.invoices(order, is_return=1), money.entries(order)
	assert (note.return_against, note.grand_total, note.is_pos) == (invoice.name, -13, 0)
	assert (entry.payment_type, entry.paid_amount, entry.unallocated_amount) == ("Pay", 13, 0)
	assert frappe.db.get_value("Sales Invoice", note.name, "outstanding_amount") == 0


@pytest.mark.parametrize(("paid", "of_invoice", "of_note"), [(10, 5.5, 0), (26, 0, -10.5)])
def test_what_comes_back_of_an_invoice_that_was_paid_within_itself(
	money, sales, ordered, paid, of_invoice, of_note
):
	"""The app's credit note lowers what is outstanding, or is to be paid back; nothing is paid within it."""
	money.shop.set(import_returns=1)
	sales.delivery(money.sales_order(ordered))
	invoice = paid_within(money, sales, ordered, paid)
	lines = (MovedLine("item_1", D(1), D(1)),)
	came = OrderReturn(id=f"ret_{ordered.id}", status="received", lines=lines, created_at=at(1))
	order = replace(ordered, returns=(came,))
	money.done(order)
	(note,) = money.invoices(order, is_return=1)
	assert (note.return_against, note.grand_total) == (invoice.name, -10.5)
	assert (invoice.reload().outstanding_amount, note.outstanding_amount) == (of_invoice, of_note)
	assert (note.is_pos, note.payments, note.paid_amount) == (0, [], 0)
	money.changes_nothing(order)


def test_the_ledger(money, sales, ordered):
	needs_ledger(money)
	invoice = paid_within(money, sales, ordered, 10)
	order = money.with_payment(ordered, "26.00", refunds=["26.00"])
	money.done(order)
	assert money.ledger(order) == {}
	assert money.unsettled(order) == {}
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0


def sales_notes(order) -> list:
	rows = frappe.get_all(
		"Sales Invoice Item", {"sales_order": ("is", "set"), "docstatus": 1}, ["parent", "sales_order"]
	)
	name = frappe.db.get_value("Sales Order", {"medusa_order_id": order.id})
	names = {row.parent for row in rows if row.sales_order == name}
	return frappe.get_all("Sales Invoice", {"name": ("in", names or [""]), "is_return": 1}, ["name"])


# --- without a site -----------------------------------------------------------------------------------------


def captured(*amounts: str) -> list[Money]:
	payment = Payment("pay_1", "pp_system_default", D("26.00"), "omr", (), ())
	moment = datetime(2026, 12, 1, tzinfo=timezone.utc)
	return [Money(f"capt_{number}", payment, D(amount), moment) for number, amount in enumerate(amounts)]


def bill(name: str, paid: str, redeemed: str = "0", off: str = "0", *, is_return: bool = False) -> Bill:
	moment = datetime(2026, 12, 1)
	return Bill(
		name=name,
		is_return=is_return,
		against=None,
		amount=D("26.00"),
		outstanding=D(0),
		account="Debtors",
		account_currency="OMR",
		rate=D(1),
		posted_at=moment,
		medusa_id=None,
		paid=D(paid),
		redeemed=D(redeemed),
		written_off=D(off),
	)


@pytest.mark.parametrize(
	("amounts", "bills", "left"),
	[
		# points and money together, or the money alone
		(["26.00"], [bill("A", "20.00", "6.00")], []),
		(["20.00"], [bill("A", "20.00", "6.00")], []),
		# all but what was written off
		(["26.00"], [bill("A", "20.00", "5.00", "1.00")], []),
		# two invoices, one capture; each counts once
		(["26.00"], [bill("A", "16.00"), bill("B", "10.00")], []),
		(["16.00", "10.00", "10.00"], [bill("A", "16.00"), bill("B", "10.00")], ["capt_2"]),
		# nothing that is alike
		(["20.00"], [bill("A", "10.00")], ["capt_0"]),
		# a credit note is no capture
		(["26.00"], [bill("A", "-26.00", is_return=True)], ["capt_0"]),
	],
)
def test_which_captures_are_paid_within_invoices(site, amounts, bills, left):
	moneys = captured(*amounts)
	pairs, _within = not_within([(one, None) for one in moneys], moneys, bills, "omr", RECEIVE)
	assert [money.id for money, _other in pairs] == left


def test_a_credit_note_is_a_refund(site):
	moneys = captured("26.00")
	bills = [bill("A", "26.00"), bill("B", "-26.00", is_return=True)]
	assert not_within([(moneys[0], None)], moneys, bills, "omr", PAY)[0] == []
	assert not_within([(moneys[0], None)], moneys, bills[:1], "omr", PAY)[0] == [(moneys[0], None)]


def test_amounts_of_other_sizes_are_left(site):
	"""What one capture has taken, the next one does not get."""
	moneys = captured("10.00", "10.00")
	pairs, within = not_within([(one, None) for one in moneys], moneys, [bill("A", "10.00")], "omr", RECEIVE)
	assert [money.id for money, _other in pairs] == ["capt_1"]
	assert within.rest_of(replace(moneys[1], amount=D("26.00")), D("10.00")).amount == D("26.00")

"""Captures in Medusa as Payment Entries: once, over Medusa's amount, for what is outstanding."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest

from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_orders import Credit
from medusa_integration.selling.order.imports.follow import attempt
from tests.selling.order_values import line
from tests.support.imports import references
from tests.support.money import at

D = Decimal
pytestmark = pytest.mark.usefixtures("only_payments")


def test_a_capture_becomes_a_payment_entry(money):
	order = money.paid(("26.00", 3))
	money.done(order)
	(entry,), name = money.entries(order), money.sales_order(order).name
	assert (entry.docstatus, entry.payment_type, entry.party) == (
		1,
		"Receive",
		money.sales_order(order).customer,
	)
	assert (entry.medusa_id, entry.medusa_order_id) == (f"capt_0_{order.id}", order.id)
	assert (entry.reference_no, str(entry.reference_date)) == (f"pay_{order.id}", "2026-12-03")
	assert (str(entry.posting_date), entry.mode_of_payment) == ("2026-12-03", money.mode)
	assert (entry.paid_to, entry.paid_amount, entry.received_amount) == (money.bank, 26, 26)
	assert references(entry) == [("Sales Order", name, 26)]
	assert (entry.unallocated_amount, money.sales_order(order).advance_paid) == (0, 26)


def test_the_day_is_that_of_the_site(money):
	"""21:00 UTC is the next day in Muscat."""
	assert frappe.utils.get_system_timezone() == "Asia/Muscat"
	order = money.paid("26.00")
	payment = replace(
		order.payments[0], captures=(replace(order.payments[0].captures[0], created_at=at(4, 21)),)
	)
	order = replace(order, payments=(payment,))
	money.done(order)
	(entry,) = money.entries(order)
	assert (str(entry.posting_date), str(entry.reference_date)) == ("2026-12-05", "2026-12-05")


def test_once_however_often_it_is_heard_of(money):
	order = money.paid("26.00")
	money.done(order)
	money.changes_nothing(order)


def test_several_captures_and_one_later(money):
	"""6 and 10, then 10 more."""
	order = money.paid("6.00", ("10.00", 2))
	money.done(order)
	assert [entry.paid_amount for entry in money.entries(order)] == [6, 10]
	assert money.sales_order(order).advance_paid == 16
	order = money.with_payment(order, "6.00", ("10.00", 2), ("10.00", 3))
	money.done(order)
	assert [entry.paid_amount for entry in money.entries(order)] == [6, 10, 10]
	assert [entry.unallocated_amount for entry in money.entries(order)] == [0, 0, 0]
	assert money.sales_order(order).advance_paid == 26


def test_what_is_captured_beyond_the_order_is_not_allocated(money):
	order = money.paid("20.00", ("10.00", 2), ("5.00", 3))
	money.done(order)
	assert [
		(entry.paid_amount, sum(row.allocated_amount for row in entry.references), entry.unallocated_amount)
		for entry in money.entries(order)
	] == [(20, 20, 0), (10, 6, 4), (5, 0, 5)]


def test_unrounded_captures_of_v2_add_up_to_what_was_captured(money):
	"""A third of 26.00 is 8.666...; what is rounded off is on the next one."""
	third = str(D(26) / 3)
	order = money.paid(third, (third, 2), (third, 3))
	if (kept := money.make(order).precision("grand_total")) < decimals(money.currency):
		assert money.follow(order) == (
			f"Amounts in {money.currency} have 3 decimals, and this site keeps {kept}. Set Currency Precision in "
			"System Settings."
		)
		assert money.entries(order) == []
		return
	money.done(order)
	amounts = [entry.paid_amount for entry in money.entries(order)]
	assert amounts == {3: [8.667, 8.666, 8.667], 2: [8.67, 8.66, 8.67]}[kept]
	assert money.sales_order(order).advance_paid == 26


def test_a_payment_that_is_not_captured_is_nothing(money):
	"""Authorized only; cancelled; and an order that a gift card pays."""
	before = money.counted()["Payment Entry"]
	money.done(money.paid())
	money.done(money.with_payment(money.order(), is_canceled=True))
	money.shop.set(gift_card_account=money.cards)
	card = Credit("gift_card", "gift_1", D("25.00"))
	money.done(money.order("0.00", [line("20.00", "2")], credits=(card,)))
	assert money.counted()["Payment Entry"] == before


def test_the_invoice_of_a_user_is_paid(money, sales):
	"""Of two parts that are invoiced the older one first, then what is not invoiced."""
	order = money.paid()
	money.done(order)
	doc = money.sales_order(order)
	first = sales.invoice(doc, qty=1)
	order = money.with_payment(order, "26.00")
	money.done(order)
	(entry,) = money.entries(order)
	total = first.grand_total
	assert references(entry) == [
		("Sales Invoice", first.name, total),
		("Sales Order", doc.name, 26 - total),
	]
	assert frappe.db.get_value("Sales Invoice", first.name, "outstanding_amount") == 0


def test_what_is_paid_and_invoiced_of_an_order_is_not_paid_again(money, sales):
	"""6.00 in advance; then 24.00 for an invoice over 16.00 and the 4.00 that are left: 4.00 are over."""
	order = money.paid("6.00")
	money.done(order)
	doc = money.sales_order(order)
	invoice = sales.invoice(doc, qty=1, allocate_advances_automatically=0, advances=[])
	assert (invoice.grand_total, invoice.outstanding_amount) == (16, 16)
	money.done(money.with_payment(order, "6.00", ("24.00", 2)))
	entry = money.entries(order)[1]
	assert references(entry) == [("Sales Invoice", invoice.name, 16), ("Sales Order", doc.name, 4)]
	assert entry.unallocated_amount == 4


def test_a_closed_order_is_neither_paid_nor_invoiced(money):
	money.shop.set(invoice_paid_orders=1)
	order = money.paid()
	money.done(order)
	money.sales_order(order).update_status("Closed")
	frappe.db.commit()
	money.done(money.with_payment(order, "26.00"))
	(entry,) = money.entries(order)
	assert (entry.docstatus, entry.unallocated_amount, list(entry.references)) == (1, 26, [])
	assert money.invoices(order) == []


def test_the_mode_of_payment_of_the_provider(money):
	mode, account = money.new_mode("Wallet")
	money.rows(
		"payment_providers",
		"Medusa Payment Provider",
		{"provider": "pp_stripe_stripe", "mode_of_payment": mode},
	)
	order = money.paid("26.00")
	order = replace(order, payments=(replace(order.payments[0], provider_id="pp_stripe_stripe"),))
	money.done(order)
	(entry,) = money.entries(order)
	assert (entry.mode_of_payment, entry.paid_to) == (mode, account)


def test_what_is_missing_is_said_and_goes_on(money):
	money.shop.set(mode_of_payment=None)
	order = money.paid("26.00")
	assert money.follow(order) == (
		"There is no Mode of Payment for the payment provider pp_system_default. Add it under Payment Providers "
		"of Medusa Configuration, or set Mode of Payment."
	)
	money.shop.set(mode_of_payment=money.mode)
	frappe.db.delete("Mode of Payment Account", {"parent": money.mode})
	frappe.db.commit()
	company = money.quotes.company
	assert money.follow(order) == (
		f"Mode of Payment {money.mode} has no account for company {company}. Set its Default Account."
	)
	assert money.entries(order) == []


def test_a_draft_waits(money):
	money.shop.set(submit_imported_orders=0)
	order = money.paid("26.00")
	assert money.follow(order) == f"Sales Order {money.sales_order(order).name} is not submitted."
	money.sales_order(order).submit()
	frappe.db.commit()
	money.done(order)
	assert len(money.entries(order)) == 1


def test_the_payment_of_a_cancelled_order_is_not_lost(money):
	order = money.paid()
	money.done(order)
	money.cancel(money.sales_order(order))
	money.done(money.with_payment(order, "26.00"))
	(entry,) = money.entries(order)
	assert (entry.docstatus, entry.unallocated_amount, list(entry.references)) == (1, 26, [])


def test_killed_between_two_documents(money, monkeypatch):
	"""All captures of an order are booked, or none."""
	from medusa_integration.selling.order.imports import payments

	order, made = money.paid("6.00", ("20.00", 2)), []
	name, receive = money.make(order).name, payments._receive

	def killed(*args):
		if made:
			raise SystemExit
		made.append(receive(*args))

	monkeypatch.setattr(payments, "_receive", killed)
	with pytest.raises(SystemExit):
		payments.import_payments(order, name)
	frappe.db.rollback()
	monkeypatch.undo()
	assert money.entries(order) == []
	money.done(order)
	assert [entry.paid_amount for entry in money.entries(order)] == [6, 20]


def test_a_capture_that_cannot_be_booked_keeps_no_other_one(money):
	order = money.paid("6.00")
	bad = replace(order.payments[0], id=f"pay_bad_{order.id}", provider_id="pp_other")
	bad = replace(bad, captures=(replace(bad.captures[0], id=f"capt_bad_{order.id}", created_at=at(1, 1)),))
	money.rows(
		"payment_providers",
		"Medusa Payment Provider",
		{"provider": "pp_system_default", "mode_of_payment": money.mode},
	)
	money.shop.set(mode_of_payment=None)
	assert "pp_other" in (money.follow(replace(order, payments=(bad, *order.payments))) or "")
	assert [entry.medusa_id for entry in money.entries(order)] == [f"capt_0_{order.id}"]


def test_what_a_step_has_made_is_kept_whatever_it_has_undone(money):
	"""Frappe no longer counts what was written before a savepoint that was gone back to."""

	def work() -> None:
		frappe.db.set_value("Mode of Payment", money.mode, "type", "Cash")
		frappe.db.savepoint("tried")
		frappe.db.rollback(save_point="tried")

	assert attempt(work) is None
	frappe.db.rollback()
	assert frappe.db.get_value("Mode of Payment", money.mode, "type") == "Cash"

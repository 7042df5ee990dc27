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
from tests.support.money import at, needs_ledger
from tests.support.users import token_of

D = Decimal


@pytest.fixture(autouse=True)
def only_payments(money):
	money.shop.set(invoice_paid_orders=0, import_refunds=0)


def references(entry) -> list[tuple]:
	return [(row.reference_doctype, row.reference_name, row.allocated_amount) for row in entry.references]


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


def test_one_that_a_user_has_cancelled_is_not_made_again(money):
	order = money.paid("26.00")
	money.done(order)
	money.cancel(money.entries(order)[0])
	money.done(order)
	assert [entry.docstatus for entry in money.entries(order)] == [2]


def test_the_payment_of_a_cancelled_order_is_not_lost(money):
	order = money.paid()
	money.done(order)
	money.cancel(money.sales_order(order))
	money.done(money.with_payment(order, "26.00"))
	(entry,) = money.entries(order)
	assert (entry.docstatus, entry.unallocated_amount, list(entry.references)) == (1, 26, [])


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


def test_the_ledger(money):
	needs_ledger(money)
	order = money.paid("26.00", ("4.00", 2))
	money.done(order)
	debtors = money.entries(order)[0].paid_from
	assert money.ledger(order) == {money.bank: 30, debtors: -30}


@pytest.mark.parametrize(("currency", "total"), [("JPY", "2600"), ("KWD", "26.125"), ("EUR", "26.01")])
def test_another_currency(money, currency, total):
	"""Customers owe by the rate of the order's day, the bank has it by that of the payment."""
	needs_ledger(money)
	rates = {"JPY": (0.0025, 0.003), "KWD": (1.25, 1.3), "EUR": (0.42, 0.43)}[currency]
	for day, rate in zip(("2026-11-30", "2026-12-01"), rates, strict=True):
		money.quotes.exchange(currency, rate, day)
	order = money.paid(total, total=total, lines=[line(total)], shipping=[], currency=currency)
	money.done(order)
	(entry,) = money.entries(order)
	owed, received = {"JPY": (6.5, 7.8), "KWD": (32.656, 33.963), "EUR": (10.924, 11.184)}[currency]
	assert money.sales_order(order).advance_paid == owed == money.sales_order(order).base_grand_total
	assert (entry.unallocated_amount, entry.received_amount) == (0, received)
	gain = frappe.get_cached_value("Company", money.quotes.company, "exchange_gain_loss_account")
	assert money.ledger(order) == {
		money.bank: received,
		entry.paid_from: -owed,
		gain: round(owed - received, 3),
	}


def test_a_bank_account_in_the_currency_of_the_order(money):
	"""It receives Medusa's amount; in two parts."""
	needs_ledger(money)
	for day, rate in (("2026-11-30", 0.42), ("2026-12-01", 0.43)):
		money.quotes.exchange("EUR", rate, day)
	mode, bank = money.new_mode("Euro", "EUR")
	money.shop.set(mode_of_payment=mode)
	order = money.paid(
		"10.01", ("16.00", 2), total="26.01", lines=[line("26.01")], shipping=[], currency="EUR"
	)
	money.done(order)
	entries = money.entries(order)
	assert [(entry.received_amount, entry.paid_to_account_currency) for entry in entries] == [
		(10.01, "EUR"),
		(16, "EUR"),
	]
	# 10.01 * 0.42 and the rest of 26.01 * 0.42
	assert [entry.paid_amount for entry in entries] == [4.204, 6.72]
	assert money.sales_order(order).advance_paid == 10.924
	gain = frappe.get_cached_value("Company", money.quotes.company, "exchange_gain_loss_account")
	# 10.01 * 0.43 = 4.304, 16 * 0.43 = 6.880
	assert money.ledger(order) == {bank: 11.184, entries[0].paid_from: -10.924, gain: -0.26}


def test_a_customer_with_an_account_in_the_currency_of_the_order(money):
	needs_ledger(money)
	money.quotes.exchange("EUR", 0.42, "2026-11-30")
	account = money.new_account("Euro Debtors", "Receivable", "Asset", "EUR")
	customer = money.quotes.customer(
		default_currency="EUR", accounts=[{"company": money.quotes.company, "account": account}]
	)
	order = money.paid(
		"26.01",
		("3.00", 2),
		total="26.01",
		lines=[line("26.01")],
		shipping=[],
		currency="EUR",
		customer=money.account(id=customer.medusa_id),
	)
	money.done(order)
	first, second = money.entries(order)
	assert (first.paid_from, first.paid_amount, first.received_amount) == (account, 26.01, 10.924)
	assert (second.paid_amount, second.unallocated_amount) == (3, 3)
	assert money.sales_order(order).advance_paid == 26.01


def test_without_a_rate_it_waits(money):
	needs_ledger(money)
	money.quotes.exchange("EUR", 0.42, "2026-11-30")
	order = money.paid("26.01", total="26.01", lines=[line("26.01")], shipping=[], currency="EUR")
	money.make(order)
	money.site.set_single("Currency Exchange Settings", disabled=1)
	frappe.clear_document_cache("Currency Exchange Settings", "Currency Exchange Settings")
	frappe.db.delete("Currency Exchange", {"from_currency": "EUR", "date": "2026-11-30"})
	frappe.db.commit()
	assert money.follow(order) == (
		f"There is no exchange rate from EUR to {money.currency} for 2026-12-01. Add a Currency Exchange."
	)


def test_the_amount_is_never_booked_in_another_currency(money):
	"""A user has changed the draft's currency: 26.00 of Medusa's are not 26.00 of that."""
	money.shop.set(submit_imported_orders=0, invoice_paid_orders=1)
	order = money.paid("26.00", refunds=["1.00"])
	name = money.make(order).name
	other = "EUR" if order.currency != "EUR" else "USD"
	frappe.db.set_value("Sales Order", name, {"currency": other, "docstatus": 1, "status": "To Bill"})
	frappe.db.commit()
	before = money.counted()
	money.shop.set(import_refunds=1)
	assert (
		f"Sales Order {name} is in {other}, but the order in Medusa is in {order.currency}. Amend it, or book by "
		"hand what was paid and refunded." in money.follow(order)
	)
	assert money.counted() == before


@pytest.mark.parametrize("spelling", [str.upper, str.lower, "{} ".format])
def test_a_reference_number_in_another_spelling(money, spelling):
	order = money.paid()
	money.done(order)
	money.hand_made(order, reference_no=spelling(f"pay_{order.id}"))
	money.done(money.with_payment(order, "26.00"))
	assert money.entries(order) == []


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


def test_what_a_step_has_made_is_kept_whatever_it_has_undone(money):
	"""Frappe no longer counts what was written before a savepoint that was gone back to."""

	def work() -> None:
		frappe.db.set_value("Mode of Payment", money.mode, "type", "Cash")
		frappe.db.savepoint("tried")
		frappe.db.rollback(save_point="tried")

	assert attempt(work) is None
	frappe.db.rollback()
	assert frappe.db.get_value("Mode of Payment", money.mode, "type") == "Cash"

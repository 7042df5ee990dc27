"""Captures in Medusa in other currencies, and what the ledger has of them."""

from __future__ import annotations

import frappe
import pytest

from tests.selling.order_values import line
from tests.support.money import needs_ledger

pytestmark = pytest.mark.usefixtures("only_payments")


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

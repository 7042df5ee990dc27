"""Refunds in Medusa in other currencies, and what the ledger has of them."""

from __future__ import annotations

import frappe.model.meta
import pytest

from tests.support.imports import sums
from tests.support.money import needs_ledger


def test_the_ledger_of_an_invoiced_order(money):
	needs_ledger(money)
	order = money.paid("26.00", refunds=["13.00"])
	money.done(order)
	income = money.invoices(order)[0].items[0].income_account
	assert money.ledger(order) == {money.bank: 13, income: -10, money.freight: -2.5, money.vat: -0.5}
	assert money.unsettled(order) == {}


def test_the_ledger_of_an_order_that_was_never_invoiced(money):
	needs_ledger(money)
	money.shop.set(invoice_paid_orders=0)
	order = money.paid("26.00", refunds=["26.00"])
	money.done(order)
	assert money.ledger(order) == {}
	assert money.unsettled(order) == {}


@pytest.mark.parametrize("own_account", [False, True])
def test_another_currency(money, own_account):
	"""Sold at 0.42, paid at 0.43, and 10.00 are paid back at 0.45."""
	needs_ledger(money)
	order = money.paid("26.01", refunds=["10.00"], **money.in_euro(own_account, 0.42, 0.43, 0.45))
	money.done(order)
	(note,) = money.invoices(order, is_return=1)
	assert (note.grand_total, note.conversion_rate, note.outstanding_amount) == (-10, 0.42, 0)
	gain = frappe.get_cached_value("Company", money.quotes.company, "exchange_gain_loss_account")
	income = money.invoices(order)[0].items[0].income_account
	# 11.184 - 4.500; 10.924 - 4.200; 0.260 are won by the payment, 0.300 lost by the refund
	assert money.ledger(order) == {money.bank: 6.684, income: -6.724, gain: 0.04}
	assert money.unsettled(order) == {}


@pytest.fixture
def decimals_by_currency(site):
	"""As Frappe 16 can have them: two of EUR, three of the company's currency."""
	if not hasattr(frappe.model.meta, "get_precision_from_currency_format"):
		pytest.skip("this Frappe has one number format for all currencies")
	site.set_single("System Settings", use_number_format_from_currency=1)
	precision = frappe.db.get_default("currency_precision")
	frappe.db.set_default("currency_precision", "")
	frappe.db.commit()
	frappe.clear_cache()
	yield
	frappe.db.set_default("currency_precision", precision)
	frappe.db.commit()
	frappe.clear_cache()


@pytest.mark.parametrize("own_account", [False, True])
def test_a_currency_of_fewer_decimals(money, own_account, decimals_by_currency):
	"""26.01 at 0.42 are 10.924, not the 10.92 that two decimals have."""
	needs_ledger(money)
	order = money.paid("26.01", refunds=["10.00"], **money.in_euro(own_account, 0.42, 0.43, 0.45))
	money.done(order)
	((total, outstanding),) = sums(money.invoices(order))
	assert (total, outstanding) == (26.01, 0)
	assert sums(money.invoices(order, is_return=1)) == [(-10, 0)]
	gain = frappe.get_cached_value("Company", money.quotes.company, "exchange_gain_loss_account")
	income = money.invoices(order)[0].items[0].income_account
	assert money.ledger(order) == {money.bank: 6.684, income: -6.724, gain: 0.04}
	assert money.unsettled(order) == {}


@pytest.mark.parametrize("own_account", [False, True])
def test_an_advance_in_another_currency(money, own_account):
	needs_ledger(money)
	money.shop.set(invoice_paid_orders=0)
	order = money.paid("26.01", refunds=["26.01"], **money.in_euro(own_account, 0.42, 0.43, 0.45))
	money.done(order)
	gain = frappe.get_cached_value("Company", money.quotes.company, "exchange_gain_loss_account")
	# 11.184 came, 11.705 went
	assert money.ledger(order) == {money.bank: -0.521, gain: 0.521}
	assert money.unsettled(order) == {}
	assert money.sales_order(order).advance_paid == 0


@pytest.mark.parametrize("invoiced", [False, True])
def test_advances_on_an_account_of_their_own(money, invoiced):
	"""As a company can have them booked as a liability."""
	needs_ledger(money)
	account = money.new_account("Advances", "Receivable", "Liability")
	values = {
		"book_advance_payments_in_separate_party_account": 1,
		"default_advance_received_account": account,
	}
	before = {field: frappe.db.get_value("Company", money.quotes.company, field) for field in values}
	frappe.db.set_value("Company", money.quotes.company, values)
	frappe.db.commit()
	try:
		money.shop.set(invoice_paid_orders=int(invoiced))
		order = money.paid("26.00", refunds=["13.00"])
		money.done(order)
		if invoiced:
			income = money.invoices(order)[0].items[0].income_account
			assert money.ledger(order) == {money.bank: 13, income: -10, money.freight: -2.5, money.vat: -0.5}
			assert money.unsettled(order) == {}
		else:
			assert money.ledger(order) == {money.bank: 13, account: -13}
			assert money.unsettled(order) == {money.entries(order)[0].name: -13}
			assert money.sales_order(order).advance_paid == 13
	finally:
		frappe.db.set_value("Company", money.quotes.company, before)
		frappe.db.commit()
		frappe.clear_document_cache("Company", money.quotes.company)

"""Orders that are paid in Medusa as Sales Invoices: once, over Medusa's total, with what was paid."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest

from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_orders import Credit
from tests.selling.order_values import line, taxes
from tests.support.money import needs_ledger

D = Decimal


def test_a_paid_order_is_invoiced(money):
	order = money.paid("6.00", ("20.00", 4))
	money.done(order)
	(invoice,), doc = money.invoices(order), money.sales_order(order)
	assert (invoice.docstatus, invoice.medusa_id, invoice.medusa_order_id) == (1, order.id, order.id)
	assert (invoice.from_ecommerce, str(invoice.posting_date)) == (1, "2026-12-04")
	assert [(row.item_code, row.qty, row.rate, row.sales_order) for row in invoice.items] == [
		(money.item.item_code, 2, 10, doc.name)
	]
	assert [(row.account_head, row.tax_amount) for row in invoice.taxes] == [
		(money.freight, 5),
		(money.vat, 1),
	]
	assert (invoice.grand_total, invoice.outstanding_amount, invoice.status) == (26, 0, "Paid")
	assert doc.per_billed == 100


def test_once_however_often_it_is_heard_of(money):
	order = money.paid("26.00")
	money.done(order)
	money.changes_nothing(order)


def test_a_part_of_the_money_invoices_nothing(money):
	order = money.paid("25.99")
	money.done(order)
	assert money.invoices(order) == []
	money.done(money.with_payment(order, "25.99", ("0.01", 2)))
	(invoice,) = money.invoices(order)
	assert (invoice.grand_total, invoice.outstanding_amount) == (26, 0)


def test_the_discount_of_the_document(money):
	"""Three for 20.00 are 6.67 each less 0.01, or 6.667 less 0.001."""
	order = money.paid("25.00", total="25.00", lines=[line("20.00", "3")])
	money.done(order)
	(invoice,) = money.invoices(order)
	assert (invoice.discount_amount, invoice.net_total) == (money.sales_order(order).discount_amount, 20)
	assert (invoice.grand_total, invoice.outstanding_amount) == (25, 0)


def test_an_order_that_a_gift_card_pays(money):
	"""Nothing is captured, and nothing is owed."""
	money.shop.set(gift_card_account=money.cards)
	card = Credit("gift_card", "gift_1", D("25.00"))
	order = money.order("0.00", [line("20.00", "2")], credits=(card,))
	money.done(order)
	(invoice,) = money.invoices(order)
	assert (invoice.grand_total, invoice.outstanding_amount, invoice.docstatus) == (0, 0, 1)
	assert str(invoice.posting_date) == "2026-11-30"
	assert money.entries(order) == []


@pytest.mark.parametrize("submit", [True, False])
def test_what_a_user_invoices_is_left_to_the_user(money, sales, submit):
	"""A part of it, or a draft."""
	order = money.paid()
	money.done(order)
	sales.invoice(money.sales_order(order), submit=submit, qty=1)
	money.done(money.with_payment(order, "26.00"))
	assert [invoice.medusa_id for invoice in money.invoices(order)] == [None]


def test_one_that_a_user_has_cancelled_is_not_made_again(money):
	order = money.paid("26.00")
	money.done(order)
	money.cancel(money.invoices(order)[0])
	money.done(order)
	assert [invoice.docstatus for invoice in money.invoices(order)] == [2]


def test_no_invoice_of_what_is_cancelled(money):
	order = money.paid("26.00")
	money.done(replace(order, status="canceled"))
	assert money.invoices(order) == []
	money.shop.set(import_payments=0)
	money.cancel(money.entries(order)[0])
	money.cancel(money.sales_order(order))
	money.done(order)
	assert money.invoices(order) == []


def test_a_draft_waits(money):
	money.shop.set(submit_imported_orders=0)
	order = money.paid("26.00")
	sentence = f"Sales Order {money.make(order).name} is not submitted."
	assert money.follow(order) == f"{sentence} {sentence}"


def test_a_payment_that_waits_is_for_the_invoice(money):
	"""One step does not wait for the other."""
	money.shop.set(mode_of_payment=None)
	order = money.paid("26.00")
	assert money.follow(order).startswith("There is no Mode of Payment")
	(invoice,) = money.invoices(order)
	assert invoice.outstanding_amount == 26
	money.shop.set(mode_of_payment=money.mode)
	money.done(order)
	assert money.invoices(order)[0].outstanding_amount == 0
	assert [row.reference_name for row in money.entries(order)[0].references] == [invoice.name]


def test_another_total_is_refused(money, monkeypatch):
	"""Such as of another app that adds a charge to each Sales Invoice."""
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import SalesInvoice

	validate = SalesInvoice.validate

	def with_fee(self):
		self.taxes[0].tax_amount += 1
		validate(self)

	monkeypatch.setattr(SalesInvoice, "validate", with_fee)
	order = money.paid("26.00")
	sentence = money.follow(order)
	assert sentence.startswith(f"The total of Sales Order {money.sales_order(order).name} is 26.0")
	assert money.invoices(order) == []


def test_the_ledger(money):
	needs_ledger(money)
	order = money.paid("26.00")
	money.done(order)
	(invoice,) = money.invoices(order)
	assert money.ledger(order) == {
		money.bank: 26,
		invoice.items[0].income_account: -20,
		money.freight: -5,
		money.vat: -1,
	}
	assert money.unsettled(order) == {}


@pytest.mark.parametrize("own_account", [False, True])
def test_another_currency(money, own_account):
	"""What the exchange rate has changed between order and payment is gain or loss; nothing stays open."""
	needs_ledger(money)
	order = money.paid("10.01", "16.00", **money.in_euro(own_account, 0.42, 0.43))
	money.done(order)
	(invoice,) = money.invoices(order)
	assert (invoice.grand_total, invoice.conversion_rate, invoice.outstanding_amount) == (26.01, 0.42, 0)
	gain = frappe.get_cached_value("Company", money.quotes.company, "exchange_gain_loss_account")
	# 26.01 * 0.42, and 10.01 * 0.43 + 16 * 0.43
	assert money.ledger(order) == {money.bank: 11.184, invoice.items[0].income_account: -10.924, gain: -0.26}
	assert money.unsettled(order) == {}


def test_an_order_that_did_not_follow_an_edit_is_not_invoiced(money):
	"""26.00 were ordered, and edited to 15.50, which is captured: the Sales Order has 26.00 still."""
	order = money.order()
	name = money.make(order).name
	edited = replace(money.order("15.50", [line("10.00", "1", tax=taxes(("VAT", "5", "0.50")))]), id=order.id)
	assert money.follow(money.with_payment(edited, "15.50")) == (
		f"The total of Sales Order {name} is 26.0 {money.currency}, but that of the order in Medusa is 15.50"
		f"{'0' * (decimals(money.currency) - 2)} {money.currency}. Amend it, or invoice it by hand."
	)
	assert money.invoices(order) == []
	assert [entry.paid_amount for entry in money.entries(order)] == [15.5]

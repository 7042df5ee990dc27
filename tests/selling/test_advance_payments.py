"""What an order is told as that was paid in advance (ruling B17)."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.selling.order.nightly import record_missed_orders


@pytest.mark.contract(107, 108, 114)
def test_without_the_setting_it_is_unpaid(sales):
	sales.shop.set(tell_advance_payments=0)
	order = sales.order()
	sales.payment(order)
	assert sales.sent(order) == (frappe.db.get_value("Sales Order", order.name, "status"), "Unpaid")


@pytest.mark.contract(107, 108, 114)
def test_partly_and_wholly_and_back(sales):
	"""An order over 20: 5 are paid, then the other 15, then these are cancelled."""
	sales.shop.set(tell_advance_payments=1)
	order = sales.order(qty=2, rate=10)
	assert sales.sent(order)[1] == "Unpaid"
	sales.payment(order, 5)
	assert sales.sent(order)[1] == "Partly Paid"
	rest = sales.payment(frappe.get_doc("Sales Order", order.name))
	assert sales.sent(order)[1] == "Paid"
	sales.cancel(rest)
	assert sales.sent(order)[1] == "Partly Paid"


@pytest.mark.contract(108, 114)
def test_an_invoice_says_more_than_an_advance(sales):
	sales.shop.set(tell_advance_payments=1)
	order = sales.order(qty=2, rate=10)
	sales.payment(order, 5)
	sales.invoice(order)
	assert sales.sent(order)[1] == "Unpaid"


def test_in_the_currency_of_the_order(sales):
	"""ERPNext keeps an advance in the currency of the customer's account: 40 there are 16 of the 20."""
	sales.shop.set(tell_advance_payments=1)
	order = sales.order(qty=2, rate=10)
	other = frappe.db.get_value("Currency", {"name": ("!=", order.currency)})
	values = {"advance_paid": 40, "party_account_currency": other, "conversion_rate": 2.5}
	frappe.db.set_value("Sales Order", order.name, values)
	frappe.db.commit()
	record_missed_orders()
	assert sales.sent(order)[1] == "Partly Paid"
	frappe.db.set_value("Sales Order", order.name, "advance_paid", 50)
	frappe.db.commit()
	record_missed_orders()
	assert sales.sent(order)[1] == "Paid"


def test_the_nightly_look_follows_the_setting(sales):
	sales.shop.set(tell_advance_payments=0)
	order = sales.order()
	sales.payment(order)
	assert sales.sent(order)[1] == "Unpaid"
	sales.shop.set(tell_advance_payments=1)
	record_missed_orders()
	assert sales.sent(order)[1] == "Paid"

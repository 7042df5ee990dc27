"""Accounts and Items of an imported order's charges, and what in it is refused with a sentence."""

from __future__ import annotations

from dataclasses import replace

import frappe

from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_orders import Credit
from tests.selling.order_values import line, shipped, taxes
from tests.support.imports import D, charges


def test_accounts_of_the_settings(imports):
	post, city = imports.quotes.account(), imports.quotes.account()
	imports.rows("shipping_charges", "Medusa Shipping Charge", {"shipping_option": "so_2", "account": post})
	imports.rows("tax_accounts", "Medusa Tax Account", {"tax_code": "VAT", "rate": 7, "account": city})
	two = taxes(("VAT", "5", "1.00"), ("VAT", "7", "1.40"))
	ways = [shipped("5.00"), shipped("2.00", option_id="so_2", name="Post")]
	doc = imports.make(imports.order("29.40", [line("20.00", "2", tax=two)], ways))
	assert charges(doc) == [(imports.freight, 5), (post, 2), (imports.vat, 1), (city, 1.4)]


def test_shipping_as_an_item(imports):
	item = imports.quotes.variant().item_code
	imports.rows(
		"shipping_charges", "Medusa Shipping Charge", {"shipping_option": "Courier", "item_code": item}
	)
	doc = imports.make()
	assert [(row.item_code, row.qty, row.rate) for row in doc.items] == [
		(imports.item.item_code, 2, 10),
		(item, 1, 5),
	]
	assert (charges(doc), doc.grand_total) == ([(imports.vat, 1)], 26)


def test_a_tax_without_an_account_of_its_own_is_on_the_first_one(imports):
	doc = imports.make(imports.order(lines=[line("20.00", "2", tax=taxes(("GST", "5", "1.00")))]))
	first = frappe.get_all(
		"Account",
		{"company": imports.quotes.company, "account_type": "Tax", "is_group": 0, "disabled": 0},
		pluck="name",
		order_by="creation asc, name asc",
		limit=1,
	)
	assert charges(doc)[1] == (first[0], 1)


def test_what_has_no_account_is_said(imports):
	order = imports.order("23.00", credits=(Credit("gift_card", "gift_1", D("3.00")),))
	company = imports.quotes.company
	assert imports.refused(order) == (
		f"There is no account for gift cards and store credit in company {company}. Set Gift Card Account in "
		"Medusa Configuration."
	)
	imports.shop.set(gift_card_account=imports.cards, delivery_charges_account=None)
	assert imports.refused(order) == (
		f"There is no account for the shipping option Courier in company {company}. Add it under Shipping "
		"Options of Medusa Configuration, or set Delivery Charges Account."
	)
	imports.shop.set(delivery_charges_account=imports.freight)
	assert imports.make(order).grand_total == 23


def test_an_unknown_variant_is_said(imports):
	order = imports.order()
	order = replace(order, lines=(replace(order.lines[0], variant_id="variant_x", title="Mask"),))
	assert imports.refused(order) == "No Website Item has the Medusa variant of: Mask."
	frappe.db.set_value("Website Item", imports.item.name, "medusa_variant_id", "variant_x")
	frappe.db.commit()
	assert imports.make(order).grand_total == 26


def test_a_disabled_item_is_said(imports):
	order = imports.order()
	frappe.db.set_value("Item", imports.item.item_code, "disabled", 1)
	frappe.db.commit()
	frappe.clear_document_cache("Item", imports.item.item_code)
	assert imports.refused(order) == f"These Items are disabled: {imports.item.item_code}."
	frappe.db.set_value("Item", imports.item.item_code, "disabled", 0)
	frappe.db.commit()
	frappe.clear_document_cache("Item", imports.item.item_code)
	assert imports.make(order).grand_total == 26


def test_other_money_is_refused(imports):
	zeros, currency = "0" * (decimals(imports.currency) - 2), imports.currency
	assert imports.refused(imports.order("26.01")) == (
		f"The total of the order in Medusa is 26.01{zeros} {currency}, but its items, shipping and taxes are "
		f"26.00{zeros} {currency}."
	)


def test_what_erpnext_makes_of_the_money_is_checked(imports, monkeypatch):
	"""Another app that adds a charge to each Sales Order does not make an order with other money."""
	from erpnext.selling.doctype.sales_order.sales_order import SalesOrder

	validate = SalesOrder.validate

	def with_fee(self):
		self.taxes[0].tax_amount += 1
		validate(self)

	monkeypatch.setattr(SalesOrder, "validate", with_fee)
	assert "but its items, shipping and taxes are 27.0" in imports.refused(imports.order())

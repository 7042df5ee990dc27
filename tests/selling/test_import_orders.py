"""An order of Medusa becomes a Sales Order: its rows, money and decimals; once, whoever asks."""

from __future__ import annotations

from dataclasses import replace

import frappe.model.meta
import pytest

from medusa_integration.mirror.shop_orders import Credit
from medusa_integration.selling.order.imports.make import import_order
from tests.selling.order_values import line
from tests.support.imports import D, charges


def test_an_order_becomes_a_sales_order(imports):
	"""A guest's first order: a new Customer with Contact and Addresses, rows, charges, and Medusa's total."""
	imports.shop.set(customer_group=None, sales_person=None, sales_contribution=100)
	order = imports.order()
	doc = imports.make(order)
	assert (doc.docstatus, doc.from_ecommerce, doc.medusa_order_id) == (0, 1, order.id)
	assert (doc.medusa_order_number, doc.medusa_customer_id) == ("1007", order.customer.id)
	assert (doc.currency, doc.company, doc.order_type) == (imports.currency, imports.quotes.company, "Sales")
	assert (str(doc.transaction_date), str(doc.delivery_date)) == ("2026-11-30", "2026-12-03")
	(row,) = doc.items
	assert (row.item_code, row.qty, row.rate, row.price_list_rate) == (imports.item.item_code, 2, 10, 10)
	assert charges(doc) == [(imports.freight, 5), (imports.vat, 1)]
	assert (doc.net_total, doc.total_taxes_and_charges, doc.grand_total) == (20, 6, 26)
	assert doc.disable_rounded_total == 1
	customer = frappe.get_doc("Customer", doc.customer)
	assert (customer.customer_name, customer.customer_type) == ("Anna Ruiz", "Individual")
	assert (customer.customer_group, customer.medusa_id) == ("Ecommerce Customer", None)
	assert [(row.sales_person, row.allocated_percentage) for row in customer.sales_team] == [
		("Website Sales", 100)
	]
	assert customer.email_id == order.customer.email
	billing, shipping = (
		frappe.get_doc("Address", name) for name in (doc.customer_address, doc.shipping_address_name)
	)
	assert (billing.address_type, shipping.address_type) == ("Billing", "Shipping")
	for address in (billing, shipping):
		assert (address.address_line1, address.address_line2, address.city) == (
			"1 Main Street",
			"Floor 2",
			"Muscat",
		)
		assert (address.state, address.pincode, address.country, address.phone) == (
			"Muscat",
			"100",
			"Oman",
			"+968 1234",
		)


def test_the_same_order_again_changes_nothing(imports):
	order = imports.order()
	name, before = imports.make(order).name, imports.counts()
	assert import_order(order) == name
	assert import_order(replace(order, total=D("99.00"))) == name
	assert imports.counts() == before


def test_submitted_by_a_setting(imports):
	imports.shop.set(submit_imported_orders=1)
	doc = imports.make()
	assert (doc.docstatus, doc.grand_total) == (1, 26)


def test_what_is_paid_is_kept(imports):
	"""A discount in the rate, a row for nothing, a discount of the document, a gift card."""
	imports.shop.set(gift_card_account=imports.cards)
	lines = [
		line("30.00", "3", discount="10.00"),
		line("8.00", "2", discount="8.00", id="item_2"),
	]
	doc = imports.make(imports.order("22.00", lines, credits=(Credit("gift_card", "gift_1", D("3.00")),)))
	# by the decimals that the site keeps
	rate, discount = {2: (6.67, 0.01), 3: (6.667, 0.001)}[doc.precision("grand_total")]
	assert [(row.rate, row.price_list_rate, row.qty) for row in doc.items] == [(rate, 10, 3), (0, 4, 2)]
	assert (doc.apply_discount_on, doc.discount_amount, doc.net_total) == ("Net Total", discount, 20)
	assert charges(doc) == [(imports.freight, 5), (imports.cards, -3)]
	assert doc.grand_total == 22


def test_an_order_without_charges_gets_no_taxes_of_the_site(imports):
	doc = imports.make(imports.order("20.00", [line("20.00", "2")], []))
	assert [row.tax_amount for row in doc.taxes] == [0]
	assert doc.grand_total == 20


def test_what_was_paid_does_not_become_the_price_of_the_item(imports):
	"""ERPNext would insert it where the price list has none: the setup wizard turns that on."""
	imports.shop.set(submit_imported_orders=1)
	item = imports.quotes.variant(None)
	order = imports.order()
	order = replace(order, lines=(replace(order.lines[0], variant_id=item.medusa_variant_id),))
	assert imports.make(order).docstatus == 1
	assert frappe.db.count("Item Price", {"item_code": item.item_code}) == 0


def test_the_decimals_are_those_of_the_currency_of_the_order(imports):
	"""Where the site takes them from each currency, as Frappe 16 can."""
	if not hasattr(frappe.model.meta, "get_precision_from_currency_format"):
		pytest.skip("this Frappe has one number format for all currencies")
	imports.site.set_single("System Settings", use_number_format_from_currency=1)
	precision = frappe.db.get_default("currency_precision")
	frappe.db.set_default("currency_precision", "")
	before = frappe.db.get_value("Currency", imports.currency, "number_format")

	def keep(number_format: str) -> None:
		frappe.db.set_value("Currency", imports.currency, "number_format", number_format)
		frappe.db.commit()
		frappe.clear_cache()

	try:
		keep("#,###.###")
		doc = imports.make(imports.order("15.00", [line("10.00", "3")]))
		assert (doc.items[0].rate, doc.discount_amount, doc.grand_total) == (3.334, 0.002, 15)
		keep("#,###")
		sentence = imports.refused(imports.order("15.01", [line("10.01", "3")]))
		assert sentence.endswith("and this site keeps 0. Set Currency Precision in System Settings.")
	finally:
		frappe.db.set_default("currency_precision", precision)
		keep(before)


def test_the_decimals_are_not_those_of_the_order_before(imports):
	"""One worker imports orders of several currencies."""
	if not hasattr(frappe.model.meta, "get_precision_from_currency_format"):
		pytest.skip("this Frappe has one number format for all currencies")
	if not frappe.db.table_exists("Currency Exchange"):
		pytest.skip("devbench has no exchange rates")
	imports.site.set_single("System Settings", use_number_format_from_currency=1)
	precision = frappe.db.get_default("currency_precision")
	frappe.db.set_default("currency_precision", "")
	imports.quotes.exchange("EUR", 0.42)
	names = (imports.currency, "EUR")
	before = {name: frappe.db.get_value("Currency", name, "number_format") for name in names}

	def keep(formats: dict[str, str]) -> None:
		for name, number_format in formats.items():
			frappe.db.set_value("Currency", name, "number_format", number_format)
		frappe.db.commit()
		frappe.clear_cache()

	try:
		keep({imports.currency: "#,###", "EUR": "#,###.##"})
		assert imports.make(imports.order(currency="EUR")).grand_total == 26
		sentence = imports.refused(imports.order("15.01", [line("10.01", "3")]))
		assert sentence.endswith("and this site keeps 0. Set Currency Precision in System Settings.")
		assert imports.make(imports.order("15.01", [line("10.01", "3")], currency="EUR")).grand_total == 15.01
	finally:
		frappe.db.set_default("currency_precision", precision)
		keep(before)


def test_another_currency_has_the_rate_of_the_day(imports):
	if not frappe.db.table_exists("Currency Exchange"):
		pytest.skip("devbench has no exchange rates")
	currency = "EUR"
	order = imports.order(currency=currency)
	for date, rate in (("2026-11-29", 0.4), ("2026-11-30", 0.42), ("2026-12-01", 0.5)):
		imports.quotes.exchange(currency, rate, date)
	doc = imports.make(order)
	assert (doc.currency, doc.conversion_rate, doc.grand_total) == (currency, 0.42, 26)
	assert doc.base_grand_total == 10.92


def test_the_order_of_a_quotation_is_left_to_the_shops_server(imports):
	quotation = imports.quotes.create(imports.quotes.customer(), imports.item)
	order = imports.order(draft_order_id=quotation.medusa_draft_order_id)
	assert imports.refused(order) == (
		f"The order belongs to Quotation {quotation.name}, which is not ordered yet."
	)
	same = imports.order(id=quotation.medusa_draft_order_id)
	assert quotation.name in imports.refused(same)
	frappe.db.set_value("Quotation", quotation.name, "status", "Lost")
	frappe.db.commit()
	assert imports.make(order).grand_total == 26


def test_an_amended_order_keeps_the_number(imports, sales):
	imports.shop.set(submit_imported_orders=1)
	doc = imports.make()
	sales._made.append(imports.site.added(doc))
	amended = sales.amend(doc)
	assert (amended.medusa_order_number, amended.medusa_customer_id) == ("1007", doc.medusa_customer_id)


def test_medusa_hears_of_a_guests_order(imports):
	"""Where it stands, with the id of the guest, which no Customer has."""
	order = imports.order(id=imports.quotes.medusa.add_order())
	doc = imports.make(order)
	imports.shop.drain()
	assert imports.quotes.medusa.order_update(order.id)["customer_id"] == doc.medusa_customer_id


def test_the_same_order_at_once_gives_one(imports, together):
	"""One Sales Order, Customer, Contact, and Address of each kind."""
	before = imports.counts()
	variant = imports.item.medusa_variant_id
	calls = [
		{
			"order_id": imports.quotes.id("order"),
			"variant_id": variant,
			"currency": imports.currency,
			"who": who,
		}
		for who in (f"{imports.shop.mark}-{number}" for number in range(3))
	]
	for one, other in together("tests.selling.order_values.imported", *calls):
		assert one == other and "answer" in one, (one, other)
	frappe.db.rollback()
	made = {kind: count - before[kind] for kind, count in imports.counts().items()}
	assert made == {"Sales Order": 3, "Customer": 3, "Contact": 3, "Address": 3, "Lead": 0}

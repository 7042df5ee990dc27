"""Orders of Medusa on the site: Customer, Addresses, Sales Order; what is in the way; once, whoever asks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import frappe
import frappe.model.meta
import pytest

from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_orders import Credit, OrderAddress, OrderCustomer
from medusa_integration.selling.order.imports.make import import_order
from medusa_integration.selling.order.imports.problems import CannotImport
from tests.selling.order_values import line, shipped, shop_order, taxes

D = Decimal
HOME = OrderAddress(
	"Anna", "Ruiz", "", "1 Main Street", "Floor 2", "Muscat", "Muscat", "100", "OM", "+968 1234"
)
OFFICE = OrderAddress("Anna", "Ruiz", "Smile Clinic", "9 Office Road", "", "Sohar", "", "311", "OM", "")
VAT = taxes(("VAT", "5", "1.00"))
KINDS = ("Sales Order", "Customer", "Contact", "Address", "Lead")


class Imports:
	"""Orders of one test, in the company's currency, and what becomes of them."""

	def __init__(self, quotes) -> None:
		self.quotes, self.shop, self.site = quotes, quotes.shop, quotes.site
		self.currency = frappe.get_cached_value("Company", quotes.company, "default_currency")
		self.item = quotes.variant()
		self.freight, self.vat, self.cards = (quotes.account() for _ in range(3))
		self.shop.set(
			delivery_charges_account=self.freight,
			gift_card_account=None,
			submit_imported_orders=0,
			delivery_days=3,
			default_website_warehouse=None,
		)
		self.rows("tax_accounts", "Medusa Tax Account", {"tax_code": "VAT", "account": self.vat})

	def rows(self, field: str, doctype: str, *rows: dict) -> None:
		"""Have the settings these rows, beside those that they have."""
		for row in rows:
			parent = {
				"parent": "Medusa Configuration",
				"parenttype": "Medusa Configuration",
				"parentfield": field,
			}
			self.site.new(doctype, **parent, **row)
		frappe.db.commit()
		frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")

	def order(self, total: str = "26.00", lines=None, shipping=None, **values):
		"""Two of 10.00, shipped for 5.00, with 1.00 tax."""
		lines = [line("20.00", "2", tax=VAT)] if lines is None else lines
		lines = [replace(row, variant_id=self.item.medusa_variant_id) for row in lines]
		email = f"anna-{self.shop.mark}@example.com"
		defaults = {
			"id": self.quotes.id("order"),
			"customer": OrderCustomer(self.quotes.id("cus"), email),
			"billing_address": HOME,
			"shipping_address": HOME,
			"currency": self.currency,
		}
		shipping = [shipped("5.00")] if shipping is None else shipping
		return shop_order(total, lines, shipping, **{**defaults, **values})

	def make(self, *args, **values):
		"""The Sales Order of such an order; committed."""
		order = args[0] if args else self.order(**values)
		name = import_order(order)
		frappe.db.commit()
		return frappe.get_doc("Sales Order", name)

	def refused(self, order) -> str:
		"""The sentence by which an order is refused; nothing is left of it."""
		before = self.counts()
		with pytest.raises(CannotImport) as raised:
			import_order(order)
		frappe.db.rollback()
		assert self.counts() == before
		return raised.value.sentence()

	def counts(self) -> dict[str, int]:
		return {kind: frappe.db.count(kind) for kind in KINDS}

	def guest(self, **values) -> OrderCustomer:
		return replace(self.order().customer, **values)

	def account(self, **values) -> OrderCustomer:
		return self.guest(**{"id": self.quotes.id("cus"), "has_account": True, **values})


@pytest.fixture
def imports(quotes):
	return Imports(quotes)


def charges(doc) -> list[tuple[str, float]]:
	return [(row.account_head, row.tax_amount) for row in doc.taxes]


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


# --- whose it is --------------------------------------------------------------------------------------------


def test_the_customer_of_an_account(imports):
	customer = imports.quotes.customer()
	before = imports.counts()["Customer"]
	doc = imports.make(customer=imports.account(id=customer.medusa_id))
	assert (doc.customer, imports.counts()["Customer"]) == (customer.name, before)


def test_the_lead_of_an_account_becomes_a_customer(imports):
	lead = imports.quotes.lead()
	doc = imports.make(customer=imports.account(id=lead.medusa_id))
	customer = frappe.get_doc("Customer", doc.customer)
	assert (customer.lead_name, customer.medusa_id) == (lead.name, lead.medusa_id)


def test_a_new_account_is_a_customer_with_its_id(imports):
	doc = imports.make(customer=imports.account(company="Pearl Dental"))
	customer = frappe.get_doc("Customer", doc.customer)
	assert (customer.customer_name, customer.customer_type) == ("Pearl Dental", "Company")
	assert customer.medusa_id == doc.medusa_customer_id


def test_a_guest_is_found_by_the_email_address(imports):
	"""In whatever case; with one Contact, and one Address of each kind."""
	first = imports.make()
	before = imports.counts()
	email = imports.order().customer.email.upper()
	second = imports.make(customer=imports.guest(id=imports.quotes.id("cus"), email=email))
	assert second.customer == first.customer
	assert imports.counts() == {**before, "Sales Order": before["Sales Order"] + 1}


def test_a_contact_of_a_customer_is_found(imports):
	customer = imports.quotes.customer()
	imports.site.new(
		"Contact",
		first_name="Anna",
		email_ids=[{"email_id": imports.order().customer.email, "is_primary": 1}],
		links=[{"link_doctype": "Customer", "link_name": customer.name}],
	)
	assert imports.make().customer == customer.name


def test_the_email_address_of_somebody_else_gives_no_account(imports):
	"""Who registers with it has ordered for that Customer, and gets nothing of what is agreed with it."""
	first = imports.make()
	doc = imports.make(customer=imports.account())
	assert doc.customer == first.customer
	assert frappe.db.get_value("Customer", doc.customer, "medusa_id") is None


def test_a_lead_with_the_email_address_becomes_the_customer(imports):
	lead = imports.quotes.lead(email_id=imports.order().customer.email)
	doc = imports.make()
	assert frappe.db.get_value("Customer", doc.customer, "lead_name") == lead.name


def test_a_customer_that_is_disabled_is_not_taken(imports):
	first = imports.make()
	frappe.db.set_value("Customer", first.customer, "disabled", 1)
	frappe.db.commit()
	second = imports.make()
	assert second.customer != first.customer
	assert frappe.db.get_value("Customer", second.customer, "customer_name") == "Anna Ruiz"


# --- where it goes ------------------------------------------------------------------------------------------


def addresses(customer: str) -> list[tuple]:
	return frappe.get_all(
		"Address",
		[["Dynamic Link", "link_doctype", "=", "Customer"], ["Dynamic Link", "link_name", "=", customer]],
		["address_type", "address_line1", "phone"],
		order_by="`tabAddress`.creation",
		as_list=True,
	)


def test_another_address_is_added_and_none_twice(imports):
	account = imports.account()
	doc = imports.make(customer=account, shipping_address=OFFICE)
	imports.make(customer=account, shipping_address=OFFICE)
	assert [(kind, street) for kind, street, _ in addresses(doc.customer)] == [
		("Billing", "1 Main Street"),
		("Shipping", "9 Office Road"),
	]


def test_the_address_of_a_customer_follows_its_orders(imports):
	"""The same place with another telephone number is the same Address, for who has signed in."""
	account = imports.account()
	doc = imports.make(customer=account)
	moved = replace(HOME, phone="+968 99")
	imports.make(customer=account, billing_address=moved, shipping_address=moved)
	assert [(kind, phone) for kind, _, phone in addresses(doc.customer)] == [
		("Billing", "+968 99"),
		("Shipping", "+968 99"),
	]


def test_a_guest_changes_no_address_of_a_customer(imports):
	doc = imports.make()
	moved = replace(HOME, phone="+968 99")
	other = imports.make(billing_address=moved, shipping_address=HOME)
	assert other.customer == doc.customer
	assert [(kind, phone) for kind, _, phone in addresses(doc.customer)] == [
		("Billing", "+968 1234"),
		("Shipping", "+968 1234"),
		("Billing", "+968 99"),
	]


def test_names_and_addresses_of_any_length(imports):
	"""What does not fit is cut, and stands as it was entered in a comment on the Address."""
	street, town = "A" * 300, "B" * 200
	home = replace(HOME, first_name="C" * 90, last_name="D" * 90, address_1=street, city=town)
	guest = imports.guest(first_name="C" * 90, last_name="D" * 90, company=f"{imports.shop.mark}{'E' * 150}")
	order = imports.order(billing_address=home, shipping_address=home, customer=guest)
	doc = imports.make(order)
	assert doc.customer == guest.company[:130]
	address = frappe.get_doc("Address", doc.customer_address)
	lengths = (address.meta.get_field(field).length or 140 for field in ("address_line1", "city"))
	assert (address.address_line1, address.city) == tuple(
		text[:length] for text, length in zip((street, town), lengths, strict=True)
	)
	comments = frappe.get_all("Comment", {"reference_name": address.name}, pluck="content")
	assert len(comments) == 1 and street in comments[0] and town in comments[0]
	contact = frappe.get_doc("Contact", {"email_id": guest.email})
	assert (contact.first_name, contact.last_name) == ("C" * 65, "D" * 65)
	# and the next order with them is theirs
	before = imports.counts()
	again = imports.make(replace(order, id=imports.quotes.id("order")))
	assert (again.customer, again.customer_address) == (doc.customer, doc.customer_address)
	assert imports.counts() == {**before, "Sales Order": before["Sales Order"] + 1}


def test_an_order_without_an_address(imports):
	doc = imports.make(billing_address=None, shipping_address=OrderAddress(country="OM"))
	assert (doc.customer_address, doc.shipping_address_name) == (None, None)
	assert frappe.db.get_value("Customer", doc.customer, "customer_name") == doc.customer_name


# --- what is in the way -------------------------------------------------------------------------------------


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


# --- from two processes -------------------------------------------------------------------------------------


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


def test_two_orders_of_one_new_guest_at_once_make_one_customer(imports, together):
	before = imports.counts()
	variant = imports.item.medusa_variant_id
	calls = [
		tuple(
			{
				"order_id": imports.quotes.id("order"),
				"variant_id": variant,
				"currency": imports.currency,
				"who": f"{imports.shop.mark}-{number}",
			}
			for _ in range(2)
		)
		for number in range(3)
	]
	for one, other in together("tests.selling.order_values.imported", *calls):
		assert "answer" in one and "answer" in other, (one, other)
	frappe.db.rollback()
	made = {kind: count - before[kind] for kind, count in imports.counts().items()}
	assert (made["Sales Order"], made["Customer"], made["Contact"]) == (6, 3, 3)

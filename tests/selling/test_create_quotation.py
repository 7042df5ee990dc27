"""Asking for a quotation: who it is for, what it costs, where the bill goes."""

from __future__ import annotations

import frappe
import pytest

from tests.selling.quoting import inserted_by_others
from tests.support.queries import recorded_queries
from tests.support.quotes import ADDRESS


@pytest.mark.contract(132, 133, 134, 135)
def test_a_customer_is_looked_up_before_a_lead(quotes):
	lead = quotes.lead()
	of_lead = quotes.create(lead)
	assert (of_lead.quotation_to, of_lead.party_name) == ("Lead", lead.name)
	# ERPNext 16.0 to 16.15 has no such field
	has_title = of_lead.meta.has_field("title")
	assert of_lead.get("title") == ("Unapproved Lead" if has_title else None)

	customer = quotes.customer()
	frappe.db.set_value("Customer", customer.name, "medusa_id", lead.medusa_id)
	frappe.db.commit()
	of_customer = quotes.create(lead)
	assert (of_customer.quotation_to, of_customer.party_name) == ("Customer", customer.name)
	assert of_customer.get("title") == (customer.customer_name if has_title else None)


def test_a_draft_with_what_was_asked_for(quotes):
	first, second = quotes.variant(12.5), quotes.variant(3)
	customer = quotes.customer()
	request = quotes.request(customer, (first, 2), second, (first, 4))
	answer = quotes.call("create_quotation", **request)
	assert answer["message"] == "Quotation created successfully"
	doc = frappe.get_doc("Quotation", answer["quotationId"])
	assert (doc.docstatus, doc.from_ecommerce, doc.order_type) == (0, 1, "Sales")
	assert doc.medusa_quotation_id == request["quotation_id"]
	assert doc.medusa_draft_order_id == request["draft_order_id"]
	assert str(doc.valid_till) == frappe.utils.add_days(frappe.utils.today(), 30)
	assert doc.company == quotes.company
	rows = [(row.item_code, row.qty, row.uom, row.rate, row.standard_price) for row in doc.items]
	assert rows == [
		(first.item_code, 2, "Nos", 12.5, 12.5),
		(second.item_code, 1, "Nos", 3, 3),
		(first.item_code, 4, "Nos", 12.5, 12.5),
	]
	assert doc.net_total == 78


def test_rates_are_those_of_the_customer_and_never_the_callers(quotes):
	public, negotiated, own_list, foreign = (quotes.variant(10) for _ in range(4))
	price_list = quotes.price_list()
	customer = quotes.customer(default_price_list=price_list)
	other = quotes.customer()
	quotes.price(negotiated.item_code, 7, customer=customer.name)
	quotes.price(own_list.item_code, 8, price_list)
	quotes.price(foreign.item_code, 1, customer=other.name)
	request = quotes.request(customer, public, negotiated, own_list, foreign)
	for line in request["items"]:
		line.update(rate=0.01, price=0.01, amount=0.01)
	name = quotes.call("create_quotation", **request)["quotationId"]
	doc = frappe.get_doc("Quotation", name)
	assert [row.rate for row in doc.items] == [10, 7, 8, 10]
	assert [row.standard_price for row in doc.items] == [10, 10, 10, 10]
	assert doc.selling_price_list == price_list


def test_the_price_list_of_the_customer_group(quotes):
	"""ERPNext's own chain: a customer without a price list of its own is sold to by that of its group."""
	item, public = quotes.variant(12.5), quotes.variant(10)
	customer = quotes.in_group(quotes.price_list())
	quotes.price(item.item_code, 8, customer.group_list)
	doc = quotes.create(customer.customer, item, public)
	assert [(row.rate, row.standard_price) for row in doc.items] == [(8, 12.5), (10, 10)]
	assert doc.selling_price_list == customer.group_list


def test_without_the_standard_rate_only_negotiated_prices_are_offered(quotes):
	quotes.shop.set(use_standard_rate_in_quotation=0)
	public, negotiated = quotes.variant(10), quotes.variant(10)
	customer = quotes.customer()
	quotes.price(negotiated.item_code, 7, customer=customer.name)
	doc = quotes.create(customer, public, negotiated)
	assert [(row.rate, row.standard_price) for row in doc.items] == [(0, 10), (7, 10)]
	doc.save()  # what people do in Desk does not bring it back
	assert [row.rate for row in doc.items] == [0, 7]


def test_prices_of_other_days_count_for_nothing(quotes):
	item = quotes.variant(None)
	today = frappe.utils.today()
	quotes.price(item.item_code, 5, valid_from="2020-01-01", valid_upto="2020-12-31")
	quotes.price(item.item_code, 6, valid_from="2021-01-01")
	quotes.price(item.item_code, 9, valid_from=frappe.utils.add_days(today, 1))
	assert quotes.create(quotes.customer(), item).items[0].standard_price == 6


def test_taxes_are_those_of_the_items(quotes):
	five, account = quotes.tax_template(5)
	ten, other_account = quotes.tax_template(10)
	zero, _account = quotes.tax_template(0, account)
	doc = quotes.create(quotes.customer(), (quotes.variant(100, tax=five), 2), quotes.variant(50, tax=five))
	assert [(tax.charge_type, tax.account_head, tax.rate, tax.tax_amount) for tax in doc.taxes] == [
		("On Net Total", account, 5, 12.5)
	]
	assert (doc.net_total, doc.grand_total) == (250, 262.5)

	items = [quotes.variant(100, tax=five), quotes.variant(100, tax=zero), quotes.variant(10, tax=ten)]
	doc = quotes.create(quotes.customer(), *items, quotes.variant(1))
	taxes = {tax.account_head: (tax.rate, tax.tax_amount) for tax in doc.taxes}
	assert taxes == {account: (0, 5), other_account: (0, 1)}


def test_taxes_of_the_group_and_of_this_company_only(quotes):
	template, account = quotes.tax_template(5)
	disabled, _account = quotes.tax_template(20, disabled=1)
	group = quotes.shop.item_group(taxes=[{"item_tax_template": template}])
	doc = quotes.create(quotes.customer(), quotes.variant(100, tax=disabled, item_group=group.name))
	assert [(tax.account_head, tax.tax_amount) for tax in doc.taxes] == [(account, 5)]


@pytest.mark.contract(149, 150, 151, 152, 153, 154)
def test_the_billing_address(quotes):
	customer, item = quotes.customer(), quotes.variant()
	first = quotes.create(customer, item, billing_address={**ADDRESS, "is_default": True})
	address = frappe.get_doc("Address", first.customer_address)
	assert (address.country, address.pincode, address.address_type) == ("Oman", "112", "Billing")
	assert address.is_primary_address
	assert [(link.link_doctype, link.link_name) for link in address.links] == [("Customer", customer.name)]

	changed = {"address_line1": "14 Al Khuwair", "is_default": True}
	second = quotes.create(customer, item, billing_address=changed)
	assert second.customer_address == first.customer_address
	address.reload()
	assert (address.address_line1, address.city) == ("14 Al Khuwair", "Muscat")

	third = quotes.create(customer, item, billing_address=ADDRESS)
	assert third.customer_address != first.customer_address
	assert not frappe.db.get_value("Address", third.customer_address, "is_primary_address")


@pytest.mark.contract(136, 142)
def test_with_an_order_in_sight_the_lead_becomes_a_customer(quotes):
	lead = quotes.lead()
	doc = quotes.create(lead, create_so=True, billing_address=ADDRESS)
	customer = frappe.get_doc("Customer", doc.party_name)
	assert doc.quotation_to == "Customer"
	assert (customer.medusa_id, customer.customer_group) == (lead.medusa_id, "Ecommerce Customer")
	assert [(row.sales_person, row.allocated_percentage) for row in customer.sales_team] == [
		("Website Sales", 100)
	]

	quotes.shop.set(convert_lead_on_create_quotation=0)
	assert quotes.create(quotes.lead(), create_so=True).quotation_to == "Lead"


def test_our_statements_do_not_grow_with_the_lines(quotes):
	"""What grows is ERPNext's own work per row."""
	from medusa_integration.selling import rates as prices
	from medusa_integration.selling.quotation import lookup as quotations

	items = [quotes.variant(item_group="Products") for _ in range(3)]
	customer = quotes.customer()
	counts = []
	for number in (1, 10, 100):
		lines = [items[i % 3] for i in range(number)]
		with recorded_queries() as queries:
			quotations.items_of(item.medusa_variant_id for item in lines)
			prices.prices_of([item.item_code for item in lines], customer.name)
		counts.append(len(queries))
	assert counts == [3, 3, 3]


def test_it_costs_what_erpnext_makes_of_it(quotes):
	"""ERPNext fills it in once; what others insert, it fills in as ever."""
	items = [quotes.variant(price) for price in (5, 7)]
	doc = quotes.create(quotes.customer(), (items[0], 2), (items[1], 3))
	plain = inserted_by_others(doc)
	assert (doc.grand_total, plain.grand_total) == (31, 31)
	for ours, theirs in zip(doc.items, plain.items, strict=True):
		for field in (
			"item_name",
			"uom",
			"stock_uom",
			"conversion_factor",
			"price_list_rate",
			"rate",
			"amount",
		):
			assert ours.get(field) == theirs.get(field), field


def test_a_row_that_another_app_adds_is_filled_in(quotes, monkeypatch):
	"""By an event before the validation: ERPNext looks at all rows then,
	and no more than once at those of others.
	"""
	from medusa_integration.selling import rates as selling_price

	item, delivery = quotes.variant(5), quotes.variant(3)
	skip_validation = selling_price.skip_validation

	def add_delivery(doc, method=None):
		skip_validation(doc, method)
		if len(doc.items) == 1:
			doc.append("items", {"item_code": delivery.item_code, "qty": 1})

	# an event of the app stands in for that of another one
	monkeypatch.setattr(selling_price, "skip_validation", add_delivery)
	doc = quotes.create(quotes.customer(), item)
	assert [row.item_code for row in doc.items] == [item.item_code, delivery.item_code]
	added = doc.items[1]
	assert (added.item_name, added.uom, added.rate) == (delivery.item_name, "Nos", 3)
	assert doc.grand_total == 8

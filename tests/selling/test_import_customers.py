"""Whose an imported order is: the Customer, Contact and Addresses that it finds or makes."""

from __future__ import annotations

from dataclasses import replace

import frappe

from medusa_integration.mirror.shop_orders import OrderAddress
from tests.support.imports import HOME

OFFICE = OrderAddress("Anna", "Ruiz", "Smile Clinic", "9 Office Road", "", "Sohar", "", "311", "OM", "")


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

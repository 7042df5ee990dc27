"""Addresses that quotations bring along: made, used again, or changed in place (contract 150-153)."""

from __future__ import annotations

import html

import frappe
import pytest

from medusa_integration.api import update_address
from medusa_integration.customers.parties import Party
from medusa_integration.exceptions import ValidationError
from tests.support.addresses import billing_address, comments

SHIP = {
	"country_code": "om",
	"address_1": "Way 8",
	"city": "Sohar",
	"province": "Batinah",
	"postal_code": "311",
}


@pytest.mark.contract(150, 152, 153)
def test_a_new_address_for_another_one(customer):
	"""An equal one is used again: the same order twice is one address."""
	party = Party("Customer", customer.name, customer.customer_name)
	other = {**SHIP, "address_1": "Way 9"}
	names = [billing_address(party, SHIP), billing_address(party, {**SHIP, "is_default": False})]
	assert len(set(names)) == 1
	names = [names[0], billing_address(party, other)]
	assert len(set(names)) == 2
	frappe.db.set_value("Address", names[1], "address_line1", "Way 8")
	for name in names:
		made = frappe.get_doc("Address", name)
		assert (made.country, made.address_line1, made.city) == ("Oman", "Way 8", "Sohar")
		assert (made.state, made.pincode, made.address_type) == ("Batinah", "311", "Billing")
		assert not made.is_primary_address
		assert made.has_link("Customer", customer.name)
	frappe.db.commit()


@pytest.mark.contract(151)
def test_the_primary_one_is_changed_in_place(customer):
	party = Party("Customer", customer.name, customer.customer_name)
	billing_address(party, SHIP)
	name = billing_address(party, {**SHIP, "is_default": True})
	frappe.db.commit()
	assert frappe.db.get_value("Address", name, "is_primary_address")
	assert frappe.db.get_value("Customer", customer.name, "customer_primary_address") == name
	assert billing_address(party, {"is_default": True, "city": "Sur"}) == name
	frappe.db.commit()
	assert frappe.db.get_value("Address", name, ["city", "address_line1"]) == ("Sur", "Way 8")


def test_what_is_not_equal(customer, address):
	"""Nor is one that is disabled, somebody else's, or of another kind."""
	party = Party("Customer", customer.name, customer.customer_name)
	first = billing_address(party, SHIP)
	for change in (
		{"phone": "+968 24 123456"},
		{"email_id": "a@example.com"},
		{"address_2": "Floor 2"},
		{"postal_code": "312"},
		{"city": "sohar"},
		{"address_title": "Branch"},
	):
		assert billing_address(party, {**SHIP, **change}) != first, change
	frappe.db.set_value("Address", first, "address_type", "Shipping")
	second = billing_address(party, SHIP)
	frappe.db.set_value("Address", second, "disabled", 1)
	assert len({first, second, billing_address(party, SHIP)}) == 3
	frappe.db.commit()


def test_an_equal_one_becomes_the_primary_one(customer):
	party = Party("Customer", customer.name, customer.customer_name)
	first = billing_address(party, SHIP)
	assert billing_address(party, {**SHIP, "is_default": True}) == first
	frappe.db.commit()
	assert frappe.db.get_value("Address", first, "is_primary_address") == 1
	assert frappe.db.get_value("Customer", customer.name, "customer_primary_address") == first


@pytest.mark.parametrize("title", ["ü" * 140, "x" * 900])
def test_a_title_that_an_address_cannot_be_named_after(customer, title):
	"""The name has the type and a number behind it, and 140 characters at most."""
	party = Party("Customer", customer.name, customer.customer_name)
	ways = [{**SHIP, "address_1": f"Way {number}", "address_title": title} for number in range(3)]
	names = [billing_address(party, way) for way in ways]
	frappe.db.commit()
	assert len(set(names)) == 3
	for name in names:
		kept = frappe.db.get_value("Address", name, "address_title")
		assert kept == title[:91]
		assert comments(name) == [f"Address Title as it was entered: {title}"]


def test_a_customer_with_a_long_name(visitors, address):
	"""For each of its Addresses, and for one that is copied."""
	name = f"{visitors.shop.mark} {'ü' * 140}"[:140]
	customer = visitors.site.new("Customer", customer_name=name)
	party = Party("Customer", customer.name, customer.customer_name)
	for number in range(2):
		made = frappe.get_doc("Address", billing_address(party, {**SHIP, "address_1": f"Way {number}"}))
		assert made.has_link("Customer", name)
	other = visitors.site.new("Customer", customer_name=f"Other {visitors.shop.mark}")
	shared = address(customer, other, address_title=f"{visitors.shop.mark} {'ö' * 120}", is_primary_address=1)
	update_address(customer_id=name, city="Sur")
	frappe.db.commit()
	shared.reload()
	assert (shared.city, frappe.db.count("Address", {"city": "Sur"})) == ("Muscat", 1)


@pytest.mark.parametrize(
	("field", "entered", "stored"),
	[
		("phone", "+968 24 123456", "+968 24 123456"),
		("phone", "٢٤١٢٣٤٥٦", "24123456"),
		("phone", "24123456 ext. 7", None),
		("phone", "24123456 / 24654321", None),
		("phone", 24123456, "24123456"),
		("phone", {"number": "24123456"}, None),
		("email_id", "nobody", None),
		("email_id", "a@example.com and b", None),
		("pincode", 311, "311"),
		("state", "x" * 500, "x" * 140),
		("address_line2", "x" * 500, "x" * 240),
	],
)
def test_no_side_field_loses_the_address(customer, field, entered, stored):
	"""What is not stored as it was entered is kept in a comment, and that once."""
	party = Party("Customer", customer.name, customer.customer_name)
	ship = {key: value for key, value in SHIP.items() if key not in ("province", "postal_code")}
	names = {billing_address(party, {**ship, field: entered}) for _time in range(2)}
	frappe.db.commit()
	(name,) = names
	assert frappe.db.get_value("Address", name, field) == stored
	text = '{"number": "24123456"}' if isinstance(entered, dict) else str(entered)
	if stored == text:
		assert comments(name) == []
	else:
		(comment,) = comments(name)
		assert html.unescape(comment).endswith(f"as it was entered: {text}")


@pytest.mark.contract(150)
@pytest.mark.parametrize(
	("data", "sentence"),
	[
		({**SHIP, "country_code": "xx"}, "Unknown country code: xx"),
		({**SHIP, "city": None}, "address_line1 and city are required for a new address."),
		({"country_code": "om"}, "address_line1 and city are required for a new address."),
		({**SHIP, "city": ["x"]}, "city must be a text value."),
	],
)
def test_a_billing_address_that_is_none(customer, data, sentence):
	with pytest.raises(ValidationError) as error:
		billing_address(Party("Customer", customer.name, "Clinic"), data)
	assert str(error.value) == sentence

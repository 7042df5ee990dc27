"""The address of a customer, as the shop changes it: whose it is, which one, and what is refused."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.api import update_address
from medusa_integration.exceptions import ValidationError
from tests.support.addresses import comments

DONE = "Address updated successfully"


def lines(document) -> str:
	frappe.db.commit()
	return frappe.db.get_value("Address", document.name, "address_line1")


@pytest.mark.contract(155, 156, 157)
def test_the_given_fields_change(customer, address):
	home = address(customer)
	answer = update_address(
		customer_id=customer.name,
		address_line1="Way 2",
		address_line2="",
		city="Salalah",
		state="Dhofar",
		country="United Arab Emirates",
		pincode="211",
	)
	assert answer == DONE
	home.reload()
	assert (home.address_line1, home.address_line2, home.city, home.state) == (
		"Way 2",
		"",
		"Salalah",
		"Dhofar",
	)
	assert (home.country, home.pincode) == ("United Arab Emirates", "211")
	assert update_address(customer_id=customer.name, city="Sur") == DONE
	home.reload()
	assert (home.address_line1, home.city) == ("Way 2", "Sur")


def test_an_id_in_medusa_counts_before_a_name(visitors, customer, address, shop):
	"""Anybody can call a company like somebody else's id, and is not changed or told anything for it."""
	home = address(customer)
	impostor = visitors.site.new("Customer", customer_name=customer.medusa_id)
	theirs = address(impostor)
	assert impostor.name == customer.medusa_id or not frappe.db.exists("Customer", customer.medusa_id)
	update_address(customer_id=customer.medusa_id, address_line1="Way 2")
	assert (lines(home), lines(theirs)) == ("Way 2", "Way 1")
	# an id that nobody has, and one whose Lead is still to be made
	frappe.db.set_value("Customer", customer.name, "medusa_id", None)
	pending = visitors.register()["customer_id"]
	other = visitors.site.new("Customer", customer_name=pending)
	address(other)
	for medusa_id in (impostor.name, pending):
		with pytest.raises(frappe.DoesNotExistError):
			update_address(customer_id=medusa_id, address_line1="Way 3")
		frappe.db.rollback()
	assert frappe.db.count("Address", {"address_line1": "Way 3"}) == 0


def test_names_are_for_the_shops_user(over_http, shop, customer, address):
	"""A guest that is let in has Medusa's ids and nothing else."""
	home = address(customer)
	shop.set(allow_guest_storefront_calls=1)
	values = {"customer_id": customer.name, "address_line1": "Way 7"}
	answer = over_http.call("update_address", **values)
	sentence = f"Customer with ID '{customer.name}' does not exist."
	assert (answer.status_code, answer.json()["error"]) == (404, sentence)
	assert (
		over_http.call("update_address", **{**values, "customer_id": customer.medusa_id}).status_code == 200
	)
	frappe.db.rollback()
	assert lines(home) == "Way 7"


@pytest.mark.parametrize("length", [180, 240])
def test_an_address_line_as_long_as_the_field(customer, address, length):
	home = address(customer)
	update_address(customer_id=customer.name, address_line1="x" * length, address_line2="y" * length)
	home.reload()
	assert (home.address_line1, home.address_line2) == ("x" * length, "y" * length)
	with pytest.raises(ValidationError, match=r"^address_line1 is too long\.$"):
		update_address(customer_id=customer.name, address_line1="x" * 241)


def test_a_side_field_that_is_too_long(customer, address):
	"""What the field holds is stored, and all of it kept in a comment."""
	home = address(customer)
	state = "Batinah " * 30
	update_address(customer_id=customer.name, state=state, pincode=112)
	home.reload()
	assert (home.state, home.pincode) == (state[:140].strip(), "112")
	label = home.meta.get_label("state")
	assert comments(home.name) == [f"{label} as it was entered: {state.strip()}"]


@pytest.mark.contract(155)
def test_by_an_id_in_medusa(visitors, customer, address, shop):
	"""Of a Customer, then of a Lead."""
	home = address(customer)
	update_address(customer_id=customer.medusa_id, address_line1="Way 3")
	assert lines(home) == "Way 3"
	medusa_id, lead = visitors.registered_lead()
	flat = address(frappe.get_doc("Lead", lead))
	update_address(customer_id=medusa_id, address_line1="Way 4")
	assert lines(flat) == "Way 4"


@pytest.mark.parametrize("given", ["om", "OM", "Oman"])
def test_a_country_by_name_or_code(customer, address, given):
	home = address(customer, country="United Arab Emirates")
	update_address(customer_id=customer.name, country=given)
	home.reload()
	assert home.country == "Oman"


@pytest.mark.contract(157)
def test_it_is_the_customers_own(visitors, customer, address, shop):
	"""Whatever others have, and how much they prefer it; without one there is nothing to change."""
	other = visitors.site.new("Customer", customer_name=shop.name("Other"))
	theirs = address(other, is_primary_address=1)
	with pytest.raises(frappe.DoesNotExistError, match="No address found"):
		update_address(customer_id=customer.name, address_line1="Way 2")
	home = address(customer, is_primary_address=0)
	update_address(customer_id=customer.name, address_line1="Way 2")
	assert (lines(home), lines(theirs)) == ("Way 2", "Way 1")
	assert frappe.db.count("Dynamic Link", {"link_name": customer.name, "parenttype": "Address"}) == 1


@pytest.mark.contract(157)
def test_which_address_it_is(customer, address):
	"""Primary for billing, else primary, else the oldest; never a disabled one."""
	gone = address(customer, disabled=1)
	oldest = address(customer, address_type="Shipping")
	address(customer)
	update_address(customer_id=customer.name, address_line1="oldest")
	primary = address(customer, address_type="Office", is_primary_address=1)
	update_address(customer_id=customer.name, address_line1="primary")
	billing = address(customer)
	frappe.db.set_value("Address", billing.name, "is_primary_address", 1)
	update_address(customer_id=customer.name, address_line1="billing")
	found = [lines(document) for document in (gone, oldest, primary, billing)]
	assert found == ["Way 1", "oldest", "primary", "billing"]


def test_an_address_of_others_is_copied(visitors, customer, address, shop):
	"""It stays as it is; the copy is the customer's own from then on."""
	other = visitors.site.new("Customer", customer_name=shop.name("Other"))
	home = address(customer, other, is_primary_address=1)
	frappe.db.set_value("Customer", customer.name, "customer_primary_address", home.name)
	update_address(customer_id=customer.name, address_line1="Way 5")
	update_address(customer_id=customer.name, city="Sur")
	frappe.db.commit()
	home.reload()
	assert (home.address_line1, home.city, home.is_primary_address) == ("Way 1", "Muscat", 1)
	assert [link.link_name for link in home.links] == [customer.name, other.name]
	name = frappe.db.get_value("Customer", customer.name, "customer_primary_address")
	copy = frappe.get_doc("Address", name)
	assert (copy.address_line1, copy.city, copy.is_primary_address) == ("Way 5", "Sur", 1)
	assert [link.link_name for link in copy.links] == [customer.name]
	if frappe.db.exists("Address Template", {"is_default": 1}):
		assert "Way 5" in frappe.db.get_value("Customer", customer.name, "primary_address")


def test_the_lead_that_a_customer_was_is_nobody_else(visitors, address):
	from medusa_integration.customers.conversion import lead_to_customer

	_id, lead = visitors.registered_lead()
	home = address(frappe.get_doc("Lead", lead))
	customer = lead_to_customer(lead)
	update_address(customer_id=customer, address_line1="Way 6")
	assert lines(home) == "Way 6"


@pytest.mark.parametrize(
	("values", "error", "sentence"),
	[
		({"city": "Sur"}, ValidationError, "Customer ID is required."),
		({"customer_id": ""}, ValidationError, "Customer ID is required."),
		({"customer_id": "CUSTOMER"}, ValidationError, "No address fields given."),
		({"customer_id": "CUSTOMER", "country": "Nowhere"}, ValidationError, "Unknown country: Nowhere"),
		({"customer_id": "CUSTOMER", "city": " "}, ValidationError, "city cannot be empty."),
		({"customer_id": "CUSTOMER", "country": ""}, ValidationError, "country cannot be empty."),
		({"customer_id": "CUSTOMER", "city": ["Sur"]}, ValidationError, "city must be a text value."),
		({"customer_id": "CUSTOMER", "city": "x" * 141}, ValidationError, "city is too long."),
		({"customer_id": {"like": "%"}, "city": "Sur"}, ValidationError, "customer_id must be a text value."),
		(
			{"customer_id": "%", "city": "Sur"},
			frappe.DoesNotExistError,
			"Customer with ID '%' does not exist.",
		),
	],
)
def test_what_is_refused(customer, address, values, error, sentence):
	home = address(customer)
	values = {key: customer.name if value == "CUSTOMER" else value for key, value in values.items()}
	with pytest.raises(error) as raised:
		update_address(**values)
	assert str(raised.value) == sentence
	frappe.db.rollback()
	assert lines(home) == "Way 1"


def test_a_customer_without_an_address(customer):
	with pytest.raises(
		frappe.DoesNotExistError, match=f"^No address found for customer ID '{customer.name}'\\.$"
	):
		update_address(customer_id=customer.name, city="Sur")


def test_over_http(over_http, shop, customer, address):
	home = address(customer)
	values = {"customer_id": customer.name, "address_line1": "Way 7"}
	for who in (None, "Sales Manager", "Medusa Manager"):
		answer = over_http.call("update_address", headers=shop.sign_in(who) if who else None, **values)
		assert (answer.status_code, answer.json()["error"]) == (403, "Not permitted.")
	answer = over_http.call("update_address", headers=shop.sign_in("Medusa Storefront"), **values)
	assert (answer.status_code, answer.json()["message"]) == (200, DONE)
	frappe.db.rollback()
	assert lines(home) == "Way 7"

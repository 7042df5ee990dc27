"""A visitor is registered, becomes a Lead and a Customer, is linked: in two processes at the same moment,
once.
"""

from __future__ import annotations

import threading

import frappe
import pytest

from medusa_integration.customers.conversion import lead_to_customer
from medusa_integration.customers.lead import insert_lead, insert_waiting_leads
from medusa_integration.customers.otp.store import WrongCode
from medusa_integration.customers.otp.verification import verify_otp
from medusa_integration.customers.sign_up import login, sign_up
from medusa_integration.utils import link_medusa_lead
from tests.support.visitors import PERSON

API = "medusa_integration.api"
CONVERSION = "medusa_integration.customers.conversion.lead_to_customer"
LINKING = "medusa_integration.utils.link_medusa_lead"
BILL = "tests.support.addresses.bill"
ROUNDS = 3


def with_id(doctype, medusa_id):
	frappe.db.rollback()
	return frappe.get_all(doctype, {"medusa_id": medusa_id}, pluck="name")


@pytest.fixture
def ids(visitors, shop):
	"""Ids that Medusa might give."""
	return [f"cus_{shop.mark}{number}" for number in range(ROUNDS)]


@pytest.fixture
def leads(visitors, ids):
	"""Leads of registrations."""
	values = {"first_name": "Shop", "last_name": "Visitor"}
	made = [
		visitors.site.new(
			"Lead",
			company_name=visitors.shop.name("Twice"),
			email_id=visitors.address(),
			medusa_id=medusa_id,
			**values,
		)
		for medusa_id in ids
	]
	frappe.db.commit()
	return made


@pytest.fixture
def clinics(visitors):
	"""Customers who bought before there was a shop, two for each round."""
	made = [
		visitors.site.new("Customer", customer_name=visitors.shop.name("Clinic")) for _ in range(2 * ROUNDS)
	]
	frappe.db.commit()
	return made


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_sign_up(visitors, shop, together):
	"""Both are at Medusa before it has answered either: one account, one task, one Lead, one mail."""
	addresses = [visitors.address() for _ in range(ROUNDS)]
	requests = [{**PERSON, "email": address, "otp": visitors.code(address)} for address in addresses]
	both = threading.Barrier(2)
	shop.medusa.on("POST", "/store/signup", lambda _request: both.wait(300))
	rounds = together(f"{API}.sign_up", *requests)
	assert not both.broken

	accounts = {row["email"]: row["id"] for row in shop.medusa.app.customers}
	assert len(list(shop.medusa.app.customers)) == len(accounts) == ROUNDS
	for address, outcomes in zip(addresses, rounds, strict=True):
		for outcome in outcomes:
			assert outcome.get("answer", {}).get("customer_id") == accounts[address], outcomes
	assert shop.tasks() == {"Pending": ROUNDS}
	insert_waiting_leads()
	for address, request in zip(addresses, requests, strict=True):
		assert len(with_id("Lead", accounts[address])) == 1
		assert len([mail for mail in visitors.mails(address) if "Registration" in mail[0]]) == 1
		with pytest.raises(WrongCode):
			sign_up(**request)
		# the password that is kept is the account's
		assert (
			login(email=address, otp=visitors.code(address, login=True))["customer_id"] == accounts[address]
		)
	assert len(list(shop.medusa.app.customers)) == ROUNDS


def test_send_otp(visitors, together):
	"""For an address that was never seen: one row, one mail with the code that counts,
	and the other has to wait.
	"""
	visitors.configure(otp_resend_seconds=300)
	addresses = [visitors.address() for _ in range(ROUNDS)]
	rounds = together(f"{API}.send_otp", *({"email": one, "isLogin": False} for one in addresses))
	for address, outcomes in zip(addresses, rounds, strict=True):
		assert sorted(outcomes, key=str) == [
			{"answer": {"message": "OTP sent successfully", "isSuccess": 1}},
			{"error": "RateLimitExceededError", "text": "Please wait before requesting another OTP."},
		]
		assert len(visitors.mails(address)) == 1
		assert frappe.db.count("Email OTP", {"email": address}) == 1
		assert verify_otp(email=address, user_otp=visitors.code_in_mail(address))["otp_name"]


def test_login(visitors, together):
	"""A code opens the door for one of two."""
	addresses = [visitors.address() for _ in range(ROUNDS)]
	for address in addresses:
		visitors.register(address)
	requests = [{"email": one, "otp": visitors.code(one, login=True)} for one in addresses]
	for outcomes in together(f"{API}.login", *requests):
		refused = {"error": "AuthenticationError", "text": "Invalid email, password or OTP"}
		assert outcomes.count(refused) == 1, outcomes
		(done,) = [one["answer"] for one in outcomes if "answer" in one]
		assert done["token"]


def test_the_same_address(visitors, leads, together):
	"""Two requests with one address that was never seen make one Address."""
	ship = {"country_code": "om", "address_1": "Way 8", "city": "Sohar"}
	calls = [{"medusa_id": lead.medusa_id, "data": ship} for lead in leads]
	for lead, outcomes in zip(leads, together(BILL, *calls), strict=True):
		links = {"link_name": lead.name, "parenttype": "Address"}
		(name,) = frappe.get_all("Dynamic Link", links, pluck="parent")
		assert outcomes == [{"answer": name}] * 2


ORDERED = "tests.support.addresses.order_address"
DESK = "tests.support.addresses.order_address_or_desk"


def addresses_of(customer: str) -> list[str]:
	frappe.db.rollback()
	links = {"link_doctype": "Customer", "link_name": customer, "parenttype": "Address"}
	return frappe.get_all("Dynamic Link", links, pluck="parent")


def both_orders(*pairs: tuple[str, str]) -> tuple[dict, dict]:
	"""The calls of two processes, of which the first is quicker: customers, and the titles of addresses."""
	first, second = ({"customer": customer, "title": title} for customer, title in pairs)
	return {**first, "is_first": True}, {**second, "is_first": False}


@pytest.mark.parametrize("path", [ORDERED, DESK])
def test_an_address_that_others_make_at_the_moment_is_used(visitors, clinics, together, shop, path):
	"""Two orders of one customer; or an order, while a user enters the same Address at Desk."""
	customer, title = clinics[0].name, shop.name("Anna")
	(outcomes,) = together(path, both_orders((customer, title), (customer, title)))
	(name,) = addresses_of(customer)
	assert outcomes == [{"answer": name}] * 2
	assert visitors.site.errors() == []


def test_two_customers_of_one_name(visitors, clinics, together, shop):
	"""Frappe calls both Addresses after the person."""
	title, customers = shop.name("Anna"), [clinics[0].name, clinics[1].name]
	(outcomes,) = together(ORDERED, both_orders(*((customer, title) for customer in customers)))
	for customer, outcome in zip(customers, outcomes, strict=True):
		(name,) = addresses_of(customer)
		assert outcome == {"answer": name}
	assert visitors.site.errors() == []


def test_two_registrations_of_one_name(visitors, ids, together):
	"""ERPNext makes a Contact of each, and calls both after the person."""
	person = {**PERSON, "first_name": visitors.shop.name("Anna")}
	calls = tuple(
		{"data": {**person, "id": medusa_id, "email": visitors.address()}, "is_first": number == 0}
		for number, medusa_id in enumerate(ids[:2])
	)
	(outcomes,) = together("tests.support.addresses.lead_and_contact", calls)
	names = [with_id("Lead", call["data"]["id"]) for call in calls]
	assert outcomes == [{"answer": name} for (name,) in names]
	contacts = [frappe.get_all("Contact", {"email_id": call["data"]["email"]}) for call in calls]
	assert [len(found) for found in contacts] == [1, 1]


def test_wrong_entries(visitors, together):
	"""Of an address that has no row yet, and of one that has a code: none is lost, and none is an error."""
	addresses = [visitors.address() for _ in range(ROUNDS)]
	visitors.code(addresses[0])
	before = [0 if frappe.db.exists("Email OTP", {"email": one}) else 1 for one in addresses]
	assert before == [0, 1, 1]
	wrong = {"otp_name": None, "message": "Invalid OTP or email"}
	rounds = together(f"{API}.verify_otp", *({"email": one, "user_otp": "000000"} for one in addresses))
	assert rounds == [[{"answer": wrong}] * 2] * ROUNDS
	assert visitors.row(addresses[0]).attempts == 2
	for address in addresses[1:]:
		assert frappe.db.count("Email OTP", {"email": address}) == 1


def test_insert_lead(visitors, ids, together):
	"""One Lead, one Contact; both answer its name."""
	data = [{**PERSON, "id": medusa_id, "email": visitors.address()} for medusa_id in ids]
	rounds = together(f"{API}.insert_lead", *({"data": one} for one in data))
	for one, outcomes in zip(data, rounds, strict=True):
		(name,) = with_id("Lead", one["id"])
		assert outcomes == [{"answer": name}] * 2
		assert frappe.db.count("Contact", {"email_id": one["email"]}) == 1
		assert insert_lead(one) == name
		frappe.db.commit()
		assert with_id("Lead", one["id"]) == [name]
	assert not frappe.get_all("Medusa Sync Task", {"lane": "lead", "status": ("!=", "Synced")})


def test_conversion(visitors, leads, together):
	"""One Customer; both answer its name."""
	rounds = together(CONVERSION, *({"lead": lead.name} for lead in leads))
	for lead, outcomes in zip(leads, rounds, strict=True):
		(name,) = with_id("Customer", lead.medusa_id)
		assert outcomes == [{"answer": name}] * 2
		assert lead_to_customer(lead.name) == name
		frappe.db.commit()
		assert frappe.get_all("Customer", {"lead_name": lead.name}, pluck="name") == [name]


def test_linking(visitors, leads, clinics, together):
	"""The same pair twice is linked once; one Lead and two Customers: the second is refused."""
	done = {"answer": {"status": "success"}}
	rounds = together(
		LINKING,
		*({"customer": one.name, "lead": lead.name} for one, lead in zip(clinics, leads, strict=False)),
	)
	assert rounds == [[done] * 2] * ROUNDS
	for clinic, lead in zip(clinics, leads, strict=False):
		assert with_id("Customer", lead.medusa_id) == [clinic.name]
		modified = frappe.db.get_value("Customer", clinic.name, "modified")
		assert link_medusa_lead(clinic.name, lead.name) == done["answer"]
		assert frappe.db.get_value("Customer", clinic.name, "modified") == modified


def test_two_customers_and_one_lead(visitors, leads, clinics, together):
	"""One gets the account, the other is told whose it is."""
	pairs = [
		tuple({"customer": clinic.name, "lead": lead.name} for clinic in clinics[2 * i : 2 * i + 2])
		for i, lead in enumerate(leads)
	]
	for pair, lead, outcomes in zip(pairs, leads, together(LINKING, *pairs), strict=True):
		(winner,) = with_id("Customer", lead.medusa_id)
		assert winner in [one["customer"] for one in pair]
		refused = outcomes[winner == pair[0]["customer"]]
		assert refused == {
			"error": "ValidationError",
			"text": f"This Medusa Lead is already linked to another Customer: {winner}",
		}
		assert {"answer": {"status": "success"}} in outcomes

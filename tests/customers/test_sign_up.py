"""Signing up: the code, Medusa, the Lead, the welcome; and what is refused."""

from __future__ import annotations

import json

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration.api import insert_lead, sign_up
from medusa_integration.customers.otp.store import WrongCode
from medusa_integration.exceptions import NotConnected, ValidationError
from tests.support.medusa import both_generations
from tests.support.visitors import PERSON, TAKEN, customers, leads


@both_generations
@pytest.mark.contract(126, 127, 128, 129, 130, 131)
def test_a_registration_becomes_a_lead(visitors, shop):
	"""Medusa's own sign-up first, then the job with the single argument `data`, which inserts the Lead."""
	address = visitors.address()

	answer = visitors.register(address)

	(request,) = shop.medusa.sent("POST", "/store/signup")
	assert request.headers["Origin"] == "https://shop.example.com"
	assert {key: request.body[key] for key in PERSON} == PERSON
	assert request.body["email"] == address
	assert len(request.body["password"]) >= 16
	(customer,) = customers(shop)
	assert answer["customer_id"] == customer["id"]
	data = {**PERSON, "id": customer["id"], "email": address, "t_c_acceptance": 1}
	if shop.site.is_ours:
		assert visitors.jobs() == [{"data": data}]
	assert leads(customer["id"]) == []

	name = insert_lead(data)
	frappe.db.commit()

	lead = frappe.get_doc("Lead", name)
	assert (lead.first_name, lead.last_name, lead.email_id) == ("Shop", "Visitor", address)
	assert (lead.mobile_no, lead.company_name) == (PERSON["mobile"], PERSON["organization_name"])
	assert (lead.medusa_id, lead.status, lead.t_c_acceptance) == (customer["id"], "Lead", 1)
	assert (lead.get("source") or lead.get("utm_source")) == "Alfarsi Website"
	assert shop.task(name, "Lead").status == "Synced"
	assert shop.task(name, "Lead").payload is None


@both_generations
def test_a_stock_server_takes_its_own_routes(visitors, shop):
	"""With both routes empty; a repeated login finds the customer's id by the token."""
	visitors.configure(sign_up_route=None, login_route=None)
	address = visitors.address()

	answer = visitors.register(address)

	assert answer["customer_id"] == customers(shop)[0]["id"]
	assert "password_hash" not in json.dumps(answer)
	assert not shop.medusa.sent("POST", "/store/signup")


def test_the_welcome_goes_out(visitors):
	"""One mail, with the names escaped."""
	address = visitors.address()
	visitors.register(address, first_name='Shop & "Co"')
	subject, text = visitors.mails(address)[-1]
	assert subject == "Registration successful - Bright Smile"
	assert "Shop &amp; " in text and "Shop & " not in text


@pytest.mark.parametrize("setting", ["", "mail_server"])
def test_texts_of_the_site_replace_ours(visitors, setting):
	template = {"doctype": "Email Template", "name": f"Welcome {visitors.shop.mark}", "use_html": 1}
	template |= {"subject": "Hello {{ first_name }}", "response_html": "<p>{{ organization_name }}</p>"}
	template = visitors.site.added(frappe.get_doc(template).insert())
	visitors.configure(welcome_template=template.name)
	address = visitors.address()
	visitors.register(address, organization_name="A & B")
	subject, text = visitors.mails(address)[-1]
	assert subject == "Hello Shop"
	assert "A &amp; B" in text


def test_terms_have_to_be_accepted(visitors, shop):
	address = visitors.address()
	values = {**PERSON, "t_c_acceptance": False}
	with pytest.raises(ValidationError, match=r"^Terms and conditions must be accepted\.$"):
		sign_up(email=address, otp="123456", **values)
	assert shop.medusa.requests == []


def test_a_wrong_code_reaches_nobody(visitors, shop):
	address = visitors.address()
	code = visitors.code(address)
	wrong = f"{(int(code) + 1) % 10**6:06}"
	with pytest.raises(WrongCode, match=r"^Invalid OTP or email$"):
		sign_up(email=address, otp=wrong, **PERSON)
	assert shop.medusa.requests == []


def test_a_code_signs_up_once(visitors, shop):
	address = visitors.address()
	code = visitors.code(address)
	sign_up(email=address, otp=code, **PERSON)
	frappe.db.commit()
	with pytest.raises(WrongCode):
		sign_up(email=address, otp=code, **PERSON)
	assert len(customers(shop)) == 1


def test_a_registered_address_is_told_so(visitors, shop):
	"""With a code of its own; Medusa is not asked again."""
	address = visitors.address()
	visitors.register(address)
	code = visitors.code(address, login=True)
	with pytest.raises(frappe.DuplicateEntryError, match=TAKEN):
		sign_up(email=address, otp=code, **PERSON)
	assert len(shop.medusa.sent("POST", "/store/signup")) == 1


@both_generations
@pytest.mark.parametrize("route", ["/store/signup", None])
def test_an_account_that_somebody_has_made_in_the_shop(visitors, shop, route):
	"""Medusa knows the address and this site does not: it stays whose it is."""
	address = visitors.address()
	visitors.register(address)
	for doctype in ("Email OTP", "Medusa Sync Task"):
		frappe.db.delete(doctype, {"creation": (">=", visitors.site.started_at)})
	frappe.db.commit()
	visitors.configure(sign_up_route=route, login_route=route and "/store/login")
	for _time in range(2):
		code = visitors.code(address)
		with pytest.raises(frappe.DuplicateEntryError, match=TAKEN):
			sign_up(email=address, otp=code, **PERSON)
		frappe.db.rollback()
	assert len(customers(shop)) == 1
	assert visitors.row(address).logged_in == 0


def test_what_medusa_refuses_is_told_in_its_words(visitors, shop):
	address = visitors.address()
	code = visitors.code(address)
	body = json.dumps({"type": "invalid_data", "message": "The clinic is closed", "stack": "secret"}).encode()
	shop.medusa.fail("POST", "/store/signup", faults.status(400, body=body))
	with pytest.raises(frappe.ValidationError, match=r"^The clinic is closed$") as error:
		sign_up(email=address, otp=code, **PERSON)
	assert error.value.http_status_code == 400
	frappe.db.rollback()
	assert sign_up(email=address, otp=code, **PERSON)["customer_id"]


@pytest.mark.parametrize("values", [{"enable": 0}, {"url": None}])
def test_a_site_without_medusa(visitors, shop, values):
	shop.set(**values)
	with pytest.raises(NotConnected, match=r"^Medusa integration is disabled\.$") as error:
		sign_up(email=visitors.address(), otp="123456", **PERSON)
	assert error.value.http_status_code == 503


def test_a_pause_is_about_the_administrator_only(visitors, shop):
	shop.set(paused=1, pause_reason="Wrong password")
	assert visitors.register()["customer_id"]

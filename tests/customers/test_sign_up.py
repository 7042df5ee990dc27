"""Signing up: the code, Medusa, the Lead; what is refused, and what becomes of it when Medusa is away."""

from __future__ import annotations

import json

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration.api import insert_lead, sign_up
from medusa_integration.customers.lead import insert_waiting_leads
from medusa_integration.customers.otp import store as codes
from medusa_integration.customers.otp.store import WrongCode
from medusa_integration.exceptions import MedusaRejected, MedusaTimedOut, NotConnected, ValidationError
from tests.support.visitors import PERSON

both_generations = pytest.mark.parametrize("generation", ["v1", "v2"])
TAKEN = "This email is already registered. Kindly login"


def customers(shop) -> list[dict]:
	return list(shop.medusa.app.customers)


def leads(medusa_id) -> list[str]:
	return frappe.get_all("Lead", {"medusa_id": medusa_id}, pluck="name")


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


# -- refused -------------------------------------------------------------------------------------------------


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


# -- Medusa is away ------------------------------------------------------------------------------------------

TROUBLE = {
	"down": (None, MedusaRejected),
	"500": (faults.status(500), MedusaRejected),
	"page": (faults.html(502), MedusaRejected),
	"504": (faults.status(504), MedusaTimedOut),
	"no id": (faults.status(200, body=b'{"message": "ok"}'), MedusaRejected),
	"not found": (faults.html(404), MedusaRejected),
	"busy": (faults.too_many_requests(60), frappe.RateLimitExceededError),
	"lost answer": (faults.lost_answer(), MedusaRejected),
	"cut off": (faults.truncated(), MedusaRejected),
	"timed out": (faults.late_answer(3600), MedusaTimedOut),
}


@both_generations
@pytest.mark.parametrize("route", ["/store/signup", None], ids=["extended", "stock"])
@pytest.mark.parametrize("what", TROUBLE)
def test_trouble_leaves_the_code_usable_and_loses_nothing(visitors, shop, give_up, what, route):
	"""Also where Medusa has made the account and its answer was lost: the same account is found again."""
	visitors.configure(sign_up_route=route, login_route=route and "/store/login")
	address = visitors.address()
	code = visitors.code(address)
	fault, expected = TROUBLE[what]
	if fault:
		shop.medusa.fail("POST", route or "/store/customers", fault, times=1)
		if fault.hold:
			shop.medusa.on("POST", route or "/store/customers", give_up, "applied", times=1)
	else:
		shop.medusa.stop()
	with pytest.raises(expected):
		sign_up(email=address, otp=code, **PERSON)
	frappe.db.rollback()
	assert frappe.db.count("Lead", {"email_id": address}) == 0
	assert shop.tasks() == {}
	assert visitors.row(address).logged_in == 0

	shop.medusa.start()
	answer = sign_up(email=address, otp=code, **PERSON)
	frappe.db.commit()

	assert [row["id"] for row in customers(shop)] == [answer["customer_id"]]
	assert visitors.row(address).medusa_id == answer["customer_id"]
	assert shop.tasks() == {"Pending": 1}
	failures = shop.log(status="Failure")
	assert failures or what == "no id"


def test_the_code_of_a_new_mail_finds_the_account_of_a_lost_answer(visitors, shop):
	"""The first code has ended meanwhile; the account is opened all the same."""
	address = visitors.address()
	code = visitors.code(address)
	shop.medusa.fail("POST", "/store/signup", faults.lost_answer())
	with pytest.raises(MedusaRejected):
		sign_up(email=address, otp=code, **PERSON)
	frappe.db.rollback()
	answer = visitors.register(address)
	assert [row["id"] for row in customers(shop)] == [answer["customer_id"]]


# -- twice at once -------------------------------------------------------------------------------------------


@both_generations
def test_signing_up_twice_at_once_does_it_once(visitors, shop):
	"""The second comes while the first waits for Medusa."""
	address = visitors.address()
	code = visitors.code(address)
	second = []

	def again(_request) -> None:
		def work():
			try:
				second.append(sign_up(email=address, otp=code, **PERSON))
				frappe.db.commit()
			except frappe.DuplicateEntryError as error:
				second.append(str(error))

		shop.elsewhere(work)

	shop.medusa.on("POST", "/store/signup", again, times=1)
	first = sign_up(email=address, otp=code, **PERSON)
	frappe.db.commit()

	assert [row["id"] for row in customers(shop)] == [first["customer_id"]]
	assert second[0] == TAKEN or second[0]["customer_id"] == first["customer_id"]
	assert shop.tasks() == {"Pending": 1}
	assert len([mail for mail in visitors.mails(address) if "Registration" in mail[0]]) == 1


def test_what_another_request_keeps_meanwhile_is_used(visitors, shop, monkeypatch):
	"""It had the row when this one wanted it: both go to Medusa with one password."""
	address = visitors.address()
	code, row, row_of = visitors.code(address), visitors.row(address), codes.row_of

	def after_the_other(email: str, *, lock: bool = False):
		if lock:
			monkeypatch.setattr(codes, "row_of", row_of)
			shop.elsewhere(lambda: (codes.keep_password(row, "of the other one"), frappe.db.commit()))
		return row_of(email, lock=lock)

	monkeypatch.setattr(codes, "row_of", after_the_other)
	sign_up(email=address, otp=code, **PERSON)
	frappe.db.commit()

	assert shop.medusa.sent("POST", "/store/signup")[0].body["password"] == "of the other one"
	assert codes.stored_password(row) == "of the other one"


def test_a_customer_is_given_to_one_account(visitors, shop, monkeypatch):
	"""Somebody else is linked to it while Medusa is asked: this one becomes a Lead."""
	monkeypatch.setattr("medusa_integration.customers.sign_up.is_shop", lambda: True)
	customer = visitors.site.new("Customer", customer_name=shop.name("Clinic"))
	frappe.db.commit()
	other = {"medusa_id": f"cus_{shop.mark}"}

	def link(_request) -> None:
		shop.elsewhere(lambda: (frappe.db.set_value("Customer", customer.name, other), frappe.db.commit()))

	shop.medusa.on("POST", "/store/signup", link, times=1)

	medusa_id = visitors.register(erp_customer_id=customer.name)["customer_id"]

	assert frappe.db.get_value("Customer", customer.name, "medusa_id") == other["medusa_id"]
	insert_waiting_leads()
	assert len(leads(medusa_id)) == 1

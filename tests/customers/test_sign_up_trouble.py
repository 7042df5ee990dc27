"""Signing up while Medusa is away, twice at once, or for a customer whom somebody else gets."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration.api import sign_up
from medusa_integration.customers.lead import insert_waiting_leads
from medusa_integration.customers.otp import store as codes
from medusa_integration.exceptions import MedusaRejected, MedusaTimedOut
from tests.support.medusa import both_generations
from tests.support.visitors import PERSON, TAKEN, customers, leads

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

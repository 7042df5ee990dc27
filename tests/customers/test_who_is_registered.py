"""Nobody finds out who is registered: neither by what is answered nor by what is done before."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import now_datetime

from medusa_integration.api import login, send_otp, send_password_reset_email, verify_otp
from medusa_integration.customers.sign_up import RESET_JOB

SENT = {"status": "success", "message": "Email sent"}


@pytest.fixture
def people(visitors, shop):
	"""E-mail addresses of people, by what this site knows of them."""
	site = visitors.site
	registered, of_lead, of_contact, asked, unknown = (visitors.address() for _ in range(5))
	visitors.register(registered)
	site.new("Lead", first_name="A", email_id=of_lead, medusa_id=f"cus_lead_{shop.mark}")
	customer = site.new("Customer", customer_name=shop.name("Clinic"), medusa_id=f"cus_{shop.mark}")
	site.new(
		"Contact",
		first_name="B",
		links=[{"link_doctype": "Customer", "link_name": customer.name}],
		email_ids=[{"email_id": of_contact, "is_primary": 1}],
	)
	send_otp(email=asked, isLogin=True)
	frappe.db.commit()
	return {
		"registered": registered,
		"of a Lead": of_lead,
		"of a Contact": of_contact,
		"has asked": asked,
		"unknown": unknown,
	}


def kinds(queries: list[str]) -> list[str]:
	"""The statements by verb alone."""
	return [" ".join(query.split()[:1]).upper() for query in queries]


def alike(statements: dict[str, list[str]]) -> bool:
	"""An insert takes the place of an update for the first row of an address."""
	rows = {who: [verb.replace("INSERT", "UPDATE") for verb in verbs] for who, verbs in statements.items()}
	return len({tuple(verbs) for verbs in rows.values()}) == 1


@pytest.mark.parametrize("is_login", [True, False])
@pytest.mark.parametrize("template", [False, True])
def test_asking_for_a_code_costs_the_same(visitors, people, query_counter, is_login, template):
	"""The first time and the second; with the built-in text and the site's."""
	if template:
		values = {"subject": "{{ otp }}", "response": "{{ otp }}", "name": visitors.shop.name("Code")}
		document = visitors.site.new("Email Template", **values)
		visitors.configure(otp_template=document.name)
	send_otp(email=visitors.address(), isLogin=is_login)  # whatever is cached from now on
	frappe.db.commit()
	for _time in range(2):
		statements, answers = {}, []
		for who, email in people.items():
			with query_counter() as queries:
				answers.append(send_otp(email=email, isLogin=is_login))
				frappe.db.commit()
			statements[who] = kinds(queries)
		assert answers == [{"message": "OTP sent successfully", "isSuccess": 1}] * 5
		assert alike(statements), statements


@pytest.mark.parametrize("way", ["verify", "login"])
def test_entering_a_wrong_code_costs_the_same(visitors, people, query_counter, way):
	"""Whether there is a code, a row or nothing."""
	send_otp(email=people["registered"], isLogin=True)
	frappe.db.commit()

	def enter(email):
		if way == "verify":
			return verify_otp(email=email, user_otp="000000")
		with pytest.raises(frappe.AuthenticationError) as error:
			login(email=email, otp="000000")
		return str(error.value)

	enter(visitors.address())
	for _time in range(2):
		statements, answers = {}, set()
		for who, email in people.items():
			with query_counter() as queries:
				answers.add(str(enter(email)))
			frappe.db.rollback()
			statements[who] = kinds(queries)
		assert len(answers) == 1
		assert alike(statements), statements


def test_a_link_for_a_password_costs_the_same(visitors, people, query_counter, monkeypatch):
	"""Whether there is an account is found out by a job, which is the same for all."""
	jobs, statements = [], {}
	monkeypatch.setattr(frappe, "enqueue", lambda method, **options: jobs.append((method, options)))
	for who, email in people.items():
		with query_counter() as queries:
			assert send_password_reset_email(email=email, token="abc") == SENT
			frappe.db.commit()
		statements[who] = queries
		assert visitors.mails(email) == [] or who in ("registered", "has asked")
	assert len({tuple(queries) for queries in statements.values()}) == 1
	assert [method for method, _options in jobs] == [RESET_JOB] * 5
	for (_method, options), email in zip(jobs, people.values(), strict=True):
		assert options.pop("email") == email
		assert options.pop("token") != "abc"
		assert options == {"queue": "short"}


def test_the_link_goes_out_where_there_is_no_queue(visitors, people, monkeypatch):
	def away(method, **options):
		raise ConnectionRefusedError

	with monkeypatch.context() as patch:
		patch.setattr(frappe, "enqueue", away)
		for email in people.values():
			assert send_password_reset_email(email=email, token="abc") == SENT
		frappe.db.commit()
	found = {
		who: any("confirm_password?token=abc" in text for _subject, text in visitors.mails(email))
		for who, email in people.items()
	}
	assert found == {
		"registered": True,
		"of a Lead": True,
		"of a Contact": True,
		"has asked": False,
		"unknown": False,
	}


def test_what_is_left_of_wrong_entries_goes(visitors):
	"""An address that never asked for a code has a row only for some days."""
	from medusa_integration.api import expire_otps

	address = visitors.address("nobody")
	verify_otp(email=address, user_otp="000000")
	row = visitors.row(address)
	assert (row.status, row.otp_hash, row.attempts, row.logged_in) == ("Expired", None, 1, 0)
	long_ago = frappe.utils.add_days(now_datetime(), -8)
	frappe.db.set_value("Email OTP", row.name, "expiration_time", long_ago)
	expire_otps()
	assert not frappe.db.exists("Email OTP", row.name)

"""How often: nobody is shut out by what others do, and nobody guesses without end."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.customers.otp import store as codes
from tests.support.visitors import PERSON

SENT = {"message": "OTP sent successfully", "isSuccess": 1}
VERIFIED = "OTP verified successfully"
INVALID = "Invalid OTP or email"
OWNER = "198.51.100.250"


@pytest.fixture
def ask(over_http):
	"""`ask(address, endpoint, ...)` calls as a guest from this address of the internet."""

	def ask(address, endpoint, headers=None, **values):
		headers = {"X-Forwarded-For": address, **(headers or {})}
		return over_http.call(endpoint, headers=headers, **values)

	return ask


def other_than(code: str, by: int = 1) -> str:
	return f"{(int(code) + by) % 10**6:06}"


@pytest.fixture
def customer(visitors):
	"""(e-mail address, password) of somebody who is registered."""
	address = visitors.address()
	visitors.register(address)
	return address, codes.stored_password(visitors.row(address))


def test_wrong_logins_of_others_do_not_lock_the_owner_out(ask, over_http, customer):
	email, password = customer
	over_http.configure(auth_attempts_per_hour=20)
	for number in range(20):
		answer = ask(f"198.51.100.{number}", "login", email=email, password="wrong")
		assert answer.status_code == 401
	# and what the same machine guesses comes to an end
	for _try in range(19):
		assert ask("198.51.100.0", "login", email=email, password="wrong").status_code == 401
	assert ask("198.51.100.0", "login", email=email, password="wrong").status_code == 429
	assert ask("198.51.100.0", "login", email=over_http.address(), password="wrong").status_code == 429
	answer = ask(OWNER, "login", email=email, password=password)
	assert answer.status_code == 200, answer.text


def test_right_logins_are_not_counted(ask, over_http, customer):
	email, password = customer
	over_http.configure(auth_attempts_per_hour=2)
	for _time in range(5):
		assert ask(OWNER, "login", email=email, password=password).status_code == 200


def test_failures_through_the_shop_are_counted_by_its_visitor(ask, over_http, customer, shop):
	"""If it says who that is; else by the e-mail address, as all that there is to tell them apart."""
	email, password = customer
	over_http.configure(auth_attempts_per_hour=2)
	headers = shop.sign_in("Medusa Storefront")
	for number in range(4):
		visitor = f"198.51.100.{number}, 10.0.0.9"
		assert ask(visitor, "login", headers, email=email, password="wrong").status_code == 401
	assert ask(f"{OWNER}, 10.0.0.9", "login", headers, email=email, password=password).status_code == 200
	for status in (401, 401, 429):
		assert ask("10.0.0.9", "login", headers, email=email, password="wrong").status_code == status
	other = over_http.address()
	assert ask("10.0.0.9", "login", headers, email=other, password="wrong").status_code == 401


def test_requests_of_others_do_not_keep_the_owner_from_a_code(ask, over_http, customer):
	"""Nor what they ask for: a sign-up is told that there is an account, and ends no code."""
	email, _password = customer
	over_http.configure(otp_requests_per_hour=5)
	code = None
	for number in range(8):
		assert ask(f"198.51.100.{number}", "send_otp", email=email, isLogin=1).json()["message"] == SENT
		code = code or over_http.code_in_mail(email)
		assert ask(f"198.51.100.{number}", "send_otp", email=email, isLogin=0).json()["message"] == SENT
	assert ask(OWNER, "send_otp", email=email, isLogin=1).json()["message"] == SENT
	assert over_http.row(email).sent_count == 18
	answer = ask(OWNER, "login", email=email, otp=code)
	assert answer.status_code == 200, answer.text


def test_the_pause_between_two_is_for_each_purpose(ask, over_http, customer):
	"""What others want of the address does not make its owner wait for a code."""
	email, _password = customer
	over_http.configure(otp_resend_seconds=300)
	frappe.db.set_value("Email OTP", {"email": email}, "sign_up_sent_at", None)
	frappe.db.commit()
	assert ask("198.51.100.1", "send_otp", email=email, isLogin=0).status_code == 200
	assert ask(OWNER, "send_otp", email=email, isLogin=1).status_code == 200
	code = over_http.code_in_mail(email)
	answer = ask("198.51.100.1", "send_otp", email=email, isLogin=0)
	assert (answer.status_code, answer.json()["error"]) == (429, "Please wait before requesting another OTP.")
	assert ask(OWNER, "login", email=email, otp=code).status_code == 200


def test_thirty_codes_to_thirty_people(ask, over_http):
	"""From one machine that writes another address into each request: five."""
	over_http.configure(otp_requests_per_hour=5)
	statuses = [
		ask(f"203.0.113.{number}, 198.51.100.1", "send_otp", email=over_http.address(), isLogin=0).status_code
		for number in range(30)
	]
	assert statuses == [200] * 5 + [429] * 25


def test_mails_to_strangers_of_the_whole_site(ask, over_http, customer):
	"""From however many machines; a sign-up is refused whoever it is for, and customers get their codes."""
	email, _password = customer
	frappe.cache.delete_keys("rl:")
	over_http.configure(mails_to_strangers_per_hour=3)
	for number in range(3):
		answer = ask(f"198.51.100.{number}", "send_otp", email=over_http.address(), isLogin=0)
		assert answer.status_code == 200
	for address in (over_http.address(), email):
		answer = ask("198.51.100.9", "send_otp", email=address, isLogin=0)
		assert (answer.status_code, answer.json()["error"]) == (
			429,
			"Too many requests. Please try again later.",
		)
	assert frappe.db.count("Email OTP", {"email": ("like", f"visitor-{over_http.shop.mark}%")}) == 4
	strangers = [over_http.address("nobody") for _ in range(4)]
	for number, address in enumerate(strangers):
		answer = ask(f"198.51.100.{number}", "send_otp", email=address, isLogin=1)
		assert answer.json()["message"] == SENT
	assert [len(over_http.mails(address)) for address in strangers] == [1, 1, 1, 0]
	assert ask(OWNER, "send_otp", email=email, isLogin=1).json()["message"] == SENT
	assert ask(OWNER, "login", email=email, otp=over_http.code_in_mail(email)).status_code == 200


# -- guessing a code -----------------------------------------------------------------------------------------


def entered(ask, address, email, code):
	return ask(address, "verify_otp", email=email, user_otp=code).json()["message"]["message"]


def test_wrong_entries_of_others_do_not_end_a_code(ask, over_http):
	"""They end it for whoever makes them, until that caller asks for it again."""
	email = over_http.address()
	code = over_http.code(email)
	for number in range(4):
		for guess in range(1, 7):
			assert entered(ask, f"198.51.100.{number}", email, other_than(code, guess)) == INVALID
	assert over_http.row(email).attempts == 20
	assert entered(ask, "198.51.100.0", email, code) == INVALID
	assert entered(ask, OWNER, email, code) == VERIFIED
	assert entered(ask, "198.51.100.1", email, code) == INVALID
	assert ask("198.51.100.1", "send_otp", email=email, isLogin=0).status_code == 200
	assert entered(ask, "198.51.100.1", email, code) == VERIFIED
	answer = ask(OWNER, "sign_up", email=email, otp=code, **PERSON)
	assert answer.status_code == 200, answer.text


def test_a_code_ends_after_so_many_wrong_entries_of_all(ask, over_http):
	"""Twenty times those of one address, which bounds what many can guess. Another is had at once."""
	over_http.configure(otp_max_attempts=1)
	email = over_http.address()
	code = over_http.code(email)
	for number in range(19):
		assert entered(ask, f"198.51.100.{number}", email, other_than(code)) == INVALID
	assert over_http.row(email).status == "Pending"
	assert entered(ask, "198.51.100.19", email, other_than(code)) == INVALID
	row = over_http.row(email)
	assert (row.attempts, row.status, row.otp_hash) == (20, "Expired", None)
	assert entered(ask, OWNER, email, code) == INVALID
	assert ask(OWNER, "send_otp", email=email, isLogin=0).status_code == 200
	assert over_http.row(email).attempts == 0
	assert entered(ask, OWNER, email, over_http.code_in_mail(email)) == VERIFIED


def test_an_open_code_is_mailed_again(visitors):
	"""The same one, with its whole time: no request of others takes it away. Each mail has its own id."""
	address = visitors.address()
	code = visitors.code(address)
	frappe.db.set_value(
		"Email OTP", {"email": address}, "expiration_time", frappe.utils.add_to_date(None, minutes=1)
	)
	frappe.db.commit()
	before = frappe.utils.now_datetime()
	assert visitors.code(address) == code
	sent_at = frappe.utils.add_to_date(visitors.row(address).expiration_time, minutes=-10)
	assert before <= sent_at <= frappe.utils.now_datetime()
	ids = frappe.get_all(
		"Email Queue",
		filters=[["Email Queue Recipient", "recipient", "=", address]],
		pluck="message_id",
	)
	assert len(set(ids)) == 2


def test_a_code_that_was_used_or_is_too_old_is_not_mailed_again(visitors):
	address = visitors.address()
	first = visitors.code(address)
	frappe.db.set_value("Email OTP", {"email": address}, "expiration_time", "2020-01-01 00:00:00")
	frappe.db.commit()
	salt = visitors.row(address).salt
	visitors.code(address)
	assert visitors.row(address).salt != salt
	assert not any(first in text for _subject, text in visitors.mails(address)[:-1])

"""One-time passwords: who gets one, what counts against it, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from medusa_integration.api import get_otp, login, send_otp, sign_up, verify_otp
from medusa_integration.customers.otp import store as codes
from medusa_integration.exceptions import ValidationError
from tests.support.visitors import PERSON

WRONG = {"otp_name": None, "message": "Invalid OTP or email"}


def other_than(code: str, by: int = 1) -> str:
	return f"{(int(code) + by) % 10**6:06}"


def verified(address, code):
	answer = verify_otp(email=address, user_otp=code)
	frappe.db.commit()
	return answer


def test_a_code_is_verified(visitors):
	"""The mail says how long it is valid; entering it twice is the same."""
	visitors.configure(otp_validity_minutes=7)
	address = visitors.address()
	code = visitors.code(address)
	subject, text = visitors.mails(address)[0]
	assert subject == "Your OTP for Verification"
	assert "7 minutes" in text and "Bright Smile" in text
	row = visitors.row(address)
	left = row.expiration_time - now_datetime()
	assert timedelta(minutes=6) < left < timedelta(minutes=7)
	for _time in range(2):
		assert verified(address, code) == {"otp_name": row.name, "message": "OTP verified successfully"}
	assert visitors.row(address).status == "Verified"


def test_too_many_wrong_tries(visitors):
	"""After 20 times the wrong entries of one caller, the right code is worth no more than any other.

	One caller's own end is in test_limits: that one ends for this caller alone.
	"""
	visitors.configure(otp_max_attempts=1)
	address = visitors.address()
	code = visitors.code(address)
	for number in range(1, 26):
		assert verify_otp(email=address, user_otp=other_than(code, number)) == WRONG
		# as after an error: the request's transaction is gone, and the count is not
		frappe.db.rollback()
	assert visitors.row(address).attempts == 20
	assert visitors.row(address).status == "Expired"
	assert verified(address, code) == WRONG
	assert visitors.row(address).otp_hash is None


@pytest.mark.parametrize("wrong_way", ["sign_up", "login", "verify"])
def test_each_way_counts(visitors, wrong_way):
	address = visitors.address()
	code = visitors.code(address)
	wrong = other_than(code)
	if wrong_way == "sign_up":
		with pytest.raises(codes.WrongCode):
			sign_up(email=address, otp=wrong, **PERSON)
	elif wrong_way == "login":
		with pytest.raises(frappe.AuthenticationError):
			login(email=address, otp=wrong)
	else:
		verify_otp(email=address, user_otp=wrong)
	frappe.db.rollback()
	assert visitors.row(address).attempts == 1


def test_an_expired_code(visitors):
	address = visitors.address()
	code = visitors.code(address)
	row = visitors.row(address)
	frappe.db.set_value("Email OTP", row.name, "expiration_time", now_datetime() - timedelta(seconds=1))
	frappe.db.commit()
	assert verified(address, code) == WRONG


def test_a_verified_code_ends_with_its_time(visitors):
	address = visitors.address()
	code = visitors.code(address)
	verified(address, code)
	row = visitors.row(address)
	frappe.db.set_value("Email OTP", row.name, "expiration_time", now_datetime() - timedelta(seconds=1))
	frappe.db.commit()
	with pytest.raises(codes.WrongCode):
		sign_up(email=address, otp=code, **PERSON)


def test_a_used_code(visitors):
	address = visitors.address()
	code = visitors.code(address)
	sign_up(email=address, otp=code, **PERSON)
	frappe.db.commit()
	assert verified(address, code) == WRONG


def test_a_new_code_ends_the_old_one(visitors):
	"""Once that has ended by itself; until then it is mailed again, see test_limits."""
	address = visitors.address()
	old = visitors.code(address)
	frappe.db.set_value("Email OTP", {"email": address}, "expiration_time", "2020-01-01 00:00:00")
	frappe.db.commit()
	new = visitors.code(address)
	if old != new:
		assert verified(address, old) == WRONG
	assert verified(address, new)["otp_name"]
	assert frappe.db.count("Email OTP", {"email": address}) == 1


def test_somebody_elses_code(visitors):
	first, second = visitors.address(), visitors.address()
	code = visitors.code(first)
	assert visitors.code(second) is not None
	assert verified(second, code) == WRONG or code == visitors.code_in_mail(second)


def test_two_codes_at_once(visitors, shop):
	"""Two requests for an address that was never seen: one row, one code, and the other has to wait."""
	visitors.configure(otp_resend_seconds=300)
	address = visitors.address()
	assert codes.row_of(address) is None  # this transaction has seen that there is none
	shop.elsewhere(lambda: (send_otp(email=address, isLogin=False), frappe.db.commit()))
	with pytest.raises(frappe.RateLimitExceededError, match=r"Please wait before requesting another OTP\."):
		send_otp(email=address, isLogin=False)
	frappe.db.rollback()
	assert frappe.db.count("Email OTP", {"email": address}) == 1
	assert verified(address, visitors.code_in_mail(address))["otp_name"]


def test_guesses_at_once_are_all_counted(visitors, run_on_site):
	"""From three processes: none of them is lost."""
	address = visitors.address()
	code = visitors.code(address)
	guess = (
		"from medusa_integration.api import verify_otp; "
		f"[verify_otp(email={address!r}, user_otp={other_than(code)!r}) for _ in range(3)]"
	)
	visitors.configure(otp_max_attempts=20)
	for process in [run_on_site(guess) for _ in range(3)]:
		assert process.wait(300) == 0
	assert visitors.row(address).attempts == 9


def test_the_address_is_the_same_in_any_case(visitors):
	address = visitors.address()
	code = visitors.code(address.upper())
	assert verified(f" {address.title()} ", code)["otp_name"]


@pytest.mark.parametrize(
	"address",
	[
		"",
		"x",
		"a@b",
		"a@example.com, b@example.com",
		"A <a@example.com>",
		"a@example.com/b",
		"a@example.com.",
		["a@example.com"],
		5,
		{},
	],
)
def test_what_is_no_address(visitors, address):
	with pytest.raises(ValidationError):
		send_otp(email=address, isLogin=False)


@pytest.mark.parametrize("ending", ["\u200b", "\u0301"])
def test_what_only_the_database_takes_for_the_same_address(visitors, ending):
	"""A space of no width, an accent: nobody asks for a code, or enters one, in somebody else's place."""
	address = visitors.address()
	code = visitors.code(address)
	assert codes.row_of(address + ending)  # found all the same
	with pytest.raises(ValidationError, match=r"^email is not valid\.$"):
		send_otp(email=address + ending, isLogin=False)
	with pytest.raises(ValidationError, match=r"^email is not valid\.$"):
		login(email=address + ending, otp=code)
	assert verified(address, code)["otp_name"]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", None, ["123456"], True])
def test_what_is_no_code(visitors, code):
	with pytest.raises(ValidationError, match="user_otp"):
		verify_otp(email="a@example.com", user_otp=code)


def test_the_same_answer_for_everybody(visitors):
	"""Whoever should not get a code gets a mail that says why, and no code."""
	known, unknown = visitors.address(), visitors.address("nobody")
	visitors.register(known)
	sent = {"message": "OTP sent successfully", "isSuccess": 1}
	assert send_otp(email=unknown, isLogin=True) == sent
	assert send_otp(email=known, isLogin=False) == sent
	assert send_otp(email=known, isLogin=True) == sent
	frappe.db.commit()
	subject, text = visitors.mails(unknown)[-1]
	assert subject == "Your login to Bright Smile" and "<strong>" not in text
	assert visitors.row(unknown).status == "Expired"
	assert visitors.row(known).logged_in == 1
	assert "Your account with Bright Smile" in [subject for subject, _text in visitors.mails(known)]


def test_the_site_may_tell(visitors):
	visitors.configure(reveal_registration_state=1)
	known, unknown = visitors.address(), visitors.address("nobody")
	visitors.register(known)
	told = {"message": "Please kindly register first", "isSuccess": 0}
	assert send_otp(email=unknown, isLogin=True) == told
	told = {"message": "Account with this mail already exists. Please login", "isSuccess": 0}
	assert send_otp(email=known, isLogin=False) == told
	assert visitors.mails(unknown) == []


def test_a_customer_of_earlier_days_is_known(visitors):
	"""By the Lead, or by the Contact of a Customer, without a registration of this app."""
	address, other = visitors.address(), visitors.address()
	values = {"first_name": "A", "email_id": address, "medusa_id": f"cus_{visitors.shop.mark}"}
	visitors.site.new("Lead", **values)
	customer = visitors.site.new(
		"Customer", customer_name=visitors.shop.name("Clinic"), medusa_id=f"cus2_{visitors.shop.mark}"
	)
	contact = {"first_name": "B", "links": [{"link_doctype": "Customer", "link_name": customer.name}]}
	visitors.site.new("Contact", **contact, email_ids=[{"email_id": other, "is_primary": 1}])
	frappe.db.commit()
	visitors.configure(reveal_registration_state=1)
	for known in (address, other):
		assert send_otp(email=known, isLogin=False)["isSuccess"] == 0


def test_without_a_mail_account(visitors):
	frappe.db.set_value("Email Account", {"enable_outgoing": 1}, "enable_outgoing", 0)
	frappe.local.outgoing_email_account = {}
	address = visitors.address()
	if frappe.conf.mail_server or frappe.are_emails_muted():
		pytest.skip("the configuration of this site has a mail server")
	assert send_otp(email=address, isLogin=False) == {"message": "Failed to send OTP", "isSuccess": 0}
	assert codes.row_of(address) is None


def test_get_otp_is_no_endpoint(visitors):
	"""It gives the code to code of the app, and has its row's time and tries begin anew."""
	address = visitors.address()
	code = get_otp(address, False)
	frappe.db.commit()
	assert verified(address, code)["otp_name"]
	assert get_otp not in frappe.whitelisted

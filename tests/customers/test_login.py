"""Signing in, by password and by one-time password; and the mail for a new password."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration.api import login, send_password_reset_email
from medusa_integration.customers.otp import store as codes
from medusa_integration.exceptions import MedusaRejected, MedusaTimedOut, NotConnected, ValidationError
from tests.support.medusa import both_generations

both_routes = pytest.mark.parametrize("routes", [("/store/signup", "/store/login"), (None, None)])
REFUSED = r"^Invalid email, password or OTP$"


def password_of(visitors, address):
	return codes.stored_password(visitors.row(address))


@both_generations
@both_routes
def test_by_password(visitors, shop, routes):
	"""Medusa's body, with the token of the session."""
	visitors.configure(sign_up_route=routes[0], login_route=routes[1])
	address = visitors.address()
	medusa_id = visitors.register(address)["customer_id"]
	answer = login(email=address, password=password_of(visitors, address))
	assert answer["customer_id"] == medusa_id
	assert answer.get("token") or answer.get("access_token")
	assert not any("password" in key for key in answer)


@both_generations
@both_routes
def test_by_one_time_password(visitors, routes):
	"""It stands in for the stored password, once."""
	visitors.configure(sign_up_route=routes[0], login_route=routes[1])
	address = visitors.address()
	medusa_id = visitors.register(address)["customer_id"]
	code = visitors.code(address, login=True)
	answer = login(email=address, otp=code)
	frappe.db.commit()
	assert answer["customer_id"] == medusa_id and (answer.get("token") or answer.get("access_token"))
	with pytest.raises(frappe.AuthenticationError, match=REFUSED):
		login(email=address, otp=code)


@both_generations
@both_routes
def test_the_same_words_for_whatever_does_not_fit(visitors, routes):
	visitors.configure(sign_up_route=routes[0], login_route=routes[1])
	address = visitors.address()
	visitors.register(address)
	visitors.code(address, login=True)
	for values in (
		{"email": address, "password": "wrong"},
		{"email": visitors.address("nobody"), "password": "wrong"},
		{"email": visitors.address("nobody"), "otp": "123456"},
		{"email": address, "otp": "no code"},
	):
		with pytest.raises(frappe.AuthenticationError, match=REFUSED):
			login(**values)
		frappe.db.rollback()


def test_the_site_may_tell(visitors):
	visitors.configure(reveal_registration_state=1)
	with pytest.raises(frappe.AuthenticationError, match=r"^Please kindly register first$"):
		login(email=visitors.address("nobody"), password="wrong")


@pytest.mark.parametrize("values", [{}, {"password": "x", "otp": "123456"}, {"password": "", "otp": ""}])
def test_one_of_both_is_needed(visitors, values):
	with pytest.raises(ValidationError, match=r"^Login Need Otp or Password$"):
		login(email=visitors.address(), **values)


def test_a_password_that_was_changed_in_the_shop(visitors):
	"""Ours opens nothing any more: it is let go, and the customer asked for the new one."""
	address = visitors.address()
	visitors.register(address)
	codes.keep_password(visitors.row(address), "the old one")
	frappe.db.commit()
	code = visitors.code(address, login=True)
	for _time in range(2):
		with pytest.raises(frappe.AuthenticationError, match=r"^Please login with your password\.$"):
			login(email=address, otp=code)
		frappe.db.rollback()
		assert password_of(visitors, address) is None
		# it was right, so it is of no use any more, and nobody can read it
		assert visitors.row(address).otp_hash is None
		assert not any(code in text for _subject, text in visitors.mails(address))
		with pytest.raises(frappe.AuthenticationError, match=REFUSED):
			login(email=address, otp=code)
		code = visitors.code(address, login=True)


def test_without_login_by_one_time_password_no_password_is_kept(visitors):
	visitors.configure(otp_login=0)
	address = visitors.address()
	visitors.register(address)
	assert password_of(visitors, address) is None
	code = visitors.code(address, login=True)
	with pytest.raises(frappe.AuthenticationError, match=r"^Please login with your password\.$"):
		login(email=address, otp=code)


@pytest.mark.parametrize(
	("fault", "expected"),
	[(faults.status(500), MedusaRejected), (faults.status(504), MedusaTimedOut), (None, MedusaRejected)],
)
def test_medusa_is_away(visitors, shop, fault, expected):
	"""The one-time password can be used again."""
	address = visitors.address()
	visitors.register(address)
	code = visitors.code(address, login=True)
	if fault:
		shop.medusa.fail("POST", "/store/login", fault)
	else:
		shop.medusa.stop()
	with pytest.raises(expected):
		login(email=address, otp=code)
	frappe.db.rollback()
	shop.medusa.start()
	assert login(email=address, otp=code)["customer_id"]


def test_two_logins_at_once_have_one_code(visitors, shop):
	address = visitors.address()
	visitors.register(address)
	code = visitors.code(address, login=True)
	second = []

	def again(_request) -> None:
		def work() -> None:
			with pytest.raises(frappe.AuthenticationError, match=REFUSED):
				login(email=address, otp=code)
			second.append("refused")

		shop.elsewhere(work)

	shop.medusa.on("POST", "/store/login", again, times=1)
	assert login(email=address, otp=code)["customer_id"]
	assert second == ["refused"]


def test_a_site_without_medusa(visitors, shop):
	shop.set(enable=0)
	with pytest.raises(NotConnected):
		login(email=visitors.address(), password="x")


# -- a new password ------------------------------------------------------------------------------------------

SENT = {"status": "success", "message": "Email sent"}


def test_the_link_for_a_new_password(visitors):
	address = visitors.address()
	visitors.register(address)
	assert send_password_reset_email(email=address, token="abc.DEF-1_2~3") == SENT
	frappe.db.commit()
	visitors.mail_password_resets()
	subject, text = visitors.mails(address)[-1]
	assert subject == "Password Reset Request - Bright Smile"
	assert "https://shop.example.com/confirm_password?token=abc.DEF-1_2~3" in text


def test_a_stranger_gets_no_mail_and_the_same_answer(visitors):
	address = visitors.address("nobody")
	assert send_password_reset_email(email=address, token="abc") == SENT
	frappe.db.commit()
	visitors.mail_password_resets()
	assert visitors.mails(address) == []


@pytest.mark.parametrize("token", ["a b", "a&b=c", "<script>", "a/../b", "ü", "x" * 1025, "", None])
def test_what_is_no_token(visitors, token):
	with pytest.raises(ValidationError, match="token"):
		send_password_reset_email(email=visitors.address(), token=token)

"""One-time passwords by mail: asking for one, and entering it."""

from __future__ import annotations

from typing import Literal

from frappe import _
from typing_extensions import TypedDict

from medusa_integration.customers import mails
from medusa_integration.customers.kinds import HOUR, Code, Email, wrong_entries
from medusa_integration.customers.otp import store as codes
from medusa_integration.customers.parties import is_registered
from medusa_integration.endpoints.limits import count, spend
from medusa_integration.endpoints.parameters import Flag
from medusa_integration.settings import number


class OtpSent(TypedDict):
	"""Whether the mail goes out."""

	message: str
	isSuccess: Literal[0, 1]


class OtpChecked(TypedDict):
	"""The Email OTP, None for a wrong entry."""

	otp_name: str | None
	message: str


def send_otp(email: Email, isLogin: Flag) -> OtpSent:
	"""Mail a one-time password to the address, for a login or for a sign-up.

	What is returned is the same for registered and other addresses, unless `reveal_registration_state` is on:
	whoever should not get a code gets a mail that says why.

	Args:
		email: The address.
		isLogin: For a login, else for a sign-up.

	Returns:
		`{"message", "isSuccess": 0|1}`.

	Raises:
		frappe.RateLimitExceededError: The last one is too young, or there were too many (429).
	"""
	if not mails.can_send():
		return {"message": _("Failed to send OTP"), "isSuccess": 0}
	fits = is_registered(email) == isLogin
	if not fits and number("reveal_registration_state"):
		text = (
			_("Please kindly register first")
			if isLogin
			else _("Account with this mail already exists. Please login")
		)
		return {"message": text, "isSuccess": 0}
	row, code = codes.give_code(email, _purpose(isLogin), with_code=fits)
	delivers = _has_room(isLogin, fits)
	values = {"otp": code or "", "minutes": number("otp_validity_minutes")}
	if fits:
		mails.send(mails.CODE, email, values, message_id=codes.message_id(row), delivers=delivers)
	else:
		mails.render(mails.CODE, values)  # so that the time tells nothing
		mails.send(
			mails.NOT_REGISTERED if isLogin else mails.REGISTERED_ALREADY, email, {}, delivers=delivers
		)
	return {"message": _("OTP sent successfully"), "isSuccess": 1}


def get_otp(email: str, isLogin: bool) -> str:
	"""Return the address's one-time password, open or new, for the mailer only; never logged.

	Args:
		email: The address.
		isLogin: For a login, else for a sign-up.

	Returns:
		Six digits.

	Raises:
		frappe.RateLimitExceededError: The last one is too young.
	"""
	row, _code = codes.give_code(email, _purpose(isLogin))
	return codes.code_of(email, row.salt)


def verify_otp(email: Email, user_otp: Code) -> OtpChecked:
	"""Say whether this is the address's one-time password; it can be used once afterwards.

	A wrong one counts against it.

	Args:
		email: The address.
		user_otp: Six digits.

	Returns:
		`{"otp_name": name of the Email OTP or None, "message"}`, with the same words for wrong, expired, used
		and unknown.
	"""
	with wrong_entries(email) as tried:
		try:
			row = codes.check(email, user_otp)
		except codes.WrongCode as error:
			tried.failed = True
			return {"otp_name": None, "message": str(error)}
	codes.verified(row)
	return {"otp_name": row.name, "message": _("OTP verified successfully")}


def _has_room(is_login: bool, fits: bool) -> bool:
	"""Whether the mail may go out, by `mails_to_strangers_per_hour`. Raises `frappe.RateLimitExceededError`.

	For a sign-up everybody is a stranger, and refused alike. For a login only an address without an account
	is: it gets no mail then, and the same answer. So neither tells who is registered, and no customer is
	shut out.
	"""
	most = number("mails_to_strangers_per_hour")
	if not is_login:
		spend("mails to strangers", "sign-up", most, HOUR)
		return True
	return count("mails to strangers", "customer" if fits else "login", HOUR) <= most or fits


def _purpose(is_login: bool) -> str:
	return "Login" if is_login else "Sign Up"

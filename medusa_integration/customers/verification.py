"""One-time passwords by mail: asking for one, and entering it (endpoints, section g)."""

from __future__ import annotations

from frappe import _

from medusa_integration.customers import codes, mails
from medusa_integration.customers.kinds import MAILS, TRIES, Code, Email
from medusa_integration.customers.parties import is_registered
from medusa_integration.doorkeeper import Flag, Public, endpoint
from medusa_integration.settings import number


@endpoint(Public(), limits=MAILS)
def send_otp(email: Email, isLogin: Flag) -> dict[str, object]:
	"""Mail a one-time password to the address, for a login or for a sign-up.

	Answers `{"message", "isSuccess": 0|1}`, the same for registered and other addresses, unless
	`reveal_registration_state` is on: whoever should not get a code gets a mail that says why. Raises
	`frappe.RateLimitExceededError` (429) when the last one is too young or there were too many.
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
	if fits:
		_mail_code(email, isLogin)
	else:
		codes.replace_code(email, _purpose(isLogin), with_code=False)
		mails.send(mails.NOT_REGISTERED if isLogin else mails.REGISTERED_ALREADY, email, {})
	return {"message": _("OTP sent successfully"), "isSuccess": 1}


def get_otp(email: str, isLogin: bool) -> str:
	"""Make or replace the address's one-time password and return it, for the mailer only; never logged.

	Raises `frappe.RateLimitExceededError` when the last one is too young.
	"""
	return codes.replace_code(email, _purpose(isLogin))[1]


@endpoint(Public(), limits=TRIES)
def verify_otp(email: Email, user_otp: Code) -> dict[str, str | None]:
	"""Say whether this is the address's one-time password;
	it can be used for one sign-up or login afterwards.

	Answers `{"otp_name": name of the Email OTP or None, "message"}`, with the same words for wrong, expired,
	used and unknown. A wrong one counts against it.
	"""
	try:
		row = codes.check(email, user_otp)
	except codes.WrongCode as error:
		return {"otp_name": None, "message": str(error)}
	codes.verified(row)
	return {"otp_name": row.name, "message": _("OTP verified successfully")}


def _mail_code(email: str, is_login: bool) -> None:
	row, code = codes.replace_code(email, _purpose(is_login))
	values = {"otp": code, "minutes": number("otp_validity_minutes")}
	mails.send(mails.CODE, email, values, message_id=codes.message_id(row))


def _purpose(is_login: bool) -> str:
	return "Login" if is_login else "Sign Up"

"""What the endpoints of customers take, and how often they may be called."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from typing import Annotated, Any

from frappe import _
from frappe.utils import EMAIL_MATCH_PATTERN
from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from medusa_integration.customers.side_texts import SideText
from medusa_integration.endpoints.limits import Failures, Limit, failures
from medusa_integration.endpoints.parameters import AnyText, Bound, Id, refusal, required
from medusa_integration.settings import number

HOUR = 3600
LONGEST_PASSWORD = 1000
CODE = re.compile(r"[0-9]{6}", re.ASCII)
RESET_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,1024}", re.ASCII)


def _email(value: str) -> str:
	"""Read an address more strictly than Frappe, which looks at the beginning alone.

	The database takes letters with accents, and characters that nobody sees, for the plain ones, and so for
	somebody else's address.
	"""
	value = value.lower()
	if not (value.isascii() and EMAIL_MATCH_PATTERN.fullmatch(value)):
		raise refusal(_("{0} is not valid."))
	return value


def _name(value: str) -> str:
	if "<" in value or ">" in value:
		raise refusal(_("{0} must not contain < or >."))
	return value


def _digits(value: Any) -> Any:
	"""A number loses its leading zeros."""
	return f"{value:06}" if isinstance(value, int) and not isinstance(value, bool) else value


def _code(value: str) -> str:
	if not CODE.fullmatch(value):
		raise refusal(_("{0} must have 6 digits."))
	return value


def _password(value: Any) -> str:
	if not isinstance(required(value), str):
		raise refusal(_("{0} must be a text value."))
	if len(value) > LONGEST_PASSWORD:
		raise refusal(_("{0} is too long."))
	return value


def _reset_token(value: str) -> str:
	if len(value) > 10_000:
		raise refusal(_("{0} is too long."))
	if not RESET_TOKEN.fullmatch(value):
		raise refusal(_("{0} is not valid."))
	return value


# one address of ASCII, in lower case: written in another case it is the same person's
Email = Annotated[Id, Bound(_email, format="email")]
# documents are named after it, and Frappe takes no angle brackets there
Name = Annotated[Id, Bound(_name, pattern="^[^<>]+$")]
# as somebody writes it; what Frappe's own fields do not take is kept in a comment
Phone = Annotated[SideText, AfterValidator(required)]
# a one-time password
Code = Annotated[Id, BeforeValidator(_digits), Bound(_code, pattern="^[0-9]{6}$")]
# no character of it is changed
Password = Annotated[
	str, PlainValidator(_password, json_schema_input_type=Annotated[str, Field(max_length=LONGEST_PASSWORD)])
]
# a token of Medusa that goes into an address as it is
ResetToken = Annotated[AnyText, Bound(_reset_token, pattern=f"^{RESET_TOKEN.pattern}$")]


def _mails() -> int:
	return number("otp_requests_per_hour")


def _tries() -> int:
	return number("auth_attempts_per_hour")


# by the address of the caller, and by it and the e-mail address
MAILS = (Limit(_mails, HOUR), Limit(_mails, HOUR, per="email"))


def wrong_entries(email: str) -> AbstractContextManager[Failures]:
	"""Count one try of a sign-up, login or verification, made inside, if it fails.

	By the address of the caller, and by it and the e-mail address: never by the e-mail address alone, so that
	nobody's failures shut somebody else out.

	Args:
		email: As `Email` reads it.

	Raises:
		frappe.RateLimitExceededError: After `auth_attempts_per_hour` failures.
	"""
	return failures("wrong entries", email, _tries(), HOUR)

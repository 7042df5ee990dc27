"""What the endpoints of customers take beyond the doorkeeper's common types,
and how often they may be called.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from frappe import _
from frappe.utils import EMAIL_MATCH_PATTERN, validate_phone_number

from medusa_integration.doorkeeper import Limit, TextRule
from medusa_integration.doorkeeper.parameters import IdRule, Rule, refuse
from medusa_integration.settings import number

HOUR = 3600
LONGEST_PASSWORD = 1000
CODE = re.compile(r"[0-9]{6}", re.ASCII)
RESET_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,1024}", re.ASCII)


class EmailRule(IdRule):
	"""One e-mail address, in lower case: whoever writes it in another case is the same person,
	and counted as one.

	Of ASCII, from one end to the other: Frappe's own check looks at the beginning alone, and the database
	takes letters with accents, and characters that nobody sees, for the plain ones, and so for somebody
	else's address.
	"""

	def read(self, name: str, value: Any) -> str:
		value = super().read(name, value).lower()
		if not (value.isascii() and EMAIL_MATCH_PATTERN.fullmatch(value)):
			refuse(_("{0} is not valid."), name)
		return value


class NameRule(IdRule):
	"""What somebody is called. Documents are named after it, and Frappe takes no angle brackets there."""

	def read(self, name: str, value: Any) -> str:
		value = super().read(name, value)
		if "<" in value or ">" in value:
			refuse(_("{0} must not contain < or >."), name)
		return value


class PhoneRule(IdRule):
	"""A phone number, as Frappe's own fields take it."""

	def read(self, name: str, value: Any) -> str:
		value = super().read(name, value)
		if not validate_phone_number(value):
			refuse(_("{0} is not valid."), name)
		return value


class CodeRule(IdRule):
	"""A one-time password; also as a number, which loses its leading zeros."""

	def read(self, name: str, value: Any) -> str:
		if isinstance(value, int) and not isinstance(value, bool):
			value = f"{value:06}"
		value = super().read(name, value)
		if not CODE.fullmatch(value):
			refuse(_("{0} must have 6 digits."), name)
		return value


class PasswordRule(Rule):
	"""A password, of which no character is changed."""

	def read(self, name: str, value: Any) -> str:
		if not isinstance(value, str):
			refuse(_("{0} must be a text value."), name)
		if len(value) > LONGEST_PASSWORD:
			refuse(_("{0} is too long."), name)
		return value


class ResetTokenRule(TextRule):
	"""A token of Medusa that goes into an address as it is."""

	def __init__(self) -> None:
		super().__init__(longest=10_000)

	def read(self, name: str, value: Any) -> str:
		value = super().read(name, value)
		if not RESET_TOKEN.fullmatch(value):
			refuse(_("{0} is not valid."), name)
		return value


Email = Annotated[str, EmailRule()]
Name = Annotated[str, NameRule()]
Phone = Annotated[str, PhoneRule()]
Code = Annotated[str, CodeRule()]
Password = Annotated[str, PasswordRule()]
ResetToken = Annotated[str, ResetTokenRule()]


def _mails() -> int:
	return number("otp_requests_per_hour")


def _tries() -> int:
	return number("auth_attempts_per_hour")


# per address of the caller, and per e-mail address
MAILS = (Limit(_mails, HOUR), Limit(_mails, HOUR, per="email"))
TRIES = (Limit(_tries, HOUR), Limit(_tries, HOUR, per="email"))

"""What the endpoints of customers take beyond the common types of endpoints,
and how often they may be called.
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from typing import Annotated, Any

from frappe import _
from frappe.utils import EMAIL_MATCH_PATTERN

from medusa_integration.customers.side_texts import SideTextRule
from medusa_integration.endpoints import Limit, TextRule
from medusa_integration.endpoints.limits import Failures, failures
from medusa_integration.endpoints.parameters import IdRule, Rule, refuse
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


class PhoneRule(SideTextRule):
	"""A phone number as somebody writes it. What Frappe's own fields do not take is kept in a comment."""

	def take(self, name: str, value: Any, default: Any) -> str:
		if not (text := "" if value is None else self.read(name, value)):
			self.refuse_missing(name)
		return text


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


# by the address of the caller, and by it and the e-mail address
MAILS = (Limit(_mails, HOUR), Limit(_mails, HOUR, per="email"))


def wrong_entries(email: str) -> AbstractContextManager[Failures]:
	"""Inside, one sign-up, login or verification is tried; it counts if it fails.

	By the address of the caller, and by it and the e-mail address: never by the e-mail address alone, so that
	nobody's failures shut somebody else out. Raises `frappe.RateLimitExceededError` after
	`auth_attempts_per_hour` failures.
	"""
	return failures("wrong entries", email, _tries(), HOUR)

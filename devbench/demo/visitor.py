"""A visitor of the shop: the shop's server calls the site in their name,
and their mail comes to a letter box.
"""

from __future__ import annotations

import re
from email import message_from_string, policy
from typing import Any

from devbench.demo.caller import Caller
from devbench.demo.desk import wait_for
from devbench.mail_server import MailServer
from devbench.processes import DevbenchError

EMAIL = "practice@example.com"
PRACTICE = "Dental Practice"
PERSON = {
	"first_name": "Shop",
	"last_name": "Visitor",
	"mobile": "+968 9123 4567",
	"organization_name": PRACTICE,
	"t_c_acceptance": True,
}
ADDRESS = {"country_code": "om", "address_line1": "12 Al Khuwair", "city": "Muscat", "postal_code": "112"}


class Visitor(Caller):
	"""Somebody at a dental practice; `key` and `secret` are those of the shop's user."""

	def __init__(self, url: str, key: str, secret: str, mail_server: MailServer) -> None:
		super().__init__(url)
		self._http.headers["Authorization"] = f"token {key}:{secret}"
		self._mail_server = mail_server

	def ask(self, function: str, **values: Any) -> Any:
		"""What a function of `medusa_integration.api` answers the shop."""
		return self._method(f"medusa_integration.api.{function}", values)

	def sign_up(self) -> str:
		"""Ask for a one-time password, read it in the mail, and register with it;
		Medusa's id of the account.
		"""
		answer = self.ask("send_otp", email=EMAIL, isLogin=False)
		if not answer["isSuccess"]:
			raise DevbenchError(f"No one-time password was sent: {answer['message']}")
		code = wait_for("The mail with the one-time password", self._code)
		return self.ask("sign_up", email=EMAIL, otp=code, **PERSON)["customer_id"]

	def _code(self) -> str | None:
		codes = [
			code
			for recipient, mail in list(self._mail_server.mails)
			if recipient == EMAIL
			for code in re.findall(r"<strong>(\d{6})</strong>", html_of(mail))
		]
		return codes[-1] if codes else None


def subject_of(mail: str) -> str:
	"""The subject of a mail."""
	return str(message_from_string(mail, policy=policy.default)["Subject"])


def html_of(mail: str) -> str:
	"""What a mail says, as HTML."""
	return message_from_string(mail, policy=policy.default).get_body(("html",)).get_content()

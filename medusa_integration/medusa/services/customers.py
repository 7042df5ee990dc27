"""The shop's customers: registering and signing in as the shop's pages do, without the admin user's token."""

from __future__ import annotations

from collections.abc import Mapping

from ..auth import BearerAuth
from ..session import Session
from ..values import Json, NewCustomer

SESSION_KEYS = ("access_token", "token")
"""Where the answer to a sign-in has the customer's token."""
_CUSTOMERS = "/store/customers"
_REGISTER = "/auth/customer/emailpass/register"


class _Customers:
	"""What both generations have in common. `headers` are those of the shop's pages, such as Origin."""

	sign_in_path: str

	def __init__(self, session: Session) -> None:
		self._session = session

	def log_in(self, email: str, password: str, headers: Mapping[str, str]) -> Json:
		"""Sign a customer in and return the answer, which has a token.

		Raises:
			Unauthorized: E-mail address and password do not belong together.
		"""
		body = {"email": email, "password": password}
		return self._session.request_as_shop("POST", self.sign_in_path, body, headers=headers)

	def retrieve_me(self, token: str) -> Json:
		"""Return the answer that describes the customer whose token this is."""
		return self._session.request_as_shop("GET", f"{_CUSTOMERS}/me", auth=BearerAuth(token))


class CustomersV1(_Customers):
	"""Customers of Medusa 1."""

	sign_in_path = "/store/auth/token"

	def register(self, person: NewCustomer, headers: Mapping[str, str]) -> Json:
		"""Create a customer with an account and return the answer; v1 takes name and phone only."""
		body = {
			"email": person.email,
			"password": person.password,
			"first_name": person.first_name,
			"last_name": person.last_name,
			"phone": person.phone,
		}
		return self._session.request_as_shop("POST", _CUSTOMERS, body, headers=headers)


class CustomersV2(_Customers):
	"""Customers of Medusa 2."""

	sign_in_path = "/auth/customer/emailpass"

	def register(self, person: NewCustomer, headers: Mapping[str, str]) -> Json:
		"""Create an account, and with its token a customer; return the answer."""
		login = {"email": person.email, "password": person.password}
		registered = self._session.request_as_shop("POST", _REGISTER, login, headers=headers)
		body = {
			"email": person.email,
			"first_name": person.first_name,
			"last_name": person.last_name,
			"phone": person.phone,
			"company_name": person.company_name,
			"metadata": dict(person.metadata),
		}
		token = token_in(registered)
		auth = BearerAuth(token) if token else None
		return self._session.request_as_shop("POST", _CUSTOMERS, body, headers=headers, auth=auth)


def token_in(answer: Mapping[str, object]) -> str | None:
	"""Return the customer's token that an answer has, None without."""
	tokens = (answer.get(key) for key in SESSION_KEYS)
	return next((token for token in tokens if isinstance(token, str)), None)

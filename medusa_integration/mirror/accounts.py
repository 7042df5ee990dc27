"""The shop's accounts: signing a customer up and in, as the shop itself would.

An extended server has a route of its own for each (`/store/signup`, `/store/login`); without one, the stock
routes of its generation do the same. Passwords are masked in whatever is reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..medusa import Medusa, NewCustomer
from ..medusa.auth import incomplete
from ..medusa.bodies import is_id
from ..medusa.errors import (
	Busy,
	Duplicate,
	Forbidden,
	Invalid,
	MedusaError,
	SignInIncomplete,
	Unauthorized,
	UnexpectedAnswer,
)
from ..medusa.masking import is_secret
from ..medusa.services.customers import SESSION_KEYS, token_in
from ..medusa.values import Json

# v1, v2, and their usual extensions each have a sentence and a status of their own for it
_TAKEN = re.compile(r"\balready (exists|registered|in use|taken|has an account)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Registration:
	"""Who signs up.

	Attributes:
		email: The e-mail address.
		first_name: The first name.
		last_name: The last name.
		password: The password.
		mobile: The telephone number.
		organization_name: The company's name.
		t_c_acceptance: Whether the terms and conditions are accepted.
		erp_customer_id: The name of the ERPNext Customer that this person is, None without.
	"""

	email: str
	first_name: str
	last_name: str
	password: str = field(repr=False)
	mobile: str = ""
	organization_name: str = ""
	t_c_acceptance: bool = True
	erp_customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
	"""A customer's account in Medusa.

	Attributes:
		customer_id: Medusa's id of the customer.
		answer: What the shop may have of Medusa's answer: no password in it.
	"""

	customer_id: str
	answer: Mapping[str, object] = field(default_factory=dict, repr=False)


class Accounts:
	"""The customers' accounts of one Medusa."""

	def __init__(self, medusa: Medusa) -> None:
		self._session, self._customers = medusa.session, medusa.customers

	def sign_up(self, person: Registration, *, route: str | None, origin: str | None) -> Account:
		"""Create the account; it is sent again only when it surely was not done.

		Args:
			person: Who signs up.
			route: The server's own route for it, None for the stock ones.
			origin: The address of the shop's pages, None when it does not matter.

		Raises:
			Duplicate: There is an account with this e-mail address.
			MedusaError: As any call.
		"""
		try:
			if route:
				answer = self._session.request_as_shop("POST", route, asdict(person), headers=_from(origin))
			else:
				answer = self._customers.register(_new_customer(person), _from(origin))
		except (Invalid, Busy, Forbidden, Unauthorized) as error:
			if not _is_taken(error):
				raise
			raise Duplicate(
				"Medusa already has a customer with this email.",
				entity="customer",
				field="email",
				value=person.email,
				status=error.status,
				message=error.message,
			) from error
		return _account(answer)

	def log_in(self, email: str, password: str, *, route: str | None, origin: str | None) -> Account:
		"""Sign the customer in; the account's `answer` has the tokens of the session.

		Args:
			email: The e-mail address.
			password: The password.
			route: The server's own route for it, None for the stock one.
			origin: The address of the shop's pages, None when it does not matter.

		Raises:
			Unauthorized: E-mail address and password do not belong together.
			SignInIncomplete: They do, and Medusa wants something more.
			MedusaError: As any call.
		"""
		if route:
			body = {"email": email, "password": password}
			answer = self._session.request_as_shop("POST", route, body, headers=_from(origin))
		else:
			answer = self._customers.log_in(email, password, _from(origin))
		token = token_in(answer)
		if missing := incomplete(answer, token):
			raise SignInIncomplete(f"Medusa accepts the password, but {missing}.", status=400)
		if not _id_in(answer) and token:
			# the stock routes give a token and nothing else
			answer = {**self._customers.retrieve_me(token), **answer}
		return _account(answer)


def _new_customer(person: Registration) -> NewCustomer:
	metadata: Json = {"t_c_acceptance": person.t_c_acceptance}
	if person.erp_customer_id:
		metadata["erp_customer_id"] = person.erp_customer_id
	return NewCustomer(
		email=person.email,
		password=person.password,
		first_name=person.first_name,
		last_name=person.last_name,
		phone=person.mobile,
		company_name=person.organization_name,
		metadata=metadata,
	)


def _account(answer: Mapping[str, object]) -> Account:
	customer_id = _id_in(answer)
	if not customer_id:
		raise UnexpectedAnswer("Medusa answered without the customer's id.", status=200, body=answer)
	return Account(customer_id, {"customer_id": customer_id, **_shown(answer)})


def _is_taken(error: MedusaError) -> bool:
	"""Whether the error says that there is such an account already."""
	return error.type == "duplicate_error" or bool(_TAKEN.search(error.message))


def _id_in(answer: Mapping[str, object]) -> str | None:
	customer = answer.get("customer")
	found = answer.get("customer_id") or (customer.get("id") if isinstance(customer, Mapping) else None)
	return found if isinstance(found, str) and is_id(found) else None


def _shown(answer: Mapping[str, object]) -> dict[str, object]:
	kept = {key: answer[key] for key in SESSION_KEYS if isinstance(answer.get(key), str)}
	return {**_without_secrets(answer), **kept}


def _without_secrets(value: Any) -> Any:
	if isinstance(value, Mapping):
		return {key: _without_secrets(item) for key, item in value.items() if not is_secret(key)}
	if isinstance(value, (list, tuple)):
		return [_without_secrets(item) for item in value]
	return value


def _from(origin: str | None) -> dict[str, str]:
	return {"Origin": origin, "Referer": f"{origin}/"} if origin else {}

"""The shop's accounts: signing a customer up and in, as the shop itself would,
without the administrator's token.

An extended server has a route of its own for each (`/store/signup`, `/store/login`); without one, the stock
routes of its generation do the same in several steps. Passwords are masked in whatever is reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from .errors import (
	Busy,
	Duplicate,
	Forbidden,
	Invalid,
	MedusaError,
	SignInIncomplete,
	Unauthorized,
	UnexpectedAnswer,
)
from .ids import is_id
from .masking import Hidden, is_secret
from .tokens import incomplete

if TYPE_CHECKING:
	from .client import Medusa

SESSION_KEYS = ("access_token", "token")
"""What a signed-in customer's browser needs; any other secret of an answer stays here."""
# v1, v2, and their usual extensions each have a sentence and a status of their own for it
_TAKEN = re.compile(r"\balready (exists|registered|in use|taken|has an account)\b", re.IGNORECASE)
_REGISTER = "/auth/customer/emailpass/register"
_SIGN_IN = {"v1": "/store/auth/token", "v2": "/auth/customer/emailpass"}


@dataclass(frozen=True, slots=True)
class Registration:
	"""Who signs up (contract 127, 129). `erp_customer_id` names the ERPNext Customer that this person is,
	if any.
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
	"""A customer's account in Medusa. `answer` is what the shop may have of Medusa's answer:
	no password in it.
	"""

	customer_id: str
	answer: Mapping[str, object] = field(default_factory=dict, repr=False)


def sign_up(medusa: Medusa, person: Registration, *, route: str | None, origin: str | None) -> Account:
	"""Create the account and return it with Medusa's id of the customer.

	`route` is the server's own route for it, None for the stock ones; `origin` is the address of the shop's
	pages. Raises Duplicate when there is an account with this e-mail address, and MedusaError as any call
	does; it is sent again only when it surely was not done.
	"""
	try:
		if route:
			answer = medusa.ask_as_shop("POST", route, asdict(person), headers=_from(origin))
		elif medusa.generation == "v1":
			answer = medusa.ask_as_shop("POST", "/store/customers", _v1_body(person), headers=_from(origin))
		else:
			answer = _sign_up_at_v2(medusa, person, origin)
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


def log_in(medusa: Medusa, email: str, password: str, *, route: str | None, origin: str | None) -> Account:
	"""Sign the customer in; `answer` has the tokens of the session. Arguments as for `sign_up`.

	Raises Unauthorized when e-mail address and password do not belong together, and SignInIncomplete when
	they do and Medusa wants something more.
	"""
	body = {"email": email, "password": password}
	path = route or _SIGN_IN[medusa.generation]
	answer = medusa.ask_as_shop("POST", path, body, headers=_from(origin))
	if missing := incomplete(answer, _token_in(answer)):
		raise SignInIncomplete(f"Medusa accepts the password, but {missing}.", status=400)
	if not _id_in(answer):
		bearer = _bearer(answer)
		# the stock routes give a token and nothing else
		me = medusa.ask_as_shop("GET", "/store/customers/me", headers=bearer) if bearer else {}
		answer = {**me, **answer}
	return _account(answer)


def _sign_up_at_v2(medusa: Medusa, person: Registration, origin: str | None) -> Mapping[str, object]:
	login = {"email": person.email, "password": person.password}
	registered = medusa.ask_as_shop("POST", _REGISTER, login, headers=_from(origin))
	body = {
		"email": person.email,
		"first_name": person.first_name,
		"last_name": person.last_name,
		"phone": person.mobile,
		"company_name": person.organization_name,
		"metadata": {
			"t_c_acceptance": person.t_c_acceptance,
			**({"erp_customer_id": person.erp_customer_id} if person.erp_customer_id else {}),
		},
	}
	return medusa.ask_as_shop("POST", "/store/customers", body, headers=_from(origin) | _bearer(registered))


def _v1_body(person: Registration) -> dict[str, str]:
	"""v1 takes no more than this, and refuses every other key."""
	return {
		"email": person.email,
		"password": person.password,
		"first_name": person.first_name,
		"last_name": person.last_name,
		"phone": person.mobile,
	}


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
	return found if is_id(found) else None


def _shown(answer: Mapping[str, object]) -> dict[str, object]:
	kept = {key: answer[key] for key in SESSION_KEYS if isinstance(answer.get(key), str)}
	return {**_without_secrets(answer), **kept}


def _without_secrets(value: object) -> object:
	if isinstance(value, Mapping):
		return {key: _without_secrets(item) for key, item in value.items() if not is_secret(key)}
	if isinstance(value, (list, tuple)):
		return [_without_secrets(item) for item in value]
	return value


def _from(origin: str | None) -> dict[str, str]:
	return {"Origin": origin, "Referer": f"{origin}/"} if origin else {}


def _token_in(answer: Mapping[str, object]) -> str | None:
	return next((answer[key] for key in SESSION_KEYS if isinstance(answer.get(key), str)), None)


def _bearer(answer: Mapping[str, object]) -> Hidden:
	token = _token_in(answer)
	return Hidden({"Authorization": f"Bearer {token}"} if token else {})

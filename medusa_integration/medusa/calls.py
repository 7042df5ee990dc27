"""How a call of Medusa is made, whatever it is about: signed in, retried, reported.

A token is kept between clients, renewed once after a 401, and never asked for a second time with credentials
that were refused. What an answer lacks is an error here, so that nobody above has to look.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn, TypeVar
from urllib.parse import quote

from .answers import LARGEST_FOR_SHOP
from .errors import (
	Busy,
	Forbidden,
	Invalid,
	MedusaError,
	NotFound,
	OutOfTime,
	ServerError,
	SignInFailed,
	Unauthorized,
	UnexpectedAnswer,
	WrongAddress,
)
from .ids import is_id
from .masking import Hidden
from .outcomes import settled
from .parallel import Crew
from .saving import Remote
from .tokens import TOKEN, MemoryTokens, TokenStore, ends_soon, incomplete
from .transport import CONNECTIONS, Transport
from .values import Connection, Outcome, Upload

T = TypeVar("T")


class Calls(ABC):
	"""The calls of a client (see `client.Medusa`, which is one). `tokens` keeps the token between clients."""

	def __init__(
		self, connection: Connection, transport: Transport, *, tokens: TokenStore | None = None
	) -> None:
		self.connection = connection
		self._transport = transport
		self._tokens = tokens or MemoryTokens()
		self._token: str | None = None
		self._refused: SignInFailed | None = None
		self._crew = Crew(CONNECTIONS)
		transport.hand_over = self._crew.tell_home
		self.stops_at: float | None = None
		"""When no more requests but those that delete are to be begun, as `time.monotonic` counts."""

	def __enter__(self):
		return self

	def __exit__(self, *_: object) -> None:
		self.close()

	def close(self) -> None:
		"""Close the connections that are kept open."""
		self._transport.close()

	def meanwhile(self, work: Callable[[], object] | None) -> None:
		"""Have `work` done in this thread during the next call that leaves it waiting for others,
		if there is one.

		It must not raise. None takes it back.
		"""
		self._crew.meanwhile = work

	def ask_as_shop(
		self, method: str, path: str, json: object = None, *, headers: Mapping[str, str] | None = None
	) -> dict:
		"""Call a route as the shop's pages do: with the publishable key, without the administrator's token.

		`headers` may carry a customer's token. Sent again only when it surely was not done, or reads.
		Raises MedusaError.
		"""
		return self._transport.send(
			method,
			path,
			json=json,
			headers=self._headers(path) | Hidden(headers or {}),
			repeatable=method == "GET",
			largest=LARGEST_FOR_SHOP,
		)

	def _request(
		self,
		method: str,
		path: str,
		*,
		json: object = None,
		params: Mapping[str, object] | None = None,
		files: Sequence[Upload] = (),
		repeatable: bool | None = None,
		about: str | None = None,
	) -> dict:
		"""Every signed-in call: sends it with a token, and once more with a new one after a 401.

		`repeatable`: doing it twice does no harm; None means GET and DELETE.
		Raises MedusaError, OutOfTime after `stops_at`.
		"""
		# what is deleted may be what a call has just made in vain
		if self.stops_at is not None and time.monotonic() > self.stops_at and method != "DELETE":
			raise OutOfTime("There was no time left to send it. The next round sends it.")
		send = {
			"json": json,
			"params": params,
			"files": files,
			"repeatable": method in ("GET", "DELETE") if repeatable is None else repeatable,
			"about": about,
		}
		headers = self._headers(path)
		if static := self._static_key():
			return self._transport.send(method, path, headers=headers | static, **send)
		token = self._current_token()
		try:
			return self._transport.send(method, path, headers=headers | _bearer(token), **send)
		except Unauthorized:
			token = self._crew.at_home(self._renewed_token, token)
			return self._transport.send(method, path, headers=headers | _bearer(token), **send)

	def _current_token(self) -> str:
		return self._token or self._crew.at_home(self._first_token)

	def _first_token(self) -> str:
		if not self._token:
			token = self._tokens.read()
			if token and not ends_soon(token):
				self._token = token
			else:
				return self._renewed_token(token)
		return self._token

	def _renewed_token(self, stale: str | None) -> str:
		if self._refused:
			# once is enough: more tries would lock the account
			raise self._refused
		if not self._token or self._token == stale:
			self._token = None
			self._token = self._tokens.renew(stale, self._sign_in_once)
		return self._token

	def _sign_in_once(self) -> str:
		try:
			if not (self.connection.email and self.connection.password):
				raise SignInFailed("The email and password for Medusa are missing.")
			return self._sign_in()
		except SignInFailed as error:
			self._refused = error
			raise

	def _sign_in_at(self, path: str, key: str) -> str:
		"""Sign in there with e-mail address and password; the token is under `key`. Raises SignInFailed."""
		body = {"email": self.connection.email, "password": self.connection.password}
		try:
			answer = self._transport.send("POST", path, json=body, repeatable=True)
		except (Unauthorized, Invalid, NotFound) as error:
			raise SignInFailed(
				f"{self._transport.where} does not accept this e-mail address and password.",
				status=error.status,
				code=error.code,
				type=error.type,
				message=error.message,
				body=error.body,
			) from error
		token = answer.get(key)
		if missing := incomplete(answer, token):
			raise SignInFailed(
				f"{self._transport.where} accepts the password, but {missing}. "
				"Use an admin user that signs in with the password alone, or a secret API key.",
				status=200,
			)
		if not isinstance(token, str) or not token:
			raise SignInFailed(
				f"{self._transport.where} gives no token for an e-mail address and password alone.",
				status=200,
			)
		if not TOKEN.fullmatch(token):
			raise UnexpectedAnswer(f"{self._transport.where} answered with an invalid token.")
		return token

	def _each(
		self, items: Sequence[T], work: Callable[[T], Outcome], *, key: Callable[[T], str]
	) -> list[Outcome]:
		"""Do the work for each item, several at a time; one Outcome each, in order.

		Raises as `save_products` does.
		"""
		outcomes: dict[int, Outcome] = {}
		stopped: list[MedusaError] = []

		def one(position: int) -> None:
			if stopped:
				return
			try:
				outcomes[position] = work(items[position])
			except MedusaError as error:
				if self._concerns_all(error):
					stopped.append(error)
				else:
					outcomes[position] = Outcome(key(items[position]), error=error)

		self._crew.run(one, range(len(items)))
		return settled(outcomes, [key(item) for item in items], stopped)

	def _concerns_all(self, error: MedusaError) -> bool:
		"""Whether the error would meet any other call as well, and not only what was just sent."""
		if not error.retryable:
			return isinstance(error, (Unauthorized, Forbidden, WrongAddress))
		if isinstance(error, Busy):
			return False
		if not isinstance(error, UnexpectedAnswer) and not (
			isinstance(error, ServerError) and error.from_medusa
		):
			return True
		# broken by this one value, or broken altogether?
		try:
			self._request("GET", "/admin/products", params={"limit": 1, "fields": "id"})
		except MedusaError:
			return True
		return False

	def _remote(self, answer: Mapping, key: str) -> Remote:
		"""The one thing that the answer has under this key;
		raises UnexpectedAnswer when it has none with an id.
		"""
		remote = answer.get(key)
		if not isinstance(remote, dict) or not is_id(remote.get("id")):
			self._missing(key, answer)
		return remote

	def _remotes(self, answer: Mapping, key: str) -> list[Remote]:
		"""The list of things that the answer has under this key, each with an id;
		raises UnexpectedAnswer otherwise.
		"""
		if not isinstance(answer.get(key), list):
			self._missing(key, answer)
		return [self._remote({key: remote}, key) for remote in answer[key]]

	def _missing(self, what: str, answer: object) -> NoReturn:
		raise UnexpectedAnswer(f"{self._transport.where} answered without {what}.", status=200, body=answer)

	@staticmethod
	def _path(kind: str, id: str, *more: str) -> str:
		if not id:
			raise ValueError(f"no id of the {kind}")
		return "/".join(("/admin", kind, quote(id, safe=""), *more))

	def _delete(self, kind: str, id: str) -> Outcome:
		try:
			self._request("DELETE", self._path(kind, id))
		except NotFound:
			pass
		return Outcome(id, id=id)

	def _pages(self, kind: str, page: int, params: Mapping[str, object]) -> Iterator[list[Remote]]:
		offset = 0
		while True:
			answer = self._request(
				"GET", f"/admin/{kind}", params={"limit": page, "offset": offset, **params}
			)
			remotes = self._remotes(answer, kind)
			if remotes:
				yield remotes
			offset += len(remotes)
			if not remotes or offset >= (answer.get("count") or 0):
				return

	def _headers(self, path: str) -> dict[str, str]:
		"""What a request to this path carries besides the credentials."""
		return {}

	@abstractmethod
	def _static_key(self) -> Hidden | None:
		"""The headers of a key that needs no signing in, or None."""

	@abstractmethod
	def _sign_in(self) -> str:
		"""A new token for e-mail address and password. Raises SignInFailed."""


def _bearer(token: str) -> Hidden:
	return Hidden({"Authorization": f"Bearer {token}"})


def known(ids: Sequence[str]) -> Sequence[str]:
	if not all(ids):
		raise ValueError("an id is empty")
	return ids

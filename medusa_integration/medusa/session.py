"""Signed-in calls of one Medusa server, alone, in pages, or several at a time.

A token is kept between clients, renewed once after a 401, and never asked for a second time with credentials
that were refused. What an answer lacks is an error here, so that no caller has to look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn, TypeVar, cast
from urllib.parse import quote

from requests.auth import AuthBase

from .auth import BearerAuth, MemoryTokens, SignIn, TokenStore, key_auth
from .batching import pages
from .bodies import LARGEST_FOR_SHOP, is_id
from .errors import (
	Busy,
	Forbidden,
	MedusaError,
	NotFound,
	OutOfTime,
	ServerError,
	Unauthorized,
	UnexpectedAnswer,
	WrongAddress,
)
from .pool import ThreadPool
from .signing import is_about_signature, signed_auth
from .transport import CONNECTIONS, Transport
from .values import Connection, Generation, Json, Upload

T = TypeVar("T")
R = TypeVar("R")


class Session:
	"""The calls of one client. It may be used by one thread at a time.

	Args:
		connection: The credentials.
		generation: Which Medusa it is.
		transport: Sends the requests.
		tokens: Keeps the token between clients; its methods are called in the caller's thread only.

	Attributes:
		pool: The threads for servers that have no batches.
		stops_at: When no more requests but those that delete are to be begun, as `time.monotonic` counts.
	"""

	def __init__(
		self,
		connection: Connection,
		generation: Generation,
		transport: Transport,
		*,
		tokens: TokenStore | None = None,
	) -> None:
		self.pool = ThreadPool(CONNECTIONS)
		self.stops_at: float | None = None
		self._generation, self._transport = generation, transport
		self._publishable_key = connection.publishable_key
		self._signature = (connection.signature_header, connection.shared_secret)
		self._key = key_auth(generation, connection.secret_key) if connection.secret_key else None
		self._sign_in = SignIn(connection, generation, transport, tokens or MemoryTokens())
		self.waiting = transport.waiting
		transport.hand_over = self.pool.tell_caller

	@property
	def where(self) -> str:
		"""The server's name in a sentence."""
		return self._transport.where

	def close(self) -> None:
		"""Close the connections that are kept open."""
		self._transport.close()

	def request(
		self,
		method: str,
		path: str,
		*,
		json: object = None,
		params: Mapping[str, object] | None = None,
		files: Sequence[Upload] = (),
		repeatable: bool | None = None,
		about: str | None = None,
		signed: bool = False,
	) -> Json:
		"""Send a signed-in request, once more with a new token after a 401.

		Returns the JSON object of the answer.

		Args:
			method: GET, POST or DELETE.
			path: Starts with a slash.
			json: The body.
			params: The query; lists are repeated.
			files: Sent as a form instead of a body.
			repeatable: Whether doing it twice does no harm; None means: GET and DELETE.
			about: The caller's key of what the request is about, for the log.
			signed: Whether to sign it with the shared secret, if there is one. A stock Medusa ignores that.

		Raises:
			MedusaError: Medusa refuses it, cannot be reached, or another program answers.
			OutOfTime: It is later than `stops_at`.
		"""
		self._require_time(method)
		send = partial(
			self._transport.send,
			method,
			path,
			json=json,
			params=params,
			files=files,
			headers=self._headers(path),
			repeatable=method in ("GET", "DELETE") if repeatable is None else repeatable,
			about=about,
		)
		header, secret = self._signature if signed else ("", None)
		if self._key:
			return send(auth=signed_auth(self._key, header, secret))
		token = self._sign_in.current or self.pool.ask_caller(self._sign_in.first_token)
		try:
			return send(auth=signed_auth(BearerAuth(token), header, secret))
		except Unauthorized as error:
			if signed and is_about_signature(error):
				raise  # another token would not help
			token = self.pool.ask_caller(self._sign_in.renewed_token, token)
			return send(auth=signed_auth(BearerAuth(token), header, secret))

	def request_as_shop(
		self,
		method: str,
		path: str,
		json: object = None,
		*,
		headers: Mapping[str, str] | None = None,
		auth: AuthBase | None = None,
	) -> Json:
		"""Call a route as the shop's pages do: with the publishable key, not as the admin user.

		It is sent again only when it surely was not done, or reads.

		Args:
			method: GET, POST or DELETE.
			path: Starts with a slash.
			json: The body.
			headers: Headers without secrets.
			auth: A customer's token.

		Returns:
			The JSON object of the answer.

		Raises:
			MedusaError: Medusa refuses it, cannot be reached, or another program answers.
		"""
		return self._transport.send(
			method,
			path,
			json=json,
			headers={**self._headers(path), **(headers or {})},
			auth=auth,
			repeatable=method == "GET",
			largest=LARGEST_FOR_SHOP,
		)

	def delete(self, path: str) -> None:
		"""Delete what is at this path; what is gone already counts as deleted."""
		try:
			self.request("DELETE", path)
		except NotFound:
			pass

	def pages(
		self, path: str, key: str, params: Mapping[str, object], *, size: int, about: str | None = None
	) -> Iterator[list[Json]]:
		"""Yield all rows of a listing, a list for each request.

		Args:
			path: The route, such as /admin/products.
			key: The key of the rows in an answer.
			params: The query without limit and offset.
			size: Rows a request.
			about: For the log.
		"""

		def read(offset: int) -> tuple[list[Json], int]:
			query = {**params, "limit": size, "offset": offset}
			answer = self.request("GET", path, params=query, about=about)
			return self.many(answer, key), answer.get("count") or 0

		return pages(read)

	def each(
		self,
		items: Sequence[T],
		work: Callable[[T], R],
		*,
		refused: Callable[[T, MedusaError], R],
	) -> tuple[dict[int, R], list[MedusaError]]:
		"""Do the work for each item, several at a time.

		Args:
			items: Any values.
			work: Sends one of them.
			refused: Returns what stands for an item that alone met an error.

		Returns:
			The results by position, and the errors that kept the rest from being done.
		"""
		results: dict[int, R] = {}
		stopped: list[MedusaError] = []

		def one(position: int) -> None:
			if stopped:
				return
			try:
				results[position] = work(items[position])
			except MedusaError as error:
				if self.concerns_all(error):
					stopped.append(error)
				else:
					results[position] = refused(items[position], error)

		self.pool.run(one, range(len(items)))
		return results, stopped

	def concerns_all(self, error: MedusaError) -> bool:
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
			self.request("GET", "/admin/products", params={"limit": 1, "fields": "id"})
		except MedusaError:
			return True
		return False

	def one(self, answer: Mapping[str, Any], key: str) -> Json:
		"""Return the one object that the answer has under this key.

		Raises:
			UnexpectedAnswer: It has none with an id.
		"""
		found = answer.get(key)
		if not isinstance(found, dict) or not is_id(found.get("id")):
			self.lacks(key, answer)
		return cast(Json, found)

	def many(self, answer: Mapping[str, Any], key: str) -> list[Json]:
		"""Return the list of objects that the answer has under this key.

		Raises:
			UnexpectedAnswer: It has no such list, or one of them has no id.
		"""
		found = answer.get(key)
		if not isinstance(found, list):
			self.lacks(key, answer)
		return [self.one({key: row}, key) for row in found]

	def lacks(self, what: str, answer: object) -> NoReturn:
		"""Raise UnexpectedAnswer for an answer that has no such thing in it."""
		raise UnexpectedAnswer(f"{self.where} answered without {what}.", status=200, body=answer)

	def _require_time(self, method: str) -> None:
		# what is deleted may be what a call has just made in vain
		if self.stops_at is not None and time.monotonic() > self.stops_at and method != "DELETE":
			raise OutOfTime("There was no time left to send it. The next round sends it.")

	def _headers(self, path: str) -> dict[str, str]:
		# the shop's routes of v2 are closed without it
		key = self._publishable_key if self._generation == "v2" and path.startswith("/store/") else None
		return {"x-publishable-api-key": key.strip()} if key else {}


def admin_path(kind: str, id: str | None, *more: str) -> str:
	"""Return the path of one thing, such as /admin/products/prod_1/variants.

	Raises:
		ValueError: There is no id: the path would be that of all of them.
	"""
	if not id:
		raise ValueError(f"no id of the {kind}")
	return "/".join(("/admin", kind, quote(id, safe=""), *more))

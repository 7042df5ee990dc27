"""Signing in, the keys that need no signing in, and the token that several workers share."""

from __future__ import annotations

import base64
import math
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import requests
from pydantic_core import from_json
from requests.auth import AuthBase, HTTPBasicAuth

from .errors import Invalid, NotFound, SignInFailed, Unauthorized, UnexpectedAnswer
from .masking import MASK
from .transport import Transport
from .values import Connection, Generation

SIGN_INS: dict[Generation, tuple[str, str]] = {
	"v1": ("/admin/auth/token", "access_token"),
	"v2": ("/auth/user/emailpass", "token"),
}
"""Where an admin user signs in, and the key of the token in the answer."""

RENEW_EARLY = 5 * 60
"""Seconds before its end that a token is replaced."""
TOKEN = re.compile(r"[\x21-\x7e]{1,12000}")
"""What a token is made of: it goes into a header, of which Medusa takes 16 KB."""
LAST_END = 2**33
"""A Unix time in the year 2242; a token that says a later end has no end to reckon with."""


class TokenStore(Protocol):
	"""Where the token of one Medusa connection is kept, for all who use that connection.

	Both methods are only called in the thread that called the client.
	"""

	def read(self) -> str | None:
		"""Return the stored token, or None."""

	def renew(self, stale: str | None, sign_in: Callable[[], str]) -> str:
		"""Return a token other than `stale`, and keep it.

		Two workers with the same stale token should sign in once.

		Args:
			stale: The token that Medusa does not take any more, None without one.
			sign_in: Returns a new token. What it raises is passed on, and nothing is stored.

		Returns:
			The stored token if somebody has replaced it meanwhile, else what `sign_in` returns.
		"""


class MemoryTokens:
	"""A `TokenStore` for the threads of one process."""

	def __init__(self, token: str | None = None) -> None:
		self._token = token
		self._lock = threading.Lock()

	def read(self) -> str | None:
		"""Return the stored token, or None."""
		return self._token

	def renew(self, stale: str | None, sign_in: Callable[[], str]) -> str:
		"""Return a token other than `stale`, and keep it (see `TokenStore`)."""
		with self._lock:
			if self._token is None or self._token == stale:
				self._token = sign_in()
			return self._token


def claims_of(token: object) -> Mapping[str, Any]:
	"""Return what a JWT says, unchecked: only Medusa can check it. Empty for what is none."""
	try:
		part = str(token).split(".")[1]
		# no library for JWTs: theirs read JSON without a bound of its depth
		claims = from_json(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
	except (IndexError, ValueError):
		return {}
	return claims if isinstance(claims, dict) else {}


def expires_at(token: str) -> float | None:
	"""Return when a JWT ends, as a Unix time; None when it does not say, or says what is no time."""
	try:
		end = float(claims_of(token)["exp"])
	except (KeyError, TypeError, ValueError, OverflowError):
		return None
	return end if math.isfinite(end) and 0 <= end <= LAST_END else None


def incomplete(answer: Mapping[str, object], token: object) -> str | None:
	"""Return what v2 wants before it lets somebody in whose password is right; None when it wants no more.

	It answers 200 then, with a token that stands for nobody.

	Args:
		answer: The answer to the sign-in.
		token: The token in it.

	Returns:
		The end of a sentence.
	"""
	if answer.get("mfa_required"):
		return "wants a second factor as well"
	if answer.get("verification_required"):
		return "wants the e-mail address to be verified first"
	if claims_of(token).get("actor_id") == "":
		return "gives a token that stands for no user"
	return None


def ends_soon(token: str, now: float | None = None) -> bool:
	"""Whether the token has to be replaced before it is used once more. `now` is a Unix time."""
	end = expires_at(token)
	return end is not None and end - (time.time() if now is None else now) < RENEW_EARLY


class BearerAuth(AuthBase):
	"""Adds a token, which the object's representation does not show."""

	def __init__(self, token: str) -> None:
		self._token = token

	def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
		request.headers["Authorization"] = f"Bearer {self._token}"
		return request

	def __repr__(self) -> str:
		return f"BearerAuth({MASK})"


class SecretKeyAuth(HTTPBasicAuth):
	"""Adds a secret key of v2 as the user name, which the object's representation does not show."""

	def __init__(self, key: str) -> None:
		super().__init__(key.encode(), b"")

	def __repr__(self) -> str:
		return f"SecretKeyAuth({MASK})"


class UserKeyAuth(AuthBase):
	"""Adds the API token of a user of v1, which the object's representation does not show."""

	def __init__(self, key: str) -> None:
		self._key = key

	def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
		request.headers["x-medusa-access-token"] = self._key
		return request

	def __repr__(self) -> str:
		return f"UserKeyAuth({MASK})"


def key_auth(generation: Generation, key: str) -> AuthBase:
	"""Return the credentials of a key that needs no signing in."""
	key = key.strip()
	return UserKeyAuth(key) if generation == "v1" else SecretKeyAuth(key)


class SignIn:
	"""The token of one connection: kept, renewed before it ends, and asked for once after a refusal.

	Args:
		connection: The e-mail address and the password.
		generation: Whose sign-in to use.
		transport: Sends the sign-in.
		tokens: Where the token is kept between clients.
	"""

	def __init__(
		self, connection: Connection, generation: Generation, transport: Transport, tokens: TokenStore
	) -> None:
		self._connection, self._transport, self._tokens = connection, transport, tokens
		self._path, self._key = SIGN_INS[generation]
		self._token: str | None = None
		self._refused: SignInFailed | None = None

	@property
	def current(self) -> str | None:
		"""The token of the last call, None before the first."""
		return self._token

	def first_token(self) -> str:
		"""Return the stored token, or a new one if that ends soon. Raises as `renewed_token`."""
		if not self._token:
			token = self._tokens.read()
			if not token or ends_soon(token):
				return self.renewed_token(token)
			self._token = token
		return self._token

	def renewed_token(self, stale: str | None) -> str:
		"""Return another token than `stale`.

		Raises:
			SignInFailed: Medusa does not accept the credentials, now or earlier: more tries would lock the
				account.
			MedusaError: The call failed.
		"""
		if self._refused:
			raise self._refused
		if not self._token or self._token == stale:
			self._token = None
			self._token = self._tokens.renew(stale, self._sign_in_once)
		return self._token

	def _sign_in_once(self) -> str:
		try:
			if not (self._connection.email and self._connection.password):
				raise SignInFailed("The email and password for Medusa are missing.")
			return self._sign_in()
		except SignInFailed as error:
			self._refused = error
			raise

	def _sign_in(self) -> str:
		body = {"email": self._connection.email, "password": self._connection.password}
		where = self._transport.where
		try:
			answer = self._transport.send("POST", self._path, json=body, repeatable=True)
		except (Unauthorized, Invalid, NotFound) as error:
			raise SignInFailed(
				f"{where} does not accept this e-mail address and password.",
				status=error.status,
				code=error.code,
				type=error.type,
				message=error.message,
				body=error.body,
			) from error
		token = answer.get(self._key)
		if missing := incomplete(answer, token):
			raise SignInFailed(
				f"{where} accepts the password, but {missing}. "
				"Use an admin user that signs in with the password alone, or a secret API key.",
				status=200,
			)
		if not isinstance(token, str) or not token:
			raise SignInFailed(
				f"{where} gives no token for an e-mail address and password alone.", status=200
			)
		if not TOKEN.fullmatch(token):
			raise UnexpectedAnswer(f"{where} answered with an invalid token.")
		return token

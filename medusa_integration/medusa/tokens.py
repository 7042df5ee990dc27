"""Signing in, and the token that several workers share."""

from __future__ import annotations

import base64
import math
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from pydantic_core import from_json

RENEW_EARLY = 5 * 60
"""Seconds before its end that a token is replaced."""
TOKEN = re.compile(r"[\x21-\x7e]{1,12000}")
"""What a token is made of: it goes into a header, of which Medusa takes 16 KB."""
LAST_END = 2**33
"""A Unix time in the year 2242: what ends later, as a token says, has no end that we could count to."""


class TokenStore(Protocol):
	"""Where the token of one Medusa connection is kept, for all who use that connection.

	Both methods are only called in the thread that called the client.
	"""

	def read(self) -> str | None:
		"""The stored token, or None."""

	def renew(self, stale: str | None, sign_in: Callable[[], str]) -> str:
		"""A token other than `stale`: the stored one if somebody has replaced it meanwhile, else what
		`sign_in` returns, stored. Two workers with the same stale token should sign in once, so hold a lock
		meanwhile. Whatever `sign_in` raises is passed on, and nothing is stored.
		"""


class MemoryTokens:
	"""A TokenStore for the threads of one process."""

	def __init__(self, token: str | None = None) -> None:
		self._token = token
		self._lock = threading.Lock()

	def read(self) -> str | None:
		return self._token

	def renew(self, stale: str | None, sign_in: Callable[[], str]) -> str:
		with self._lock:
			if self._token is None or self._token == stale:
				self._token = sign_in()
			return self._token


def claims_of(token: object) -> Mapping[str, object]:
	"""What a JWT says, unchecked; nothing for what is none."""
	try:
		part = str(token).split(".")[1]
		claims = from_json(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
	except (IndexError, ValueError):
		return {}
	return claims if isinstance(claims, dict) else {}


def expires_at(token: str) -> float | None:
	"""When a JWT ends, as a Unix time; None when it does not say, or says what is no time."""
	try:
		end = float(claims_of(token)["exp"])
	except (KeyError, TypeError, ValueError, OverflowError):
		return None
	return end if math.isfinite(end) and 0 <= end <= LAST_END else None


def incomplete(answer: Mapping[str, object], token: object) -> str | None:
	"""What v2 wants before it lets somebody in whose password is right, as the end of a sentence;
	None when it wants nothing more.

	It answers 200 then, with a token that stands for nobody.
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


def basic(key: str) -> str:
	"""The header value for a secret key of v2, which takes it as the user name without a password."""
	return "Basic " + base64.b64encode(f"{key}:".encode()).decode()

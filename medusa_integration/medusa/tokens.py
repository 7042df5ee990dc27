"""Signing in, and the token that several workers share."""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from collections.abc import Callable
from typing import Protocol

RENEW_EARLY = 5 * 60
"""Seconds before its end that a token is replaced."""


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


def expires_at(token: str) -> float | None:
	"""When a JWT ends, as a Unix time; None when it does not say."""
	try:
		claims = token.split(".")[1]
		end = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]
		return float(end)
	except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
		return None


def ends_soon(token: str, now: float | None = None) -> bool:
	"""Whether the token has to be replaced before it is used once more. `now` is a Unix time."""
	end = expires_at(token)
	return end is not None and end - (time.time() if now is None else now) < RENEW_EARLY


def basic(key: str) -> str:
	"""The header value for a secret key of v2, which takes it as the user name without a password."""
	return "Basic " + base64.b64encode(f"{key}:".encode()).decode()

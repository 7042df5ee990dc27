"""Signatures of requests between this program and a plugin in Medusa, the same in both directions.

The header has the value `t=<Unix time>,v1=<64 hex digits>`: HMAC-SHA256, with the shared secret as key, of
the time, the query string and the body, both as they are sent, joined by full stops. The path is not signed,
because proxies change it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from .errors import Unauthorized
from .masking import MASK

TOLERANCE = 300
"""Seconds by which the time in a signature may differ from the receiver's clock, in both directions."""
LONGEST_HEADER = 1000
"""Characters; a header has 80, and 68 more for each further secret."""
_TIME = re.compile(r"[0-9]{1,12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def sign(secret: str, at: int, query: bytes, body: bytes) -> str:
	"""Return the value of the header for a request.

	Args:
		secret: the shared secret.
		at: the Unix time, in seconds.
		query: the query string as it is sent, without "?"; empty without one.
		body: the body as it is sent; empty without one.
	"""
	return f"t={at},v1={_digest(secret, str(at), query, body)}"


def verify(header: str | None, secrets: Iterable[str], *, now: float, query: bytes, body: bytes) -> bool:
	"""Return whether a request was signed with one of the secrets, not longer ago than the tolerance.

	Every comparison takes the same time, whatever it compares. No secret is read for a header that is not
	valid or too old, and no other one after the one that fits.

	Args:
		header: the value of the header as it was received, None without one. It may have several `v1`, of a
			sender that signs with several secrets; keys other than `t` and `v1` are not considered.
		secrets: the secrets that are accepted; empty ones are not.
		now: the Unix time, in seconds.
		query: the query string as it was received, without "?".
		body: the body as it was received.
	"""
	at, digests = _parsed(header or "")
	if at is None or abs(now - int(at)) > TOLERANCE:
		return False
	wanted = (_digest(secret, at, query, body) for secret in secrets if secret)
	return any(hmac.compare_digest(one, digest) for one in wanted for digest in digests)


def _parsed(header: str) -> tuple[str | None, list[str]]:
	"""Return the time and the digests of a header; no time for one that is not as it has to be."""
	times, digests = [], []
	if len(header) > LONGEST_HEADER:
		return None, []
	for part in header.split(","):
		key, equals, value = part.strip(" \t").partition("=")
		if not equals:
			return None, []
		if key == "t":
			times.append(value)
		elif key == "v1":
			digests.append(value)
	if len(times) != 1 or not _TIME.fullmatch(times[0]):
		return None, []
	valid = digests and all(_DIGEST.fullmatch(one) for one in digests)
	return (times[0], digests) if valid else (None, [])


def _digest(secret: str, at: str, query: bytes, body: bytes) -> str:
	text = b".".join((at.encode(), query, body))
	return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def signed_auth(auth: AuthBase, header: str, secret: str | None) -> AuthBase:
	"""Return the same credentials with a signature in a header besides, if there is a secret."""
	return SignedAuth(auth, header, secret) if secret else auth


def is_about_signature(error: Unauthorized) -> bool:
	"""Return whether the plugin in Medusa says that the signature is missing, wrong or too old."""
	return "signature" in error.message.lower()


class SignedAuth(AuthBase):
	"""Adds the credentials of another, and the signature of each request at the time when it is sent.

	Its representation does not show the secret.
	"""

	def __init__(self, auth: AuthBase, header: str, secret: str) -> None:
		self._auth, self._header, self._secret = auth, header, secret

	def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
		request = self._auth(request)
		query = urlsplit(request.url or "").query.encode()
		body = request.body or b""
		body = body.encode() if isinstance(body, str) else body
		request.headers[self._header] = sign(self._secret, int(time.time()), query, body)
		return request

	def __repr__(self) -> str:
		return f"SignedAuth({MASK})"

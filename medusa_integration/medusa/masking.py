"""Takes secrets out of what is going to be shown or kept: bodies, texts and addresses.

Over-masking is harmless, a leaked password is not: a key is secret when a secret's name is any part of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus, urlsplit, urlunsplit

MASK = "***"
LONGEST_BODY = 20_000
"""How many characters of a body are kept."""
MOST_MASKED = LONGEST_BODY + 4_000
"""How many characters of one value are looked through; the rest is left out. More than is kept: a secret that
the cut would go through has to be seen whole.
"""
_LEFT_OUT = "…"

_SECRET = r"passw|token|otp|secret|authorization|api[_-]?key|cookie"
_secret_key = re.compile(_SECRET, re.IGNORECASE)
# where none of these occurs, nothing is masked; a pattern of them, whatever the case,
# takes seven times as long
_HINTS = (
	*("passw", "token", "otp", "secret", "authorization", "apikey", "api_key", "api-key", "cookie"),
	*("bearer", "basic", "eyj", "sk_", "pk_"),
)
_tokens = re.compile(
	r"(?P<scheme>\bbearer\s+)[\w.~+/=-]{8,}"
	r"|(?P<basic>\bbasic\s+)[\w+/=]{16,}"
	r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"
	r"|\b[sp]k_[0-9a-f]{12,}",
	re.IGNORECASE,
)
_headers = re.compile(r"(?P<key>(?:cookie|authorization)\s*:\s*)(?![\"'\\])[^\r\n\"]+", re.IGNORECASE)
# nothing unbounded around the name: it would take time that grows with the square of a long word
_pairs = re.compile(
	rf"""(?P<key>(?:{_SECRET})[\w-]{{0,40}}\\?["']?\s{{0,9}}[:=]\s{{0,9}})"""
	r"""(?:\\"[^"\\]*(?:\\")?|"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s&,;<>{}"']+)""",
	re.IGNORECASE,
)


def is_secret(key: object) -> bool:
	"""Whether the value of this key is never to be shown."""
	return isinstance(key, str) and bool(_secret_key.search(key))


def mask(value: object) -> object:
	"""Return the same value with every secret in it replaced, at any depth of dicts and lists and in texts.

	What comes after `MOST_MASKED` characters is left out, so that a huge value takes no longer than a large
	one; so is what is nested deeper than Python can follow.
	"""
	try:
		return _Masking().of(value)
	except RecursionError:
		return _LEFT_OUT


class _Masking:
	"""The masking of one value: it ends when so many characters have been looked through."""

	def __init__(self) -> None:
		self.left = MOST_MASKED

	def of(self, value: object) -> object:
		if self.left <= 0:
			return _LEFT_OUT
		self.left -= 1
		if isinstance(value, Mapping):
			return self._mapping(value)
		if isinstance(value, (list, tuple)):
			return self._list(value)
		if isinstance(value, (bytes, bytearray)):
			return f"({len(value)} bytes)"
		return self._text(value) if isinstance(value, str) else value

	def _mapping(self, value: Mapping[Any, object]) -> dict[Any, object]:
		masked: dict[Any, object] = {}
		for key, item in value.items():
			if self.left <= 0:
				masked[_LEFT_OUT] = _LEFT_OUT
				break
			self.left -= len(key) if isinstance(key, str) else 1
			masked[key] = MASK if is_secret(key) and item else self.of(item)
		return masked

	def _list(self, value: Sequence[object]) -> list[object]:
		masked = []
		for item in value:
			masked.append(self.of(item))
			if self.left <= 0:
				break
		return masked

	def _text(self, value: str) -> str:
		shortened = value if len(value) <= self.left else value[: self.left] + _LEFT_OUT
		self.left -= len(shortened)
		return mask_text(shortened)


def mask_text(text: str) -> str:
	"""Return a text (JSON, a form, HTML, a log line) without the secrets that it names and without tokens.

	What comes after `MOST_MASKED` characters is left out.
	"""
	if len(text) > MOST_MASKED:
		text = text[:MOST_MASKED] + _LEFT_OUT
	text = _tokens.sub(lambda found: (found["scheme"] or found["basic"] or "") + MASK, text)
	for pattern in (_headers, _pairs):
		text = pattern.sub(lambda found: found["key"] + MASK, text)
	return text


def mask_url(url: str) -> str:
	"""Return an address without the secrets in its query and without a user's name and password."""
	try:
		parts = urlsplit(url)
	except ValueError:
		return mask_text(url)
	pairs = []
	for pair in parts.query.split("&") if parts.query else []:
		key, equals, value = pair.partition("=")
		pairs.append(f"{key}={MASK}" if is_secret(unquote_plus(key)) and equals else f"{key}{equals}{value}")
	host = parts.netloc.rpartition("@")[2]
	return urlunsplit((parts.scheme, host, parts.path, "&".join(pairs), parts.fragment))


def shown(body: object) -> object:
	"""Return a body as it may be kept: masked, and a shortened text where it is long."""
	if body is None or isinstance(body, (bool, int, float)):
		return body
	text = _text(body)
	length = len(text) if text is not None else 0
	# a batch has thousands of texts and, as a rule, no secret:
	# one look at what is kept instead of several at each
	if text is None or _hints_at_secrets(text[:MOST_MASKED]):
		body = mask(body)
		text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, default=str)
	length = max(length, len(text))
	if length <= LONGEST_BODY:
		return body
	return f"{text[:LONGEST_BODY]}… ({length} characters)"


def _hints_at_secrets(text: str) -> bool:
	# the patterns take these two for an "i" as well, and casefold does not
	folded = text.casefold().replace("i\u0307", "i").replace("\u0131", "i")
	return any(hint in folded for hint in _HINTS)


def _text(body: object) -> str | None:
	"""The body as text, unmasked; None when it is not JSON."""
	if isinstance(body, str):
		return body
	try:
		return json.dumps(body, ensure_ascii=False)
	except (TypeError, ValueError, RecursionError):
		return None

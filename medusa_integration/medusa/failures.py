"""Which error a refusal of Medusa's or a broken connection stands for."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Sequence
from typing import Any

import requests
from urllib3.exceptions import (
	ConnectTimeoutError,
	DecodeError,
	LocationParseError,
	NewConnectionError,
	ProtocolError,
	ReadTimeoutError,
)

from .errors import (
	Busy,
	ConnectionLost,
	Duplicate,
	Forbidden,
	Invalid,
	MedusaError,
	NotFound,
	NotMedusa,
	RateLimited,
	ServerError,
	TimedOut,
	TooLarge,
	Unauthorized,
	UnexpectedAnswer,
	Unreachable,
	WrongAddress,
)

BUSY_STATUSES = frozenset({408, 409, 425})
_duplicate = re.compile(
	r"^(?P<entity>\w[\w ]*?) with (?P<field>\w+):? (?P<value>.+?),? already exists\.?", re.S
)
_variant_exists = re.compile(
	r"^Variant (?:with title |\()(?P<value>.+?)\)? with provided options already exists"
)
_constraint = re.compile(r"duplicate key value violates unique constraint \"(?P<name>[^\"]+)\"")
_CONSTRAINTS = {
	"IDX_2ca8cfbdafb998ecfd6d340389": "sku",
	"IDX_045d4a149c09f4704e0bc08dd4": "barcode",
	"IDX_b5b6225539ee8501082fbc0714": "ean",
	"IDX_aa16f61348be02dd07ce3fc54e": "upc",
}
"""v1 names PostgreSQL's index and nothing else when a unique field of a variant collides."""
_no_route = re.compile(r"\bCannot (GET|POST|DELETE)\b")
_option_exists = re.compile(r"^An option with the title: (?P<value>.+?) already exists")


def error_from_answer(
	status: int, body: object, *, reason: str, where: str, page: str = "", retry_after: float | None = None
) -> MedusaError:
	"""Return the error that an answer of 400 and above stands for.

	Args:
		status: HTTP's.
		body: The parsed JSON, or the text.
		reason: HTTP's own phrase.
		where: The server's name in a sentence.
		page: A sentence that says whose page it is, if it is none of Medusa's.
		retry_after: Seconds.
	"""
	message = message_in(body)
	details: dict[str, Any] = {
		"status": status,
		"code": _text(body, "code"),
		"type": _text(body, "type"),
		"message": message or reason,
		"body": body if message else None,
		"retry_after": retry_after,
	}
	if status == 413:
		return TooLarge(f"The data is larger than {where} takes in one request (413).", **details)
	if status == 429:
		wait = f" Try again in {retry_after:.0f} seconds." if retry_after else ""
		return RateLimited(f"{where} asks for fewer requests (429).{wait}", **details)
	said = f": {message}" if message else f".{page and f' {page}'}"
	if status in BUSY_STATUSES:
		return Busy(f"{where} was busy with something else ({status}){said}", **details)
	if status >= 500:
		return ServerError(f"Something went wrong in {where} ({status} {reason}){said}", **details)
	if not is_verdict(status, body):
		return NotMedusa(not_medusa(where, status, page), **details)
	return _refusal(status, message, where=where, details=details)


def not_medusa(where: str, status: int, page: str) -> str:
	"""Return the sentence for an answer that is none of Medusa's."""
	return f"It was not {where} that answered ({status}).{page and f' {page}'}"


def _refusal(status: int, message: str | None, *, where: str, details: dict[str, Any]) -> MedusaError:
	said = f": {message}" if message else "."
	ended = said if said.endswith((".", "!")) else f"{said}."
	if status == 401:
		return Unauthorized(f"{where} does not accept the credentials (401){said}", **details)
	if status == 403:
		return Forbidden(
			f"{where} does not permit this user or key to do it (403){ended} "
			"In Medusa, give it a role with this permission.",
			**details,
		)
	if status == 404:
		if message:
			return NotFound(f"Medusa does not have it: {message}", **details)
		return WrongAddress(
			f"{where} has no such address: it answers, but not as Medusa's API does.", **details
		)
	if collision := _collision(message or ""):
		entity, field, value = collision
		return Duplicate(
			f"Medusa already has a {entity} with {f'the {field} {value}' if value else f'this {field}'}.",
			entity=entity,
			field=field,
			value=value,
			**details,
		)
	return Invalid(f"Medusa refuses it ({status}): {message}", **details)


def message_in(body: object) -> str | None:
	"""Return what Medusa says in an answer of its own; None in any other."""
	return _text(body, "message")


def _text(body: object, key: str) -> str | None:
	found = body.get(key) if isinstance(body, dict) else None
	return (found.strip() or None) if isinstance(found, str) else None


def is_verdict(status: int, body: object) -> bool:
	"""Whether it is Medusa that refuses, and not something in front of it.

	Medusa says so in JSON with a message (and a type, where it forbids); v1 has one bare word for a caller it
	does not know, and Express one page for a route that is not there.
	"""
	if isinstance(body, dict):
		return bool(message_in(body)) and (status != 403 or bool(_text(body, "type")))
	if not isinstance(body, str):
		return False
	return (status == 401 and body.strip() == "Unauthorized") or (
		status == 404 and bool(_no_route.search(body[:2000]))
	)


def _collision(message: str) -> tuple[str, str, str] | None:
	if found := _variant_exists.match(message):
		return "variant", "title", found["value"]
	if found := _option_exists.match(message):
		return "option", "title", found["value"]
	if found := _constraint.search(message):
		field = _CONSTRAINTS.get(found["name"])
		return ("product variant", field, "") if field else ("record", found["name"], "")
	if found := _duplicate.match(message):
		return found["entity"].replace("_", " ").lower(), found["field"].lower(), found["value"]
	return None


def error_from_failure(failure: Exception, *, where: str) -> MedusaError:
	"""Return the error that a failure below HTTP stands for, by whether anything can have been written.

	Args:
		failure: What `requests` or urllib3 raised.
		where: The server's name in a sentence.
	"""
	causes = list(_causes(failure))
	kinds = tuple(type(cause) for cause in causes)
	if isinstance(failure, (requests.exceptions.InvalidURL, LocationParseError)):
		return WrongAddress(f"{where} is not an address that can be called: {failure}")
	if isinstance(failure, ValueError):
		# its text may be a header, and a header may be a key
		return WrongAddress(f"{where} cannot be called with a key that has characters no key has.")
	if isinstance(failure, requests.exceptions.SSLError):
		return Unreachable(f"{where} has a certificate that is not trusted, or does not speak https.")
	if isinstance(failure, requests.exceptions.ProxyError):
		return Unreachable(f"{where} cannot be reached: the proxy of this machine does not let it through.")
	if any(isinstance(cause.__cause__ or cause.__context__, socket.gaierror) for cause in causes):
		return Unreachable(f"{where} cannot be reached: there is no server of that name.")
	if _any(kinds, NewConnectionError):  # to urllib3 it is a kind of time-out
		return Unreachable(f"{where} cannot be reached: the connection is refused. Is Medusa running?")
	if _any(kinds, requests.exceptions.ConnectTimeout, ConnectTimeoutError):
		return TimedOut(f"{where} cannot be reached: it does not accept connections.", phase="connect")
	if _any(kinds, requests.exceptions.ReadTimeout, ReadTimeoutError):
		return TimedOut(f"{where} did not answer in time. It may have done it all the same.", phase="read")
	broken = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)
	# the latter two come from reading, before `requests` gives them names of its own
	if _any(kinds, *broken) or isinstance(failure, (ProtocolError, DecodeError)):
		return UnexpectedAnswer(
			f"{where} broke off in the middle of its answer. It may have done it all the same."
		)
	return ConnectionLost(f"{where} broke off before it had answered. It may have done it all the same.")


def _any(kinds: Sequence[type], *wanted: type) -> bool:
	return any(issubclass(kind, wanted) for kind in kinds)


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
	"""Yield the failure and what it was made from.

	requests keeps urllib3's error in `args`, urllib3 its own in `reason`.
	"""
	for _ in range(6):
		if not isinstance(failure, BaseException):
			return
		yield failure
		failure = getattr(failure, "reason", None) or (failure.args[0] if failure.args else None)

"""What can go wrong between this app and Medusa.

Every error carries Medusa's own words, and answers the two questions that matter to a caller: is it
worth another try (`retryable`), and may it have been done after all (`outcome_unknown`)?
`str(error)` is one sentence for a shopkeeper.
"""

from __future__ import annotations

import re
from typing import Literal

from .masking import mask, mask_text

BUSY_STATUSES = frozenset({408, 409, 425})
_NO_MARKUP = str.maketrans("<>", "‹›")


class MedusaError(Exception):
	"""Any failure of a call to Medusa.

	`status` is the HTTP status (0: no answer), `code` and `type` are Medusa's, `message` is Medusa's own
	text, `body` the whole answer without secrets, `retry_after` the seconds that Medusa asked to wait.
	The sentence is safe to show as HTML, which Desk takes it for: Medusa may quote anybody's words in it.
	"""

	retryable = False
	outcome_unknown = False

	def __init__(
		self,
		sentence: str,
		*,
		status: int = 0,
		code: str | None = None,
		type: str | None = None,
		message: str | None = None,
		body: object = None,
		retry_after: float | None = None,
	) -> None:
		super().__init__(mask_text(sentence).translate(_NO_MARKUP))
		self.status, self.code, self.type = status, code, type
		self.message = mask_text(message) if message else str(self)
		self.body = mask(body)
		self.retry_after = retry_after


class OutOfTime(MedusaError):
	"""The caller's time is up: the request was not begun."""

	retryable = True


class Unreachable(MedusaError):
	"""No connection came about: nothing was written."""

	retryable = True


class ConnectionLost(MedusaError):
	"""The connection broke after the request had left: nobody knows whether it was done."""

	retryable = True
	outcome_unknown = True


class TimedOut(MedusaError):
	"""Medusa took too long: to accept the connection (nothing was written), or to answer (nobody knows)."""

	retryable = True

	def __init__(self, sentence: str, *, phase: Literal["connect", "read"], **details) -> None:
		super().__init__(sentence, **details)
		self.phase = phase

	@property
	def outcome_unknown(self) -> bool:
		return self.phase == "read"


class Unauthorized(MedusaError):
	"""401, also with a token that was renewed just before."""


class SignInFailed(Unauthorized):
	"""Medusa does not accept the e-mail address and password, or there are none."""


class NotFound(MedusaError):
	"""What the call was about does not exist in Medusa."""


class Invalid(MedusaError):
	"""Medusa refuses the data (any 4xx that has no class of its own). The same data will be refused again."""

	@property
	def unknown_keys(self) -> frozenset[str]:
		"""The keys that this Medusa does not know, as far as that is what it complains of."""
		return frozenset(
			key.strip(" '\"")
			for v1, v2 in _unknown_keys.findall(self.message)
			for key in (v1 or v2).split(",")
		)


class Duplicate(Invalid):
	"""Medusa has one already with the same unique value.

	`entity` is what (such as "product"), `field` the unique field (handle, sku, barcode),
	`value` what collided ("" when Medusa does not say).
	"""

	def __init__(self, sentence: str, *, entity: str, field: str, value: str, **details) -> None:
		super().__init__(sentence, **details)
		self.entity, self.field, self.value = entity, field, value


class MissingReference(Invalid):
	"""Medusa does not have what the data refers to, such as the product's collection."""

	@classmethod
	def of(cls, error: MedusaError) -> MissingReference:
		"""The same answer, where what was not found is not the thing itself."""
		return cls(
			f"Medusa does not have what this refers to: {error.message}",
			status=error.status,
			code=error.code,
			type=error.type,
			message=error.message,
			body=error.body,
		)


class MissingRoute(MedusaError):
	"""Medusa lacks a route that it has to be extended by; all the rest of it answers."""


class SetupMissing(MedusaError):
	"""Something has to be set up, in Medusa or in our settings, before any data of this kind can be sent."""


class TooLarge(MedusaError):
	"""413, or known before sending: the body is larger than Medusa takes."""


class Busy(MedusaError):
	"""408, 409 or 425: another request was in the way. Nothing was written."""

	retryable = True


class RateLimited(MedusaError):
	"""429: too many requests. Nothing was written; `retry_after` says when to come back."""

	retryable = True


class ServerError(MedusaError):
	"""5xx: something broke in Medusa, or in front of it. 503 says: not now, nothing was written."""

	retryable = True

	@property
	def outcome_unknown(self) -> bool:
		return self.status != 503

	@property
	def from_medusa(self) -> bool:
		"""Whether Medusa itself says so, and not a proxy in front of it."""
		return isinstance(self.body, dict)


class UnexpectedAnswer(MedusaError):
	"""2xx with a body that is not Medusa's JSON (cut off, or a web page):
	nobody knows whether it was done.
	"""

	retryable = True
	outcome_unknown = True


class WrongAddress(MedusaError):
	"""Something answers at this address, but not Medusa's API."""


_unknown_keys = re.compile(
	r"\bproperty (\S+) should not exist|[Uu]nrecognized (?:fields?|key\(s\))[^:']*:? ?((?:'[^']*'(?:, )?)+)"
)
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
_option_exists = re.compile(r"^An option with the title: (?P<value>.+?) already exists")


def error_from_answer(
	status: int, body: object, *, reason: str, where: str, retry_after: float | None = None
) -> MedusaError:
	"""The error that an answer of 400 and above stands for.

	`body` is the parsed JSON, or the text; `where` names the server for the sentence,
	`reason` is HTTP's own phrase.
	"""
	answer = body if isinstance(body, dict) else {}
	message = answer.get("message")
	message = message.strip() if isinstance(message, str) else None
	details = {
		"status": status,
		"code": answer.get("code"),
		"type": answer.get("type"),
		"message": message or (body.strip()[:500] if isinstance(body, str) else None) or reason,
		"body": body,
		"retry_after": retry_after,
	}
	said = f": {message}" if message else "."
	if status == 401:
		return Unauthorized(f"{where} does not accept the credentials (401){said}", **details)
	if status == 404:
		if message:
			return NotFound(f"Medusa does not have it: {message}", **details)
		return WrongAddress(
			f"{where} has no such address: it answers, but not as Medusa's API does.", **details
		)
	if status == 413:
		return TooLarge(f"The data is larger than {where} takes in one request (413).", **details)
	if status == 429:
		wait = f" Try again in {retry_after:.0f} seconds." if retry_after else ""
		return RateLimited(f"{where} asks for fewer requests (429).{wait}", **details)
	if status in BUSY_STATUSES:
		return Busy(f"{where} was busy with something else ({status}){said}", **details)
	if status >= 500:
		return ServerError(f"Something went wrong in {where} ({status} {reason}){said}", **details)
	if collision := _collision(message or ""):
		entity, field, value = collision
		return Duplicate(
			f"Medusa already has a {entity} with {f'the {field} {value}' if value else f'this {field}'}.",
			entity=entity,
			field=field,
			value=value,
			**details,
		)
	return Invalid(f"Medusa refuses it ({status}): {message or reason}", **details)


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

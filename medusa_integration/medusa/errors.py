"""What can go wrong between a program and Medusa.

Every error carries Medusa's own message, and says whether the call is worth another try (`retryable`) and
whether it may have been done after all (`outcome_unknown`). `str(error)` is one sentence for a person.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from .masking import mask, mask_text

LONGEST_SENTENCE = 500
"""Letters of an error that a person is shown."""
LONGEST_MESSAGE = 20_000
"""Letters of Medusa's own text that are looked through: a batch names a few hundred ids in it."""
NO_MARKUP = str.maketrans("<>", "‹›")
"""For `str.translate`: makes a text of others safe to show as HTML."""


class MedusaError(Exception):
	"""Any failure of a call to Medusa.

	The sentence has 500 letters at most and is safe to show as HTML: Medusa may quote anybody's words in it.

	Attributes:
		status: The HTTP status; 0 without an answer.
		code: Medusa's code of the error.
		type: Medusa's type of the error, such as "invalid_data".
		message: Medusa's own text, or the sentence without one.
		body: The answer without secrets.
		retry_after: Seconds that Medusa asked to wait.
		retryable: Whether the same call may succeed later.
	"""

	retryable = False

	@property
	def outcome_unknown(self) -> bool:
		"""Whether Medusa may have done what it was asked to do."""
		return False

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
		super().__init__(shortened(mask_text(sentence).translate(NO_MARKUP)))
		self.status, self.code, self.type = status, code, type
		self.message = mask_text(message[:LONGEST_MESSAGE]) if message else str(self)
		self.body = mask(body)
		self.retry_after = retry_after


def shortened(text: str, length: int = LONGEST_SENTENCE) -> str:
	"""Return the text, cut after `length` letters for a person to read."""
	return text if len(text) <= length else text[: length - 1].rstrip() + "…"


class OutOfTime(MedusaError):
	"""The caller's time is up: the request was not begun."""

	retryable = True


class Unreachable(MedusaError):
	"""No connection came about: nothing was written."""

	retryable = True


class ConnectionLost(MedusaError):
	"""The connection broke after the request had left: nobody knows whether it was done."""

	retryable = True

	@property
	def outcome_unknown(self) -> bool:
		return True


class TimedOut(MedusaError):
	"""Medusa took too long: to accept the connection (nothing was written), or to answer (nobody knows)."""

	retryable = True

	def __init__(self, sentence: str, *, phase: Literal["connect", "read"], **details: Any) -> None:
		super().__init__(sentence, **details)
		self.phase = phase

	@property
	def outcome_unknown(self) -> bool:
		return self.phase == "read"


class Unauthorized(MedusaError):
	"""401, also with a token that was renewed just before."""


class SignInFailed(Unauthorized):
	"""Medusa does not accept the e-mail address and password, or there are none."""


class Forbidden(MedusaError):
	"""403 from Medusa itself: it knows who calls, and the user or key has no permission for it."""


class SignInIncomplete(MedusaError):
	"""The password is right, but Medusa wants more: a second factor, or a verified e-mail address."""


class NotFound(MedusaError):
	"""What the call was about does not exist in Medusa."""


class Invalid(MedusaError):
	"""Medusa refuses the data (any 4xx that has no class of its own). The same data will be refused again."""

	@property
	def unknown_keys(self) -> frozenset[str]:
		"""The keys that this Medusa does not know, as far as that is what it refuses."""
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

	def __init__(self, sentence: str, *, entity: str, field: str, value: str, **details: Any) -> None:
		super().__init__(sentence, **details)
		self.entity, self.field, self.value = entity, field, value


class MissingReference(Invalid):
	"""Medusa does not have what the data refers to, such as the product's collection."""

	@classmethod
	def of(cls, error: MedusaError) -> MissingReference:
		"""Return the same answer as an error about what the data refers to."""
		return cls(
			f"Medusa does not have what this refers to: {error.message}",
			status=error.status,
			code=error.code,
			type=error.type,
			message=error.message,
			body=error.body,
		)


class MissingRoute(MedusaError):
	"""Medusa does not have a route that it has to be extended by; all the rest of it answers."""


class SignatureRefused(MedusaError):
	"""401 from a route that Medusa was extended by: the signature is missing, wrong or too old.

	The same call succeeds once both sides have the same secret, and their clocks the same time.
	"""

	retryable = True


class SetupMissing(MedusaError):
	"""Something has to be set up, in Medusa or in the settings, before any data of this kind can be sent."""


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
	"""An answer that Medusa does not give: cut off, too large, of another shape, with ids that are none.

	Nobody knows whether it was done.
	"""

	retryable = True

	@property
	def outcome_unknown(self) -> bool:
		return True


class NotMedusa(UnexpectedAnswer):
	"""Another program, such as a firewall or a proxy, has answered in Medusa's place, with whatever status.

	What it says is no verdict on what was sent.
	"""


class WrongAddress(MedusaError):
	"""Something answers at this address, but not Medusa's API."""


_unknown_keys = re.compile(
	r"\bproperty (\S+) should not exist|[Uu]nrecognized (?:fields?|key\(s\))[^:']*:? ?((?:'[^']*'(?:, )?)+)"
)

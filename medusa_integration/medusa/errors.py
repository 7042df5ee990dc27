"""What can go wrong between this app and Medusa.

Every error carries Medusa's own words, and answers the two questions that matter to a caller: is it
worth another try (`retryable`), and may it have been done after all (`outcome_unknown`)?
`str(error)` is one sentence for a shopkeeper.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from .masking import mask, mask_text

LONGEST_SENTENCE = 500
"""Letters of an error that a person is shown."""
LONGEST_MESSAGE = 20_000
"""Letters of Medusa's own text that are looked through: a batch names a few hundred ids in it."""
_NO_MARKUP = str.maketrans("<>", "‹›")


class MedusaError(Exception):
	"""Any failure of a call to Medusa.

	`status` is the HTTP status (0: no answer), `code` and `type` are Medusa's, `message` is Medusa's own
	text, `body` the answer without secrets, `retry_after` the seconds that Medusa asked to wait. The sentence
	has 500 letters at most and is safe to show as HTML, which Desk takes it for: Medusa may quote anybody's
	words in it.
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
		super().__init__(shortened(mask_text(sentence).translate(_NO_MARKUP)))
		self.status, self.code, self.type = status, code, type
		self.message = mask_text(message[:LONGEST_MESSAGE]) if message else str(self)
		self.body = mask(body)
		self.retry_after = retry_after


def shortened(text: str, length: int = LONGEST_SENTENCE) -> str:
	"""The text, cut at so many letters for a person to read."""
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


class SharedProduct(MedusaError):
	"""Medusa's product is not this Website Item's alone: nothing was sent."""

	@classmethod
	def with_variants(cls, sku: str, title: str, id: str, others: Sequence[str]) -> SharedProduct:
		"""A product with the item's SKU that has variants of others, told by their SKUs or titles."""
		return cls(
			f'Medusa has {sku} in the product "{_cut(title)}" ({id}), together with other variants'
			f" ({_listed(others)}). It is left as it is. Give the item's variant a product of its own there,"
			" or another SKU, and try again."
		)

	@classmethod
	def of_other_item(cls, sku: str, title: str, id: str, owner: str) -> SharedProduct:
		"""A product with the item's SKU that is another Website Item's."""
		return cls(
			f'Medusa has {sku} as the SKU of the product "{_cut(title)}" ({id}), which belongs to Website Item'
			f" {_cut(owner)}. It is left as it is. Correct the SKU there, and try again."
		)

	@classmethod
	def on_delete(cls, title: str, id: str, others: Sequence[str]) -> SharedProduct:
		"""A product that does not go with one of its items."""
		return cls(
			f'The product "{_cut(title)}" ({id}) has variants of other items ({_listed(others)}), so it is not'
			" deleted. Delete the item's own variant in Medusa."
		)


def _cut(text: str) -> str:
	return text if len(text) <= 140 else f"{text[:139]}…"


def _listed(names: Sequence[str]) -> str:
	more = f" and {len(names) - 5} more" if len(names) > 5 else ""
	return ", ".join(map(_cut, names[:5])) + more


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
	"""An answer that is none of Medusa's: cut off, too large, of another shape, with ids that are none.
	Nobody knows whether it was done.
	"""

	retryable = True
	outcome_unknown = True


class NotMedusa(UnexpectedAnswer):
	"""Somebody else has answered in Medusa's place, such as a firewall or a proxy, with whatever status: what
	it says is no verdict on what was sent.
	"""


class WrongAddress(MedusaError):
	"""Something answers at this address, but not Medusa's API."""


_unknown_keys = re.compile(
	r"\bproperty (\S+) should not exist|[Uu]nrecognized (?:fields?|key\(s\))[^:']*:? ?((?:'[^']*'(?:, )?)+)"
)

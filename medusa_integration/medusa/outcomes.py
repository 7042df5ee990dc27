"""What became of what was sent: of many values, each with its own end, and of one that may be there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from .errors import Duplicate, MedusaError
from .repeats import REPEATS, next_repeat
from .values import Outcome

if TYPE_CHECKING:
	from .client import Medusa

T = TypeVar("T")


def settled(
	outcomes: dict[int, Outcome], keys: Sequence[str], stopped: Sequence[MedusaError]
) -> list[Outcome]:
	"""The outcomes in order; what a general error kept from being done has that error.

	Raises it when it kept everything from being done, and whenever it is about the credentials.
	"""
	unauthorized = [error for error in stopped if not error.retryable]
	if unauthorized or (stopped and not outcomes):
		raise (unauthorized or stopped)[0]
	return [outcomes.get(position) or Outcome(key, error=stopped[0]) for position, key in enumerate(keys)]


def save_one(client: Medusa, *, create: Callable[[], T], find: Callable[[], T | None]) -> tuple[bool, T]:
	"""Create one thing that has a unique handle, or find the one that is there.

	Answers whether it was created, and what the call returned.
	Raises Duplicate when it exists but cannot be found.
	"""
	repeats = REPEATS
	while True:
		try:
			return True, create()
		except Duplicate:
			if found := find():
				return False, found
			raise
		except MedusaError as error:
			again = next_repeat(repeats, error, client._transport.random) if error.outcome_unknown else None
			if not again:
				raise
			repeats, wait = again
			client._transport.sleep(wait)
			if found := find():
				return False, found

"""Prices in Medusa's price lists: what both generations offer, and what they have in common.

A variant has no price of its own: all of ours are in lists of type "override". Of several active lists Medusa
takes the lowest price, so a caller must never hand in two prices of one variant and currency for the same
moment.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from functools import cached_property
from typing import Any, NamedTuple

from ..medusa import Medusa
from ..medusa.errors import Invalid
from .outcomes import Outcome
from .values import Price


class Held(NamedTuple):
	"""A price that Medusa holds. `currency` is an ISO 4217 code in upper case."""

	list_id: str
	id: str
	variant_id: str | None
	currency: str
	starts_at: datetime | None
	ends_at: datetime | None


class Prices(ABC):
	"""The prices of one Medusa."""

	def __init__(self, medusa: Medusa) -> None:
		self._client = medusa

	def save(self, prices: Sequence[Price], *, look_up: bool = False) -> list[Outcome]:
		"""Create the prices without an id and update the others.

		What Medusa does not have any more is made again.

		Args:
			prices: The prices.
			look_up: A price without an id may be there already: it is looked for by variant and currency
				before it is created; what `others` names is never taken for it.

		Returns:
			One Outcome a price, in order, with `id` of the price and `list_id` of its list. Its `error` is
			what that price alone met: MissingReference when Medusa does not have the variant, Invalid for an
			amount or a currency that it cannot hold.

		Raises:
			MedusaError: As `Products.save`.
		"""
		outcomes = {
			i: Outcome(price.key, error=error)
			for i, price in enumerate(prices)
			if (error := self._unfit(price))
		}
		fit = [i for i in range(len(prices)) if i not in outcomes]
		saved = self._save([prices[i] for i in fit], look_up=look_up) if fit else []
		outcomes.update(zip(fit, saved, strict=True))
		return [outcomes[i] for i in range(len(prices))]

	@abstractmethod
	def delete(self, prices: Sequence[Price]) -> list[Outcome]:
		"""Delete the prices; one Outcome each, in order. What is gone already counts as deleted.

		One without an id is looked for by variant, currency and amount.
		"""

	@abstractmethod
	def list_all(self, price_list: str) -> Iterator[Price]:
		"""Yield all prices that Medusa holds of ours for that Price List of ERPNext.

		Their `key` is "", as Medusa does not know the Item Price. `variant_id` is "" for a price whose
		variant is gone.
		"""

	def tidy(self, price_list: str, now: datetime) -> int:
		"""Delete lists of ours that are empty and that nothing will be put into any more.

		Args:
			price_list: The name of ERPNext's Price List.
			now: The moment, with its time zone.

		Returns:
			How many were deleted; 0 on v1.
		"""
		return 0

	def _unfit(self, price: Price) -> Invalid | None:
		"""Return why Medusa could not hold this price, as far as that is known without trying."""
		if self._currencies and price.currency not in self._currencies:
			return Invalid(
				f"Medusa's store does not have the currency {price.currency}. Add it to the store's currencies in Medusa."
			)
		try:
			self._amount(price)
		except ValueError as error:
			return Invalid(str(error))
		return None

	@cached_property
	def _currencies(self) -> tuple[str, ...]:
		return self._client.stores.settings().currencies

	@abstractmethod
	def _save(self, prices: Sequence[Price], *, look_up: bool) -> list[Outcome]:
		"""Save prices that Medusa can hold."""

	@abstractmethod
	def _amount(self, price: Price) -> int | float:
		"""Return the amount as Medusa counts. Raises ValueError for one that it cannot hold."""


def to_text(moment: datetime | None) -> str | None:
	"""Return a moment as Medusa reads it: UTC, to the millisecond."""
	if moment is None:
		return None
	return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_moment(text: object) -> datetime | None:
	"""Return a moment as Medusa writes it; None without one."""
	return datetime.fromisoformat(text.replace("Z", "+00:00")) if isinstance(text, str) and text else None


def best_held(price: Price, held: Iterable[Held]) -> Held | None:
	"""Return which of these is our price; None when none is.

	It is of the same variant and currency, nobody else's, and valid for the same time at least in part. Two
	prices of one item are never wanted for the same moment: one that overlaps is ours from before.
	"""
	ours = [
		one
		for one in held
		if one.variant_id == price.variant_id
		and one.currency == price.currency
		and one.id not in price.others
		and overlap(price, one)
	]
	ours.sort(key=lambda one: (one.starts_at, one.ends_at) != (price.starts_at, price.ends_at))
	return ours[0] if ours else None


def overlap(one: Price | Held, other: Price | Held) -> bool:
	"""Whether there is a moment at which both are valid."""
	starts = [start for start in (one.starts_at, other.starts_at) if start]
	ends = [end for end in (one.ends_at, other.ends_at) if end]
	return not starts or not ends or max(starts) <= min(ends)


def window_of(remote: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
	"""Return from when until when Medusa's list is valid."""
	return to_moment(remote.get("starts_at")), to_moment(remote.get("ends_at"))

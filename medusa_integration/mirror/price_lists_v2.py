"""Our price lists on Medusa 2: one for each Price List, currency and validity, and what is in them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ..medusa import MedusaV2
from ..medusa.bodies import metadata_of
from ..medusa.values import Json
from .prices import Held, to_text, window_of
from .values import Price

FULL = 1000
"""Prices in one list; what is more goes into a further one."""
FRESH = 30.0
"""Seconds for which what was read of a list is believed: others may write as well."""


@dataclass(slots=True)
class PriceList:
	"""One of our price lists in Medusa; `count` of its prices, None when it is not known."""

	id: str
	title: str
	starts_at: datetime | None
	ends_at: datetime | None
	count: int | None = None

	def is_for(self, price: Price) -> bool:
		"""Whether the list is valid for the same time as the price."""
		return (self.starts_at, self.ends_at) == (price.starts_at, price.ends_at)


class OurPriceLists:
	"""Our price lists in one Medusa; what was read of them is remembered for a moment."""

	def __init__(self, medusa: MedusaV2) -> None:
		self._medusa, self._lists = medusa, medusa.price_lists
		self._known: dict[tuple[str, str], tuple[float, list[PriceList]]] = {}
		self._contents: dict[str, tuple[float, list[Held]]] = {}

	def of(self, price: Price) -> list[PriceList]:
		"""Return our active lists of the price's Price List and currency, whatever their validity."""
		key = (price.price_list, price.currency)
		known = self._known.get(key)
		if not known or time.monotonic() - known[0] > FRESH:
			remotes = self._lists.search(f"{price.price_list} {price.currency}")
			ours = [
				price_list_from(remote)
				for remote in remotes
				if owner_of(remote) == price.price_list
				and metadata_of(remote).get("currency") == price.currency
				and (remote.get("status"), remote.get("type")) == ("active", "override")
			]
			known = (time.monotonic(), sorted(ours, key=lambda one: len(one.title)))
			self._known[key] = known
		return known[1]

	def forget(self) -> None:
		"""Read Medusa's lists anew: what is known of them may be wrong."""
		self._known.clear()
		self._contents.clear()

	def with_room(self, price: Price) -> tuple[PriceList, int]:
		"""Return a list for the price's validity and how many more prices it takes; made if there is none."""
		fitting = [one for one in self.of(price) if one.is_for(price)]
		if fitting:
			last = fitting[-1]
			if last.count is None:
				last.count = self._lists.count_prices(last.id)
			if last.count < FULL:
				return last, FULL - last.count
		made = self._make(price, number=len(fitting) + 1)
		self.of(price).append(made)
		return made, FULL

	def contents(self, price_list: PriceList) -> list[Held]:
		"""Return the prices of one list."""
		known = self._contents.get(price_list.id)
		if not known or time.monotonic() - known[0] > FRESH:
			held = [held_in(price_list, row) for row in self._lists.prices(price_list.id)]
			price_list.count = len(held)
			known = self._contents[price_list.id] = (time.monotonic(), held)
		return known[1]

	def note(self, price_list: PriceList, held: Held) -> None:
		"""Remember a price that was just created there."""
		price_list.count = None if price_list.count is None else price_list.count + 1
		if price_list.id in self._contents:
			self._contents[price_list.id][1].append(held)

	def prices(self, price_list: PriceList) -> Iterator[tuple[Held, Decimal]]:
		"""Yield the prices of one list, read anew, with their amounts in major units."""
		for row in self._lists.prices(price_list.id):
			yield held_in(price_list, row), Decimal(str(row.get("amount") or 0))

	def owned_by(self, name: str) -> Iterator[PriceList]:
		"""Yield all lists of this Price List of ERPNext, whatever their currency and validity."""
		for remote in self._lists.search(name):
			if owner_of(remote) == name:
				yield price_list_from(remote)

	def tidy(self, name: str, now: datetime) -> int:
		"""Delete empty lists of this Price List that nothing is put into any more; return how many.

		A list that has begun or ended more than a day ago gets nothing new: its prices have moved to the open
		one.
		"""
		before = now - timedelta(days=1)
		deleted = 0
		for found in self.owned_by(name):
			is_past = any(moment and moment < before for moment in (found.starts_at, found.ends_at))
			if is_past and not self._lists.count_prices(found.id):
				self._lists.delete(found.id)
				deleted += 1
		self.forget()
		return deleted

	def _make(self, price: Price, number: int) -> PriceList:
		title = _title(price, number)
		body: Json = {
			"title": title,
			"description": price.price_list,
			"type": "override",
			"status": "active",
			"starts_at": to_text(price.starts_at),
			"ends_at": to_text(price.ends_at),
			"rules": {},
			"metadata": {"price_list": price.price_list, "currency": price.currency},
		}

		def create() -> PriceList:
			return PriceList(self._lists.create(body), title, price.starts_at, price.ends_at, 0)

		def find() -> PriceList | None:
			self.forget()
			return next((one for one in self.of(price) if one.title == title), None)

		created, made = self._medusa.session.waiting.create_or_find(create, find)
		if not created:
			self.of(price).remove(made)  # the caller adds it
			made.count = self._lists.count_prices(made.id)
		return made


def owner_of(remote: Json) -> Any:
	"""Return the name of ERPNext's Price List that Medusa's list belongs to; None for another's list."""
	return metadata_of(remote).get("price_list")


def price_list_from(remote: Json) -> PriceList:
	"""Return Medusa's list as our value."""
	return PriceList(remote["id"], remote.get("title") or "", *window_of(remote))


def held_in(price_list: PriceList, row: Json) -> Held:
	"""Return a price of that list as our value."""
	variant = (row.get("price_set") or {}).get("variant") or {}
	currency = str(row.get("currency_code") or "").upper()
	window = (price_list.starts_at, price_list.ends_at)
	return Held(price_list.id, row["id"], variant.get("id"), currency, *window)


def _title(price: Price, number: int) -> str:
	parts = [f"{price.price_list} {price.currency}"]
	parts += [f"from {price.starts_at:%Y-%m-%d %H:%M} UTC"] if price.starts_at else []
	parts += [f"until {price.ends_at:%Y-%m-%d %H:%M} UTC"] if price.ends_at else []
	return ", ".join(parts) + (f" ({number})" if number > 1 else "")

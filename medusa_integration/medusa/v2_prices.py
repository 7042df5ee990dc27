"""Medusa v2: one price list for each Price List, currency and validity, filled in batches.

v2 updates a price by its id whatever list it is in, and moves it to the list that the batch is sent to; it
leaves out of its answer what it does not have any more. Only a creation is not safe to repeat.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .amounts import to_number
from .client import codes
from .errors import NotFound, WrongAddress
from .fields import metadata_of, rows
from .outcomes import save_one
from .price_lists import Held, PriceLists, to_text, window_of
from .v2_price_saving import BATCH, PriceSaving
from .values import Outcome, Price

FULL = 1000
"""Prices in one list; what is more goes into a further one."""
FRESH = 30.0
"""Seconds for which what was read of a list is believed: others may write as well."""
_LISTS = "price-lists"
_LIST_FIELDS = "id,title,description,status,type,starts_at,ends_at,metadata"
_PRICE_FIELDS = "id,amount,currency_code,price_set.variant.id"


@dataclass(slots=True)
class Shelf:
	"""One of our price lists in Medusa; `count` of its prices, None when it is not known."""

	id: str
	title: str
	starts_at: datetime | None
	ends_at: datetime | None
	count: int | None = None

	def is_for(self, price: Price) -> bool:
		return (self.starts_at, self.ends_at) == (price.starts_at, price.ends_at)


class V2Prices(PriceLists):
	"""The price operations of `v2.MedusaV2`."""

	def delete_prices(self, prices: Sequence[Price]) -> list[Outcome]:
		by_list: dict[str, list[str]] = {}
		for price in prices:
			found = (price.list_id, price.id) if price.list_id and price.id else self._find_price(price)
			if found:
				by_list.setdefault(found[0], []).append(found[1])
		for list_id, ids in by_list.items():
			for start in range(0, len(ids), BATCH):
				self._delete_from(list_id, ids[start : start + BATCH])
		return [Outcome(price.key) for price in prices]

	def _delete_from(self, list_id: str, ids: list[str]) -> None:
		path = self._path(_LISTS, list_id, "prices", "batch")
		try:
			self._request("POST", path, json={"delete": ids}, repeatable=True)
		except NotFound:
			# the list is gone, and its prices with it
			return
		self.forget_shelves()

	def _find_price(self, price: Price) -> tuple[str, str] | None:
		"""(list, price) of what was created, although its id never came back."""
		for shelf in self.shelves(price):
			if price.id:
				return shelf.id, price.id  # v2 deletes by id, whatever list the call names
			for row in self._rows_of(shelf.id):
				held = _held(shelf, row)
				if (held.variant_id, held.currency) != (price.variant_id, price.currency):
					continue
				if held.id not in price.others and _decimal(row) == price.amount:
					return shelf.id, held.id
		return None

	def list_prices(self, price_list: str) -> Iterator[Price]:
		for remote in self._list_remotes(price_list):
			if _owner(remote) != price_list:
				continue
			shelf = _shelf(remote)
			for row in self._rows_of(shelf.id):
				held = _held(shelf, row)
				yield Price(
					key="",
					variant_id=held.variant_id or "",
					title=shelf.title,
					price_list=price_list,
					amount=_decimal(row),
					currency=held.currency,
					starts_at=shelf.starts_at,
					ends_at=shelf.ends_at,
					list_id=shelf.id,
					id=held.id,
				)

	def tidy_price_lists(self, price_list: str, now: datetime) -> int:
		"""A list that has begun or ended more than a day ago gets nothing new:
		its prices have moved to the open one.
		"""
		before = now - timedelta(days=1)
		deleted = 0
		for remote in self._list_remotes(price_list):
			shelf = _shelf(remote)
			is_past = any(moment and moment < before for moment in (shelf.starts_at, shelf.ends_at))
			if is_past and _owner(remote) == price_list and not self._count_of(shelf.id):
				self._delete(_LISTS, shelf.id)
				deleted += 1
		self.forget_shelves()
		return deleted

	def _save_prices(self, prices: Sequence[Price], *, look_up: bool) -> list[Outcome]:
		return PriceSaving(self, prices, look_up=look_up).run()

	# the lists

	def shelves(self, price: Price) -> list[Shelf]:
		"""Our active lists of the price's Price List and currency, whatever their validity."""
		key = (price.price_list, price.currency)
		known = self._shelves.get(key)
		if not known or time.monotonic() - known[0] > FRESH:
			remotes = self._list_remotes(f"{price.price_list} {price.currency}")
			mine = [
				_shelf(remote)
				for remote in remotes
				if _owner(remote) == price.price_list
				and metadata_of(remote).get("currency") == price.currency
				and (remote.get("status"), remote.get("type")) == ("active", "override")
			]
			known = self._shelves[key] = (time.monotonic(), sorted(mine, key=lambda shelf: len(shelf.title)))
		return known[1]

	def forget_shelves(self) -> None:
		"""What is known of Medusa's lists may be wrong: read them anew."""
		self._shelves.clear()
		self._contents.clear()

	@property
	def _shelves(self) -> dict[tuple[str, str], tuple[float, list[Shelf]]]:
		return self.__dict__.setdefault("_known_shelves", {})

	@property
	def _contents(self) -> dict[str, tuple[float, list[Held]]]:
		return self.__dict__.setdefault("_known_contents", {})

	def roomy_shelf(self, price: Price) -> tuple[Shelf, int]:
		"""A list for the price's validity, and how many more prices it takes; made if there is none."""
		fitting = [shelf for shelf in self.shelves(price) if shelf.is_for(price)]
		if fitting:
			last = fitting[-1]
			if last.count is None:
				last.count = self._count_of(last.id)
			if last.count < FULL:
				return last, FULL - last.count
		shelf = self._make_shelf(price, number=len(fitting) + 1)
		self.shelves(price).append(shelf)
		return shelf, FULL

	def _make_shelf(self, price: Price, number: int) -> Shelf:
		body = {
			"title": _title(price, number),
			"description": price.price_list,
			"type": "override",
			"status": "active",
			"starts_at": to_text(price.starts_at),
			"ends_at": to_text(price.ends_at),
			"rules": {},
			"metadata": {"price_list": price.price_list, "currency": price.currency},
		}

		def create() -> Shelf:
			answer = self._request("POST", f"/admin/{_LISTS}", json=body, repeatable=False)
			return Shelf(
				self._remote(answer, "price_list")["id"], body["title"], price.starts_at, price.ends_at, 0
			)

		def find() -> Shelf | None:
			self.forget_shelves()
			return next((shelf for shelf in self.shelves(price) if shelf.title == body["title"]), None)

		made, shelf = save_one(self, create=create, find=find)
		if not made:
			self.shelves(price).remove(shelf)  # the caller adds it
			shelf.count = self._count_of(shelf.id)
		return shelf

	def contents(self, shelf: Shelf) -> list[Held]:
		"""The prices of one list; remembered for a moment."""
		known = self._contents.get(shelf.id)
		if not known or time.monotonic() - known[0] > FRESH:
			held = [_held(shelf, row) for row in self._rows_of(shelf.id)]
			shelf.count = len(held)
			known = self._contents[shelf.id] = (time.monotonic(), held)
		return known[1]

	def note(self, shelf: Shelf, held: Held) -> None:
		"""Remember a price that was just created there."""
		shelf.count = None if shelf.count is None else shelf.count + 1
		if shelf.id in self._contents:
			self._contents[shelf.id][1].append(held)

	def _list_remotes(self, words: str) -> list[dict]:
		remotes: list[dict] = []
		while True:
			params = {"q": words, "fields": _LIST_FIELDS, "limit": BATCH, "offset": len(remotes)}
			answer = self._request("GET", f"/admin/{_LISTS}", params=params)
			some = self._remotes(answer, "price_lists")
			remotes += some
			if not some or len(remotes) >= (answer.get("count") or 0):
				return remotes

	def _rows_of(self, list_id: str) -> Iterator[dict]:
		offset = 0
		while True:
			answer = self._prices_page(list_id, limit=FULL, offset=offset)
			some = self._remotes(answer, "prices")
			yield from some
			offset += len(some)
			if not some or offset >= (answer.get("count") or 0):
				return

	def _count_of(self, list_id: str) -> int:
		answer = self._prices_page(list_id, limit=1, offset=0)
		return answer.get("count") or 0

	def _prices_page(self, list_id: str, *, limit: int, offset: int) -> dict:
		params = {"fields": _PRICE_FIELDS, "limit": limit, "offset": offset, "order": "id"}
		try:
			return self._request("GET", self._path(_LISTS, list_id, "prices"), params=params)
		except WrongAddress:
			# before 2.12.3
			fields = ",".join(f"prices.{field}" for field in _PRICE_FIELDS.split(","))
			answer = self._request("GET", self._path(_LISTS, list_id), params={"fields": f"id,{fields}"})
			prices = rows(self._remote(answer, "price_list"), "prices")
			return {"prices": prices[offset : offset + limit], "count": len(prices)}

	def _store_currencies(self) -> tuple[str, ...]:
		return codes(rows(self._store(), "supported_currencies"), "currency_code")

	def _amount(self, price: Price) -> int | float:
		return to_number(price.amount, price.currency)


def _title(price: Price, number: int) -> str:
	parts = [f"{price.price_list} {price.currency}"]
	parts += [f"from {price.starts_at:%Y-%m-%d %H:%M} UTC"] if price.starts_at else []
	parts += [f"until {price.ends_at:%Y-%m-%d %H:%M} UTC"] if price.ends_at else []
	return ", ".join(parts) + (f" ({number})" if number > 1 else "")


def _owner(remote: dict) -> object:
	return metadata_of(remote).get("price_list")


def _shelf(remote: dict) -> Shelf:
	return Shelf(remote["id"], remote.get("title") or "", *window_of(remote))


def _held(shelf: Shelf, row: dict) -> Held:
	variant = (row.get("price_set") or {}).get("variant") or {}
	currency = str(row.get("currency_code") or "").upper()
	return Held(shelf.id, row["id"], variant.get("id"), currency, shelf.starts_at, shelf.ends_at)


def _decimal(row: dict) -> Decimal:
	return Decimal(str(row.get("amount") or 0))

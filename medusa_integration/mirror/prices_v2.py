"""Prices on Medusa 2: in lists that many share, filled in batches.

v2 updates a price by its id whatever list it is in, and moves it to the list that the batch is sent to; it
leaves out of its answer what it does not have any more. Only a creation is not safe to repeat: before
anything is created a second time, the lists are read. A batch is all or nothing. One that fails for a variant
names it; any other is halved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from urllib3.util.retry import Retry

from ..medusa import MedusaV2
from ..medusa.batching import batches, bisect
from ..medusa.bodies import rows
from ..medusa.errors import Invalid, MedusaError, MissingReference, NotFound
from ..medusa.money import to_number
from ..medusa.retry import NO_REPEATS, REPEATS
from ..medusa.values import Json
from .outcomes import Outcome, settled
from .price_lists_v2 import OurPriceLists, PriceList
from .prices import Held, Prices, best_held
from .values import Price

BATCH = 200
"""Prices in one call."""
_unknown_variants = re.compile(r"^No price set exist for variants: (?P<ids>.+)$")


class PricesV2(Prices):
	"""The prices of a Medusa 2."""

	def __init__(self, medusa: MedusaV2) -> None:
		super().__init__(medusa)
		self._medusa = medusa
		self._lists = OurPriceLists(medusa)

	def delete(self, prices: Sequence[Price]) -> list[Outcome]:
		by_list: dict[str, list[str]] = {}
		for price in prices:
			found = (price.list_id, price.id) if price.list_id and price.id else self._find(price)
			if found:
				by_list.setdefault(found[0], []).append(found[1])
		for list_id, ids in by_list.items():
			for some in batches(ids, BATCH):
				self._delete_from(list_id, some)
		return [Outcome(price.key) for price in prices]

	def _delete_from(self, list_id: str, ids: Sequence[str]) -> None:
		try:
			self._medusa.price_lists.delete_prices(list_id, ids)
		except NotFound:
			# the list is gone, and its prices with it
			return
		self._lists.forget()

	def _find(self, price: Price) -> tuple[str, str] | None:
		"""Return list and price of what was created, although its id never came back."""
		for price_list in self._lists.of(price):
			if price.id:
				return price_list.id, price.id  # v2 deletes by id, whatever list the call names
			for held, amount in self._lists.prices(price_list):
				if (held.variant_id, held.currency) != (price.variant_id, price.currency):
					continue
				if held.id not in price.others and amount == price.amount:
					return price_list.id, held.id
		return None

	def list_all(self, price_list: str) -> Iterator[Price]:
		for found in self._lists.owned_by(price_list):
			for held, amount in self._lists.prices(found):
				yield Price(
					key="",
					variant_id=held.variant_id or "",
					title=found.title,
					price_list=price_list,
					amount=amount,
					currency=held.currency,
					starts_at=held.starts_at,
					ends_at=held.ends_at,
					list_id=found.id,
					id=held.id,
				)

	def tidy(self, price_list: str, now: datetime) -> int:
		return self._lists.tidy(price_list, now)

	def _save(self, prices: Sequence[Price], *, look_up: bool) -> list[Outcome]:
		return PriceSaving(self._medusa, self._lists, prices, look_up=look_up).run()

	def _amount(self, price: Price) -> int | float:
		return to_number(price.amount, price.currency)


@dataclass(frozen=True, slots=True)
class Row:
	"""One price on its way, and its place in the caller's list."""

	position: int
	price: Price


class PriceSaving:
	"""One call of `PricesV2.save`."""

	def __init__(
		self, medusa: MedusaV2, lists: OurPriceLists, prices: Sequence[Price], *, look_up: bool
	) -> None:
		self.medusa, self.session, self.lists = medusa, medusa.session, lists
		self.prices, self.look_up = prices, look_up
		self.outcomes: dict[int, Outcome] = {}
		self._claimed: set[str] = set()

	def run(self) -> list[Outcome]:
		"""Send everything and return one Outcome for each price. Raises as `Prices.save`."""
		stopped: list[MedusaError] = []
		rows = [Row(position, price) for position, price in enumerate(self.prices)]
		try:
			if self.look_up:
				rows = self._adopt(rows)
			self._place(rows)
		except MedusaError as error:
			stopped.append(error)
		return settled(self.outcomes, [price.key for price in self.prices], stopped)

	def _place(self, rows: Sequence[Row], repeats: Retry = REPEATS, *, again: bool = False) -> None:
		"""Send each price to a list of its Price List, currency and validity."""
		groups: dict[tuple[object, ...], list[Row]] = {}
		for row in rows:
			price = row.price
			key = (price.price_list, price.currency, price.starts_at, price.ends_at)
			groups.setdefault(key, []).append(row)
		for group in groups.values():
			self._place_group(group, repeats, again=again)

	def _place_group(self, group: list[Row], repeats: Retry, *, again: bool) -> None:
		price = group[0].price
		there = {one.id: one for one in self.lists.of(price) if one.is_for(price)}
		for price_list in list(there.values()):
			staying = [row for row in group if row.price.id and row.price.list_id == price_list.id]
			for some in batches(staying, BATCH):
				self._send(price_list, some, repeats, again=again)
		rest = [row for row in group if not (row.price.id and row.price.list_id in there)]
		while rest:
			price_list, room = self.lists.with_room(price)
			size = min(room, BATCH)
			self._send(price_list, rest[:size], repeats, again=again)
			rest = rest[size:]

	def _send(
		self, price_list: PriceList, some: Sequence[Row], repeats: Retry, *, again: bool = False
	) -> None:
		new = [row for row in some if not row.price.id]
		known = [row for row in some if row.price.id]
		try:
			answer = self.medusa.price_lists.save_prices(
				price_list.id,
				create=[_fields(row.price) for row in new],
				update=[{"id": row.price.id, **_fields(row.price)} for row in known],
				about=some[0].price.key if len(some) == 1 else None,
			)
		except MedusaError as error:
			self._after_failure(price_list, some, error, repeats, again=again)
			return
		lost = self._take(price_list, new, known, answer)
		if lost:
			# v2 leaves out what it does not have any more
			anew = [replace(row, price=replace(row.price, id=None)) for row in lost]
			self._send(price_list, anew, repeats)

	def _take(self, price_list: PriceList, new: list[Row], known: list[Row], answer: Json) -> list[Row]:
		"""Note what Medusa has saved; return the rows that it had to update and does not have."""
		created: dict[tuple[str | None, str], str] = {}
		for remote in rows(answer, "created"):
			variant = ((remote.get("price_set") or {}).get("variant") or {}).get("id")
			created[variant, str(remote.get("currency_code") or "").upper()] = str(remote.get("id") or "")
		for row in new:
			price = row.price
			id = created.get((price.variant_id, price.currency))
			if not id:
				self.session.lacks("the price", answer)
			window = (price.starts_at, price.ends_at)
			self.lists.note(price_list, Held(price_list.id, id, price.variant_id, price.currency, *window))
			self._settle(row, id=id, list_id=price_list.id)
		updated = {remote.get("id") for remote in rows(answer, "updated")}
		for row in known:
			if row.price.id in updated:
				if row.price.list_id != price_list.id and price_list.count is not None:
					price_list.count += 1
				self._settle(row, id=row.price.id, list_id=price_list.id)
		return [row for row in known if row.price.id not in updated]

	def _after_failure(
		self,
		price_list: PriceList,
		some: Sequence[Row],
		error: MedusaError,
		repeats: Retry,
		*,
		again: bool,
	) -> None:
		self.lists.forget()
		if isinstance(error, NotFound) and not again:
			# the list is gone, and its prices with it
			self._place(some, repeats, again=True)
		elif unknown := _variants_in(error):
			rest = [row for row in some if row.price.variant_id not in unknown]
			for row in some:
				if row not in rest:
					self._settle(row, error=MissingReference.of(error))
			if rest:
				self._send(price_list, rest, repeats, again=again)
		elif error.outcome_unknown and (left := self.session.waiting.before_repeat(repeats, error)):
			self._place(self._adopt(some), left, again=again)
		elif self.session.concerns_all(error):
			raise error
		else:
			some = self._adopt(some) if error.outcome_unknown and len(some) > 1 else some
			bisect(
				some,
				lambda half: self._place(half, NO_REPEATS, again=again),
				lambda row: self._settle(row, error=error),
			)

	def _adopt(self, some: Sequence[Row]) -> list[Row]:
		"""Return the rows, with the ids of those prices that Medusa has already."""
		return [row if row.price.id else self._adopted(row) for row in some]

	def _adopted(self, row: Row) -> Row:
		held = (
			one
			for price_list in self.lists.of(row.price)
			for one in self.lists.contents(price_list)
			if one.variant_id == row.price.variant_id and one.id not in self._claimed
		)
		found = best_held(row.price, held)
		if not found:
			return row
		self._claimed.add(found.id)
		return replace(row, price=replace(row.price, id=found.id, list_id=found.list_id))

	def _settle(
		self,
		row: Row,
		*,
		id: str | None = None,
		list_id: str | None = None,
		error: MedusaError | None = None,
	) -> None:
		self.outcomes[row.position] = Outcome(row.price.key, id=id, list_id=list_id, error=error)


def _fields(price: Price) -> Json:
	return {
		"variant_id": price.variant_id,
		"currency_code": price.currency.lower(),
		"amount": to_number(price.amount, price.currency),
	}


def _variants_in(error: MedusaError) -> set[str]:
	"""Return the variants that Medusa says it does not have."""
	found = _unknown_variants.match(error.message) if isinstance(error, Invalid) else None
	return {id.strip() for id in found["ids"].split(",")} if found else set()

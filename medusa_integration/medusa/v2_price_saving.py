"""How prices get into v2's lists: adopted, updated, created; and one price's fault is not everybody's.

A batch is all or nothing. One that fails for a variant names it; any other is halved until the culprit stands
alone. Before anything is created a second time, the lists are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from urllib3.util.retry import Retry

from .errors import Invalid, MedusaError, MissingReference, NotFound
from .fields import rows
from .outcomes import settled
from .price_lists import Held, best_held
from .repeats import NO_REPEATS, REPEATS, next_repeat
from .values import Outcome, Price

if TYPE_CHECKING:
	from .v2_prices import Shelf, V2Prices

BATCH = 200
"""Prices in one call."""
_unknown_variants = re.compile(r"^No price set exist for variants: (?P<ids>.+)$")


@dataclass(frozen=True, slots=True)
class Row:
	"""One price on its way, and its place in the caller's list."""

	position: int
	price: Price


class PriceSaving:
	"""One call of `save_prices` on v2."""

	def __init__(self, client: V2Prices, prices: Sequence[Price], *, look_up: bool) -> None:
		self.client, self.prices, self.look_up = client, prices, look_up
		self.outcomes: dict[int, Outcome] = {}
		self._claimed: set[str] = set()

	def run(self) -> list[Outcome]:
		"""Send everything; see `PriceLists.save_prices` for what is returned and raised."""
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
		groups: dict[tuple, list[Row]] = {}
		for row in rows:
			price = row.price
			key = (price.price_list, price.currency, price.starts_at, price.ends_at)
			groups.setdefault(key, []).append(row)
		for group in groups.values():
			self._place_group(group, repeats, again=again)

	def _place_group(self, group: list[Row], repeats: Retry, *, again: bool) -> None:
		price = group[0].price
		there = {shelf.id: shelf for shelf in self.client.shelves(price) if shelf.is_for(price)}
		for shelf in list(there.values()):
			staying = [row for row in group if row.price.id and row.price.list_id == shelf.id]
			for start in range(0, len(staying), BATCH):
				self._send(shelf, staying[start : start + BATCH], repeats, again=again)
		rest = [row for row in group if not (row.price.id and row.price.list_id in there)]
		while rest:
			shelf, room = self.client.roomy_shelf(price)
			size = min(room, BATCH)
			self._send(shelf, rest[:size], repeats, again=again)
			rest = rest[size:]

	def _send(self, shelf: Shelf, some: list[Row], repeats: Retry, *, again: bool = False) -> None:
		new = [row for row in some if not row.price.id]
		known = [row for row in some if row.price.id]
		body = {}
		if new:
			body["create"] = [self._fields(row.price) for row in new]
		if known:
			body["update"] = [{"id": row.price.id, **self._fields(row.price)} for row in known]
		about = some[0].price.key if len(some) == 1 else None
		path = self.client._path("price-lists", shelf.id, "prices", "batch")
		try:
			answer = self.client._request("POST", path, json=body, repeatable=not new, about=about)
		except MedusaError as error:
			self._after_failure(shelf, some, error, repeats, again=again)
			return
		lost = self._take(shelf, new, known, answer)
		if lost:
			# v2 leaves out what it does not have any more
			self._send(shelf, [replace(row, price=replace(row.price, id=None)) for row in lost], repeats)

	def _fields(self, price: Price) -> dict:
		return {
			"variant_id": price.variant_id,
			"currency_code": price.currency.lower(),
			"amount": self.client._amount(price),
		}

	def _take(self, shelf: Shelf, new: list[Row], known: list[Row], answer: dict) -> list[Row]:
		"""Note what Medusa has saved; the rows that it had to update and does not have."""
		created = {}
		for remote in rows(answer, "created"):
			variant = ((remote.get("price_set") or {}).get("variant") or {}).get("id")
			created[variant, str(remote.get("currency_code") or "").upper()] = remote.get("id")
		for row in new:
			price = row.price
			id = created.get((price.variant_id, price.currency))
			if not id:
				self.client._missing("the price", answer)
			held = Held(shelf.id, id, price.variant_id, price.currency, price.starts_at, price.ends_at)
			self.client.note(shelf, held)
			self._settle(row, id=id, list_id=shelf.id)
		updated = {remote.get("id") for remote in rows(answer, "updated")}
		for row in known:
			if row.price.id in updated:
				if row.price.list_id != shelf.id and shelf.count is not None:
					shelf.count += 1
				self._settle(row, id=row.price.id, list_id=shelf.id)
		return [row for row in known if row.price.id not in updated]

	def _after_failure(
		self, shelf: Shelf, some: list[Row], error: MedusaError, repeats: Retry, *, again: bool
	) -> None:
		self.client.forget_shelves()
		if isinstance(error, NotFound) and not again:
			# the list is gone, and its prices with it
			self._place(some, repeats, again=True)
		elif unknown := _variants_in(error):
			for row in some:
				if row.price.variant_id in unknown:
					self._settle(row, error=MissingReference.of(error))
			rest = [row for row in some if row.price.variant_id not in unknown]
			if rest:
				self._send(shelf, rest, repeats, again=again)
		elif error.outcome_unknown and (wait := next_repeat(repeats, error, self.client._transport.random)):
			self.client._transport.sleep(wait[1])
			self._place(self._adopt(some), wait[0], again=again)
		elif self.client._concerns_all(error):
			raise error
		elif len(some) == 1:
			self._settle(some[0], error=error)
		else:
			if error.outcome_unknown:
				some = self._adopt(some)
			middle = len(some) // 2
			for half in (some[:middle], some[middle:]):
				self._place(half, NO_REPEATS, again=again)

	def _adopt(self, some: Sequence[Row]) -> list[Row]:
		"""The rows, with the ids of those prices that Medusa has already."""
		return [row if row.price.id else self._adopted(row) for row in some]

	def _adopted(self, row: Row) -> Row:
		held = (
			one
			for shelf in self.client.shelves(row.price)
			for one in self.client.contents(shelf)
			if one.variant_id == row.price.variant_id and one.id not in self._claimed
		)
		found = best_held(row.price, held)
		if not found:
			return row
		self._claimed.add(found.id)
		return replace(row, price=replace(row.price, id=found.id, list_id=found.list_id))

	def _settle(self, row: Row, **result: object) -> None:
		self.outcomes[row.position] = Outcome(row.price.key, **result)


def _variants_in(error: MedusaError) -> set[str]:
	"""The variants that Medusa says it does not have."""
	found = _unknown_variants.match(error.message) if isinstance(error, Invalid) else None
	return {id.strip() for id in found["ids"].split(",")} if found else set()

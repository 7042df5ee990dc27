"""Prices on Medusa 1: one price list for each price, as documented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..medusa import MedusaV1
from ..medusa.bodies import rows
from ..medusa.errors import MissingReference, NotFound
from ..medusa.money import to_major, to_minor
from ..medusa.values import Json
from .outcomes import Outcome, send_each
from .prices import Held, Prices, best_held, to_text, window_of
from .values import Price

_LARGEST = 2**31 - 1
"""What PostgreSQL's integer holds."""


class PricesV1(Prices):
	"""The prices of a Medusa 1. `multiplier` above 0 takes the place of each currency's factor."""

	def __init__(self, medusa: MedusaV1, multiplier: int | None) -> None:
		super().__init__(medusa)
		self._medusa, self._lists, self._multiplier = medusa, medusa.price_lists, multiplier

	def delete(self, prices: Sequence[Price]) -> list[Outcome]:
		def delete(price: Price) -> Outcome:
			list_id = price.list_id
			if not list_id and (found := self._find_price(price)):
				list_id = found.list_id
			if list_id:
				self._lists.delete(list_id)
			return Outcome(price.key)

		return send_each(self._medusa.session, prices, delete, key=lambda price: price.key)

	def list_all(self, price_list: str) -> Iterator[Price]:
		for page in self._lists.pages({"description": price_list}):
			for remote in page:
				for row in rows(remote, "prices"):
					yield self._price_from(remote, row)

	def _price_from(self, remote: Json, row: Json) -> Price:
		currency = str(row.get("currency_code") or "").upper()
		starts_at, ends_at = window_of(remote)
		return Price(
			key="",
			variant_id=next((found["id"] for found in rows(row, "variants")), ""),
			title=remote.get("name") or "",
			price_list=remote.get("description") or "",
			amount=to_major(row.get("amount") or 0, currency, self._multiplier),
			currency=currency,
			starts_at=starts_at,
			ends_at=ends_at,
			list_id=remote["id"],
			id=row.get("id"),
		)

	def _save(self, prices: Sequence[Price], *, look_up: bool) -> list[Outcome]:
		return send_each(
			self._medusa.session,
			prices,
			lambda price: self._save_price(price, look_up),
			key=lambda price: price.key,
		)

	def _save_price(self, price: Price, look_up: bool) -> Outcome:
		if price.list_id and price.id:
			if updated := self._update_price(price):
				return updated
			price = replace(price, list_id=None, id=None)
		found = self._find_price(price) if look_up or price.list_id else None
		if not found:
			created, held = self._medusa.session.waiting.create_or_find(
				lambda: self._create_price(price), lambda: self._find_price(price)
			)
			if created:
				return Outcome(price.key, id=held.id, list_id=held.list_id)
			found = held
		adopted = replace(price, list_id=found.list_id, id=found.id)
		return self._update_price(adopted) or self._save_price(replace(price, list_id=None), look_up=False)

	def _update_price(self, price: Price) -> Outcome | None:
		"""Change the list in place; when it or its price is gone, leave nothing of it and return None."""
		body: Json = {**self._list_fields(price), "prices": [{"id": price.id, **self._price_fields(price)}]}
		try:
			remote = self._lists.update(str(price.list_id), body, about=price.key)
		except NotFound as error:
			if self._lists.exists(str(price.list_id)):
				raise MissingReference.of(error) from error
			return None
		for row in rows(remote, "prices"):
			if row.get("id") == price.id and row.get("variant_id") == price.variant_id:
				return Outcome(price.key, id=price.id, list_id=price.list_id)
		# v1 takes an id that it does not know without a word, and never gives a price another variant
		self._lists.delete(str(price.list_id))
		return None

	def _create_price(self, price: Price) -> Held:
		body: Json = {
			**self._list_fields(price),
			"description": price.price_list,
			"type": "override",
			"status": "active",
			"customer_groups": [],
			"prices": [self._price_fields(price)],
		}
		try:
			remote = self._lists.create(body, about=price.key)
		except NotFound as error:
			raise MissingReference.of(error) from error
		row = next(iter(rows(remote, "prices")), {})
		if not row.get("id"):
			self._medusa.session.lacks("the price", remote)
		if row.get("variant_id") != price.variant_id:
			# v1 takes a variant that it does not know without a word
			self._lists.delete(remote["id"])
			raise MissingReference(f"Medusa does not have the variant {price.variant_id}.")
		return Held(remote["id"], row["id"], price.variant_id, price.currency, price.starts_at, price.ends_at)

	def _find_price(self, price: Price) -> Held | None:
		"""Return our price in a list of its name; else among all that are valid now of its variant."""
		named = [
			held
			for remote in self._lists.list_by_name(price.title, about=price.key)
			for row in rows(remote, "prices")
			for variant in rows(row, "variants")
			if (held := _held(price, remote, row, variant))
		]
		if found := best_held(price, named):
			return found
		valid = [
			held
			for variant in self._medusa.products.variants_with_prices(price.variant_id, about=price.key)
			for row in rows(variant, "prices")
			if (held := _held(price, row.get("price_list"), row, variant))
		]
		return best_held(price, valid)

	def _list_fields(self, price: Price) -> Json:
		window = {"starts_at": to_text(price.starts_at), "ends_at": to_text(price.ends_at)}
		return {"name": price.title, **window}

	def _price_fields(self, price: Price) -> Json:
		return {
			"amount": self._amount(price),
			"variant_id": price.variant_id,
			"currency_code": price.currency.lower(),
		}

	def _amount(self, price: Price) -> int:
		amount = to_minor(price.amount, price.currency, self._multiplier)
		if amount > _LARGEST:
			most = to_major(_LARGEST, price.currency, self._multiplier)
			raise ValueError(f"{price.amount} {price.currency} is more than Medusa can hold ({most}).")
		return amount


def _held(price: Price, remote: object, row: Json, variant: Json) -> Held | None:
	"""Return a price as v1 shows it, if its list is one of ours for that Price List."""
	if not isinstance(remote, Mapping) or (remote.get("description"), remote.get("type")) != (
		price.price_list,
		"override",
	):
		return None
	currency = str(row.get("currency_code") or "").upper()
	return Held(remote["id"], row["id"], variant["id"], currency, *window_of(remote))

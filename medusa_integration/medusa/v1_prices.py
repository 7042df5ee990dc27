"""Medusa v1: one price list for each price, as documented (contract 34, 119)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .amounts import to_major, to_minor
from .errors import MissingReference, NotFound
from .fields import rows
from .outcomes import save_one
from .price_lists import Held, PriceLists, best_held, to_text, window_of
from .values import Outcome, Price

_LISTS = "price-lists"
_LARGEST = 2**31 - 1
"""What PostgreSQL's integer holds."""
_PAGE = 200


class V1Prices(PriceLists):
	"""The price operations of `v1.MedusaV1`."""

	def delete_prices(self, prices: Sequence[Price]) -> list[Outcome]:
		def delete(price: Price) -> Outcome:
			list_id = price.list_id
			if not list_id and (found := self._find_price(price)):
				list_id = found.list_id
			if list_id:
				self._delete(_LISTS, list_id)
			return Outcome(price.key)

		return self._each(prices, delete, key=lambda price: price.key)

	def list_prices(self, price_list: str) -> Iterator[Price]:
		offset = 0
		filters = {"description": price_list, "expand": "prices,prices.variants", "order": "created_at"}
		while True:
			params = {**filters, "limit": _PAGE, "offset": offset}
			answer = self._request("GET", "/admin/price-lists", params=params)
			remotes = self._remotes(answer, "price_lists")
			for remote in remotes:
				for row in rows(remote, "prices"):
					yield self._price_from(remote, row)
			offset += len(remotes)
			if not remotes or offset >= (answer.get("count") or 0):
				return

	def _price_from(self, remote: Mapping, row: Mapping) -> Price:
		currency = str(row.get("currency_code") or "").upper()
		starts_at, ends_at = window_of(remote)
		return Price(
			key="",
			variant_id=next((found["id"] for found in rows(row, "variants")), ""),
			title=remote.get("name") or "",
			price_list=remote.get("description") or "",
			amount=to_major(row.get("amount") or 0, currency, self.connection.amount_multiplier),
			currency=currency,
			starts_at=starts_at,
			ends_at=ends_at,
			list_id=remote["id"],
			id=row.get("id"),
		)

	def _save_prices(self, prices: Sequence[Price], *, look_up: bool) -> list[Outcome]:
		return self._each(prices, lambda price: self._save_price(price, look_up), key=lambda price: price.key)

	def _save_price(self, price: Price, look_up: bool) -> Outcome:
		if price.list_id and price.id:
			if updated := self._update_price(price):
				return updated
			price = replace(price, list_id=None, id=None)
		found = self._find_price(price) if look_up or price.list_id else None
		if not found:
			create, find = lambda: self._create_price(price), lambda: self._find_price(price)
			created, found = save_one(self, create=create, find=find)
			if created:
				return Outcome(price.key, id=found.id, list_id=found.list_id)
		adopted = replace(price, list_id=found.list_id, id=found.id)
		return self._update_price(adopted) or self._save_price(replace(price, list_id=None), look_up=False)

	def _update_price(self, price: Price) -> Outcome | None:
		"""Change the list in place; None when it, or the price in it, is gone: nothing of it is left then."""
		body = {**self._list_fields(price), "prices": [{"id": price.id, **self._price_fields(price)}]}
		try:
			remote = self._post_list(self._path(_LISTS, price.list_id), body, price, repeatable=True)
		except NotFound as error:
			if self._has_list(price.list_id):
				raise MissingReference.of(error) from error
			return None
		for row in rows(remote, "prices"):
			if row.get("id") == price.id and row.get("variant_id") == price.variant_id:
				return Outcome(price.key, id=price.id, list_id=price.list_id)
		# v1 takes an id that it does not know without a word, and never gives a price another variant
		self._delete(_LISTS, price.list_id)
		return None

	def _create_price(self, price: Price) -> Held:
		body = {
			**self._list_fields(price),
			"description": price.price_list,
			"type": "override",
			"status": "active",
			"customer_groups": [],
			"prices": [self._price_fields(price)],
		}
		try:
			remote = self._post_list("/admin/price-lists", body, price, repeatable=False)
		except NotFound as error:
			raise MissingReference.of(error) from error
		row = next(iter(rows(remote, "prices")), {})
		if not row.get("id"):
			self._missing("the price", remote)
		if row.get("variant_id") != price.variant_id:
			# v1 takes a variant that it does not know without a word
			self._delete(_LISTS, remote["id"])
			raise MissingReference(f"Medusa does not have the variant {price.variant_id}.")
		return Held(remote["id"], row["id"], price.variant_id, price.currency, price.starts_at, price.ends_at)

	def _post_list(self, path: str, body: Mapping, price: Price, *, repeatable: bool) -> dict:
		answer = self._request("POST", path, json=body, repeatable=repeatable, about=price.key)
		return self._remote(answer, "price_list")

	def _has_list(self, list_id: str) -> bool:
		try:
			self._request("GET", self._path(_LISTS, list_id))
		except NotFound:
			return False
		return True

	def _find_price(self, price: Price) -> Held | None:
		"""Our price in a list of its name; else among all that are valid now of its variant."""
		params = {"name": price.title, "expand": "prices,prices.variants", "limit": _PAGE}
		answer = self._request("GET", "/admin/price-lists", params=params, about=price.key)
		named = [
			held
			for remote in self._remotes(answer, "price_lists")
			for row in rows(remote, "prices")
			for variant in rows(row, "variants")
			if (held := _held(price, remote, row, variant))
		]
		if found := best_held(price, named):
			return found
		params = {"id": price.variant_id, "expand": "prices", "limit": 1}
		answer = self._request("GET", "/admin/variants", params=params, about=price.key)
		valid = [
			held
			for variant in self._remotes(answer, "variants")
			for row in rows(variant, "prices")
			if (held := _held(price, row.get("price_list"), row, variant))
		]
		return best_held(price, valid)

	def _list_fields(self, price: Price) -> dict:
		window = {"starts_at": to_text(price.starts_at), "ends_at": to_text(price.ends_at)}
		return {"name": price.title, **window}

	def _price_fields(self, price: Price) -> dict:
		return {
			"amount": self._amount(price),
			"variant_id": price.variant_id,
			"currency_code": price.currency.lower(),
		}

	def _amount(self, price: Price) -> int:
		amount = to_minor(price.amount, price.currency, self.connection.amount_multiplier)
		if amount > _LARGEST:
			most = to_major(_LARGEST, price.currency, self.connection.amount_multiplier)
			raise ValueError(f"{price.amount} {price.currency} is more than Medusa can hold ({most}).")
		return amount


def _held(price: Price, remote: object, row: Mapping, variant: Mapping) -> Held | None:
	"""A price as v1 shows it, if its list is one of ours for that Price List."""
	if not isinstance(remote, Mapping) or (remote.get("description"), remote.get("type")) != (
		price.price_list,
		"override",
	):
		return None
	currency = str(row.get("currency_code") or "").upper()
	return Held(remote["id"], row["id"], variant["id"], currency, *window_of(remote))

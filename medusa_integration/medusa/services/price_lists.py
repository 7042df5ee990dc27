"""Price lists and the prices in them, as JSON objects; amounts as the generation counts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..batching import pages
from ..bodies import rows
from ..errors import NotFound, WrongAddress
from ..session import Session, admin_path
from ..values import Json

PRICE_LISTS = "/admin/price-lists"
_LISTS_A_PAGE = 200
_PRICES_A_PAGE = 1000
_LIST_FIELDS = "id,title,description,status,type,starts_at,ends_at,metadata"
_PRICE_FIELDS = "id,amount,currency_code,price_set.variant.id"


class PriceListsV1:
	"""Price lists of Medusa 1, whose prices are saved with the list. Amounts are in minor units."""

	def __init__(self, session: Session) -> None:
		self._session = session

	def create(self, body: Json, *, about: str | None = None) -> Json:
		"""Create a list with its prices and return it."""
		return self._post(PRICE_LISTS, body, repeatable=False, about=about)

	def update(self, list_id: str, body: Json, *, about: str | None = None) -> Json:
		"""Change a list and those of its prices that the body names by id; return the list."""
		return self._post(admin_path("price-lists", list_id), body, repeatable=True, about=about)

	def exists(self, list_id: str) -> bool:
		"""Whether Medusa has the list."""
		try:
			self._session.request("GET", admin_path("price-lists", list_id))
		except NotFound:
			return False
		return True

	def list_by_name(self, name: str, *, about: str | None = None) -> list[Json]:
		"""Return up to 200 lists of this name, with their prices and the variants of those."""
		params = {"name": name, "expand": "prices,prices.variants", "limit": _LISTS_A_PAGE}
		answer = self._session.request("GET", PRICE_LISTS, params=params, about=about)
		return self._session.many(answer, "price_lists")

	def pages(self, filters: Mapping[str, str]) -> Iterator[list[Json]]:
		"""Yield the lists that fit the filters, with their prices and the variants of those."""
		params = {**filters, "expand": "prices,prices.variants", "order": "created_at"}
		return self._session.pages(PRICE_LISTS, "price_lists", params, size=_LISTS_A_PAGE)

	def delete(self, list_id: str) -> None:
		"""Delete a list with its prices; one that is gone already counts as deleted."""
		self._session.delete(admin_path("price-lists", list_id))

	def _post(self, path: str, body: Json, *, repeatable: bool, about: str | None) -> Json:
		answer = self._session.request("POST", path, json=body, repeatable=repeatable, about=about)
		return self._session.one(answer, "price_list")


class PriceListsV2:
	"""Price lists of Medusa 2, and batches of prices in them. Amounts are in major units."""

	def __init__(self, session: Session) -> None:
		self._session = session

	def create(self, body: Json) -> str:
		"""Create a list without prices and return its id."""
		answer = self._session.request("POST", PRICE_LISTS, json=body, repeatable=False)
		return str(self._session.one(answer, "price_list")["id"])

	def search(self, words: str) -> list[Json]:
		"""Return all lists that Medusa finds for these words."""
		params = {"q": words, "fields": _LIST_FIELDS}
		found = self._session.pages(PRICE_LISTS, "price_lists", params, size=_LISTS_A_PAGE)
		return [remote for page in found for remote in page]

	def delete(self, list_id: str) -> None:
		"""Delete a list with its prices; one that is gone already counts as deleted."""
		self._session.delete(admin_path("price-lists", list_id))

	def save_prices(
		self, list_id: str, *, create: Sequence[Json], update: Sequence[Json], about: str | None = None
	) -> Json:
		"""Create and change prices, as a whole or not at all.

		An updated price moves to this list, from whichever it is in. The answer leaves out updated prices
		that Medusa does not have any more.

		Args:
			list_id: The list.
			create: `variant_id`, `currency_code` and `amount` of each.
			update: The same with the price's `id`.
			about: For the log.

		Returns:
			The prices under `created` and `updated`.
		"""
		body: Json = {}
		if create:
			body["create"] = list(create)
		if update:
			body["update"] = list(update)
		path = admin_path("price-lists", list_id, "prices", "batch")
		return self._session.request("POST", path, json=body, repeatable=not create, about=about)

	def delete_prices(self, list_id: str, price_ids: Sequence[str]) -> None:
		"""Delete prices by id, whatever list they are in. Raises NotFound when the list is gone."""
		path = admin_path("price-lists", list_id, "prices", "batch")
		self._session.request("POST", path, json={"delete": list(price_ids)}, repeatable=True)

	def prices(self, list_id: str) -> Iterator[Json]:
		"""Yield the prices of a list, each with the id of its variant under `price_set`."""

		def read(offset: int) -> tuple[list[Json], int]:
			answer = self._page(list_id, limit=_PRICES_A_PAGE, offset=offset)
			return self._session.many(answer, "prices"), answer.get("count") or 0

		for page in pages(read):
			yield from page

	def count_prices(self, list_id: str) -> int:
		"""Return how many prices a list has."""
		return self._page(list_id, limit=1, offset=0).get("count") or 0

	def _page(self, list_id: str, *, limit: int, offset: int) -> Json:
		params = {"fields": _PRICE_FIELDS, "limit": limit, "offset": offset, "order": "id"}
		try:
			return self._session.request("GET", admin_path("price-lists", list_id, "prices"), params=params)
		except WrongAddress:
			# before 2.12.3
			fields = ",".join(f"prices.{field}" for field in _PRICE_FIELDS.split(","))
			path = admin_path("price-lists", list_id)
			answer = self._session.request("GET", path, params={"fields": f"id,{fields}"})
			prices = rows(self._session.one(answer, "price_list"), "prices")
			return {"prices": prices[offset : offset + limit], "count": len(prices)}

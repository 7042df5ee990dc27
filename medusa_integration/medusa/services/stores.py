"""The store's own settings, and what of the server a person can choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..bodies import rows
from ..errors import Invalid, NotFound, ServerError, WrongAddress
from ..session import Session, admin_path
from ..values import Choice, Json, Store


class _Stores:
	"""What both generations have in common."""

	def __init__(self, session: Session) -> None:
		self._session = session

	def _choices(self, kind: str, default: str | None, *, repeatable: bool | None) -> tuple[Choice, ...]:
		"""Return what the server has of this kind, up to 500, and which of it is the default."""
		params = {"limit": 500}
		answer = self._session.request("GET", f"/admin/{kind}", params=params, repeatable=repeatable)
		return tuple(
			Choice(row["id"], row.get("name") or row["id"], row["id"] == default)
			for row in self._session.many(answer, kind.replace("-", "_"))
		)


class StoresV1(_Stores):
	"""The store of Medusa 1."""

	def settings(self) -> Store:
		"""Return the store's settings."""
		store = self._session.one(self._session.request("GET", "/admin/store"), "store")
		return _store(store, codes(rows(store, "currencies"), "code"))

	def sales_channels(self, store: Store) -> tuple[Choice, ...]:
		"""Return the sales channels; empty where the server does not have the module for them."""
		return self._optional("sales-channels", store.default_sales_channel_id)

	def stock_locations(self, store: Store) -> tuple[Choice, ...]:
		"""Return the stock locations; empty where the server does not have the module for them."""
		return self._optional("stock-locations", store.default_location_id)

	def _optional(self, kind: str, default: str | None) -> tuple[Choice, ...]:
		try:
			return self._choices(kind, default, repeatable=False)
		except (ServerError, NotFound, WrongAddress):
			# the route of a module that is not installed does not know that: it answers 500
			return ()


class StoresV2(_Stores):
	"""The first store of Medusa 2."""

	def settings(self) -> Store:
		"""Return the store's settings; empty ones where there is no store."""
		fields = "id,default_sales_channel_id,default_location_id,supported_currencies.currency_code"
		answer = self._session.request("GET", "/admin/stores", params={"limit": 1, "fields": fields})
		store = next(iter(self._session.many(answer, "stores")), {})
		return _store(store, codes(rows(store, "supported_currencies"), "currency_code"))

	def sales_channels(self, store: Store) -> tuple[Choice, ...]:
		"""Return the sales channels."""
		return self._choices("sales-channels", store.default_sales_channel_id, repeatable=None)

	def stock_locations(self, store: Store) -> tuple[Choice, ...]:
		"""Return the stock locations."""
		return self._choices("stock-locations", store.default_location_id, repeatable=None)

	def create_stock_location(self, name: str) -> Choice:
		"""Create a stock location and return it; Medusa takes the same name twice."""
		path = "/admin/stock-locations"
		answer = self._session.request("POST", path, json={"name": name}, params={"fields": "id,name"})
		return Choice(self._session.one(answer, "stock_location")["id"], name)

	def add_sales_channel(self, location_id: str, channel_id: str) -> None:
		"""Let a stock location sell through a sales channel."""
		self._session.request(
			"POST",
			admin_path("stock-locations", location_id, "sales-channels"),
			json={"add": [channel_id]},
			params={"fields": "id"},
			repeatable=True,
		)

	def default_shipping_profile(self) -> str | None:
		"""Return the id of the default shipping profile, None where there is none."""
		params = {"type": "default", "limit": 1, "fields": "id"}
		try:
			answer = self._session.request("GET", "/admin/shipping-profiles", params=params)
		except (Invalid, NotFound, WrongAddress):
			return None
		profiles = self._session.many(answer, "shipping_profiles")
		return next((profile["id"] for profile in profiles), None)


def codes(currencies: Iterable[Mapping[str, Any]], key: str) -> tuple[str, ...]:
	"""Return the codes of currencies as ISO 4217 spells them, sorted."""
	return tuple(sorted(str(currency.get(key) or "").upper() for currency in currencies))


def _store(remote: Json, currencies: tuple[str, ...]) -> Store:
	return Store(
		currencies=currencies,
		default_sales_channel_id=remote.get("default_sales_channel_id"),
		default_location_id=remote.get("default_location_id"),
	)

"""Medusa v1: one request a product, its variant inline; an extended server takes our extras as properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .calls import known
from .client import Medusa, codes
from .errors import MissingReference, NotFound, ServerError, WrongAddress
from .fields import (
	DEFAULT,
	best_match,
	new_product_fields,
	new_variant_fields,
	product_fields,
	rows,
)
from .masking import Hidden
from .saving import Remote, VariantChange
from .transport import encode
from .v1_prices import V1Prices
from .values import Choice, Outcome, Product, Server, StockLevel, Variant

_EXPAND = {"expand": "variants,options,images"}
_PAGE, _MOST_FOUND = 50, 1000
"""How many products one search asks for, and after how many it gives up."""


class MedusaV1(V1Prices, Medusa):
	"""A server of the first generation (recorded with @medusajs/medusa 1.20.11)."""

	generation = "v1"
	batch_size = 50
	body_limit = 100_000
	side_by_side = True
	_uploads_key = "uploads"

	def about(self) -> Server:
		store = self._remote(self._request("GET", "/admin/store"), "store")
		return Server(
			generation=self.generation,
			version=None,
			extras=self.extras,
			currencies=codes(rows(store, "currencies"), "code"),
			sales_channels=self._optional("sales-channels", store.get("default_sales_channel_id")),
			stock_locations=self._optional("stock-locations", store.get("default_location_id")),
		)

	def _store_currencies(self) -> tuple[str, ...]:
		store = self._remote(self._request("GET", "/admin/store"), "store")
		return codes(rows(store, "currencies"), "code")

	def _optional(self, kind: str, default: str | None) -> tuple[Choice, ...]:
		"""What there is to choose from, nothing where the server has no module for it."""
		try:
			return self._choices(kind, default, repeatable=False)
		except (ServerError, NotFound, WrongAddress):
			# the route of a module that is not installed does not know that: it answers 500
			return ()

	def delete_products(self, ids: Sequence[str]) -> list[Outcome]:
		for id in ids:
			self._path("products", id)
		return self._each(ids, lambda id: self._delete("products", id), key=str)

	def save_stock_levels(self, levels: Sequence[StockLevel]) -> list[Outcome]:
		return self._each(levels, self._save_level, key=lambda level: level.key)

	def _save_level(self, level: StockLevel) -> Outcome:
		path = self._path("products", level.product_id, "variants", level.variant_id)
		# v1 counts down when an order is placed, and knows no reservations
		quantity = max(level.quantity - level.ordered, 0)
		try:
			self._post(path, {"inventory_quantity": quantity}, repeatable=True, about=level.key)
		except NotFound as error:
			raise MissingReference.of(error) from error
		return Outcome(level.key, id=level.variant_id)

	def read_stock_levels(self, levels: Sequence[StockLevel]) -> dict[str, int | None]:
		quantities = {
			variant["id"]: variant.get("inventory_quantity")
			for remote in self._read(known([level.product_id for level in levels]))
			for variant in rows(remote, "variants")
		}
		return {level.key: quantities[level.variant_id] for level in levels if level.variant_id in quantities}

	def create_stock_location(self, name: str) -> Choice | None:
		return None

	def _static_key(self) -> Hidden | None:
		key = self.connection.secret_key
		return Hidden({"x-medusa-access-token": key.strip()}) if key else None

	def _sign_in(self) -> str:
		return self._sign_in_at("/admin/auth/token", "access_token")

	def _try_extras(self, extras: dict) -> None:
		self._request("POST", "/admin/products", json=extras, repeatable=True)

	def _reading(self) -> dict[str, str]:
		return _EXPAND

	def _look_up(self, products: Sequence[Product]) -> list[Remote]:
		remotes: dict[str, Remote] = {}
		for product in products:
			filters = [{"handle": product.handle}, {"q": product.variant.sku}]
			if product.fallback_handle != product.handle:
				filters.append({"handle": product.fallback_handle})
			for filter in filters:
				if all(filter.values()) and not best_match(product, remotes.values()):
					self._search(remotes, product, filter)
		return list(remotes.values())

	def _search(self, remotes: dict[str, Remote], product: Product, filter: dict[str, str]) -> None:
		"""Add what the filter finds, page by page until ours is among it: an sku is part of many others."""
		for offset in range(0, _MOST_FOUND, _PAGE):
			params = {**filter, "limit": _PAGE, "offset": offset, **_EXPAND}
			answer = self._request("GET", "/admin/products", params=params, about=product.key)
			found = self._remotes(answer, "products")
			remotes.update((remote["id"], remote) for remote in found)
			if len(found) < _PAGE or best_match(product, found):
				return

	def _post_new(self, products: Sequence[Product]) -> list[Remote]:
		return [
			self._post("/admin/products", self._new(product), repeatable=False, about=product.key)
			for product in products
		]

	def _post_changed(self, products: Sequence[Product]) -> list[Remote]:
		return [
			self._post(
				self._path("products", product.id),
				{**product_fields(product, self.extras), **_images(product)},
				repeatable=True,
				about=product.key,
			)
			for product in products
		]

	def _post_variants(self, changes: Sequence[VariantChange]) -> None:
		for change in changes:
			path = self._path("products", change.remote["id"], "variants", change.variant_id)
			self._post(path, change.fields, repeatable=True, about=change.row.product.key)

	def _post(self, path: str, body: Mapping, *, repeatable: bool, about: str | None = None) -> Remote:
		answer = self._request("POST", path, json=body, repeatable=repeatable, about=about)
		return self._remote(answer, "product")

	def _new(self, product: Product) -> dict:
		return {
			**new_product_fields(product, self.extras),
			**_images(product),
			"options": [{"title": DEFAULT}],
			"variants": [_new_variant(product.variant, {"value": DEFAULT})],
		}

	def _size(self, product: Product) -> int:
		return len(encode(self._new(product)))

	def _add_option(self, product_id: str) -> Remote:
		return self._post(self._path("products", product_id, "options"), {"title": DEFAULT}, repeatable=False)

	def _add_variant(self, product_id: str, option_id: str, variant: Variant) -> Remote:
		body = _new_variant(variant, {"option_id": option_id, "value": DEFAULT})
		return self._post(self._path("products", product_id, "variants"), body, repeatable=False)


def _new_variant(variant: Variant, option: dict) -> dict:
	"""The variant as contract 46 has it: without stock, for that is not this request's business."""
	return {**new_variant_fields(variant), "inventory_quantity": 0, "options": [option]}


def _images(product: Product) -> dict:
	return {"images": list(product.images)} if product.images or product.clears_images else {}

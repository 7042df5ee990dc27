"""Products on Medusa 1: one request each, its variant inline."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ..medusa import MedusaV1
from ..medusa.bodies import encode
from ..medusa.values import Json
from .fields import DEFAULT, best_match, new_product_fields, new_variant_fields, product_fields
from .outcomes import Outcome, send_each
from .product_calls import ProductCalls, VariantChange
from .values import Product, Variant

_EXPAND = {"expand": "variants,options,images"}
_PAGE, _MOST_FOUND = 50, 1000
"""How many products one search asks for, and after how many it gives up."""


class ProductCallsV1(ProductCalls[MedusaV1]):
	"""One request a product, its variant inline; an extended server takes our extras as properties."""

	batch_size = 50
	body_limit = 100_000
	side_by_side = True

	def _try(self, body: Json) -> None:
		self.medusa.products.create(body, repeatable=True)

	def _reading(self) -> dict[str, str]:
		return _EXPAND

	def look_up(self, products: Sequence[Product]) -> list[Json]:
		remotes: dict[str, Json] = {}
		for product in products:
			filters = [{"handle": product.handle}, {"q": product.variant.sku}]
			if product.fallback_handle != product.handle:
				filters.append({"handle": product.fallback_handle})
			for filter in filters:
				if all(filter.values()) and not best_match(product, remotes.values()):
					self._search(remotes, product, filter)
		return list(remotes.values())

	def _search(self, remotes: dict[str, Json], product: Product, filter: dict[str, str]) -> None:
		"""Add what the filter finds, page by page until ours is among it: an SKU is part of many others."""
		found = self.medusa.products.pages(filter, _EXPAND, size=_PAGE, about=product.key)
		for page in islice(found, _MOST_FOUND // _PAGE):
			remotes.update((remote["id"], remote) for remote in page)
			if best_match(product, page):
				return

	def create(self, products: Sequence[Product]) -> list[Json]:
		return [self.medusa.products.create(self._new(product), about=product.key) for product in products]

	def update(self, products: Sequence[Product]) -> list[Json]:
		return [
			self.medusa.products.update(
				str(product.id),
				{**product_fields(product, self.extras), **_images(product)},
				about=product.key,
			)
			for product in products
		]

	def change_variants(self, changes: Sequence[VariantChange]) -> None:
		for change in changes:
			self.medusa.products.update_variant(
				change.product_id, change.variant_id, change.fields, about=change.row.product.key
			)

	def size(self, product: Product) -> int:
		return len(encode(self._new(product)))

	def create_option(self, product_id: str) -> Json:
		return self.medusa.products.create_option(product_id, DEFAULT)

	def create_variant(self, product_id: str, option_id: str, variant: Variant) -> Json:
		body = _new_variant(variant, {"option_id": option_id, "value": DEFAULT})
		return self.medusa.products.create_variant(product_id, body)

	def delete(self, ids: Sequence[str]) -> list[Outcome]:
		def delete(id: str) -> Outcome:
			self.medusa.products.delete(id)
			return Outcome(id, id=id)

		return send_each(self.session, ids, delete, key=str)

	def _new(self, product: Product) -> Json:
		return {
			**new_product_fields(product, self.extras),
			**_images(product),
			"options": [{"title": DEFAULT}],
			"variants": [_new_variant(product.variant, {"value": DEFAULT})],
		}


def _new_variant(variant: Variant, option: Json) -> Json:
	"""Return the variant without stock, which is not this request's business."""
	return {**new_variant_fields(variant), "inventory_quantity": 0, "options": [option]}


def _images(product: Product) -> Json:
	return {"images": list(product.images)} if product.images or product.clears_images else {}

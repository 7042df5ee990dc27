"""Products on Medusa 2: in batches of a hundred."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from ..medusa import MedusaV2
from ..medusa.batching import batches, bisect
from ..medusa.bodies import encode
from ..medusa.errors import MedusaError
from ..medusa.values import Json
from .fields import (
	DEFAULT,
	EXTENSION,
	VARIANT_FIELDS,
	best_match,
	new_product_fields,
	new_variant_fields,
	product_fields,
)
from .inventory_items import with_items_left_behind
from .outcomes import Outcome, settled
from .product_calls import ProductCalls, VariantChange
from .values import Product, Variant

NO_ITEMS: Mapping[str, str] = MappingProxyType({})
_VARIANT = ",".join(f"variants.{field}" for field in ("id", "title", *VARIANT_FIELDS))
_SAVED = f"id,handle,{_VARIANT}"
_READ = (
	"id,title,handle,external_id,status,description,collection_id,origin_country,metadata,images.url,images.rank,"
	f"options.id,options.title,{_VARIANT}"
)


class ProductCallsV2(ProductCalls[MedusaV2]):
	"""Products in batches of a hundred, our extras in their metadata unless the server is extended."""

	batch_size = 100
	body_limit = 2_000_000
	side_by_side = False

	def _try(self, body: Json) -> None:
		self.medusa.products.create_many([body], _SAVED, repeatable=True)

	def _reading(self) -> dict[str, str]:
		return {"fields": f"{_READ},*{EXTENSION}" if self.known_extras == "properties" else _READ}

	def look_up(self, products: Sequence[Product]) -> list[Json]:
		remotes: dict[str, Json] = {}
		filters: tuple[tuple[str, Callable[[Product], tuple[str, ...]]], ...] = (
			("handle[]", lambda product: (product.handle, product.fallback_handle)),
			("external_id[]", lambda product: (product.key,)),
			("variants[sku][]", lambda product: (product.variant.sku,)),
		)
		for filter, values in filters:
			missing = [product for product in products if not best_match(product, remotes.values())]
			found = self._list_by(filter, [value for product in missing for value in values(product)])
			remotes.update((remote["id"], remote) for remote in found)
		return list(remotes.values())

	def create(self, products: Sequence[Product]) -> list[Json]:
		def create(items: Mapping[str, str]) -> list[Json]:
			return self.medusa.products.create_many(
				[self._new(product, items) for product in products], _SAVED
			)

		created = with_items_left_behind(self.medusa, [product.variant.sku for product in products], create)
		by_handle = {str(remote.get("handle")): remote for remote in created}
		return [self.session.one(by_handle, product.handle) for product in products]

	def update(self, products: Sequence[Product]) -> list[Json]:
		bodies = [
			{
				"id": product.id,
				**product_fields(product, self.extras),
				"external_id": product.key,
				**_images(product),
			}
			for product in products
		]
		by_id = {remote["id"]: remote for remote in self.medusa.products.update_many(bodies, _SAVED)}
		return [self.session.one(by_id, str(product.id)) for product in products]

	def change_variants(self, changes: Sequence[VariantChange]) -> None:
		if len(changes) == 1:
			change = changes[0]
			self.medusa.products.update_variant(change.product_id, change.variant_id, change.fields)
			return
		bodies: list[Json] = [
			{"id": change.product_id, "variants": [{"id": change.variant_id, **change.fields}]}
			for change in changes
		]
		self.medusa.products.update_many(bodies, _SAVED)

	def size(self, product: Product) -> int:
		return len(encode(self._new(product))) + 1

	def create_option(self, product_id: str) -> Json:
		return self.medusa.products.create_option(product_id, DEFAULT)

	def create_variant(self, product_id: str, option_id: str, variant: Variant) -> Json:
		def create(items: Mapping[str, str]) -> Json:
			body = _new_variant(variant, items)
			return self.medusa.products.create_variant(product_id, body, f"id,{_VARIANT}")

		return with_items_left_behind(self.medusa, [variant.sku], create)

	def delete(self, ids: Sequence[str]) -> list[Outcome]:
		outcomes: dict[int, Outcome] = {}
		stopped: list[MedusaError] = []

		def delete(positions: Sequence[int]) -> None:
			try:
				self.medusa.products.delete_many([ids[position] for position in positions])
			except MedusaError as error:
				if self.session.concerns_all(error):
					raise
				refused = error  # Python takes the name away at the end of the block
				bisect(
					positions,
					delete,
					lambda position: outcomes.update({position: Outcome(ids[position], error=refused)}),
				)
			else:
				outcomes.update(
					(position, Outcome(ids[position], id=ids[position])) for position in positions
				)

		try:
			for some in batches(range(len(ids)), self.batch_size):
				delete(some)
		except MedusaError as error:
			stopped.append(error)
		return settled(outcomes, ids, stopped)

	@cached_property
	def sales_channel(self) -> str | None:
		"""Where new products are sold: as configured, else the store's default.

		v2 does not choose one by itself.
		"""
		return self.target.sales_channel or self.medusa.stores.settings().default_sales_channel_id

	@cached_property
	def shipping_profile(self) -> str | None:
		"""How new products are shipped: as configured, else the default.

		Without one, no cart could be completed.
		"""
		return self.target.shipping_profile or self.medusa.stores.default_shipping_profile()

	def _new(self, product: Product, items: Mapping[str, str] = NO_ITEMS) -> Json:
		channel, profile = self.sales_channel, self.shipping_profile
		return {
			**new_product_fields(product, self.extras),
			"external_id": product.key,
			**_images(product),
			**({"sales_channels": [{"id": channel}]} if channel else {}),
			**({"shipping_profile_id": profile} if profile else {}),
			"options": [{"title": DEFAULT, "values": [DEFAULT]}],
			"variants": [_new_variant(product.variant, items)],
		}


def _new_variant(variant: Variant, items: Mapping[str, str]) -> Json:
	item = items.get(variant.sku)
	links = {"inventory_items": [{"inventory_item_id": item, "required_quantity": 1}]} if item else {}
	return {**new_variant_fields(variant), "options": {DEFAULT: DEFAULT}, **links}


def _images(product: Product) -> Json:
	if not (product.images or product.clears_images):
		return {}
	return {"images": [{"url": url} for url in product.images]}

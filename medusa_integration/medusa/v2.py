"""Medusa v2: products in batches of a hundred, our extras in their metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from .client import Medusa, codes
from .errors import Invalid, MedusaError, NotFound, SetupMissing, WrongAddress
from .fields import (
	DEFAULT,
	EXTENSION,
	VARIANT_FIELDS,
	best_match,
	new_product_fields,
	new_variant_fields,
	product_fields,
	rows,
)
from .inventory import LevelSaving, stocked
from .inventory_items import with_items_left_behind
from .masking import Hidden
from .outcomes import settled
from .saving import Remote, VariantChange
from .sizes import slices
from .tokens import basic
from .transport import encode
from .v2_prices import V2Prices
from .values import Choice, Outcome, Product, Server, StockLevel, Variant

NO_ITEMS: Mapping[str, str] = MappingProxyType({})
_BATCH = "/admin/products/batch"
_LOCATIONS = "/admin/stock-locations"
_VARIANT = ",".join(f"variants.{field}" for field in ("id", "title", *VARIANT_FIELDS))
_OPTIONS = "id,options.id,options.title"
_SAVED = f"id,handle,{_VARIANT}"
_READ = (
	"id,title,handle,external_id,status,description,collection_id,origin_country,metadata,images.url,images.rank,"
	f"options.id,options.title,{_VARIANT}"
)


class MedusaV2(V2Prices, Medusa):
	"""A server of the second generation (recorded with @medusajs/medusa 2.21.2)."""

	generation = "v2"
	batch_size = 100
	body_limit = 2_000_000
	side_by_side = False
	_uploads_key = "files"

	def about(self) -> Server:
		store = self._store()
		return Server(
			generation=self.generation,
			version=None,
			extras=self.extras,
			currencies=codes(rows(store, "supported_currencies"), "currency_code"),
			sales_channels=self._choices("sales-channels", store.get("default_sales_channel_id")),
			stock_locations=self._choices("stock-locations", store.get("default_location_id")),
		)

	def delete_products(self, ids: Sequence[str]) -> list[Outcome]:
		for id in ids:
			self._path("products", id)
		outcomes: dict[int, Outcome] = {}
		stopped: list[MedusaError] = []
		try:
			for start in range(0, len(ids), self.batch_size):
				self._delete_some(ids, range(start, min(start + self.batch_size, len(ids))), outcomes)
		except MedusaError as error:
			stopped.append(error)
		return settled(outcomes, ids, stopped)

	def _delete_some(self, ids: Sequence[str], some: range, outcomes: dict[int, Outcome]) -> None:
		"""Delete those at these positions;
		a batch that fails because of one of them is halved until that stands alone.
		"""
		body = {"delete": [ids[position] for position in some]}
		try:
			self._request("POST", _BATCH, json=body, params={"fields": "id"}, repeatable=True)
		except MedusaError as error:
			if self._concerns_all(error):
				raise
			if len(some) == 1:
				outcomes[some[0]] = Outcome(ids[some[0]], error=error)
				return
			middle = len(some) // 2
			self._delete_some(ids, some[:middle], outcomes)
			self._delete_some(ids, some[middle:], outcomes)
		else:
			outcomes.update((position, Outcome(ids[position], id=ids[position])) for position in some)

	def save_stock_levels(self, levels: Sequence[StockLevel]) -> list[Outcome]:
		return LevelSaving(self, levels).run()

	def read_stock_levels(self, levels: Sequence[StockLevel]) -> dict[str, int | None]:
		return stocked(self, levels)

	@cached_property
	def stock_location(self) -> str:
		"""Where quantities are kept: as configured, else the store's default, else the only one.

		Raises SetupMissing.
		"""
		choices = self._choices("stock-locations", self._store().get("default_location_id"))
		if wanted := self.connection.stock_location:
			# Medusa itself takes quantities for locations that do not exist
			if wanted not in {choice.id for choice in choices}:
				raise SetupMissing(
					f"Medusa does not have the stock location {wanted} that the settings name."
				)
			return wanted
		if not choices:
			raise SetupMissing("Medusa has no stock location for the quantities yet.")
		found = [choice for choice in choices if choice.is_default] or choices
		if len(found) > 1:
			names = ", ".join(choice.name for choice in found)
			raise SetupMissing(
				f"Medusa has several stock locations, and none is chosen in the settings: {names}."
			)
		return found[0].id

	def create_stock_location(self, name: str) -> Choice | None:
		there = [choice for choice in self._choices("stock-locations", None) if choice.name == name]
		if there:
			location = there[0]
		else:
			answer = self._request("POST", _LOCATIONS, json={"name": name}, params={"fields": "id,name"})
			location = Choice(self._remote(answer, "stock_location")["id"], name)
		if self._sales_channel:
			# what lies elsewhere cannot be sold through the channel
			self._request(
				"POST",
				self._path("stock-locations", location.id, "sales-channels"),
				json={"add": [self._sales_channel]},
				params={"fields": "id"},
				repeatable=True,
			)
		return location

	def _read_variants(self, ids: Iterable[str], fields: str) -> list[Remote]:
		"""The variants that Medusa has of these, in as few requests as their addresses allow."""
		variants = []
		for some in slices(sorted(ids)):
			params = {"id[]": some, "limit": len(some), "fields": fields}
			variants += self._remotes(
				self._request("GET", "/admin/product-variants", params=params), "variants"
			)
		return variants

	def _store(self) -> dict:
		fields = "id,default_sales_channel_id,default_location_id,supported_currencies.currency_code"
		answer = self._request("GET", "/admin/stores", params={"limit": 1, "fields": fields})
		return next(iter(self._remotes(answer, "stores")), {})

	@cached_property
	def _sales_channel(self) -> str | None:
		"""Where new products are sold: as configured, else the store's default,
		which v2 does not choose by itself.
		"""
		return self.connection.sales_channel or self._store().get("default_sales_channel_id")

	@cached_property
	def _shipping_profile(self) -> str | None:
		"""How new products are shipped: as configured, else the default.

		Without one, no cart could be completed.
		"""
		if self.connection.shipping_profile:
			return self.connection.shipping_profile
		params = {"type": "default", "limit": 1, "fields": "id"}
		try:
			answer = self._request("GET", "/admin/shipping-profiles", params=params)
		except (Invalid, NotFound, WrongAddress):
			return None
		return next((profile["id"] for profile in self._remotes(answer, "shipping_profiles")), None)

	def _headers(self, path: str) -> dict[str, str]:
		# the routes of the shop, ours among them, are closed without it
		key = self.connection.publishable_key
		return {"x-publishable-api-key": key.strip()} if key and path.startswith("/store/") else {}

	def _static_key(self) -> Hidden | None:
		key = self.connection.secret_key
		return Hidden({"Authorization": basic(key.strip())}) if key else None

	def _sign_in(self) -> str:
		return self._sign_in_at("/auth/user/emailpass", "token")

	def _try_extras(self, extras: dict) -> None:
		self._request("POST", _BATCH, json={"create": [extras]}, repeatable=True)

	def _reading(self) -> dict[str, str]:
		return {"fields": f"{_READ},*{EXTENSION}" if self._extras == "properties" else _READ}

	def _look_up(self, products: Sequence[Product]) -> list[Remote]:
		remotes: dict[str, Remote] = {}
		filters = (
			("handle[]", lambda product: (product.handle, product.fallback_handle)),
			("external_id[]", lambda product: (product.key,)),
			("variants[sku][]", lambda product: (product.variant.sku,)),
		)
		for filter, values in filters:
			missing = [product for product in products if not best_match(product, remotes.values())]
			found = self._list_by(filter, (value for product in missing for value in values(product)))
			remotes.update((remote["id"], remote) for remote in found)
		return list(remotes.values())

	def _post_new(self, products: Sequence[Product]) -> list[Remote]:
		def create(items: Mapping[str, str]) -> list[Remote]:
			bodies = [self._new(product, items) for product in products]
			return self._post_batch("create", bodies, repeatable=False)

		created = with_items_left_behind(self, [product.variant.sku for product in products], create)
		by_handle = {remote.get("handle"): remote for remote in created}
		return [self._remote(by_handle, product.handle) for product in products]

	def _post_changed(self, products: Sequence[Product]) -> list[Remote]:
		bodies = [
			{
				"id": product.id,
				**product_fields(product, self.extras),
				"external_id": product.key,
				**_images(product),
			}
			for product in products
		]
		updated = self._post_batch("update", bodies, repeatable=True)
		by_id = {remote["id"]: remote for remote in updated}
		return [self._remote(by_id, product.id) for product in products]

	def _post_variants(self, changes: Sequence[VariantChange]) -> None:
		if len(changes) == 1:
			change = changes[0]
			path = self._path("products", change.remote["id"], "variants", change.variant_id)
			self._request("POST", path, json=change.fields, params={"fields": "id"}, repeatable=True)
			return
		bodies = [
			{"id": change.remote["id"], "variants": [{"id": change.variant_id, **change.fields}]}
			for change in changes
		]
		self._post_batch("update", bodies, repeatable=True)

	def _post_batch(self, what: str, bodies: Sequence[dict], *, repeatable: bool) -> list[Remote]:
		answer = self._request(
			"POST", _BATCH, json={what: bodies}, params={"fields": _SAVED}, repeatable=repeatable
		)
		return self._remotes(answer, f"{what}d")

	def _new(self, product: Product, items: Mapping[str, str] = NO_ITEMS) -> dict:
		channel, profile = self._sales_channel, self._shipping_profile
		return {
			**new_product_fields(product, self.extras),
			"external_id": product.key,
			**_images(product),
			**({"sales_channels": [{"id": channel}]} if channel else {}),
			**({"shipping_profile_id": profile} if profile else {}),
			"options": [{"title": DEFAULT, "values": [DEFAULT]}],
			"variants": [_new_variant(product.variant, items)],
		}

	def _size(self, product: Product) -> int:
		return len(encode(self._new(product))) + 1

	def _add_option(self, product_id: str) -> Remote:
		option = {"title": DEFAULT, "values": [DEFAULT]}
		try:
			return self._post_to(product_id, "options/batch", {"add": [option]}, _OPTIONS)
		except WrongAddress:
			# before 2.17
			return self._post_to(product_id, "options", option, _OPTIONS)

	def _add_variant(self, product_id: str, option_id: str, variant: Variant) -> Remote:
		def create(items: Mapping[str, str]) -> Remote:
			return self._post_to(product_id, "variants", _new_variant(variant, items), f"id,{_VARIANT}")

		return with_items_left_behind(self, [variant.sku], create)

	def _post_to(self, product_id: str, path: str, body: dict, fields: str) -> Remote:
		"""Post something that belongs to a product; Medusa's product with these fields."""
		params = {"fields": fields}
		answer = self._request("POST", self._path("products", product_id, path), json=body, params=params)
		return self._remote(answer, "product")


def _new_variant(variant: Variant, items: Mapping[str, str]) -> dict:
	item = items.get(variant.sku)
	links = {"inventory_items": [{"inventory_item_id": item, "required_quantity": 1}]} if item else {}
	return {**new_variant_fields(variant), "options": {DEFAULT: DEFAULT}, **links}


def _images(product: Product) -> dict:
	has_say = product.images or product.clears_images
	return {"images": [{"url": url} for url in product.images]} if has_say else {}

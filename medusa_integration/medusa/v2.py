"""Medusa v2: products in batches of a hundred, our extras in their metadata."""

from __future__ import annotations

from collections.abc import Sequence

from .client import Medusa
from .errors import WrongAddress
from .fields import (
	DEFAULT,
	EXTENSION,
	VARIANT_FIELDS,
	best_match,
	default_option,
	new_product_fields,
	new_variant_fields,
	product_fields,
)
from .saving import Remote, VariantChange
from .tokens import basic
from .transport import encode
from .values import Choice, Outcome, Product, Server, Variant

_BATCH = "/admin/products/batch"
_VARIANT = ",".join(f"variants.{field}" for field in ("id", "title", *VARIANT_FIELDS))
_SAVED = f"id,handle,{_VARIANT}"
_READ = (
	"id,title,handle,external_id,status,description,collection_id,origin_country,metadata,images.url,images.rank,"
	f"options.id,options.title,{_VARIANT}"
)


class MedusaV2(Medusa):
	"""A server of the second generation (recorded with @medusajs/medusa 2.21.2)."""

	generation = "v2"
	batch_size = 100
	body_limit = 2_000_000
	side_by_side = False
	_uploads_key = "files"
	_channel: str | None = None
	_channel_known = False

	def about(self) -> Server:
		store = self._store()
		currencies = store.get("supported_currencies") or ()
		return Server(
			generation=self.generation,
			version=None,
			extras=self.extras,
			currencies=tuple(sorted(currency["currency_code"].upper() for currency in currencies)),
			sales_channels=self._choices("sales-channels", store.get("default_sales_channel_id")),
			stock_locations=self._choices("stock-locations", store.get("default_location_id")),
		)

	def delete_products(self, ids: Sequence[str]) -> list[Outcome]:
		for id in ids:
			self._path("products", id)
		outcomes = []
		for start in range(0, len(ids), self.batch_size):
			some = list(ids[start : start + self.batch_size])
			self._request("POST", _BATCH, json={"delete": some}, params={"fields": "id"}, repeatable=True)
			outcomes += [Outcome(id, id=id) for id in some]
		return outcomes

	def _choices(self, kind: str, default: str | None) -> tuple[Choice, ...]:
		answer = self._request("GET", f"/admin/{kind}", params={"limit": 500, "fields": "id,name"})
		found = self._of(answer, kind.replace("-", "_"), list)
		return tuple(Choice(row["id"], row.get("name") or row["id"], row["id"] == default) for row in found)

	def _store(self) -> dict:
		fields = "id,default_sales_channel_id,default_location_id,supported_currencies.currency_code"
		stores = self._of(
			self._request("GET", "/admin/stores", params={"limit": 1, "fields": fields}), "stores", list
		)
		return stores[0] if stores else {}

	def _sales_channel(self) -> str | None:
		"""Where new products are sold: as configured, else the store's default, which v2 does not choose by itself."""
		if not self._channel_known:
			self._channel = self.connection.sales_channel or self._store().get("default_sales_channel_id")
			self._channel_known = True
		return self._channel

	def _static_key(self) -> dict[str, str] | None:
		key = self.connection.secret_key
		return {"Authorization": basic(key)} if key else None

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
		channel = self._sales_channel()
		rows = [self._new(product, channel) for product in products]
		created = self._post_batch("create", rows, repeatable=False)
		by_handle = {remote.get("handle"): remote for remote in created}
		return [self._of(by_handle, product.handle) for product in products]

	def _post_changed(self, products: Sequence[Product]) -> list[Remote]:
		rows = [
			{
				"id": product.id,
				**product_fields(product, self.extras),
				"external_id": product.key,
				**_images(product),
			}
			for product in products
		]
		updated = self._post_batch("update", rows, repeatable=True)
		by_id = {remote.get("id"): remote for remote in updated}
		return [self._of(by_id, product.id) for product in products]

	def _post_variants(self, changes: Sequence[VariantChange]) -> None:
		if len(changes) == 1:
			change = changes[0]
			path = self._path("products", change.remote["id"], "variants", change.variant_id)
			self._request("POST", path, json=change.fields, params={"fields": "id"}, repeatable=True)
			return
		rows = [
			{"id": change.remote["id"], "variants": [{"id": change.variant_id, **change.fields}]}
			for change in changes
		]
		self._post_batch("update", rows, repeatable=True)

	def _post_batch(self, what: str, rows: Sequence[dict], *, repeatable: bool) -> list[Remote]:
		answer = self._request(
			"POST", _BATCH, json={what: rows}, params={"fields": _SAVED}, repeatable=repeatable
		)
		return self._of(answer, f"{what}d", list)

	def _new(self, product: Product, channel: str | None) -> dict:
		return {
			**new_product_fields(product, self.extras),
			"external_id": product.key,
			**_images(product),
			**({"sales_channels": [{"id": channel}]} if channel else {}),
			"options": [{"title": DEFAULT, "values": [DEFAULT]}],
			"variants": [_new_variant(product.variant)],
		}

	def _size(self, product: Product) -> int:
		return len(encode(self._new(product, self._channel))) + 1

	def _add_option(self, product_id: str) -> str:
		option = {"title": DEFAULT, "values": [DEFAULT]}
		try:
			answer = self._add_option_at(product_id, "options/batch", {"add": [option]})
		except WrongAddress:
			# before 2.17
			answer = self._add_option_at(product_id, "options", option)
		return default_option(self._of(answer, "product"))

	def _add_option_at(self, product_id: str, path: str, body: dict) -> dict:
		fields = {"fields": "id,options.id,options.title"}
		return self._request("POST", self._path("products", product_id, path), json=body, params=fields)

	def _add_variant(self, remote: Remote, variant: Variant) -> Remote:
		if not default_option(remote):
			self._add_option(remote["id"])
		answer = self._request(
			"POST",
			self._path("products", remote["id"], "variants"),
			json=_new_variant(variant),
			params={"fields": f"id,{_VARIANT}"},
		)
		return self._of(answer, "product")


def _new_variant(variant: Variant) -> dict:
	return {**new_variant_fields(variant), "options": {DEFAULT: DEFAULT}}


def _images(product: Product) -> dict:
	has_say = product.images or product.clears_images
	return {"images": [{"url": url} for url in product.images]} if has_say else {}

"""Products with their options and variants, as JSON objects: their fields are Medusa's, or an extension's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..batching import MOST_VALUES, slices
from ..errors import WrongAddress
from ..session import Session, admin_path
from ..values import Json

PRODUCTS = "/admin/products"
_BATCH = f"{PRODUCTS}/batch"
_OPTIONS = "id,options.id,options.title"


class _Products:
	"""What reading products has in common. `reading` is the query that says which fields an answer has."""

	def __init__(self, session: Session) -> None:
		self._session = session

	def retrieve(self, product_id: str, reading: Mapping[str, str]) -> Json:
		"""Return one product. Raises NotFound and the like."""
		answer = self._session.request("GET", admin_path("products", product_id), params=reading)
		return self._session.one(answer, "product")

	def list_by(self, filter: str, values: Iterable[str], reading: Mapping[str, str]) -> list[Json]:
		"""Return all products for which the filter has one of the values.

		It takes as few requests as their addresses allow.

		Args:
			filter: The query's key, such as `id[]`.
			values: Ids, handles or SKUs; empty ones are left out.
			reading: Which fields an answer has.
		"""
		found: list[Json] = []
		for some in slices(sorted({value for value in values if value})):
			params = {filter: some, "limit": 4 * MOST_VALUES, **reading}
			answer = self._session.request("GET", PRODUCTS, params=params)
			found += self._session.many(answer, "products")
		return found

	def pages(
		self, filters: Mapping[str, str], reading: Mapping[str, str], *, size: int, about: str | None = None
	) -> Iterator[list[Json]]:
		"""Yield all products that fit the filters, `size` of them a request."""
		return self._session.pages(PRODUCTS, "products", {**filters, **reading}, size=size, about=about)


class ProductsV1(_Products):
	"""Products of Medusa 1, one a request."""

	def create(self, body: Json, *, about: str | None = None, repeatable: bool = False) -> Json:
		"""Create a product and return it. `repeatable` says that it cannot succeed twice."""
		return self._post(PRODUCTS, body, repeatable=repeatable, about=about)

	def update(self, product_id: str, body: Json, *, about: str | None = None) -> Json:
		"""Change a product and return it."""
		return self._post(admin_path("products", product_id), body, repeatable=True, about=about)

	def delete(self, product_id: str) -> None:
		"""Delete a product; one that is gone already counts as deleted."""
		self._session.delete(admin_path("products", product_id))

	def create_option(self, product_id: str, title: str) -> Json:
		"""Add an option to a product and return the product."""
		return self._post(admin_path("products", product_id, "options"), {"title": title}, repeatable=False)

	def create_variant(self, product_id: str, body: Json) -> Json:
		"""Add a variant to a product and return the product."""
		return self._post(admin_path("products", product_id, "variants"), body, repeatable=False)

	def update_variant(
		self, product_id: str, variant_id: str, body: Json, *, about: str | None = None
	) -> Json:
		"""Change a variant and return its product."""
		path = admin_path("products", product_id, "variants", variant_id)
		return self._post(path, body, repeatable=True, about=about)

	def variants_with_prices(self, variant_id: str, *, about: str | None = None) -> list[Json]:
		"""Return the variant with this id, with the prices of it that are valid now; empty without one."""
		params = {"id": variant_id, "expand": "prices", "limit": 1}
		answer = self._session.request("GET", "/admin/variants", params=params, about=about)
		return self._session.many(answer, "variants")

	def _post(self, path: str, body: Json, *, repeatable: bool, about: str | None = None) -> Json:
		answer = self._session.request("POST", path, json=body, repeatable=repeatable, about=about)
		return self._session.one(answer, "product")


class ProductsV2(_Products):
	"""Products of Medusa 2, many a request; a batch is done as a whole or not at all."""

	def create_many(self, bodies: Sequence[Json], fields: str, *, repeatable: bool = False) -> list[Json]:
		"""Create the products and return them with these fields, in any order.

		`repeatable` says that it cannot succeed twice.
		"""
		return self._batch("create", bodies, fields, repeatable=repeatable)

	def update_many(self, bodies: Sequence[Json], fields: str) -> list[Json]:
		"""Change the products, each body with its `id`, and return them with these fields, in any order."""
		return self._batch("update", bodies, fields, repeatable=True)

	def delete_many(self, product_ids: Sequence[str]) -> None:
		"""Delete the products; one that is gone already does not matter."""
		body = {"delete": list(product_ids)}
		self._session.request("POST", _BATCH, json=body, params={"fields": "id"}, repeatable=True)

	def create_option(self, product_id: str, title: str) -> Json:
		"""Add an option with one value of the same title, and return the product with its options."""
		option = {"title": title, "values": [title]}
		try:
			return self._post_to(product_id, "options/batch", {"add": [option]}, _OPTIONS)
		except WrongAddress:
			# before 2.17
			return self._post_to(product_id, "options", option, _OPTIONS)

	def create_variant(self, product_id: str, body: Json, fields: str) -> Json:
		"""Add a variant to a product and return the product with these fields."""
		return self._post_to(product_id, "variants", body, fields)

	def update_variant(self, product_id: str, variant_id: str, body: Json) -> None:
		"""Change a variant."""
		path = admin_path("products", product_id, "variants", variant_id)
		self._session.request("POST", path, json=body, params={"fields": "id"}, repeatable=True)

	def list_variants(self, variant_ids: Iterable[str], fields: str) -> list[Json]:
		"""Return those of these variants that Medusa has, in as few requests as their addresses allow."""
		variants: list[Json] = []
		for some in slices(sorted(variant_ids)):
			params = {"id[]": some, "limit": len(some), "fields": fields}
			answer = self._session.request("GET", "/admin/product-variants", params=params)
			variants += self._session.many(answer, "variants")
		return variants

	def _batch(self, what: str, bodies: Sequence[Json], fields: str, *, repeatable: bool) -> list[Json]:
		params = {"fields": fields}
		answer = self._session.request(
			"POST", _BATCH, json={what: list(bodies)}, params=params, repeatable=repeatable
		)
		return self._session.many(answer, f"{what}d")

	def _post_to(self, product_id: str, path: str, body: Json, fields: str) -> Json:
		params = {"fields": fields}
		answer = self._session.request(
			"POST", admin_path("products", product_id, path), json=body, params=params
		)
		return self._session.one(answer, "product")

"""Products: saved, found again, read and deleted, the same way on both generations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from .fields import best_match, is_named, listed_from, own_variant, product_from
from .outcomes import Outcome
from .product_calls import ProductCalls
from .product_saving import ProductSaving
from .values import Extras, Listed, Product, Variant
from .variants import ensure_option, ensure_variant


class Products:
	"""The products of one Medusa. `calls` has what its generation spells differently."""

	def __init__(self, calls: ProductCalls[Any]) -> None:
		self.calls = calls

	@property
	def batch_size(self) -> int:
		"""How many products make one good call of `save`."""
		return self.calls.batch_size

	@property
	def extras(self) -> Extras:
		"""Where item code, ranking and so on go; found out once, without writing anything."""
		return self.calls.extras

	def save(
		self, products: Sequence[Product], *, look_up: bool = False, unchecked: Collection[str] = ()
	) -> list[Outcome]:
		"""Create the products without an id and update the others, each with its one variant.

		Args:
			products: The products.
			look_up: A product without an id may be there already (a repeat after an unknown outcome): it is
				looked for before it is created. Without that it is looked for only when Medusa says
				"already exists".
			unchecked: Keys of products with an id that are read first. One that has variants of others is
				left as it is (SharedProduct).

		Returns:
			One Outcome a product, in order, whose `error` is what that product alone met.

		Raises:
			MedusaError: It concerns all, and has kept every one from being saved or only a person can put it
				right (Unauthorized, Forbidden, WrongAddress). Otherwise the rest has the error.
		"""
		return ProductSaving(self.calls, products, look_up=look_up, unchecked=unchecked).run()

	def find(self, products: Sequence[Product]) -> dict[str, tuple[str, str | None]]:
		"""Find which of the products Medusa has by their own key.

		What only has the same SKU or item code may be anybody's.

		Returns:
			The ids of product and variant (None without one), by key.
		"""
		remotes = self.calls.look_up(products)
		found: dict[str, tuple[str, str | None]] = {}
		for product in products:
			remote = best_match(product, remotes)
			if remote and is_named(product, remote):
				variant = own_variant(remote, product.variant)
				found[product.key] = (remote["id"], variant["id"] if variant else None)
		return found

	def read(self, ids: Sequence[str]) -> list[Product]:
		"""Return the products with these ids, in that order; those that are gone are left out."""
		remotes = {remote["id"]: remote for remote in self.calls.read(require_ids(ids))}
		return [product_from(remotes[id]) for id in ids if id in remotes]

	def list_all(self, *, page: int = 200) -> Iterator[Product]:
		"""Yield all products, oldest id first, `page` a request.

		A product that appears meanwhile may be missed.
		"""
		for listed in self.pages(page=page):
			yield from (one.product for one in listed)

	def pages(self, *, page: int = 200) -> Iterator[list[Listed]]:
		"""Yield the same with whom each belongs to, a list for each request.

		A product may be missed while others are deleted: ask `read_listed` before it is called missing.
		"""
		for remotes in self.calls.pages(page):
			yield [listed_from(remote) for remote in remotes]

	def read_listed(self, ids: Sequence[str]) -> list[Listed]:
		"""Return the products with these ids as `pages` has them; those that are gone are left out."""
		return [listed_from(remote) for remote in self.calls.read(require_ids(ids))]

	def delete(self, ids: Sequence[str]) -> list[Outcome]:
		"""Delete the products; one Outcome each, its key the id.

		What is gone already counts as deleted. Raises as `save`, and ValueError for an empty id.
		"""
		return self.calls.delete(require_ids(ids))

	def ensure_option(self, product_id: str) -> str:
		"""Return the id of the product's option "Default", created if it is missing.

		Raises:
			NotFound: There is no such product.
		"""
		return ensure_option(self.calls, product_id)

	def ensure_variant(self, product_id: str, variant: Variant) -> str:
		"""Return the id of the product's variant "Default", created with its option if it is missing.

		Raises:
			Duplicate: Another product has its SKU or barcode.
			NotFound: There is no such product.
		"""
		return ensure_variant(self.calls, product_id, variant)


def require_ids(ids: Sequence[str]) -> Sequence[str]:
	"""Return the ids. Raises ValueError when one is empty: it would stand for all."""
	if not all(ids):
		raise ValueError("an id is empty")
	return ids

"""What saving and reading products needs of a generation of Medusa."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from ..medusa import MedusaV1, MedusaV2
from ..medusa.errors import Invalid, UnexpectedAnswer
from ..medusa.session import Session
from ..medusa.values import Json
from .fields import EXTRAS
from .outcomes import Outcome
from .values import Extras, Product, Target, Variant

M = TypeVar("M", MedusaV1, MedusaV2)


@dataclass(frozen=True, slots=True)
class Row:
	"""One product on its way, and its place in the caller's list."""

	position: int
	product: Product

	@property
	def id(self) -> str:
		"""Medusa's id of a product that has one."""
		return self.product.id or ""


@dataclass(frozen=True, slots=True)
class VariantChange:
	"""What of a variant differs from what Medusa has.

	Attributes:
		row: The product.
		product_id: Medusa's id of the product.
		variant_id: Medusa's id of the variant.
		fields: The fields to change.
	"""

	row: Row
	product_id: str
	variant_id: str
	fields: Json


class ProductCalls(ABC, Generic[M]):
	"""What saving products needs of a generation.

	Args:
		medusa: The client.
		target: How the server is to hold our values.
		on_extras: Told where extras go, once that was found out.

	Attributes:
		batch_size: How many products make one good call.
		body_limit: Bytes of a body that the server takes as long as nobody has changed its settings; it is
			lowered when the server takes less.
		side_by_side: Whether products are saved by one request each, several at a time.
	"""

	batch_size: ClassVar[int]
	side_by_side: ClassVar[bool]
	body_limit: int

	def __init__(
		self, medusa: M, target: Target, *, on_extras: Callable[[Extras], object] | None = None
	) -> None:
		self.medusa: M = medusa
		self.target = target
		self.session: Session = medusa.session
		self._on_extras = on_extras
		self.known_extras: Extras | None = target.extras

	@property
	def extras(self) -> Extras:
		"""Whether item code, ranking and so on are properties of a product here, or go to its metadata.

		It is found out once, without writing anything, when the target does not say.
		"""
		if self.known_extras is None:
			self.learn_extras("metadata" if self._refuses_extras() else "properties")
		return self.known_extras or "metadata"

	def learn_extras(self, extras: Extras) -> None:
		"""Take note of where extras go from now on."""
		self.known_extras = extras
		if self._on_extras:
			self.session.pool.ask_caller(self._on_extras, extras)

	def _refuses_extras(self) -> bool:
		"""Send a product that cannot be created, as it has no title; see if its extras are refused."""
		try:
			self._try({"item_code": "?"})
		except Invalid as error:
			return bool(error.unknown_keys & set(EXTRAS))
		raise UnexpectedAnswer(f"{self.session.where} took a product without a title.", status=200)

	def retrieve(self, product_id: str) -> Json:
		"""Return Medusa's product with what `fields.product_from` reads. Raises NotFound and the like."""
		return self.medusa.products.retrieve(product_id, self._reading())

	def read(self, ids: Sequence[str]) -> list[Json]:
		"""Return Medusa's products with these ids, in any order; those that are gone are left out."""
		return self._list_by("id[]", ids)

	def pages(self, size: int) -> Iterator[list[Json]]:
		"""Yield all of Medusa's products, `size` a request, oldest id first."""
		_ = self.extras  # a server that has not been asked yet would not be read in full
		return self.medusa.products.pages({"order": "id"}, self._reading(), size=size)

	def _list_by(self, filter: str, values: Sequence[str]) -> list[Json]:
		return self.medusa.products.list_by(filter, values, self._reading())

	@abstractmethod
	def _try(self, body: Json) -> None:
		"""Try to create a product of these properties and no title."""

	@abstractmethod
	def _reading(self) -> dict[str, str]:
		"""Return the query by which an answer has all that `fields.product_from` reads."""

	@abstractmethod
	def look_up(self, products: Sequence[Product]) -> list[Json]:
		"""Return what Medusa has that may be one of these products, or has one of their handles."""

	@abstractmethod
	def create(self, products: Sequence[Product]) -> list[Json]:
		"""Create all of them or none; return Medusa's products in the same order."""

	@abstractmethod
	def update(self, products: Sequence[Product]) -> list[Json]:
		"""Update all of them or none, without their variants; return Medusa's in the same order."""

	@abstractmethod
	def change_variants(self, changes: Sequence[VariantChange]) -> None:
		"""Change all of these variants or none; several only of products that have no other variant."""

	@abstractmethod
	def size(self, product: Product) -> int:
		"""Return how many bytes this product adds to a body."""

	@abstractmethod
	def create_option(self, product_id: str) -> Json:
		"""Create the option "Default"; return Medusa's product with its options."""

	@abstractmethod
	def create_variant(self, product_id: str, option_id: str, variant: Variant) -> Json:
		"""Create the variant; return Medusa's product with its variants."""

	@abstractmethod
	def delete(self, ids: Sequence[str]) -> list[Outcome]:
		"""Delete the products; one Outcome each, its key the id."""

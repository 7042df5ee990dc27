"""What became of what was sent: of many values, each with its own result or error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ..medusa.errors import Duplicate, MedusaError, MissingReference, NotFound, TooLarge
from ..medusa.session import Session
from .values import Product

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
	"""What became of one value that was sent: Medusa's ids, or the error that it alone met.

	Attributes:
		key: The value's own key.
		id: Medusa's id of what was saved.
		variant_id: The id of the product's variant.
		list_id: The id of the price's list.
		url: Where visitors can open the file.
		error: What the value alone met.
	"""

	key: str
	id: str | None = None
	variant_id: str | None = None
	list_id: str | None = None
	url: str | None = None
	error: Exception | None = None


class SharedProduct(MedusaError):
	"""Medusa's product is not this Website Item's alone: nothing was sent."""

	@classmethod
	def with_variants(cls, sku: str, title: str, id: str, others: Sequence[str]) -> SharedProduct:
		"""Return the error about a product with the item's SKU that has variants of others as well.

		Args:
			sku: The item's SKU.
			title: The product's title.
			id: Medusa's id of the product.
			others: SKUs or titles of the others' variants.
		"""
		return cls(
			f'Medusa has {sku} in the product "{_cut(title)}" ({id}), together with other variants'
			f" ({_listed(others)}). It is left as it is. Give the item's variant a product of its own there,"
			" or another SKU, and try again."
		)

	@classmethod
	def of_other_item(cls, sku: str, title: str, id: str, owner: str) -> SharedProduct:
		"""Return the error about a product with the item's SKU that is the Website Item `owner`'s."""
		return cls(
			f'Medusa has {sku} as the SKU of the product "{_cut(title)}" ({id}), which belongs to Website Item'
			f" {_cut(owner)}. It is left as it is. Correct the SKU there, and try again."
		)

	@classmethod
	def on_delete(cls, title: str, id: str, others: Sequence[str]) -> SharedProduct:
		"""Return the error about a product that is not deleted with one of its items."""
		return cls(
			f'The product "{_cut(title)}" ({id}) has variants of other items ({_listed(others)}), so it is not'
			" deleted. Delete the item's own variant in Medusa."
		)


def _cut(text: str) -> str:
	return text if len(text) <= 140 else f"{text[:139]}…"


def _listed(names: Sequence[str]) -> str:
	more = f" and {len(names) - 5} more" if len(names) > 5 else ""
	return ", ".join(_cut(name) for name in names[:5]) + more


def settled(
	outcomes: dict[int, Outcome], keys: Sequence[str], stopped: Sequence[MedusaError]
) -> list[Outcome]:
	"""Return the outcomes in order; what a general error kept from being done has that error.

	Args:
		outcomes: Those that are known, by position.
		keys: The keys of all values, in order.
		stopped: The errors that concern all values.

	Raises:
		MedusaError: A general error kept everything from being done, or is about the credentials.
	"""
	unauthorized = [error for error in stopped if not error.retryable]
	if unauthorized or (stopped and not outcomes):
		raise (unauthorized or stopped)[0]
	return [outcomes.get(position) or Outcome(key, error=stopped[0]) for position, key in enumerate(keys)]


def send_each(
	session: Session, values: Sequence[T], send: Callable[[T], Outcome], *, key: Callable[[T], str]
) -> list[Outcome]:
	"""Send each value by itself, several at a time; one Outcome each, in order.

	Args:
		session: Sends them.
		values: Any values.
		send: Sends one of them.
		key: The value's own key.

	Raises:
		MedusaError: As `settled`.
	"""
	outcomes, stopped = session.each(
		values, send, refused=lambda value, error: Outcome(key(value), error=error)
	)
	return settled(outcomes, [key(value) for value in values], stopped)


def too_large(product: Product, error: MedusaError) -> TooLarge:
	"""Return the error that says which fields make one product too large for Medusa."""
	sizes: dict[str, int] = {
		"description": len(product.description.encode("utf-8", "replace")),
		"short description": len(product.short_description.encode("utf-8", "replace")),
		"specifications": sum(
			len(f"{row.label}{row.description}".encode("utf-8", "replace")) for row in product.specifications
		),
		"images": sum(len(image) for image in product.images),
	}
	largest = sorted(sizes.items(), key=lambda item: -item[1])
	named = ", ".join(f"{name} {size / 1000:.1f} KB" for name, size in largest if size > 1000)
	return TooLarge(
		f"{product.title[:80]} has more text than Medusa takes for one product: {named or 'too many fields'}.",
		status=error.status,
		message=error.message if error.status else None,
		body=error.body,
	)


def says_it_exists(error: MedusaError) -> bool:
	"""Whether it says that a product exists already; of a barcode that two items share, it does not."""
	return isinstance(error, Duplicate) and error.field not in ("barcode", "ean", "upc")


def about_reference(error: MedusaError) -> MedusaError:
	"""Return a "not found" about a product that is there as one about what it refers to (its collection)."""
	return MissingReference.of(error) if isinstance(error, NotFound) else error

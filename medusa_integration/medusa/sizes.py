"""How much goes into one request or one statement, and what is too much for any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote

from .errors import MedusaError, TooLarge
from .values import Product

T = TypeVar("T")

LONGEST_QUERY = 6_000
"""Characters of ids and handles in one address; servers and proxies take 8 KB of it as a rule."""
MOST_VALUES = 100
"""How many ids or handles one look-up asks for."""


def portions(
	rows: Iterable[T], size: Callable[[T], int], fits: Callable[[int, int], bool]
) -> Iterator[list[T]]:
	"""The rows in order, in lists of as many as go together; a row that is too large for any stands alone.

	`size` is what one row adds; `fits` is asked with a number of rows and their sizes together, each time
	anew: a limit that is learned on the way holds from then on.
	"""
	some: list[T] = []
	length = 0
	for row in rows:
		cost = size(row)
		if some and not fits(len(some) + 1, length + cost):
			yield some
			some, length = [], 0
		some.append(row)
		length += cost
	if some:
		yield some


def slices(values: Sequence[str]) -> Iterator[list[str]]:
	"""The values in lists that fit into one address."""
	return portions(
		values,
		lambda value: len(quote(value)) + 20,
		lambda count, length: count <= MOST_VALUES and length <= LONGEST_QUERY,
	)


def too_large(product: Product, error: MedusaError) -> TooLarge:
	"""Which fields make one product too large for Medusa."""
	sizes = {
		"description": len(product.description.encode("utf-8", "replace")),
		"short description": len(product.short_description.encode("utf-8", "replace")),
		"specifications": sum(
			len(f"{row.label}{row.description}".encode("utf-8", "replace")) for row in product.specifications
		),
		"images": sum(map(len, product.images)),
	}
	largest = sorted(sizes.items(), key=lambda item: -item[1])
	named = ", ".join(f"{name} {size / 1000:.1f} KB" for name, size in largest if size > 1000)
	return TooLarge(
		f"{product.title[:80]} has more text than Medusa takes for one product: {named or 'too many fields'}.",
		status=error.status,
		message=error.message if error.status else None,
		body=error.body,
	)

"""How many things go into one request, how a refused batch is halved, and how a list is paged through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote

T = TypeVar("T")

LONGEST_QUERY = 6_000
"""Characters of ids and handles in one address; servers and proxies take 8 KB of it as a rule."""
MOST_VALUES = 100
"""How many ids or handles one look-up asks for."""


def portions(
	rows: Iterable[T], size: Callable[[T], int], fits: Callable[[int, int], bool]
) -> Iterator[list[T]]:
	"""Yield the rows in order, in lists of as many as go together.

	Args:
		rows: Anything; a row that is too large for any list stands alone.
		size: What one row adds.
		fits: Asked with a number of rows and the sum of their sizes, each time anew: a limit that is
			learned on the way holds from then on.
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
	"""Yield the values (ids, handles) in lists that fit into the query of one address."""
	return portions(
		values,
		lambda value: len(quote(value)) + 20,
		lambda count, length: count <= MOST_VALUES and length <= LONGEST_QUERY,
	)


def batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
	"""Yield the values in order, `size` at a time."""
	for start in range(0, len(values), size):
		yield values[start : start + size]


def bisect(rows: Sequence[T], again: Callable[[list[T]], object], refuse: Callable[[T], object]) -> None:
	"""Send each half of a batch that was refused, until the row that is at fault stands alone.

	Args:
		rows: What was refused together, one at least.
		again: Sends one half; it calls `bisect` when that is refused as well.
		refuse: Called with a row that was refused by itself.
	"""
	if len(rows) == 1:
		refuse(rows[0])
		return
	middle = len(rows) // 2
	again(list(rows[:middle]))
	again(list(rows[middle:]))


def pages(read: Callable[[int], tuple[list[T], int]]) -> Iterator[list[T]]:
	"""Yield what a server has, a page of it at a time; nothing is kept of a page that was passed.

	Args:
		read: Reads the page that starts at an offset; returns its rows, and how many there are in all.
	"""
	offset = 0
	while True:
		rows, total = read(offset)
		if rows:
			yield rows
		offset += len(rows)
		if not rows or offset >= total:
			return

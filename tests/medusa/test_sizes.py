"""Rows are parted into as few portions as a limit allows, and none is lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from medusa_integration.medusa.batching import portions, slices


@given(st.lists(st.integers(0, 50)), st.integers(1, 10), st.integers(0, 100))
def test_all_rows_in_order_in_portions_that_are_full(rows, most, room):
	"""Each fits, unless one row alone is too large; and with the next row it would not have."""

	def fits(count: int, size: int) -> bool:
		return count <= most and size <= room

	found = list(portions(rows, lambda row: row, fits))
	assert [row for portion in found for row in portion] == rows
	assert all(len(portion) == 1 or fits(len(portion), sum(portion)) for portion in found)
	for portion, following in pairwise(found):
		assert not fits(len(portion) + 1, sum(portion) + following[0])


def test_a_limit_that_is_learned_on_the_way_holds_from_then_on():
	"""A server that refuses the first portion gets smaller ones at once."""
	limits = [4]
	found = []
	for portion in portions(range(10), lambda row: 1, lambda count, size: size <= limits[-1]):
		found.append(len(portion))
		limits.append(2)
	assert found == [4, 2, 2, 2]


def test_an_address_takes_so_many_ids_and_no_longer_ones():
	"""100 ids, or 6,000 characters as they stand in the address."""
	assert [len(some) for some in slices(["prod_1"] * 250)] == [100, 100, 50]
	long = list(slices(["ü" * 300] * 9))
	assert [value for some in long for value in some] == ["ü" * 300] * 9
	assert all(len(some) * 1820 <= 6_000 for some in long)

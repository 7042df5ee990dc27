"""What a test says when a list that is written by hand differs from what it lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def deviation(place: str, listed: Iterable[object], there: Iterable[object]) -> str:
	"""Return a message that says what to add to a list and what to remove from it; "" if it is complete.

	Args:
		place: where the list is, such as "docs/endpoints.md, *All endpoints*,".
		listed: its entries, each as often as it is listed.
		there: what it should list.
	"""
	listed, there = Counter(map(str, listed)), Counter(map(str, there))
	lacks, extra = sorted((there - listed).elements()), sorted((listed - there).elements())
	found = [f"{place} lacks: {', '.join(lacks)}"] if lacks else []
	return "; ".join([*found, *([f"{place} has, but should not have: {', '.join(extra)}"] if extra else [])])

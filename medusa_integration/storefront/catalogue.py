"""What the lists of the shop need to know of the whole catalogue, answered from memory for any filters."""

from __future__ import annotations

import html
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Set
from dataclasses import dataclass, field
from itertools import islice
from math import inf

from medusa_integration.database import folded
from medusa_integration.storefront.catalogue_segments import (
	BRANDS,
	GROUPS,
	IN_STOCK,
	Segment,
	set_of,
)
from medusa_integration.storefront.filters import Filters, Prices
from medusa_integration.storefront.letters import compared
from medusa_integration.storefront.specifications import KINDS

BASE = "base"


@dataclass(frozen=True, slots=True)
class Counts:
	"""How many products there are of what.

	Attributes:
		groups: by Item Group, without the filter by group.
		brands: by brand, without the filter by brand.
		held: by Item Group, what matches all filters.
		base: by Item Group, what the list shows without any filter.
		values: of each kind of specifications, those that the other filters leave.
	"""

	groups: Counter[str] = field(default_factory=Counter)
	brands: Counter[str] = field(default_factory=Counter)
	held: Counter[str] = field(default_factory=Counter)
	base: Counter[str] = field(default_factory=Counter)
	values: dict[str, list[str]] = field(default_factory=dict)


class Catalogue:
	"""All products that the shop shows."""

	def __init__(self, segments: Iterable[Segment], changed: Segment, outdated: Set[str]) -> None:
		"""Put segments together.

		Args:
			segments: all products, as they were.
			changed: those that have changed since, as they are.
			outdated: the names of what has changed or is gone.
		"""
		self._segments = [(changed, changed.everything)]
		for segment in segments:
			is_gone = 0
			if not outdated.isdisjoint(segment.names):
				is_gone = set_of([name in outdated for name in segment.names])
			self._segments.append((segment, segment.everything & ~is_gone))

	def counts(self, filters: Filters) -> Counts:
		"""Count what a list shows.

		Args:
			filters: what it shows, other than clearance items.
		"""
		found = Counts()
		values: dict[str, dict[str, str]] = defaultdict(dict)
		for segment, there in self._segments:
			sets = _matching(segment, there, filters)
			for counter, part, chosen in (
				(found.groups, GROUPS, _all(sets, without="collections")),
				(found.brands, BRANDS, _all(sets, without=BRANDS)),
				(found.held, GROUPS, _all(sets)),
				(found.base, GROUPS, sets[BASE]),
			):
				for name, places in segment.sets[part].items():
					counter[name] += (places & chosen).bit_count()
			for kind in KINDS:
				chosen = _all(sets, without=kind)
				for (key, value), places in segment.sets[kind].items():
					if places & chosen:
						values[kind][key] = min(value, values[kind].get(key, value))
		found.values.update({kind: list(of_kind.values()) for kind, of_kind in values.items()})
		return found

	def names(self, filters: Filters, sort: str, first: int, size: int) -> list[str]:
		"""Return the names of the Website Items of one page.

		Args:
			filters: what the list shows, other than clearance items.
			sort: `asc`, `desc` or `default`.
			first: how many products stand on the pages before.
			size: products a page.
		"""
		found: list[tuple[bytes, int, bytes, str]] = []
		for segment, there in self._segments:
			places = segment.places(_all(_matching(segment, there, filters)), sort)
			found += (
				(segment.titles[place], segment.rankings[place], segment.keys[place], segment.names[place])
				for place in islice(places, first + size)
			)
		found.sort(key=lambda one: one[2])
		if sort == "default":
			found.sort(key=lambda one: -one[1])
		else:
			found.sort(key=lambda one: one[0], reverse=sort == "desc")
		return [name for _title, _ranking, _key, name in found[first : first + size]]


def _all(sets: dict[str, int], without: str | None = None) -> int:
	"""What all filters leave, but for one."""
	found = sets[BASE]
	for name, places in sets.items():
		if name != without:
			found &= places
	return found


def _matching(segment: Segment, there: int, filters: Filters) -> dict[str, int]:
	"""What the list shows without any filter, and what each filter leaves."""
	sets = {BASE: there}
	if filters.groups is not None:
		sets[BASE] &= _named(segment, GROUPS, filters.groups)
	if filters.collections is not None:
		sets["collections"] = _named(segment, GROUPS, filters.collections)
	if filters.brands:
		sets[BRANDS] = _named(segment, BRANDS, filters.brands)
	if filters.in_stock:
		sets[IN_STOCK] = segment.union(IN_STOCK, bool)
	for kind, keys in filters.specifications.items():
		sets[kind] = _with_keys(segment, kind, keys)
	for word in filters.words:
		sets[f"word {word}"] = set_of(_contain(segment.texts, word))
	if filters.prices:
		sets["prices"] = set_of(_costing(segment.rates, filters.prices))
	return sets


def _named(segment: Segment, part: str, names: Iterable[str]) -> int:
	wanted = {folded(name) for name in names}
	return segment.union(part, lambda name: folded(name) in wanted)


def _with_keys(segment: Segment, kind: str, keys: Container[str]) -> int:
	return segment.union(kind, lambda value: value[0] in keys)


def _contain(texts: Iterable[str], word: str) -> list[bool]:
	# Frappe stores some titles as HTML
	plain, escaped = compared([word, html.escape(word, quote=False)])
	if plain == escaped:
		return [plain in text for text in texts]
	return [plain in text or escaped in text for text in texts]


def _costing(rates: Iterable[float], prices: Prices) -> list[bool]:
	lowest, shown_below = prices.lowest or 0, prices.threshold
	highest = inf if prices.highest is None else prices.highest
	return [lowest <= (rate if rate < shown_below else 0) <= highest for rate in rates]

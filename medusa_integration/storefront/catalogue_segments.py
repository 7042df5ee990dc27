"""Products of the shop in memory, as sets: which are in a group, of a brand, have a colour, and so on.

A set is a whole number with one bit for each product. Any combination of filters is then a few operations on
whole numbers, whose costs hardly depend on the number of products.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import flt
from pypika import CustomFunction
from pypika.queries import QueryBuilder

from medusa_integration.constants import FACET
from medusa_integration.database import folded
from medusa_integration.selling.rates import standard_rates
from medusa_integration.storefront.filters import website_items
from medusa_integration.storefront.letters import compared
from medusa_integration.storefront.specifications import KINDS
from medusa_integration.storefront.visible import visible

GROUPS, BRANDS, IN_STOCK = "groups", "brands", "in_stock"
# what MariaDB compares texts by
WeightString = CustomFunction("WEIGHT_STRING", ["text"])
# spaces at the end do not count
Rtrim = CustomFunction("RTRIM", ["text"])
# of the flags of places, the numerals
DIGITS = bytes.maketrans(b"\0\1", b"01")
# by value: of a kind of specifications its key and the value as it is shown
Sets = dict[Any, int]


@dataclass(frozen=True, slots=True)
class Segment:
	"""Some products, each at its place: by title, then by name.

	Attributes:
		names: of the Website Items.
		keys: what the database orders their names by.
		titles: what the database orders their titles by.
		rankings: their rankings.
		texts: what is searched, see `letters`.
		rates: standard prices of today, 0 without one.
		falling: the places by title from the last to the first, then by name.
		ranked: the places by ranking down, then by name.
		sets: of groups, brands, what is in stock, and of each kind of specifications, the sets by value.
	"""

	names: list[str]
	keys: list[bytes]
	titles: list[bytes]
	rankings: list[int]
	texts: list[str]
	rates: list[float]
	falling: list[int]
	ranked: list[int]
	sets: dict[str, Sets]

	@property
	def everything(self) -> int:
		"""The set of all products."""
		return (1 << len(self.names)) - 1

	def union(self, part: str, is_wanted: Callable[[Any], bool]) -> int:
		"""Return the set of the products with a value that is wanted.

		Args:
			part: groups, brands, what is in stock, or a kind of specifications.
			is_wanted: of a value.
		"""
		found = 0
		for value, places in self.sets[part].items():
			if is_wanted(value):
				found |= places
		return found

	def places(self, chosen: int, sort: str) -> Iterator[int]:
		"""Yield the places of a set in the order of a list.

		Args:
			chosen: the set.
			sort: `asc`, `desc` or `default`.
		"""
		flags = f"{chosen:b}"[::-1].ljust(len(self.names), "0")
		order: Iterable[int] = range(len(self.names))
		if sort != "asc":
			order = self.falling if sort == "desc" else self.ranked
		return (place for place in order if flags[place] == "1")


def set_of(flags: list[bool]) -> int:
	"""Return the set of the places whose flag is true.

	Args:
		flags: one for each place, in their order.
	"""
	return int(bytes(flags)[::-1].translate(DIGITS) or b"0", 2)


def products() -> QueryBuilder:
	"""Return a query of what `read` needs to know of the products that the shop shows."""
	item = website_items()
	columns = ("name", "item_code", "item_group", "brand", "custom_in_stock", "ranking", "web_item_name")
	query = frappe.qb.from_(item).select(*(item[column] for column in columns))
	query = query.select(WeightString(item.name).as_("name_key"))
	return query.select(WeightString(Rtrim(item.web_item_name)).as_("sort_key")).where(visible(item))


def read(rows: Sequence[Any]) -> Segment:
	"""Return the products with their specifications and prices.

	Two statements, none without products; one more for letters that this process has not met before.

	Args:
		rows: rows of `products`.
	"""
	rows = sorted(rows, key=lambda row: (row.sort_key or b"", row.name_key))
	by_name = sorted(range(len(rows)), key=lambda place: rows[place].name_key)
	rates = _rates([row.item_code for row in rows])
	return Segment(
		names=[row.name for row in rows],
		keys=[row.name_key for row in rows],
		titles=[row.sort_key or b"" for row in rows],
		rankings=[row.ranking or 0 for row in rows],
		texts=compared(
			["\n".join((row.web_item_name or "", row.item_code, row.brand or "")) for row in rows]
		),
		rates=[rates.get(folded(row.item_code), 0) for row in rows],
		falling=sorted(by_name, key=lambda place: rows[place].sort_key or b"", reverse=True),
		ranked=sorted(by_name, key=lambda place: -(rows[place].ranking or 0)),
		sets=_sets(rows),
	)


def _sets(rows: Sequence[Any]) -> dict[str, Sets]:
	sets: dict[str, Sets] = {part: defaultdict(int) for part in (GROUPS, BRANDS, IN_STOCK, *KINDS)}
	place = {row.name: number for number, row in enumerate(rows)}
	for number, row in enumerate(rows):
		sets[GROUPS][row.item_group or ""] |= 1 << number
		sets[BRANDS][row.brand or ""] |= 1 << number
		if row.custom_in_stock:
			sets[IN_STOCK][1] |= 1 << number
	facet = frappe.qb.DocType(FACET)
	query = frappe.qb.from_(facet).select(facet.website_item, facet.kind, facet.value_key, facet.value)
	for name, kind, key, value in query.where(facet.website_item.isin(list(place))).run() if rows else ():
		if name in place and kind in sets:
			sets[kind][key, value] |= 1 << place[name]
	return {part: dict(values) for part, values in sets.items()}


def _rates(items: Sequence[str]) -> dict[str, float]:
	found = standard_rates(items).run() if items else ()
	return {folded(item): flt(rate) for item, rate in found}

"""What a list of the shop is narrowed by, and the conditions of SQL for it."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, cast

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Lower
from pydantic import AfterValidator
from pypika import Table
from pypika.terms import Criterion

from medusa_integration.constants import FACET, HOMEPAGE, HOMEPAGE_ITEM, WEBSITE_ITEM
from medusa_integration.endpoints.parameters import (
	AnyNumber,
	AnyWhole,
	Text,
	contains_pattern,
	refusal,
	within,
)
from medusa_integration.selling.price_visibility import threshold
from medusa_integration.selling.rates import ALL, standard_rates
from medusa_integration.storefront.item_groups import ItemGroups, as_stored
from medusa_integration.storefront.specifications import KINDS, key_of
from medusa_integration.storefront.visible import visible

MOST_WORDS = 10
LAST_PAGE = 1_000_000
LARGEST_PAGE = 100


def _few_words(value: str) -> str:
	if len(value.split()) > MOST_WORDS:
		raise refusal(_("{0} must not have more than {1} words."), MOST_WORDS)
	return value


PageNumber = Annotated[AnyWhole, within(1), within(highest=LAST_PAGE)]
PageSize = Annotated[AnyWhole, within(1, LARGEST_PAGE)]
Search = Annotated[Text, AfterValidator(_few_words)]
Amount = Annotated[AnyNumber, within(0)]


@dataclass(frozen=True, slots=True)
class Prices:
	"""A range of visible standard prices.

	Attributes:
		lowest, highest: bounds in major units, both included; None for no bound.
		threshold: prices from it on are on request, that is, 0.
	"""

	lowest: float | None
	highest: float | None
	threshold: float

	def condition(self, table: Table) -> Criterion:
		"""Return the condition on Website Items. A product without a visible price has the price 0."""
		# with the limit MariaDB ranks all prices once, and not those of each item by themselves
		rates = standard_rates().limit(ALL).as_("rates")
		rate = rates.rate
		inside = self._bound(rate)
		shown = frappe.qb.from_(rates).select(rates.item_code).where(rate < self.threshold)
		if (self.lowest or 0) <= 0 <= (self.highest if self.highest is not None else 0):
			return table.item_code.notin(shown.where(~inside))
		return table.item_code.isin(shown.where(inside))

	def _bound(self, rate: Any) -> Criterion:
		bounds = [rate >= (self.lowest or 0)]
		if self.highest is not None:
			bounds.append(rate <= self.highest)
		return Criterion.all(bounds)


@dataclass(frozen=True, slots=True)
class Filters:
	"""What a list shows.

	Attributes:
		clearance: only what the homepage has as clearance items.
		groups: Item Groups of the list with their descendants; None for all.
		collections: those of them that were chosen, with their descendants; None for all.
		brands: names of Brands; none for all.
		in_stock: only what is in stock.
		specifications: keys of the chosen values of each kind.
		words: that title, item code or brand have to contain, in lower case.
		prices: None for any.
	"""

	clearance: bool = False
	groups: tuple[str, ...] | None = None
	collections: tuple[str, ...] | None = None
	brands: tuple[str, ...] = ()
	in_stock: bool = False
	specifications: dict[str, tuple[str, ...]] = field(default_factory=dict)
	words: tuple[str, ...] = ()
	prices: Prices | None = None

	@property
	def budget(self) -> str:
		"""What the first part of a key in the cache begins with.

		There is no end of filters that callers may choose: they are not to use up the room of the lists that
		everybody opens.
		"""
		chosen = (self.brands, self.in_stock, self.specifications, self.words, self.prices)
		return "chosen " if any(chosen) or self.collections is not None else ""

	@property
	def key(self) -> list[Any]:
		"""All of it, for a key of the cache."""
		prices = self.prices and [self.prices.lowest, self.prices.highest]
		chosen = [self.specifications.get(kind, ()) for kind in KINDS]
		return [
			self.clearance,
			self.groups,
			self.collections,
			self.brands,
			self.in_stock,
			chosen,
			self.words,
			prices,
		]

	def base(self, item: Table) -> Criterion:
		"""Return the condition for what the list shows without any filter."""
		conditions = [visible(item)]
		if self.clearance:
			row = frappe.qb.DocType(HOMEPAGE_ITEM)
			chosen = frappe.qb.from_(row).select(row.website_item).where(row.parent == HOMEPAGE)
			conditions.append(item.name.isin(chosen.where(row.parentfield == "clearance_items")))
		if self.groups is not None:
			conditions.append(_among(item.item_group, self.groups))
		return Criterion.all(conditions)

	def condition(self, item: Table, without: Collection[str] = ()) -> Criterion:
		"""Return the condition for what matches.

		Args:
			item: the table of Website Items.
			without: filters to leave out: `collections`, `brands`, and the kinds of specifications.
		"""
		conditions = [self.base(item)]
		if self.collections is not None and "collections" not in without:
			conditions.append(_among(item.item_group, self.collections))
		if self.brands and "brands" not in without:
			conditions.append(item.brand.isin(list(self.brands)))
		if self.in_stock:
			conditions.append(item.custom_in_stock == 1)
		for kind, keys in self.specifications.items():
			if kind not in without:
				conditions.append(_has_value(item, kind, keys))
		conditions += [_contains(item, word) for word in self.words]
		if self.prices:
			conditions.append(self.prices.condition(item))
		return Criterion.all(conditions)


def chosen(
	groups: ItemGroups,
	*,
	collections: Iterable[str] | None = None,
	brands: Iterable[str] | None = None,
	in_stock: bool = False,
	specifications: Mapping[str, Iterable[str] | None],
	prices: tuple[float | None, float | None] = (None, None),
	search: str | None = None,
) -> Filters:
	"""Return the filters that a caller has chosen, the same for the same choice in any order.

	Args:
		groups: the tree of Item Groups.
		collections: names of Item Groups; unknown ones alone leave nothing.
		brands: names of Brands.
		in_stock: only what is in stock.
		specifications: values of each kind.
		prices: lowest and highest visible standard price, in major units.
		search: words that title, item code or brand have to contain.
	"""
	below = None
	if collections:
		below = groups.below(name for title in collections if (name := groups.name(title)))
	return Filters(
		collections=None if below is None else tuple(sorted(below)),
		brands=tuple(sorted(as_stored(brands or ()))),
		in_stock=in_stock,
		specifications={
			kind: tuple(sorted({key_of(value) for value in values}))
			for kind, values in specifications.items()
			if values
		},
		words=tuple(sorted(set((search or "").lower().split()))),
		prices=None if prices == (None, None) else Prices(*prices, threshold()),
	)


def website_items() -> Table:
	"""Return the table of Website Items."""
	return frappe.qb.DocType(WEBSITE_ITEM)


def _among(column: Any, names: Collection[str]) -> Criterion:
	# SQL has no empty list
	return column.isin(sorted(names)) if names else cast(Criterion, column.isnull() & column.notnull())


def _has_value(item: Table, kind: str, keys: Collection[str]) -> Criterion:
	facet = frappe.qb.DocType(FACET)
	named = frappe.qb.from_(facet).select(facet.website_item).where(facet.kind == kind)
	return item.name.isin(named.where(facet.value_key.isin(list(keys))))


def _contains(item: Table, word: str) -> Criterion:
	# Frappe stores some titles as HTML
	patterns = {contains_pattern(word), contains_pattern(html.escape(word, quote=False))}
	columns = (item.web_item_name, item.item_code, Coalesce(item.brand, ""))
	return Criterion.any(Lower(column).like(pattern) for column in columns for pattern in sorted(patterns))

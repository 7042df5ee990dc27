"""How many products of a list there are, and by what they can be narrowed further. The same for everybody.

Each facet counts what all other filters leave.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

import frappe
from frappe.query_builder.functions import Count, Min
from pypika.queries import QueryBuilder
from pypika.terms import ValueWrapper

from medusa_integration import database, shared_cache
from medusa_integration.constants import FACET, WEBSITE_ITEM
from medusa_integration.endpoints.parameters import Ids
from medusa_integration.selling.rates import ALL
from medusa_integration.storefront import catalogue_store
from medusa_integration.storefront.catalogue import BASE, Counts
from medusa_integration.storefront.filters import Filters, website_items
from medusa_integration.storefront.item_groups import ItemGroups, slugify
from medusa_integration.storefront.list_answers import Counted, DistinctSpecs, Facets, NamedGroup, Values
from medusa_integration.storefront.specifications import KINDS, in_order

# a part of the statement, besides BASE and the kinds of specifications
MATCHES = "matches"


def facets(filters: Filters, group: str | None, groups: ItemGroups) -> Facets:
	"""Return the counts and facets of a list. None as long as they are cached, else see `catalogue`.

	Without a stored catalogue one statement.

	Args:
		filters: what the list shows.
		group: the Item Group of the list, None for everything.
		groups: the tree.
	"""
	key = (f"{filters.budget}facets", group, filters.key, catalogue_store.token_for(filters))
	return shared_cache.shared(key, lambda: _compute(filters, group, groups))


def get_distinct_specs(medusa_ids: Ids) -> DistinctSpecs:
	"""List colours, shapes and shades of some products, and which of them have variants.

	Args:
		medusa_ids: Medusa's ids of products; unknown ones are left out.

	Returns:
		`distinct_colours`, `distinct_shapes`, `distinct_shades` and `has_variants_map`, 0 or 1 by id.

	Raises:
		ValidationError: `medusa_ids must be a non-empty list.` (400).
	"""
	return shared_cache.shared(("specs", sorted(set(medusa_ids))), lambda: _specs_of(medusa_ids))


def _specs_of(medusa_ids: list[str]) -> DistinctSpecs:
	filters = {"medusa_id": ("in", medusa_ids), "published": 1}
	rows = frappe.get_all(WEBSITE_ITEM, filters, ["name", "medusa_id", "has_variants"])
	names = [row.name for row in rows]
	found = names and frappe.get_all(FACET, {"website_item": ("in", names)}, ["kind", "value", "value_key"])
	values: dict[str, dict[str, str]] = defaultdict(dict)
	for row in found or ():
		key = row.value_key
		values[row.kind][key] = min(row.value, values[row.kind].get(key, row.value))
	variants: dict[str, Literal[0, 1]] = {row.medusa_id: 1 if row.has_variants else 0 for row in rows}
	return {
		**_listed({kind: of_kind.values() for kind, of_kind in values.items()}),
		"has_variants_map": database.as_asked(medusa_ids, variants.items()),
	}


def _compute(filters: Filters, group: str | None, groups: ItemGroups) -> Facets:
	products = None if filters.clearance else catalogue_store.catalogue()
	counts = products.counts(filters) if products else _counts(filters, groups)
	by_group = {part: _by_stored_name(getattr(counts, part), groups) for part in ("groups", "held", "base")}
	shown = by_group["held"]
	if group is not None or not (filters.collections is not None or filters.brands):
		shown = by_group["base"]
	return {
		"product_count": sum(by_group["held"].values()),
		"distinct_parent_item_groups": _parents(group, groups, shown),
		"distinct_collection_titles": _counted(by_group["groups"]),
		"distinct_brands": _counted(counts.brands),
		**_listed(counts.values),
	}


def _by_stored_name(counts: Counter[str], groups: ItemGroups) -> Counter[str]:
	found: Counter[str] = Counter()
	for name, count in counts.items():
		found[groups.name(name) or name] += count
	return found


def _counts(filters: Filters, groups: ItemGroups) -> Counts:
	"""Ask the database. One statement."""
	found, matches = Counts(), Counter[str]()
	chosen = None if filters.collections is None else set(filters.collections)
	wanted = {database.folded(brand) for brand in filters.brands}
	for part, first, second, count in _statement(filters):
		name, brand = first or "", second or ""
		if part in KINDS:
			found.values.setdefault(part, []).append(brand)
		elif part == BASE:
			found.base[name] += count
		else:
			is_chosen = chosen is None or (groups.name(name) or name) in chosen
			is_wanted = not wanted or database.folded(brand) in wanted
			found.groups[name] += count * is_wanted
			found.brands[brand] += count * is_chosen
			found.held[name] += count * (is_chosen and is_wanted)
			matches[name] += count
	# without a filter what matches is all that the list shows
	return found if found.base else replace(found, base=matches)


def _statement(filters: Filters) -> Iterable[tuple[str, str | None, str | None, int]]:
	"""Count by group and brand what matches all other filters, and list the values of specifications.

	One statement, so that its costs do not depend on the filters.
	"""
	item, facet = website_items(), frappe.qb.DocType(FACET)
	number = Count("*")

	def by_group(part: str) -> QueryBuilder:
		query = frappe.qb.from_(item).groupby(item.item_group, item.brand)
		return query.select(ValueWrapper(part), item.item_group, item.brand, number)

	def values(kinds: Iterable[str], without: Iterable[str]) -> QueryBuilder:
		# the limit has MariaDB look at each item once, and not once for each of its values
		found = frappe.qb.from_(item).select(item.name).where(filters.condition(item, without=list(without)))
		found = found.limit(ALL).as_("found")
		query = frappe.qb.from_(found).inner_join(facet).on(facet.website_item == found.name)
		query = query.select(facet.kind, facet.value_key, Min(facet.value), number)
		return query.where(facet.kind.isin(list(kinds))).groupby(facet.kind, facet.value_key)

	query = by_group(MATCHES).where(filters.condition(item, without=("collections", "brands")))
	if filters.specifications or filters.in_stock or filters.words or filters.prices:
		query = query.union_all(by_group(BASE).where(filters.base(item)))
	for kind in filters.specifications:
		query = query.union_all(values([kind], [kind]))
	if others := [kind for kind in KINDS if kind not in filters.specifications]:
		query = query.union_all(values(others, []))
	return query.run()


def _parents(group: str | None, groups: ItemGroups, shown: Counter[str]) -> list[NamedGroup]:
	held = {name for name, count in shown.items() if count}
	children = in_order(child for child in groups.children(group) if held & groups.below([child]))
	return [{"title": child, "handle": slugify(child)} for child in children]


def _counted(counts: Counter[str]) -> list[Counted]:
	names = in_order(name for name, count in counts.items() if name and count)
	return [{"name": name, "count": counts[name]} for name in names]


def _listed(values: Mapping[str, Iterable[str]]) -> Values:
	return {
		"distinct_colours": in_order(values.get("colour", ())),
		"distinct_shapes": in_order(values.get("shape", ())),
		"distinct_shades": in_order(values.get("shade", ())),
	}

"""Lists of products with filters, facets and pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import Annotated, Any, Literal, cast

import frappe
from frappe.query_builder.functions import Coalesce, Min
from pypika import Order
from pypika.queries import QueryBuilder

from medusa_integration import shared_cache
from medusa_integration.constants import EXPIRING_ITEMS
from medusa_integration.endpoints.parameters import CHOICE, Flag, Id, Ids
from medusa_integration.selling.price_visibility import threshold
from medusa_integration.settings import number
from medusa_integration.storefront.cards import Card, cards_of
from medusa_integration.storefront.facets import facets
from medusa_integration.storefront.filters import (
	Amount,
	Filters,
	Page,
	PageSize,
	Prices,
	Search,
	keys_of,
	website_items,
	words_of,
)
from medusa_integration.storefront.item_groups import ItemGroups, as_stored
from medusa_integration.storefront.list_answers import ClearanceListing, Listing
from medusa_integration.storefront.viewers import Viewer, viewer_of

# what has no date stands last
LATEST = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Slice:
	"""A page of a list.

	Attributes:
		page: from 1 on.
		size: products a page.
		sort: `asc`, `desc`, `default` or `expiry`.
	"""

	page: int
	size: int
	sort: str


def get_website_items(
	url: Id,
	customer_id: Id | None = None,
	page: Page = 1,
	page_size: PageSize | None = None,
	collection_title: Ids | None = None,
	brand: Ids | None = None,
	availability: Flag = False,
	sort_order: Annotated[Literal["asc", "desc", "default"], CHOICE] = "asc",
	colour: Ids | None = None,
	shape: Ids | None = None,
	shade: Ids | None = None,
	min_price: Amount | None = None,
	max_price: Amount | None = None,
	search: Search | None = None,
) -> Listing:
	"""List the products of an Item Group and of the groups below it, with what they can be narrowed by.

	Twelve statements at most, whatever the number of products and filters.

	Args:
		url: path of the group, such as `/products/dental`; `/`, `all`, `all-products` or `products` for all.
		customer_id: Medusa's, for negotiated prices and the wishlist; only of the shop's server.
		page: from 1 on.
		page_size: products a page; *Products per Page* of the settings if left out.
		collection_title: names of Item Groups, with the groups below them.
		brand: names of Brands.
		availability: only products in stock.
		sort_order: by name up or down, or `default`: by ranking down.
		colour, shape, shade: whole values, in any case.
		min_price, max_price: of the visible standard price; without one it is 0.
		search: words that title, item code or brand have to contain, each one.

	Raises:
		ValidationError: A parameter is not valid (400).
		frappe.DoesNotExistError: The group or the customer is not there (404).
	"""
	viewer, groups = viewer_of(customer_id), ItemGroups.read()
	group = groups.of_url(url)
	filters = Filters(
		groups=None if group is None else tuple(sorted(groups.below([group]))),
		brands=tuple(sorted(as_stored(brand or ()))),
		in_stock=availability,
		specifications=_chosen(colour=colour, shape=shape, shade=shade),
		words=words_of(search),
		prices=_prices(min_price, max_price),
	)
	filters = _narrowed(filters, collection_title, groups)
	names, answer = _page(filters, group, groups, _slice(page, page_size, sort_order))
	return cast(Listing, {**answer, **_shown([_product_row(card) for card in _cards(names, viewer)])})


def get_clearance_items(
	customer_id: Id | None = None,
	page: Page = 1,
	page_size: PageSize | None = None,
	collection_title: Ids | None = None,
	brand: Ids | None = None,
	availability: Flag = False,
	sort_order: Annotated[Literal["expiry", "asc", "desc"], CHOICE] = "expiry",
	colour: Ids | None = None,
	shape: Ids | None = None,
	shade: Ids | None = None,
	min_price: Amount | None = None,
	max_price: Amount | None = None,
	search: Search | None = None,
) -> ClearanceListing:
	"""List the clearance items of the homepage, with the filters of `get_website_items`.

	Twelve statements at most.

	Args:
		customer_id: as for `get_website_items`, like all others.
		page: from 1 on.
		page_size: products a page.
		collection_title: names of Item Groups, with the groups below them.
		brand: names of Brands.
		availability: only products in stock.
		sort_order: by the date of expiry, what has none last, or by name up or down.
		colour, shape, shade: whole values, in any case.
		min_price, max_price: of the visible standard price.
		search: words that title, item code or brand have to contain.

	Raises:
		ValidationError: A parameter is not valid (400).
		frappe.DoesNotExistError: The customer is not there (404).
	"""
	viewer, groups = viewer_of(customer_id), ItemGroups.read()
	filters = Filters(
		clearance=True,
		brands=tuple(sorted(as_stored(brand or ()))),
		in_stock=availability,
		specifications=_chosen(colour=colour, shape=shape, shade=shade),
		words=words_of(search),
		prices=_prices(min_price, max_price),
	)
	filters = _narrowed(filters, collection_title, groups)
	found, answer = _page(filters, None, groups, _slice(page, page_size, sort_order))
	dates = dict(found)
	cards = _cards(found, viewer)
	rows = [_clearance_row(card, dates[card.website_item]) for card in cards]
	return cast(ClearanceListing, {**answer, **_shown(rows)})


def _product_row(card: Card) -> dict[str, Any]:
	"""Return a card as lists of products show it."""
	return {
		"id": card.product_id,
		"variant_id": card.variant_id,
		"item_code": card.item_code,
		"title": card.title,
		"collection_title": card.item_group,
		"thumbnail": card.thumbnail,
		"rating": card.rating,
		**_common(card),
	}


def _clearance_row(card: Card, expiry_date: str | None) -> dict[str, Any]:
	return {
		"website_item_name": card.title,
		"product_id": card.product_id,
		"variant_id": card.variant_id,
		"item_name": card.title,
		"item_group": card.item_group,
		"thumbnail": card.thumbnail,
		"overall_rating": card.rating,
		**_common(card),
		"expiry_date": expiry_date,
	}


def _common(card: Card) -> dict[str, Any]:
	return {
		"is_wishlisted": card.is_wishlisted,
		"has_variants": card.has_variants,
		"colour": card.colour,
		"shape": card.shape,
		"shade": card.shade,
		"standard_price": card.standard_price,
		"negotiated_price": card.negotiated_price,
	}


def _shown(rows: list[dict[str, Any]]) -> dict[str, Any]:
	return {"items_in_page": len(rows), "paginatedProducts": rows}


def _slice(page: int, size: int | None, sort: str) -> Slice:
	return Slice(page, size or number("page_size"), sort)


def _chosen(**values: list[str] | None) -> dict[str, tuple[str, ...]]:
	return {kind: keys_of(chosen) for kind, chosen in values.items() if chosen}


def _prices(lowest: float | None, highest: float | None) -> Prices | None:
	if lowest is None and highest is None:
		return None
	return Prices(lowest, highest, threshold())


def _narrowed(filters: Filters, titles: Iterable[str] | None, groups: ItemGroups) -> Filters:
	"""Return the filters with the chosen Item Groups; unknown ones leave nothing."""
	if not titles:
		return filters
	chosen = groups.below(name for title in as_stored(titles) if (name := groups.name(title)))
	return replace(filters, collections=tuple(sorted(chosen)))


def _page(
	filters: Filters, group: str | None, groups: ItemGroups, wanted: Slice
) -> tuple[list[tuple[str, str | None]], dict[str, Any]]:
	"""Return what is the same for everybody: name and date of expiry of a page's products, and the facets.

	Two statements, none as long as they are cached.
	"""
	found = facets(filters, group, groups)
	pages = ceil(found["product_count"] / wanted.size)
	names: list[tuple[str, str | None]] = []
	if wanted.page <= pages:
		key = (f"{filters.budget}page", filters.key, wanted.page, wanted.size, wanted.sort)
		names = shared_cache.shared(key, lambda: _names(filters, wanted))
	return names, {"total_pages": pages, "current_page": wanted.page, **found}


def _names(filters: Filters, wanted: Slice) -> list[tuple[str, str | None]]:
	item = website_items()
	query = frappe.qb.from_(item).select(item.name).where(filters.condition(item))
	if filters.clearance:
		expiry = _expiry_dates().as_("expiry")
		query = query.left_join(expiry).on(expiry.website_item == item.name).select(expiry.expiry_date)
		if wanted.sort == "expiry":
			query = query.orderby(Coalesce(expiry.expiry_date, LATEST))
	if wanted.sort == "default":
		query = query.orderby(Coalesce(item.ranking, 0), order=Order.desc)
	elif wanted.sort != "expiry":
		query = query.orderby(item.web_item_name, order=Order.desc if wanted.sort == "desc" else Order.asc)
	query = query.orderby(item.name).limit(wanted.size).offset((wanted.page - 1) * wanted.size)
	return [(name, str(date[0]) if date and date[0] else None) for name, *date in query.run()]


def _expiry_dates() -> QueryBuilder:
	row = frappe.qb.DocType("Expiring Items Table")
	query = frappe.qb.from_(row).select(row.website_item, Min(row.expiry_date).as_("expiry_date"))
	return query.where(row.parent == EXPIRING_ITEMS).groupby(row.website_item)


def _cards(names: Iterable[tuple[str, str | None]], viewer: Viewer) -> list[Card]:
	return list(cards_of([name for name, _date in names], viewer).values())

"""Lists of products with filters, facets and pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import Annotated, Literal

import frappe
from frappe.query_builder.functions import Coalesce, Min
from pypika import Order
from pypika.queries import QueryBuilder

from medusa_integration import shared_cache
from medusa_integration.constants import EXPIRING_ITEMS
from medusa_integration.endpoints.parameters import CHOICE, Flag, Id, Ids
from medusa_integration.settings import number
from medusa_integration.storefront import catalogue_store
from medusa_integration.storefront.card_answers import listed, on_clearance
from medusa_integration.storefront.cards import Card, cards_of
from medusa_integration.storefront.facets import facets
from medusa_integration.storefront.filters import (
	Amount,
	Filters,
	PageNumber,
	PageSize,
	Search,
	chosen,
	website_items,
)
from medusa_integration.storefront.item_groups import ItemGroups
from medusa_integration.storefront.list_answers import ClearanceListing, Listing, Page
from medusa_integration.storefront.viewers import Viewer, viewer_of

# what has no date stands last
LATEST = "9999-12-31"
# name of a Website Item, and on clearance its date of expiry
Found = tuple[str, str | None]


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
	page: PageNumber = 1,
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
	filters = chosen(
		groups,
		collections=collection_title,
		brands=brand,
		in_stock=availability,
		specifications={"colour": colour, "shape": shape, "shade": shade},
		prices=(min_price, max_price),
		search=search,
	)
	if group is not None:
		filters = replace(filters, groups=tuple(sorted(groups.below([group]))))
	found, answer = _page(filters, group, groups, Slice(page, page_size or number("page_size"), sort_order))
	rows = [listed(card) for card in _cards(found, viewer)]
	return {**answer, "items_in_page": len(rows), "paginatedProducts": rows}


def get_clearance_items(
	customer_id: Id | None = None,
	page: PageNumber = 1,
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
	filters = chosen(
		groups,
		collections=collection_title,
		brands=brand,
		in_stock=availability,
		specifications={"colour": colour, "shape": shape, "shade": shade},
		prices=(min_price, max_price),
		search=search,
	)
	filters = replace(filters, clearance=True)
	found, answer = _page(filters, None, groups, Slice(page, page_size or number("page_size"), sort_order))
	dates = dict(found)
	rows = [on_clearance(card, dates[card.website_item]) for card in _cards(found, viewer)]
	return {**answer, "items_in_page": len(rows), "paginatedProducts": rows}


def _page(filters: Filters, group: str | None, groups: ItemGroups, wanted: Slice) -> tuple[list[Found], Page]:
	"""Return what is the same for everybody: name and date of expiry of a page's products, and the facets.

	Two statements, none as long as they are cached.
	"""
	found = facets(filters, group, groups)
	pages = ceil(found["product_count"] / wanted.size)
	names: list[Found] = []
	if wanted.page <= pages:
		chosen = (wanted.page, wanted.size, wanted.sort)
		key = (f"{filters.budget}page", filters.key, *chosen, catalogue_store.token_for(filters))
		names = shared_cache.shared(key, lambda: _names(filters, wanted))
	return names, {**found, "total_pages": pages, "current_page": wanted.page}


def _names(filters: Filters, wanted: Slice) -> list[Found]:
	first = (wanted.page - 1) * wanted.size
	if not filters.clearance and (products := catalogue_store.catalogue()):
		return [(name, None) for name in products.names(filters, wanted.sort, first, wanted.size)]
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
	query = query.orderby(item.name).limit(wanted.size).offset(first)
	return [(name, str(date[0]) if date and date[0] else None) for name, *date in query.run()]


def _expiry_dates() -> QueryBuilder:
	row = frappe.qb.DocType("Expiring Items Table")
	query = frappe.qb.from_(row).select(row.website_item, Min(row.expiry_date).as_("expiry_date"))
	return query.where(row.parent == EXPIRING_ITEMS).groupby(row.website_item)


def _cards(found: Iterable[Found], viewer: Viewer) -> list[Card]:
	return list(cards_of([name for name, _date in found], viewer).values())

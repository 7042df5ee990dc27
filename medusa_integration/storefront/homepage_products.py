"""The eight lists of products on the shop's homepage: tables of Homepage Landing that people fill.

What everybody sees of a list costs no statement if nothing has changed; a customer's own prices and wishes
are read each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import frappe
from frappe import _

from medusa_integration.constants import HOMEPAGE, HOMEPAGE_ITEM, WEBSITE_ITEM
from medusa_integration.endpoints.parameters import AnyWhole, Id, within
from medusa_integration.exceptions import ValidationError
from medusa_integration.shared_cache import shared
from medusa_integration.storefront.card_answers import HomepageProduct, on_homepage
from medusa_integration.storefront.cards import Card, cards_of, seen_by
from medusa_integration.storefront.viewers import viewer_of
from medusa_integration.storefront.visible import visible

TABLES = (
	"top_sellers",
	"recommended_items",
	"trending_items",
	"new_arrivals",
	"dental_items",
	"medical_items",
	"medical_laboratory_items",
	"infection_control_items",
)
DEFAULT_LIMIT = 20
LONGEST = 100

Limit = Annotated[AnyWhole, within(1, LONGEST)]
Start = Annotated[AnyWhole, within(0)]


def fetch_items_from_homepage(
	field: str, customer_id: str | None = None, limit: int = DEFAULT_LIMIT, start: int = 0
) -> list[HomepageProduct]:
	"""Return the products of a table of Homepage Landing that are in the shop, in the order of the rows.

	Args:
		field: name of the table, one of `TABLES`.
		customer_id: Medusa's id of the customer whose prices and wishes are shown; only the shop is believed.
		limit: number of products at most.
		start: number of products to skip.

	Raises:
		ValidationError: there is no such list (400).
		frappe.DoesNotExistError: `Customer not found.` (404).
	"""
	if field not in TABLES:
		raise ValidationError(_("{0} is not a list of products of the homepage.").format(field))
	viewer = viewer_of(customer_id)
	names: list[str] = shared(("homepage names", field), lambda: _names(field))
	page = names[start : start + limit]
	if not page:
		return []
	# only pages that there are have a key, however many a caller asks for
	stored: list[dict[str, Any]] = shared(("homepage cards", field, page), lambda: _cards(page))
	return [on_homepage(card) for card in seen_by((Card(**values) for values in stored), viewer)]


def _list_of(field: str) -> Callable[..., list[HomepageProduct]]:
	def get(
		customer_id: Id | None = None, limit: Limit = DEFAULT_LIMIT, start: Start = 0
	) -> list[HomepageProduct]:
		return fetch_items_from_homepage(field, customer_id, limit, start)

	get.__name__ = get.__qualname__ = f"get_{field}"
	get.__doc__ = f"""Return the products of *{field}* of Homepage Landing, in the order of the rows.

	Args:
		customer_id: Medusa's id of the customer whose prices and wishes are shown; only the shop is believed.
		limit: number of products at most, 1 to 100.
		start: number of products to skip.

	Raises:
		ValidationError: `limit must be between 1 and 100.` (400).
		frappe.DoesNotExistError: `Customer not found.` (404).
	"""
	return get


get_top_sellers = _list_of("top_sellers")
get_recommended_items = _list_of("recommended_items")
get_trending_items = _list_of("trending_items")
get_new_arrivals = _list_of("new_arrivals")
get_dental_items = _list_of("dental_items")
get_medical_items = _list_of("medical_items")
get_medical_laboratory_items = _list_of("medical_laboratory_items")
get_infection_control_items = _list_of("infection_control_items")


def _names(field: str) -> list[str]:
	"""Return the Website Items of a table that are in the shop. One statement."""
	row, item = frappe.qb.DocType(HOMEPAGE_ITEM), frappe.qb.DocType(WEBSITE_ITEM)
	names = (
		frappe.qb.from_(row)
		.inner_join(item)
		.on(item.name == row.website_item)
		.select(item.name)
		.where((row.parent == HOMEPAGE) & (row.parenttype == HOMEPAGE) & (row.parentfield == field))
		.where(visible(item))
		.orderby(row.idx)
		.orderby(row.name)
	).run(pluck=True)
	return list(dict.fromkeys(names))


def _cards(names: list[str]) -> list[dict[str, Any]]:
	return [asdict(card) for card in cards_of(names).values()]

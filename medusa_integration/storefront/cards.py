"""Product cards: what a list of the shop shows of each product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import frappe
from frappe.utils import flt

from medusa_integration.catalogue.product import mapping
from medusa_integration.catalogue.product.images import Images
from medusa_integration.constants import WEBSITE_ITEM, WISHLIST
from medusa_integration.storefront.shown_prices import shown_prices
from medusa_integration.storefront.specifications import specifications_of
from medusa_integration.storefront.viewers import NOBODY, Viewer
from medusa_integration.storefront.visible import VISIBLE

FIELDS = (
	"name",
	"medusa_id",
	"medusa_variant_id",
	"item_code",
	"item_name",
	"web_item_name",
	"item_group",
	"has_variants",
	"website_image",
	"slideshow",
	"custom_overall_rating",
)


@dataclass(frozen=True, slots=True)
class Card:
	"""One product as a list shows it.

	Attributes:
		website_item: name of the Website Item, which is not told.
		product_id: Medusa's id.
		variant_id: Medusa's id, None until the product was sent.
		item_group: name of the Item Group, or None.
		thumbnail: absolute address of a public image, or None.
		rating: 0 to 5.
		colour, shape, shade: text of the specification, or None.
		standard_price, negotiated_price: major units, 0 where there is none or it is on request.
	"""

	website_item: str
	product_id: str
	variant_id: str | None
	item_code: str
	title: str
	item_group: str | None
	thumbnail: str | None
	rating: float
	is_wishlisted: Literal[0, 1]
	has_variants: Literal[0, 1]
	colour: str | None
	shape: str | None
	shade: str | None
	standard_price: float
	negotiated_price: float


def cards_of(names: Iterable[str], viewer: Viewer = NOBODY) -> dict[str, Card]:
	"""Return the cards of those Website Items that are visible in the shop, in the given order.

	Five statements for any number of them, one more for a known customer, and those of `image_rights` for
	each owner of attached images.

	Args:
		names: names of Website Items, each once; unknown ones are left out.
		viewer: whose prices and wishes are shown.

	Returns:
		Cards by name of Website Item.
	"""
	names = list(dict.fromkeys(names))
	found = names and frappe.get_all(
		WEBSITE_ITEM,
		filters={"name": ("in", names), **VISIBLE},
		fields=list(FIELDS),
	)
	rows = {row.name: row for row in found or ()}
	ordered = [rows[name] for name in names if name in rows]
	return _cards(ordered, viewer)


def seen_by(cards: Iterable[Card], viewer: Viewer) -> list[Card]:
	"""Return cards that were made for nobody in particular as a customer sees them: own prices and wishes.

	Three statements for any number of cards, none for nobody in particular.

	Args:
		cards: the cards.
		viewer: whose prices and wishes are shown.
	"""
	cards = list(cards)
	if viewer == NOBODY or not cards:
		return cards
	prices = shown_prices([card.item_code for card in cards], viewer)
	wished = _wished([card.website_item for card in cards], viewer)
	return [
		replace(
			card,
			is_wishlisted=1 if card.website_item in wished else 0,
			standard_price=prices[card.item_code].standard,
			negotiated_price=prices[card.item_code].negotiated,
		)
		for card in cards
	]


def _cards(rows: Sequence[Any], viewer: Viewer) -> dict[str, Card]:
	if not rows:
		return {}
	prices = shown_prices([row.item_code for row in rows], viewer)
	names = [row.name for row in rows]
	wished, specifications, images = _wished(names, viewer), specifications_of(names), Images(rows)
	return {
		row.name: Card(
			website_item=row.name,
			product_id=row.medusa_id,
			variant_id=row.medusa_variant_id or None,
			item_code=row.item_code,
			title=mapping.title(row),
			item_group=row.item_group,
			thumbnail=images.thumbnail(row),
			rating=flt(row.custom_overall_rating),
			is_wishlisted=1 if row.name in wished else 0,
			has_variants=1 if row.has_variants else 0,
			standard_price=prices[row.item_code].standard,
			negotiated_price=prices[row.item_code].negotiated,
			**specifications[row.name],
		)
		for row in rows
	}


def _wished(names: Sequence[str], viewer: Viewer) -> set[str]:
	if not viewer.medusa_id:
		return set()
	filters = {"medusa_customer_id": viewer.medusa_id, "website_item": ("in", names)}
	return set(frappe.get_all(WISHLIST, filters, pluck="website_item"))

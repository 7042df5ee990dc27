"""What the shop's homepage shows beside its lists of products: *Content* of Homepage Landing.

Rows that lead to nothing are left out. Each function costs a constant number of statements, none if nothing
has changed.
"""

from __future__ import annotations

from string import capwords
from typing import Any, Literal
from urllib.parse import urlsplit

import frappe
from frappe.utils import get_url
from typing_extensions import NotRequired, TypedDict

from medusa_integration.catalogue.product.image_files import public_address
from medusa_integration.catalogue.product.plain_text import unescaped
from medusa_integration.constants import BRAND, ITEM_GROUP
from medusa_integration.settings import get_settings
from medusa_integration.shared_cache import shared
from medusa_integration.storefront import homepage_links as links
from medusa_integration.storefront.cards import Card, cards_of
from medusa_integration.storefront.item_groups import ItemGroups

ENTRY = "Item and Brand Entry"


class TopEntry(TypedDict):
	"""An Item Group with the groups below it, or a Brand with the groups that have products of it."""

	type: Literal["Item Group", "Brand"]
	title: str
	thumbnail: str | None
	url: str | None
	sub_categories: NotRequired[list[links.Place]]
	categories: NotRequired[list[links.Place]]


class OrderEntry(TypedDict):
	"""A category, and the function that the shop calls for its products."""

	title: str
	function: str | None


class HomepageBanner(TypedDict):
	"""An image, and what it leads to."""

	banner_url: str
	link_doctype: Literal["Item Group", "Brand"]
	name1: str
	item_group_url: NotRequired[str | None]


class Testimonial(TypedDict):
	"""What somebody says about the shop."""

	thumbnail: str | None
	review: str
	review_by: str | None
	designation: str | None


class Video(TypedDict):
	"""A video about a product."""

	url: str
	title: str
	medusa_id: str
	has_variants: Literal[0, 1]
	thumbnail: str | None


class Deal(TypedDict):
	"""A product that is a deal, and its picture."""

	url: str | None
	title: str
	medusa_id: str
	has_variants: Literal[0, 1]


def get_homepage_top_section() -> list[TopEntry]:
	"""Return the Item Groups and Brands of *Top Section*, in the order of the rows.

	Groups have `sub_categories`: the groups right below that are shown on the website. Brands have
	`categories`: the groups with a product of the brand in the shop.
	"""
	return shared(("homepage", "top_section"), _top_section)


def get_homepage_menu_section() -> list[links.Place]:
	"""Return title and address of the Item Groups and Brands of *Menu Section*, in the order of the rows."""
	return shared(("homepage", "menu_section"), _menu_section)


def get_homepage_order_list() -> list[OrderEntry]:
	"""Return the categories of *Order of Categories* that are in *Top Categories* of the settings.

	`function` is *Homepage Function* of that row of the settings.
	"""
	return shared(("homepage", "order"), _order_list)


def get_homepage_banners() -> list[HomepageBanner]:
	"""Return the banners with a public image and a link, in the order of the rows."""
	return shared(("homepage", "banners"), _banners)


def get_testimonials() -> list[Testimonial]:
	"""Return the testimonials that have a text, in the order of the rows."""
	return shared(("homepage", "testimonials"), _testimonials)


def get_yt_videos_list() -> list[Video]:
	"""Return the videos of products that are in the shop, in the order of the rows."""
	return shared(("homepage", "urls"), _videos)


def get_best_deals() -> list[Deal]:
	"""Return the deals whose product is in the shop, each product once, in the order of the rows.

	`url` is the picture of the deal, by default that of the product.
	"""
	return shared(("homepage", "best_deals"), _deals)


def _top_section() -> list[TopEntry]:
	rows = links.rows_of("top_section", ENTRY, "link_doctype", "name1")
	targets = links.targets(rows)
	below = links.groups_below(name for doctype, name in targets if doctype == ITEM_GROUP)
	sold = links.groups_with(name for doctype, name in targets if doctype == BRAND)
	found: list[TopEntry] = []
	for row in rows:
		if target := targets.get((row.link_doctype, row.name1)):
			entry = TopEntry(
				type=row.link_doctype, title=target.title, thumbnail=target.image, url=target.url
			)
			if row.link_doctype == ITEM_GROUP:
				entry["sub_categories"] = below.get(row.name1, [])
			else:
				entry["categories"] = sold.get(row.name1, [])
			found.append(entry)
	return found


def _menu_section() -> list[links.Place]:
	rows = links.rows_of("menu_section", ENTRY, "link_doctype", "name1")
	targets = links.targets(rows)
	found = (targets.get((row.link_doctype, row.name1)) for row in rows)
	return [{"title": target.title, "url": target.url} for target in found if target]


def _order_list() -> list[OrderEntry]:
	rows = links.rows_of("order", "Homepage Order", "label")
	groups = ItemGroups.read()
	functions: dict[str, str | None] = {}
	for by in ("item_group", "label"):
		for category in get_settings().top_categories:
			if category.get(by):
				functions.setdefault(links.comparable(category.get(by)), category.homepage_function or None)
	return [
		{"title": capwords(unescaped(row.label)), "function": functions[links.comparable(row.label)]}
		for row in rows
		if groups.name(row.label) and links.comparable(row.label) in functions
	]


def _banners() -> list[HomepageBanner]:
	rows = links.rows_of("banners", "Homepage Banner", "url", "link_doctype", "name1")
	targets, base_url = links.targets(rows), get_url()
	found: list[HomepageBanner] = []
	for row in rows:
		target, url = targets.get((row.link_doctype, row.name1)), public_address(row.url, base_url)
		if target and url:
			banner = HomepageBanner(banner_url=url, link_doctype=row.link_doctype, name1=target.title)
			if row.link_doctype == ITEM_GROUP:
				banner["item_group_url"] = target.url
			found.append(banner)
	return found


def _testimonials() -> list[Testimonial]:
	rows = links.rows_of("testimonials", "Testimonial", "image_url", "review", "review_by", "designation")
	base_url = get_url()
	return [
		{
			"thumbnail": public_address(row.image_url, base_url),
			"review": row.review.strip(),
			"review_by": row.review_by or None,
			"designation": row.designation or None,
		}
		for row in rows
		if (row.review or "").strip()
	]


def _videos() -> list[Video]:
	return [
		{
			"url": row.url.strip(),
			"title": card.title,
			"medusa_id": card.product_id,
			"has_variants": card.has_variants,
			"thumbnail": card.thumbnail,
		}
		for row, card in _with_cards(links.rows_of("urls", "Youtube Videos", "url", "website_item"))
		if _is_address(row.url)
	]


def _deals() -> list[Deal]:
	rows = links.rows_of("best_deals", "Best Deals", "url", "website_item")
	base_url = get_url()
	found: dict[str, Deal] = {}
	for row, card in _with_cards(rows):
		deal = Deal(
			url=public_address((row.url or "").strip(), base_url) or card.thumbnail,
			title=card.title,
			medusa_id=card.product_id,
			has_variants=card.has_variants,
		)
		found.setdefault(card.website_item, deal)
	return list(found.values())


def _with_cards(rows: list[frappe._dict]) -> list[tuple[Any, Card]]:
	"""Return the rows whose Website Item is in the shop, each with its card."""
	cards = cards_of(row.website_item for row in rows if row.website_item)
	return [(row, cards[row.website_item]) for row in rows if row.website_item in cards]


def _is_address(text: str | None) -> bool:
	try:
		parts = urlsplit((text or "").strip())
	except ValueError:
		return False
	return parts.scheme in ("http", "https") and bool(parts.netloc)

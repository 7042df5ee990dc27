"""Product cards as the lists of products return them."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from medusa_integration.storefront.cards import Card


class ProductCard(TypedDict):
	"""What every list tells of a product under the same names."""

	variant_id: str | None
	thumbnail: str | None
	is_wishlisted: Literal[0, 1]
	has_variants: Literal[0, 1]
	standard_price: float
	negotiated_price: float


class SpecifiedCard(ProductCard):
	"""A card with the specifications by which the lists can be filtered."""

	colour: str | None
	shape: str | None
	shade: str | None


class ListedProduct(SpecifiedCard):
	"""A product of `get_website_items`, and a variant."""

	id: str
	item_code: str
	title: str
	collection_title: str | None
	rating: float


class ClearanceProduct(SpecifiedCard):
	"""A product of `get_clearance_items`."""

	website_item_name: str
	product_id: str
	item_name: str
	item_group: str | None
	overall_rating: float
	expiry_date: str | None


class RelevantProduct(ProductCard):
	"""A product beside another one, or of a collection."""

	product_id: str
	title: str
	item_code: str
	item_group: str | None
	rating: float
	sales_count: float


class HomepageProduct(ProductCard):
	"""A product of a list on the homepage; `rate` is its `negotiated_price`."""

	product_id: str
	item_name: str
	item_code: str
	item_group: str | None
	overall_rating: float
	rate: float


def listed(card: Card) -> ListedProduct:
	"""Return a card as `get_website_items` has it."""
	return {
		"id": card.product_id,
		"item_code": card.item_code,
		"title": card.title,
		"collection_title": card.item_group,
		"rating": card.rating,
		**_specified(card),
	}


def on_clearance(card: Card, expiry_date: str | None) -> ClearanceProduct:
	"""Return a card as `get_clearance_items` has it.

	Args:
		card: the product.
		expiry_date: of its stock, None without one.
	"""
	return {
		"website_item_name": card.title,
		"product_id": card.product_id,
		"item_name": card.title,
		"item_group": card.item_group,
		"overall_rating": card.rating,
		**_specified(card),
		"expiry_date": expiry_date,
	}


def relevant(card: Card, sales_count: float) -> RelevantProduct:
	"""Return a card as recommendations have it.

	Args:
		card: the product.
		sales_count: how much of it was sold, in its units; 0 for none.
	"""
	return {
		"product_id": card.product_id,
		"title": card.title,
		"item_code": card.item_code,
		"item_group": card.item_group,
		"rating": card.rating,
		**_common(card),
		"sales_count": sales_count,
	}


def on_homepage(card: Card) -> HomepageProduct:
	"""Return a card as the lists of the homepage have it."""
	return {
		"product_id": card.product_id,
		"item_name": card.title,
		"item_code": card.item_code,
		"item_group": card.item_group,
		"overall_rating": card.rating,
		**_common(card),
		"rate": card.negotiated_price,
	}


def _specified(card: Card) -> SpecifiedCard:
	return {**_common(card), "colour": card.colour, "shape": card.shape, "shade": card.shade}


def _common(card: Card) -> ProductCard:
	return {
		"variant_id": card.variant_id,
		"thumbnail": card.thumbnail,
		"is_wishlisted": card.is_wishlisted,
		"has_variants": card.has_variants,
		"standard_price": card.standard_price,
		"negotiated_price": card.negotiated_price,
	}

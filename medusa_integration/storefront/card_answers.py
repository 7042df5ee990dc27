"""Product cards as lists of products return them."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from medusa_integration.storefront.cards import Card


class ListedProduct(TypedDict):
	"""A product of a listing."""

	id: str
	variant_id: str | None
	item_code: str
	title: str
	collection_title: str
	thumbnail: str | None
	rating: float
	is_wishlisted: Literal[0, 1]
	has_variants: Literal[0, 1]
	colour: str | None
	shape: str | None
	shade: str | None
	standard_price: float
	negotiated_price: float


class RelevantProduct(TypedDict):
	"""A product beside another one, or of a collection."""

	product_id: str
	variant_id: str | None
	title: str
	item_code: str
	item_group: str
	thumbnail: str | None
	rating: float
	is_wishlisted: Literal[0, 1]
	has_variants: Literal[0, 1]
	sales_count: float
	standard_price: float
	negotiated_price: float


def listed(card: Card) -> ListedProduct:
	"""Return a card as listings have it."""
	return ListedProduct(
		id=card.product_id,
		variant_id=card.variant_id,
		item_code=card.item_code,
		title=card.title,
		collection_title=card.item_group,
		thumbnail=card.thumbnail,
		rating=card.rating,
		is_wishlisted=1 if card.is_wishlisted else 0,
		has_variants=1 if card.has_variants else 0,
		colour=card.colour,
		shape=card.shape,
		shade=card.shade,
		standard_price=card.standard_price,
		negotiated_price=card.negotiated_price,
	)


def relevant(card: Card, sales_count: float) -> RelevantProduct:
	"""Return a card as recommendations have it.

	Args:
		card: the product.
		sales_count: how much of it was sold, in its units; 0 for none.
	"""
	return RelevantProduct(
		product_id=card.product_id,
		variant_id=card.variant_id,
		title=card.title,
		item_code=card.item_code,
		item_group=card.item_group,
		thumbnail=card.thumbnail,
		rating=card.rating,
		is_wishlisted=1 if card.is_wishlisted else 0,
		has_variants=1 if card.has_variants else 0,
		sales_count=sales_count,
		standard_price=card.standard_price,
		negotiated_price=card.negotiated_price,
	)

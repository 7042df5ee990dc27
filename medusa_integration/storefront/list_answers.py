"""What the lists of products answer."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class NamedGroup(TypedDict):
	"""An Item Group directly below that of the list."""

	title: str
	handle: str


class Counted(TypedDict):
	"""A name, and how many products have it."""

	name: str
	count: int


class Specifications(TypedDict):
	"""What of a card comes from the specifications, and what is of the visitor."""

	is_wishlisted: Literal[0, 1]
	has_variants: Literal[0, 1]
	colour: str | None
	shape: str | None
	shade: str | None
	standard_price: float
	negotiated_price: float


class ListedProduct(Specifications):
	"""A product of `get_website_items`."""

	id: str
	variant_id: str | None
	item_code: str
	title: str
	collection_title: str | None
	thumbnail: str | None
	rating: float


class ClearanceProduct(Specifications):
	"""A product of `get_clearance_items`."""

	website_item_name: str
	product_id: str
	variant_id: str | None
	item_name: str
	item_group: str | None
	overall_rating: float
	thumbnail: str | None
	expiry_date: str | None


class Values(TypedDict):
	"""Values of specifications, by which a list can be filtered."""

	distinct_colours: list[str]
	distinct_shapes: list[str]
	distinct_shades: list[str]


class Page(Values):
	"""What both lists say besides their products."""

	product_count: int
	total_pages: int
	current_page: int
	items_in_page: int
	distinct_parent_item_groups: list[NamedGroup]
	distinct_collection_titles: list[Counted]
	distinct_brands: list[Counted]


class Listing(Page):
	"""The answer of `get_website_items`."""

	paginatedProducts: list[ListedProduct]


class ClearanceListing(Page):
	"""The answer of `get_clearance_items`."""

	paginatedProducts: list[ClearanceProduct]


class DistinctSpecs(Values):
	"""The answer of `get_distinct_specs`."""

	has_variants_map: dict[str, Literal[0, 1]]

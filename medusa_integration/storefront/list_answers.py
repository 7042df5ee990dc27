"""What the lists of products answer."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from medusa_integration.storefront.card_answers import ClearanceProduct, ListedProduct


class NamedGroup(TypedDict):
	"""An Item Group directly below that of the list."""

	title: str
	handle: str


class Counted(TypedDict):
	"""A name, and how many products have it."""

	name: str
	count: int


class Values(TypedDict):
	"""Values of specifications, by which a list can be filtered."""

	distinct_colours: list[str]
	distinct_shapes: list[str]
	distinct_shades: list[str]


class Facets(Values):
	"""How many products there are, and by what they can be narrowed further."""

	product_count: int
	distinct_parent_item_groups: list[NamedGroup]
	distinct_collection_titles: list[Counted]
	distinct_brands: list[Counted]


class Page(Facets):
	"""What both lists say besides their products."""

	total_pages: int
	current_page: int


class Listing(Page):
	"""The answer of `get_website_items`."""

	items_in_page: int
	paginatedProducts: list[ListedProduct]


class ClearanceListing(Page):
	"""The answer of `get_clearance_items`."""

	items_in_page: int
	paginatedProducts: list[ClearanceProduct]


class DistinctSpecs(Values):
	"""The answer of `get_distinct_specs`."""

	has_variants_map: dict[str, Literal[0, 1]]

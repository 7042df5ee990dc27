"""What passes between ERPNext's documents and Medusa: small frozen values, without Medusa's keys.

Texts are plain text, countries ISO 3166 alpha-2 codes in upper case, currencies ISO 4217 codes in upper case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeVar

from ..medusa.values import Choice, Connection, Generation

Extras = Literal["properties", "metadata"]
"""Where what only an extended server takes as properties of a product goes."""
SIGNATURE_HEADER = "X-ERPNext-Signature"
"""What the plugin in Medusa and this app sign their messages in, in both directions."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Specification:
	"""One row of a product's specifications."""

	label: str
	description: str


@dataclass(frozen=True, slots=True)
class Variant:
	"""The one variant "Default" of a product.

	Attributes:
		sku: The stock-keeping unit; "" leaves what Medusa has.
		allow_backorder: None leaves what Medusa has.
		origin_country: Where it is made.
		barcode: The barcode.
		hs_code: The customs tariff number.
		weight: Grams.
		id: Medusa's, None when it is not known.
		title: The variant's title.
		manage_inventory: Whether Medusa counts its stock.
	"""

	sku: str
	allow_backorder: bool | None = False
	origin_country: str | None = None
	barcode: str | None = None
	hs_code: str | None = None
	weight: int | None = None
	id: str | None = None
	title: str = "Default"
	manage_inventory: bool = True


@dataclass(frozen=True, slots=True)
class Product:
	"""One Website Item as Medusa is to hold it.

	Attributes:
		key: The Website Item's name, by which a product of ours is told from anybody else's.
		item_code: The Item's code.
		title: The title.
		handle: The part of the product's address in the shop; unique in Medusa.
		fallback_handle: Taken when Medusa has `handle` for a product that is not ours.
		variant: The one variant.
		published: Whether visitors see it.
		description: The long description.
		short_description: The short one.
		ranking: A whole number.
		brand_name: The brand, None without.
		origin_country: Where it is made.
		specifications: Labels with descriptions, in order.
		collection_id: Medusa's id of the Item Group's collection.
		images: URLs that visitors can open. Without any, what Medusa has is left alone.
		clears_images: Without images: remove what Medusa has, as it was ours.
		metadata: Further keys and texts.
		id: Medusa's, None when it is not known.
	"""

	key: str
	item_code: str
	title: str
	handle: str
	fallback_handle: str
	variant: Variant
	published: bool = True
	description: str = ""
	short_description: str = ""
	ranking: int = 0
	brand_name: str | None = None
	origin_country: str | None = None
	specifications: tuple[Specification, ...] = ()
	collection_id: str | None = None
	images: tuple[str, ...] = ()
	clears_images: bool = False
	metadata: Mapping[str, str] = field(default_factory=dict)
	id: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
	"""A product as Medusa lists it, whoever made it, with all of its variants.

	Attributes:
		product: What Medusa holds; its variant is the one called "Default".
		owner: The Website Item that the metadata names, "" without.
		external_id: The key of v2's product for other systems, "" without.
		variants: All of them.
	"""

	product: Product
	owner: str = ""
	external_id: str = ""
	variants: tuple[Variant, ...] = ()

	@property
	def id(self) -> str:
		"""Medusa's id of the product."""
		return self.product.id or ""

	@property
	def title(self) -> str:
		"""The product's title."""
		return self.product.title

	@property
	def is_of_one_item(self) -> bool:
		"""Whether it can be one Website Item's product: of several variants one is called "Default"."""
		return len(self.variants) < 2 or any(variant.title == Variant("").title for variant in self.variants)

	def own_variant(self, wanted: Variant) -> Variant | None:
		"""Return which of the variants is ours: by id, else by title, else by SKU; never by position."""
		return pick_own(self.variants, wanted, getattr)

	def others_variants(self, key: str, wanted: Variant) -> list[Variant]:
		"""Return those that are not the variant `wanted` of the Website Item `key`."""
		return others_variants(self.variants, wanted, getattr, is_ours=key in (self.owner, self.external_id))


def pick_own(variants: Iterable[T], wanted: Variant, get: Callable[[T, str], object]) -> T | None:
	"""Return which of some variants is ours: by id, else by title, else by SKU; None when none is.

	Args:
		variants: In any shape.
		wanted: Our variant.
		get: Reads a field ("id", "title" or "sku") of one of the variants.
	"""
	candidates = list(variants)
	for field_, value in (("id", wanted.id), ("title", wanted.title), ("sku", wanted.sku)):
		for found in candidates:
			if value and get(found, field_) == value:
				return found
	return None


def others_variants(
	variants: Iterable[T], wanted: Variant, get: Callable[[T, str], object], *, is_ours: bool
) -> list[T]:
	"""Return those of a product's variants that do not belong to the item whose variant is `wanted`.

	Args:
		variants: In any shape.
		wanted: Our variant.
		get: Reads a field ("id", "title" or "sku") of one of the variants.
		is_ours: Whether the product names our Website Item: what somebody has added there beside our own
			variant "Default" does no harm, and belongs to the item's product.
	"""
	candidates = list(variants)
	own = pick_own(candidates, wanted, get)
	if is_ours and (len(candidates) < 2 or (own is not None and get(own, "title") == wanted.title)):
		return []
	return [
		found
		for found in candidates
		if found is not own and not (wanted.sku and get(found, "sku") == wanted.sku)
	]


@dataclass(frozen=True, slots=True)
class Collection:
	"""One Item Group as Medusa is to hold it.

	Attributes:
		key: The Item Group's name.
		title: The title.
		handle: The part of the collection's address in the shop; unique in Medusa.
		fallback_handle: Taken when Medusa has `handle` for another Item Group.
		metadata: Further keys and values.
		id: Medusa's, None when it is not known.
	"""

	key: str
	title: str
	handle: str
	fallback_handle: str
	metadata: Mapping[str, str | bool] = field(default_factory=dict)
	id: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
	"""What one variant costs for a time, as Medusa is to hold it.

	Attributes:
		key: The Item Price's name.
		variant_id: Medusa's id of the variant.
		title: What the list of a single price is called.
		price_list: The name of ERPNext's Price List.
		amount: Major units, rounded to the currency's decimals.
		currency: ISO 4217 code in upper case.
		starts_at: The first moment, in UTC; None without a bound.
		ends_at: The last moment, in UTC; None without a bound.
		list_id: Medusa's id of the list that has the price, None when it is not known.
		id: Medusa's id of the price, None when it is not known.
		others: Ids of prices that belong to other documents.
	"""

	key: str
	variant_id: str
	title: str
	price_list: str
	amount: Decimal
	currency: str
	starts_at: datetime | None = None
	ends_at: datetime | None = None
	list_id: str | None = None
	id: str | None = None
	others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StockLevel:
	"""How many of one variant Medusa may sell.

	Attributes:
		key: The Website Item's name.
		product_id: Medusa's id of the product.
		variant_id: Medusa's id of the variant.
		quantity: A whole number, never negative.
		ordered: How many of them are promised to Medusa's own orders already: v2 keeps them apart by
			itself, v1 does not.
		item_id: The variant's inventory item on v2, None when it is not known.
	"""

	key: str
	product_id: str
	variant_id: str
	quantity: int
	ordered: int = 0
	item_id: str | None = None


@dataclass(frozen=True, slots=True)
class Server:
	"""What is known of a Medusa server after asking it. Currency codes are ISO 4217 in upper case."""

	generation: Generation
	version: str | None
	extras: Extras
	currencies: tuple[str, ...] = ()
	sales_channels: tuple[Choice, ...] = ()
	stock_locations: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Target(Connection):
	"""A Medusa server, and how it is to hold our values.

	Attributes:
		extras: Where item code, ranking and so on go; None means: find out.
		sales_channel: Medusa's id, for new products on v2; None means the store's default.
		shipping_profile: Medusa's id, for new products on v2; None means the default.
		stock_location: Medusa's id of where v2 keeps quantities; None means the store's default.
		amount_multiplier: Above 0, what v1's amounts are multiplied by, whatever the currency's decimals.
	"""

	signature_header: str = SIGNATURE_HEADER
	extras: Extras | None = None
	sales_channel: str | None = None
	shipping_profile: str | None = None
	stock_location: str | None = None
	amount_multiplier: int | None = None

"""What passes between the shop's documents and Medusa: small frozen values, no documents, no Medusa keys.

The mappers above `medusa/` make them from documents; `v1.py` and `v2.py` turn them into what the one or
the other generation understands. Texts are plain text, countries ISO 3166 alpha-2 codes in upper case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeVar

Generation = Literal["v1", "v2"]
Extras = Literal["properties", "metadata"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Specification:
	"""One row of a product's specifications (contract 83)."""

	label: str
	description: str


@dataclass(frozen=True, slots=True)
class Variant:
	"""The one variant "Default" of a product (contract 44-46, 87, 89).

	`allow_backorder` None leaves what Medusa has; `weight` is in grams.
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
	"""One Website Item as Medusa is to hold it (contract 75-85).

	`key` is the Website Item's name, by which a product of ours is told from anybody else's;
	`fallback_handle` is taken when Medusa has `handle` for a product that is not ours.
	`id` is Medusa's, None when it is not known; `images` are URLs that Medusa's visitors can open. Without
	images, what Medusa has is left alone, unless `clears_images` says that they were ours.
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

	`owner` is the Website Item that its metadata names, `external_id` is v2's; both are "" without.
	The variant of `product` is the one called "Default".
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
		"""Which of the variants is ours: by id, else by title, else by sku; never by position."""
		return pick_own(self.variants, wanted, getattr)

	def others_variants(self, key: str, wanted: Variant) -> list[Variant]:
		"""Those that are not the variant `wanted` of the Website Item `key` (see `others_variants`)."""
		return others_variants(self.variants, wanted, getattr, is_ours=key in (self.owner, self.external_id))


def pick_own(variants: Iterable[T], wanted: Variant, get: Callable[[T, str], object]) -> T | None:
	"""Which of some variants is ours: by id, else by title, else by sku;
	`get(variant, field)` reads one of them.
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
	"""Those of a product's variants that do not belong to the item whose variant is `wanted`.

	`is_ours` says that the product names our Website Item: what somebody has added there to our own variant
	"Default" does no harm, and belongs to the item's product.
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
	"""One Item Group as Medusa is to hold it (contract 92).

	`key` is the Item Group's name; `fallback_handle` is taken when
	Medusa has `handle` for another Item Group.
	"""

	key: str
	title: str
	handle: str
	fallback_handle: str
	metadata: Mapping[str, str | bool] = field(default_factory=dict)
	id: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
	"""What one variant costs for a time, as Medusa is to hold it (contract 34, 119).

	`key` is the Item Price's name, `price_list` that of ERPNext's Price List; `title` is what the list of a
	single price is called. `amount` is in the currency itself, rounded to its decimals; `currency` is its ISO
	4217 code in upper case. `starts_at` and `ends_at` are the first and the last moment, in UTC, None without
	a bound. `list_id` and `id` are Medusa's; `others` are ids of prices that belong to other documents.
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
class OrderStatus:
	"""Where one Sales Order stands, as Medusa is to hear of it (contract 112-118).

	`key` is the Sales Order's name, `order_id` and `customer_id` are Medusa's.
	Amounts are in the order's currency, in major units; `net_total` is before taxes, `grand_total` with them.
	"""

	key: str
	order_id: str
	customer_id: str
	order_status: str
	payment_status: str
	discount_amount: float
	net_total: float
	grand_total: float


@dataclass(frozen=True, slots=True)
class StockLevel:
	"""How many of one variant Medusa may sell (contract 38).

	`key` is the Website Item's name; `quantity` is whole and never negative. `ordered` of them are promised
	to Medusa's own orders already: v2 keeps them apart by itself, v1 does not. `item_id` is the variant's
	inventory item on v2, None when it is not known.
	"""

	key: str
	product_id: str
	variant_id: str
	quantity: int
	ordered: int = 0
	item_id: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
	"""A file whose bytes Medusa is to store. `key` is the caller's name for it."""

	key: str
	filename: str
	content: bytes
	content_type: str


@dataclass(frozen=True, slots=True)
class Outcome:
	"""What became of one value that was sent: Medusa's ids, or the error that it alone met."""

	key: str
	id: str | None = None
	variant_id: str | None = None
	list_id: str | None = None
	url: str | None = None
	error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Choice:
	"""Something on the server that a person can choose: a sales channel, a stock location."""

	id: str
	name: str
	is_default: bool = False


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
class Exchange:
	"""One HTTP request to Medusa and what came of it. Secrets are masked already; `status` 0 means no answer.

	`about` is the key of the one value that the request was about, None when it was about several or none.
	"""

	method: str
	url: str
	status: int
	milliseconds: int
	request_body: object = None
	response_body: object = None
	error: str | None = None
	about: str | None = None


@dataclass(frozen=True, slots=True)
class QuotedItem:
	"""A row that ERPNext offers. `price` is for one `uom`; `tax_template` is ERPNext's name of its taxes."""

	variant_id: str | None
	item_code: str
	price: float
	quantity: float
	uom: str
	amount: float
	tax_template: str | None = None


@dataclass(frozen=True, slots=True)
class UnacceptedItem:
	"""What the customer does not want of a quotation."""

	variant_id: str | None
	price: float
	quantity: float


@dataclass(frozen=True, slots=True)
class QuotationTax:
	"""A tax on a quotation; `rate` in percent."""

	account: str
	rate: float
	amount: float


@dataclass(frozen=True, slots=True)
class QuotationUpdate:
	"""What ERPNext offers for what a customer has asked for. Amounts are in major units of its currency.

	`delivers` is whether there is an address; `discount_on` names the total that the discount is on.
	"""

	key: str
	quotation_id: str
	customer_id: str
	draft_order_id: str
	items: tuple[QuotedItem, ...]
	unaccepted: tuple[UnacceptedItem, ...]
	taxes: tuple[QuotationTax, ...]
	total_quantity: float
	total: float
	net_total: float
	total_taxes: float
	grand_total: float
	rounding_adjustment: float
	delivers: bool
	delivery_charges: float
	discount_on: str | None
	discount_percentage: float
	discount_amount: float
	tax_breakup: str | None = None
	status: str = "Price received"


@dataclass(frozen=True, slots=True)
class Connection:
	"""How to reach one Medusa server. `timeout` is in seconds; `generation` and `extras` None mean: find out.

	`sales_channel` and `shipping_profile` are ids for new products on v2, `stock_location` is where v2 keeps
	quantities; None means the server's defaults.
	`amount_multiplier` above 0 is what v1's amounts are multiplied by, whatever the currency's decimals.
	"""

	url: str
	email: str | None = None
	password: str | None = field(default=None, repr=False)
	secret_key: str | None = field(default=None, repr=False)
	publishable_key: str | None = None
	generation: Generation | None = None
	extras: Extras | None = None
	timeout: int = 30
	sales_channel: str | None = None
	shipping_profile: str | None = None
	stock_location: str | None = None
	amount_multiplier: int | None = None

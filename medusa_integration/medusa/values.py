"""What passes between the shop's documents and Medusa: small frozen values, no documents, no Medusa keys.

The mappers above `medusa/` make them from documents; `v1.py` and `v2.py` turn them into what the one or
the other generation understands. Texts are plain text, countries ISO 3166 alpha-2 codes in upper case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Generation = Literal["v1", "v2"]
Extras = Literal["properties", "metadata"]


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
class Collection:
	"""One Item Group as Medusa is to hold it (contract 92).

	`key` is the Item Group's name; `fallback_handle` is taken when Medusa has `handle` for another Item Group.
	"""

	key: str
	title: str
	handle: str
	fallback_handle: str
	metadata: Mapping[str, str | bool] = field(default_factory=dict)
	id: str | None = None


@dataclass(frozen=True, slots=True)
class OrderStatus:
	"""Where one Sales Order stands, as Medusa is to hear of it (contract 112-118).

	`key` is the Sales Order's name, `order_id` and `customer_id` are Medusa's. Amounts are in the order's currency, in
	major units; `net_total` is before taxes, `grand_total` with them.
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

	`sales_channel` and `shipping_profile` are ids for new products on v2; None means the server's defaults.
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

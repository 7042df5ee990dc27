"""An order of the shop, as a value: what was bought, by whom, for how much, and what was paid.

Amounts are exact, in major units of the order's currency: Medusa 2 does not round what it calculates, so they
may have more decimals than the currency. Rates are percentages. Texts are "" where Medusa has none; visitors
have written some of them, so they are made safe to show as HTML.
Countries are ISO 3166 alpha-2 codes, currencies ISO 4217 codes, both in upper case. Moments have a time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Context, Decimal
from typing import Literal

from .shop_order_events import ZERO, Fulfillment, OrderReturn, Payment

CANCELED = "canceled"
"""Medusa's status of an order that was cancelled."""
EXACT = Context(prec=40)
"""More digits than Medusa calculates with."""


def summed(amounts: Iterable[Decimal]) -> Decimal:
	"""Return the sum with all its digits."""
	total = ZERO
	for amount in amounts:
		total = EXACT.add(total, amount)
	return total


@dataclass(frozen=True, slots=True)
class TaxLine:
	"""A tax on a row or on the shipping.

	Attributes:
		code: The code of the rate in Medusa.
		name: What Medusa calls it.
		rate: Percent.
		amount: The tax after discounts.
	"""

	code: str
	name: str
	rate: Decimal
	amount: Decimal


@dataclass(frozen=True, slots=True)
class Adjustment:
	"""A discount on a row or on the shipping.

	Attributes:
		code: The code of the promotion (v2) or discount (v1).
		amount: As Medusa has it: with tax where `is_tax_inclusive`.
		is_tax_inclusive: Whether the amount includes tax.
	"""

	code: str
	amount: Decimal
	is_tax_inclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidLine:
	"""What is paid for: a row, or a way of shipping. `subtotal - discount + tax = total`.

	Attributes:
		id: Medusa's id of it.
		is_tax_inclusive: Whether the price that the shop shows includes tax.
		subtotal: Without tax, before discounts.
		discount: Without tax; not rounded, on v1 neither.
		tax: All taxes, after discounts.
		total: What is paid for it.
		taxes: Each tax; their amounts add up to `tax`.
		adjustments: Each discount.
	"""

	id: str
	subtotal: Decimal
	total: Decimal
	discount: Decimal = ZERO
	tax: Decimal = ZERO
	taxes: tuple[TaxLine, ...] = ()
	adjustments: tuple[Adjustment, ...] = ()
	is_tax_inclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine(PaidLine):
	"""A row of an order.

	Attributes:
		variant_id: Medusa's id of the variant; None for what was never one.
		sku: The variant's SKU.
		title: The title.
		quantity: As ordered, whatever was returned since.
		returned: How many were returned.
		unit_price: As shown in the shop: with tax where `is_tax_inclusive`.
		is_giftcard: Whether a gift card was bought.
		location_id: On v2 Medusa's id of the stock location at which it is reserved, else of the one that it
			was sent from. Only known if the sales channel has several; None if it is in several itself.
	"""

	variant_id: str | None
	sku: str
	title: str
	quantity: Decimal
	unit_price: Decimal
	returned: Decimal = ZERO
	is_giftcard: bool = False
	location_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingLine(PaidLine):
	"""A way of shipping that was chosen.

	Attributes:
		option_id: Medusa's id of the shipping option; None for what was never one.
		name: What the shop calls it.
		amount: As shown in the shop: with tax where `is_tax_inclusive`.
	"""

	option_id: str | None
	name: str
	amount: Decimal


@dataclass(frozen=True, slots=True)
class Credit:
	"""What lowers the total without being a discount: a gift card, store credit.

	Attributes:
		kind: What Medusa calls it: "gift_card" on v1, the reference of the credit line on v2.
		reference: Medusa's id of what it refers to.
		amount: What it takes off the total, above 0.
		tax: What it takes off the taxes besides, above 0 where v1 taxes gift cards.
	"""

	kind: str
	reference: str
	amount: Decimal
	tax: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OrderAddress:
	"""An address of an order. `country` is "" where Medusa has none."""

	first_name: str = ""
	last_name: str = ""
	company: str = ""
	address_1: str = ""
	address_2: str = ""
	city: str = ""
	province: str = ""
	postal_code: str = ""
	country: str = ""
	phone: str = ""


@dataclass(frozen=True, slots=True)
class OrderCustomer:
	"""Who has ordered.

	Attributes:
		id: Medusa's id of the customer, None without.
		email: The e-mail address of the order.
		first_name: The first name.
		last_name: The last name.
		company: The company's name (v2).
		phone: The telephone number.
		has_account: Whether it is a registered customer, not a guest.
	"""

	id: str | None
	email: str
	first_name: str = ""
	last_name: str = ""
	company: str = ""
	phone: str = ""
	has_account: bool = False


@dataclass(frozen=True, kw_only=True)
class OrderHead:
	"""What a list of orders says of each.

	Attributes:
		id: Medusa's id.
		display_id: The number that the customer sees.
		status: Medusa's status of the order.
		payment_status: Medusa's status of its payments.
		fulfillment_status: Medusa's status of its deliveries.
		currency: The currency.
		total: What is to be paid; on v2 without what was returned.
		created_at: When it was placed.
		updated_at: When Medusa last changed it.
	"""

	id: str
	display_id: str
	status: str
	payment_status: str
	fulfillment_status: str
	currency: str
	total: Decimal
	created_at: datetime
	updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class ShopOrder(OrderHead):
	"""A whole order. `total` is that of what was ordered, whatever was returned or refunded since.

	Attributes:
		generation: Which Medusa has calculated it: v1 rounds each tax, v2 nothing.
		customer: Who has ordered.
		lines: The rows.
		shipping: The ways of shipping.
		credits: Gift cards and store credit; not what v2 takes off the total when it refunds.
		payments: The payments.
		fulfillments: The deliveries, the oldest first.
		returns: The returns, the oldest first.
		billing_address: None without.
		shipping_address: None without.
		sales_channel_id: Medusa's id of the sales channel, None without.
		location_id: On v2 Medusa's id of the stock location of all its rows; None with several.
		is_refused: On v2, whether Medusa has refused the buyer and kept the order, as it does when many buy
			the last pieces at once: there is neither a payment nor a reservation of it.
		is_unauthorized: On v2, whether it came from a checkout, and no payment of it is authorized: the buyer
			is paying at the moment, or was refused.
		draft_order_id: On v1 Medusa's id of the draft order that it was; on v2 that is the order's own id.
		canceled_at: When it was cancelled, None if it was not.
		metadata: Further keys and values of the order.
	"""

	generation: Literal["v1", "v2"]
	customer: OrderCustomer
	lines: tuple[OrderLine, ...]
	shipping: tuple[ShippingLine, ...] = ()
	credits: tuple[Credit, ...] = ()
	payments: tuple[Payment, ...] = ()
	fulfillments: tuple[Fulfillment, ...] = ()
	returns: tuple[OrderReturn, ...] = ()
	billing_address: OrderAddress | None = None
	shipping_address: OrderAddress | None = None
	sales_channel_id: str | None = None
	location_id: str | None = None
	is_refused: bool = False
	is_unauthorized: bool = False
	draft_order_id: str | None = None
	canceled_at: datetime | None = None
	metadata: Mapping[str, object] = field(default_factory=dict, repr=False)

	@property
	def is_canceled(self) -> bool:
		"""Whether it was cancelled."""
		return bool(self.canceled_at) or self.status == CANCELED

	def place_of(self, line: OrderLine) -> str | None:
		"""Return Medusa's id of the stock location of a row, None where it is not known."""
		return line.location_id or self.location_id

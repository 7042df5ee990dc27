"""What a visitor of a simulated shop buys, and what Medusa makes of it by its own rules of calculating.

Written after `decorateCartTotals` (@medusajs/utils 2.21) and `NewTotalsService` (@medusajs/medusa 1.20), as
plainly as they are: v2 rounds nothing, v1 counts in whole minor units and rounds each tax.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext


@dataclass(frozen=True)
class Tax:
	"""A tax rate; `rate` in percent."""

	code: str
	name: str
	rate: Decimal


@dataclass(frozen=True)
class Discount:
	"""What a code takes off one row or one way of shipping; major units."""

	code: str
	amount: Decimal
	inclusive: bool = False


@dataclass(frozen=True)
class Bought:
	"""A row of the cart; `price` of one, in major units, with tax where `inclusive`; `profile` is v2's."""

	variant_id: str | None
	price: Decimal
	quantity: int = 1
	title: str = "Something"
	sku: str | None = None
	taxes: tuple[Tax, ...] = ()
	discounts: tuple[Discount, ...] = ()
	inclusive: bool = False
	returned: int = 0
	profile: str = "sp_default"


@dataclass(frozen=True)
class Shipped:
	"""A way of shipping; `price` in major units, with tax where `inclusive`. Only v1 knows `free`."""

	price: Decimal
	name: str = "Standard"
	option_id: str | None = "so_standard"
	taxes: tuple[Tax, ...] = ()
	discounts: tuple[Discount, ...] = ()
	inclusive: bool = False
	free: bool = False
	profile: str = "sp_default"


ADDRESS = {
	"first_name": "Anna",
	"last_name": "Ruiz",
	"company": "Clinic",
	"address_1": "1 Main Street",
	"address_2": "Floor 2",
	"city": "Muscat",
	"country_code": "om",
	"province": "Muscat",
	"postal_code": "100",
	"phone": "+968 1234",
}


@dataclass(frozen=True)
class Basket:
	"""What is bought; `credit` is what gift cards (v1) or credit lines (v2) pay, in major units.

	Of an order that v2 has `refused` and kept, there is neither a payment nor a reservation.
	"""

	items: tuple[Bought, ...]
	shipping: tuple[Shipped, ...] = ()
	currency: str = "usd"
	email: str = "anna@example.com"
	customer: Mapping[str, object] = field(default_factory=dict)
	billing: Mapping[str, object] | None = field(default_factory=lambda: dict(ADDRESS))
	delivery: Mapping[str, object] | None = field(default_factory=lambda: dict(ADDRESS))
	refused: bool = False
	credit: Decimal = Decimal(0)
	credit_kind: str = "gift_card"


@dataclass(frozen=True)
class Sums:
	"""What one row, or one way of shipping, comes to. On v1 discounts may have fractions of a minor unit."""

	subtotal: Decimal
	discount: Decimal
	tax: Decimal
	total: Decimal
	original_tax: Decimal


def sums_v2(bought: Bought | Shipped) -> Sums:
	"""What v2 calculates, in major units, of what was not returned."""
	with localcontext() as context:
		context.prec = 40
		rate = sum((tax.rate for tax in bought.taxes), Decimal(0)) / 100
		ordered = Decimal(bought.quantity if isinstance(bought, Bought) else 1)
		kept = ordered - (bought.returned if isinstance(bought, Bought) else 0)
		subtotal = bought.price * kept
		if bought.inclusive:
			subtotal /= 1 + rate
		discount = Decimal(0)
		for one in bought.discounts:
			discount += one.amount / (1 + rate) if one.inclusive else one.amount
		discount = discount / ordered * kept
		tax = (subtotal - discount) * rate
		return Sums(subtotal, discount, tax, subtotal - discount + tax, subtotal * rate)


def total_v2(basket: Basket) -> Decimal:
	"""What v2 says is to be paid."""
	with localcontext() as context:
		context.prec = 40
		sums = [sums_v2(row) for row in (*basket.items, *basket.shipping)]
		return sum((one.total for one in sums), Decimal(0)) - basket.credit


def rounded(value: float) -> int:
	"""JavaScript's Math.round."""
	return math.floor(value + 0.5)


def _tax_amount(price: float, rate: float, inclusive: bool = False) -> float:
	return (rate * price) / (1 + rate) if inclusive else price * rate


def sums_v1(bought: Bought | Shipped, minor: int) -> Sums:
	"""What v1 calculates, in minor units, `minor` of which are a major one."""
	price = int(bought.price * minor)
	numbers = _shipping_v1(bought, price) if isinstance(bought, Shipped) else _item_v1(bought, price, minor)
	return Sums(*map(Decimal, numbers))


def _item_v1(bought: Bought, price: int, minor: int) -> tuple[int | Decimal, ...]:
	rates = [float(tax.rate) / 100 for tax in bought.taxes]
	raw = sum((one.amount * minor for one in bought.discounts), Decimal(0))
	discount = float(raw)
	taxable = price * bought.quantity
	if bought.inclusive:
		taxable = (price - rounded(_tax_amount(price, sum(rates), True))) * bought.quantity
	tax = sum(rounded(_tax_amount(taxable - discount, rate)) for rate in rates)
	original_tax = sum(rounded(_tax_amount(taxable, rate)) for rate in rates)
	subtotal = price * bought.quantity
	if bought.inclusive and rates:
		subtotal -= original_tax
	elif bought.inclusive:
		# v1 leaves out what it has no tax for
		subtotal = 0
	return subtotal, raw, tax, subtotal - rounded(discount) + tax, original_tax


def _shipping_v1(shipped: Shipped, price: int) -> tuple[int, ...]:
	rates = [float(tax.rate) / 100 for tax in shipped.taxes]
	tax = rounded(sum(_tax_amount(price, rate, shipped.inclusive) for rate in rates))
	subtotal = price - tax if shipped.inclusive else price
	if shipped.free:
		return subtotal, subtotal, 0, 0, tax
	return subtotal, 0, tax, subtotal + tax, tax


def total_v1(basket: Basket, minor: int) -> int:
	"""What v1 says is to be paid, in minor units."""
	sums = [sums_v1(row, minor) for row in (*basket.items, *basket.shipping)]
	discount = rounded(float(sum(one.discount for one in sums)))
	return int(sum(one.subtotal + one.tax for one in sums)) - discount - int(basket.credit * minor)

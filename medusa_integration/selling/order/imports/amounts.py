"""The money of a Medusa order as a Sales Order can hold it: exact to the last minor unit, or not at all.

Pure functions on decimals. Medusa 2 rounds nothing: a total may be 64.2674175 USD. It is rounded once, and so
is each amount that it is made of: items, each way of shipping, each tax, credit. Where these do not add up to
the total, those with the largest rounding error are rounded the other way. No amount is off by a minor unit.

ERPNext calculates the items from rates with few decimals. Where no rates give the amount, they are a little
higher, and the difference is the discount of the document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.mirror.shop_orders import (
	EXACT,
	Credit,
	OrderLine,
	PaidLine,
	ShippingLine,
	ShopOrder,
	summed,
)
from medusa_integration.selling.order.imports.problems import TooFewDecimals, TotalDiffers
from medusa_integration.selling.order.imports.rounding import adding_up, rounded, unit_of


@dataclass(frozen=True, slots=True)
class Tax:
	"""A tax of the order, of all rows and ways of shipping that have it; `rate` in percent."""

	code: str
	name: str
	rate: Decimal


@dataclass(frozen=True, slots=True)
class Row:
	"""An item of the Sales Order, in the currency of the order without tax.

	Attributes:
		source: The row, or the way of shipping that is sold as an item.
		quantity: As ordered.
		list_rate: For one, before discounts.
		rate: For one.
	"""

	source: OrderLine | ShippingLine
	quantity: Decimal
	list_rate: Decimal
	rate: Decimal


@dataclass(frozen=True, slots=True)
class Amounts:
	"""All money of a Sales Order, in the currency of the order.

	`sum(rate * quantity) - discount + shipping + taxes - credits = total`

	Attributes:
		rows: The items.
		discount: What is taken off the items, 0 or more; see the module.
		shipping: Each way of shipping that is a charge, without tax.
		taxes: Each tax.
		credits: Gift cards and store credit, above 0.
		total: What is to be paid.
	"""

	rows: tuple[Row, ...]
	discount: Decimal
	shipping: tuple[tuple[ShippingLine, Decimal], ...]
	taxes: tuple[tuple[Tax, Decimal], ...]
	credits: tuple[tuple[Credit, Decimal], ...]
	total: Decimal

	@property
	def net_total(self) -> Decimal:
		"""The items after the discount."""
		return sum((row.rate * row.quantity for row in self.rows), ZERO) - self.discount


def amounts_of(order: ShopOrder, places: int, shipped_as_items: Collection[str] = ()) -> Amounts:
	"""Return the money of an order.

	Args:
		order: Medusa's order.
		places: How many decimals the site keeps of amounts.
		shipped_as_items: The ids of the ways of shipping that are sold as items.

	Raises:
		TotalDiffers: The parts of the order do not add up to its total.
		TooFewDecimals: The site cannot keep one of the amounts.
	"""
	unit = unit_of(decimals(order.currency))
	sold: list[OrderLine | ShippingLine] = [line for line in order.lines if line.quantity or line.total]
	sold += [line for line in order.shipping if line.id in shipped_as_items]
	charged = [line for line in order.shipping if line.id not in shipped_as_items]
	taxes = _taxes([*order.lines, *order.shipping], order.credits)
	exact = [
		summed(_net(line) for line in sold),
		*(_net(line) for line in charged),
		*taxes.values(),
		*(-credit.amount for credit in order.credits),
	]
	found = summed(exact)
	# v1 has rounded the sum of all discounts, v2 nothing
	if abs(found - order.total) > (unit / 2 if order.generation == "v1" else unit / 100):
		raise TotalDiffers(rounded(order.total, unit), rounded(found, unit), order.currency)
	total = rounded(order.total, unit)
	parts = adding_up(exact, total, unit)
	_require_decimals(parts, order.currency, places)
	net, rest = parts[0], parts[1:]
	rows, discount = _rows(sold, net, unit, unit_of(places))
	return Amounts(
		rows=rows,
		discount=discount,
		shipping=_pairs(charged, rest),
		taxes=_pairs(list(taxes), rest[len(charged) :]),
		credits=tuple(
			(credit, -amount)
			for credit, amount in zip(order.credits, rest[len(charged) + len(taxes) :], strict=True)
		),
		total=total,
	)


def value_of(order: ShopOrder, pieces: Mapping[str, Decimal]) -> Decimal:
	"""Return what was paid for so many pieces of each row, rounded to the currency's decimals."""
	shares = (_share(line.total, line, pieces.get(line.id, ZERO)) for line in order.lines if line.quantity)
	return rounded(summed(shares), unit_of(decimals(order.currency)))


def of_returned(
	order: ShopOrder,
	returned: Mapping[str, Decimal],
	before: Mapping[str, Decimal],
	places: int,
	at_most: Decimal,
) -> Amounts:
	"""Return what is taken off for pieces that came back: their price after discounts, and its taxes.

	So many pieces of a row have their share of what was paid for it. With all pieces that came back before,
	they are rounded once, so that all of a row together are not more than was paid. There are no rows in the
	result, and its discount is what the items are, below 0.

	Args:
		order: Medusa's order.
		returned: How many of each row are taken off now.
		before: How many were taken off before.
		places: How many decimals the site keeps of amounts.
		at_most: What may be taken off; all amounts are lowered in proportion.

	Raises:
		TooFewDecimals: The site cannot keep one of the amounts.
	"""
	unit = unit_of(decimals(order.currency))
	shares = [(line, returned.get(line.id, ZERO)) for line in order.lines if line.quantity]
	taxes: dict[Tax, Decimal] = {}
	for line, pieces in shares:
		for tax in line.taxes if pieces else ():
			key = Tax(tax.code, tax.name, tax.rate)
			taxes[key] = EXACT.add(taxes.get(key, ZERO), _share(tax.amount, line, pieces))
	exact = [summed(_share(_net(line), line, pieces) for line, pieces in shares), *taxes.values()]
	both = {line.id: pieces + before.get(line.id, ZERO) for line, pieces in shares}
	total = value_of(order, both) - value_of(order, before)
	if total > at_most:
		exact = [EXACT.divide(EXACT.multiply(amount, at_most), total) for amount in exact]
		# these shares are the app's own: the site can keep them
		unit = max(unit, unit_of(places))
		total = at_most.quantize(unit, ROUND_DOWN, EXACT)
	parts = adding_up(exact, total, unit)
	_require_decimals(parts, order.currency, places)
	return Amounts(
		rows=(),
		discount=-parts[0],
		shipping=(),
		taxes=_pairs(list(taxes), parts[1:]),
		credits=(),
		total=total,
	)


def _share(amount: Decimal, line: OrderLine, pieces: Decimal) -> Decimal:
	"""What so many pieces of a row have of an amount of it."""
	return EXACT.divide(EXACT.multiply(amount, pieces), line.quantity)


def _pairs(keys: Sequence, amounts: Sequence[Decimal]) -> tuple:
	return tuple(zip(keys, amounts[: len(keys)], strict=True))


def _taxes(lines: Iterable[PaidLine], credits: Iterable[Credit]) -> dict[Tax, Decimal]:
	"""The sum of each tax, in the order in which they occur; what gift cards take off is of the first."""
	sums: dict[Tax, Decimal] = {}
	for line in lines:
		for tax in line.taxes:
			key = Tax(tax.code, tax.name, tax.rate)
			sums[key] = EXACT.add(sums.get(key, ZERO), tax.amount)
	if off := summed(credit.tax for credit in credits):
		first = next(iter(sums), Tax("", "", ZERO))
		sums[first] = sums.get(first, ZERO) - off
	return sums


def _net(line: PaidLine) -> Decimal:
	"""What is paid without tax."""
	return EXACT.subtract(line.subtotal, line.discount)


def _require_decimals(parts: Iterable[Decimal], currency: str, places: int) -> None:
	kept = unit_of(places)
	if any(part != rounded(part, kept) for part in parts):
		raise TooFewDecimals(currency, decimals(currency), places)


def _rows(
	sold: Sequence[OrderLine | ShippingLine], net: Decimal, unit: Decimal, step: Decimal
) -> tuple[tuple[Row, ...], Decimal]:
	"""Return the items, and by how much they are more than `net`."""
	nets = [_net(line) for line in sold]
	quantities = [line.quantity if isinstance(line, OrderLine) else Decimal(1) for line in sold]
	rates = [_rate(*pair, unit, step) for pair in zip(nets, quantities, strict=True)]
	while (missing := net - _amount(rates, quantities, step)) > 0:
		position = _to_raise(rates, quantities, nets, missing, step)
		rates[position] += step
	rows = tuple(
		Row(line, quantity, max(_list_rate(line, quantity, step), rate), rate)
		for line, quantity, rate in zip(sold, quantities, rates, strict=True)
	)
	return rows, _amount(rates, quantities, step) - net


def _rate(net: Decimal, quantity: Decimal, unit: Decimal, step: Decimal) -> Decimal:
	"""What one costs: with the decimals of the currency where that gives the amount, else with the site's."""
	if not quantity:
		return ZERO
	exact = EXACT.divide(net, quantity)
	rate = rounded(exact, max(unit, step))
	return rate if rate * quantity == rounded(net, unit) else rounded(exact, step)


def _to_raise(
	rates: Sequence[Decimal],
	quantities: Sequence[Decimal],
	nets: Sequence[Decimal],
	missing: Decimal,
	step: Decimal,
) -> int:
	"""The row whose rate is raised: one that lacks something, by about as much as is missing."""
	lacking = [net - rate * quantity for net, rate, quantity in zip(nets, rates, quantities, strict=True)]
	candidates = [position for position, quantity in enumerate(quantities) if quantity > 0]
	return max(
		candidates,
		key=lambda position: (lacking[position] > 0, -abs(quantities[position] * step - missing), -position),
	)


def _list_rate(line: PaidLine, quantity: Decimal, step: Decimal) -> Decimal:
	return rounded(EXACT.divide(line.subtotal, quantity), step) if quantity else ZERO


def _amount(rates: Sequence[Decimal], quantities: Sequence[Decimal], step: Decimal) -> Decimal:
	"""What ERPNext calculates of them: each row is rounded."""
	return sum(
		(rounded(rate * quantity, step) for rate, quantity in zip(rates, quantities, strict=True)), ZERO
	)

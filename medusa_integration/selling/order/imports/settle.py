"""What a payment pays: amounts of a Medusa order as ERPNext allocates them. Pure functions on decimals.

Medusa knows the currency of the order only. ERPNext allocates in the currency of the customer's account,
which is the company's where the customer has none for the currency of the order: there a document that is
outstanding has the exchange rate of its own day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from medusa_integration.mirror.shop_order_events import ZERO, Movement
from medusa_integration.mirror.shop_orders import EXACT
from medusa_integration.selling.order.imports.rounding import adding_up, rounded


@dataclass(frozen=True, slots=True)
class Open:
	"""A document that is outstanding.

	Attributes:
		doctype: Its DocType.
		name: Its name.
		amount: What is outstanding, above 0, in the currency of the customer's account.
		rate: What 1 of the order's currency is in that of the account, by the document.
	"""

	doctype: str
	name: str
	amount: Decimal
	rate: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Settled:
	"""How an amount is allocated.

	Attributes:
		allocated: For each document, in the currency of the customer's account.
		rest: What is not allocated, in the currency of the order.
	"""

	allocated: tuple[Decimal, ...]
	rest: Decimal

	@property
	def total(self) -> Decimal:
		"""All that is allocated."""
		return sum(self.allocated, ZERO)


def settle(amount: Decimal, documents: Iterable[Open], unit: Decimal, step: Decimal, parts: int) -> Settled:
	"""Allocate an amount to documents, one after the other.

	What covers a document but for what was rounded before covers all of it.

	Args:
		amount: In the currency of the order.
		documents: What is outstanding, in the order in which it is paid.
		unit: The smallest amount of the order's currency.
		step: The smallest amount of the account's currency.
		parts: How many amounts a document may have been paid by: so often something was rounded.
	"""
	allocated = []
	for document in documents:
		exact = EXACT.divide(document.amount, document.rate)
		rounded_off = ZERO if document.rate == 1 else EXACT.divide(step * parts / 2, document.rate)
		if amount and amount >= exact - rounded_off:
			allocated.append(document.amount)
			over = amount - exact
			amount = rounded(over, unit) if over > rounded_off else ZERO
		else:
			allocated.append(min(document.amount, rounded(amount * document.rate, step)))
			amount = ZERO
	return Settled(tuple(allocated), amount)


def shares(total: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
	"""Return what each part has of a total, in proportion, rounded so that they add up to it.

	Args:
		total: What is divided.
		weights: What each part is of their sum, which is not 0; some may be below 0.
		unit: The smallest amount.
	"""
	whole = sum(weights, ZERO)
	return adding_up([EXACT.divide(EXACT.multiply(total, weight), whole) for weight in weights], total, unit)


def whole_amounts(movements: Sequence[Movement], unit: Decimal) -> list[Decimal]:
	"""Return the amounts, rounded so that they add up to their rounded sum: Medusa 2 rounds nothing."""
	amounts, before, total = [], ZERO, ZERO
	for movement in movements:
		total = EXACT.add(total, movement.amount)
		amounts.append(rounded(total, unit) - before)
		before = rounded(total, unit)
	return amounts

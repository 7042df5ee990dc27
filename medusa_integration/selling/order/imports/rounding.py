"""Rounding amounts of money: one by one, or so that they add up. Pure functions on decimals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.mirror.shop_orders import EXACT


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
	"""Return the amount in whole units; -0 becomes 0."""
	return amount.quantize(unit, ROUND_HALF_UP, EXACT) + ZERO


def unit_of(places: int) -> Decimal:
	"""Return the smallest amount with so many decimals."""
	return Decimal(1).scaleb(-places)


def adding_up(exact: Sequence[Decimal], total: Decimal, unit: Decimal) -> list[Decimal]:
	"""Return the amounts, rounded so that they add up to the total.

	Those with the largest rounding error are rounded the other way: none is off by a whole unit.
	"""
	parts = [rounded(amount, unit) for amount in exact]
	missing = total - sum(parts, ZERO)
	step = unit if missing > 0 else -unit
	errors = sorted(
		range(len(parts)), key=lambda position: (exact[position] - parts[position]) * step, reverse=True
	)
	for position in errors[: int(abs(missing) / unit)]:
		parts[position] += step
	return parts

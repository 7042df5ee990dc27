"""How amounts are allocated, divided and rounded: values by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from medusa_integration.mirror.shop_order_events import Movement
from medusa_integration.selling.order.imports.settle import Open, settle, shares, whole_amounts
from tests.support.money import at

D = Decimal


def opened(*amounts: str, rate: str = "1") -> list[Open]:
	return [
		Open("Sales Invoice", f"SI-{number}", D(amount), D(rate)) for number, amount in enumerate(amounts)
	]


@pytest.mark.parametrize(
	("amount", "documents", "allocated", "rest"),
	[
		("10.00", ["10.00"], ["10.00"], "0"),
		("9.99", ["10.00"], ["9.99"], "0"),
		("10.01", ["10.00"], ["10.00"], "0.01"),
		("15.00", ["10.00", "8.00"], ["10.00", "5.00"], "0"),
		("5.00", ["10.00", "8.00"], ["5.00", "0"], "0"),
		("20.00", ["10.00", "8.00"], ["10.00", "8.00"], "2.00"),
		("7.00", [], [], "7.00"),
	],
)
def test_what_is_outstanding_is_paid_one_after_the_other(amount, documents, allocated, rest):
	settled = settle(D(amount), opened(*documents), D("0.01"), D("0.01"), parts=1)
	assert settled.allocated == tuple(map(D, allocated))
	assert settled.rest == D(rest)


@pytest.mark.parametrize(
	("amount", "outstanding", "rate", "allocated", "rest"),
	[
		# 1999 JPY at 0.00625 are 12.49375
		("1999", "12.49", "0.00625", "12.49", "0"),
		("2000", "12.49", "0.00625", "12.49", "2"),
		("1000", "12.49", "0.00625", "6.25", "0"),
		# 9.38 EUR at 160 JPY
		("9.38", "1500.80", "160", "1500.80", "0"),
		("9.37", "1500.80", "160", "1499.20", "0"),
	],
)
def test_another_currency_pays_all_but_what_was_rounded(amount, outstanding, rate, allocated, rest):
	unit = D("1") if rate == "0.00625" else D("0.01")
	settled = settle(D(amount), opened(outstanding, rate=rate), unit, D("0.01"), parts=1)
	assert (settled.allocated, settled.rest) == ((D(allocated),), D(rest))


def test_the_last_of_several_parts_pays_what_rounding_left():
	"""10.00 USD at 0.385 are 3.850: thirds of it at 3.33 are 1.282 each, and 1.286 are left for 3.34."""
	left = D("3.850") - 2 * D("1.282")
	settled = settle(D("3.34"), opened(str(left), rate="0.385"), D("0.01"), D("0.001"), parts=3)
	assert (settled.allocated, settled.rest) == ((D("1.286"),), D(0))


@pytest.mark.parametrize(
	("total", "weights", "unit", "expected"),
	[
		("13.00", ["20", "5", "1"], "0.01", ["10.00", "2.50", "0.50"]),
		("0.01", ["20", "5", "1"], "0.01", ["0.01", "0", "0"]),
		("100", ["1", "1", "1"], "1", ["34", "33", "33"]),
		# a gift card of 30 paid for a part
		("70.00", ["90", "10", "-30"], "0.01", ["90.00", "10.00", "-30.00"]),
		("1.000", ["2", "1"], "0.001", ["0.667", "0.333"]),
	],
)
def test_shares_add_up(total, weights, unit, expected):
	parts = shares(D(total), list(map(D, weights)), D(unit))
	assert parts == list(map(D, expected))
	assert sum(parts) == D(total)


def test_amounts_that_are_not_rounded_add_up():
	movements = [Movement(str(number), D("33.333333"), at(1)) for number in range(3)]
	assert whole_amounts(movements, D("0.01")) == [D("33.33"), D("33.34"), D("33.33")]
	assert whole_amounts(movements, D("1")) == [D("33"), D("34"), D("33")]

"""What is taken off for pieces that came back: examples calculated by hand, and random orders."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medusa_integration.medusa.money import decimals
from medusa_integration.selling.order.imports.amounts import of_returned, value_of
from medusa_integration.selling.order.imports.problems import TooFewDecimals
from tests.selling.order_values import baskets, line, placed, shop_order, taxes

D = Decimal
MUCH = D(10**12)


def one_by_one(order, line_id: str, pieces: int) -> list[Decimal]:
	found, before = [], {}
	for _ in range(pieces):
		found.append(of_returned(order, {line_id: D(1)}, before, 2, MUCH).total)
		before[line_id] = before.get(line_id, D(0)) + 1
	return found


def test_a_share_of_the_price_and_of_each_tax():
	"""Two of four for 40.00 less 4.00, with 5 and 2 percent: 18.00, 0.90 and 0.36."""
	found = taxes(("VAT", "5", "1.80"), ("CITY", "2", "0.72"))
	order = shop_order("38.52", [line("40.00", "4", discount="4.00", tax=found)])
	id = order.lines[0].id
	amounts = of_returned(order, {id: D(2)}, {}, 2, MUCH)
	assert (amounts.discount, amounts.total) == (D(-18), D("19.26"))
	assert [(tax.code, amount) for tax, amount in amounts.taxes] == [("VAT", D("0.9")), ("CITY", D("0.36"))]


def test_all_together_are_what_was_paid():
	"""1.190475 for three: 0.40 for one, 0.79 for two, 1.19 for all."""
	order = shop_order("1.190475", [line("1.11", "3", tax=taxes(("US", "7.25", "0.080475")))])
	assert one_by_one(order, order.lines[0].id, 3) == [D("0.40"), D("0.39"), D("0.40")]
	assert value_of(order, {order.lines[0].id: D(3)}) == D("1.19")


def test_no_more_than_what_is_left():
	"""42.00 of which 21.00 was credited before: half of everything."""
	order = shop_order("42.00", [line("40.00", "2", tax=taxes(("VAT", "5", "2.00")))])
	amounts = of_returned(order, {order.lines[0].id: D(2)}, {}, 2, D(21))
	assert (amounts.discount, amounts.taxes[0][1], amounts.total) == (D(-20), D(1), D(21))


def test_no_more_than_what_is_left_on_a_site_with_fewer_decimals():
	"""30.00 of 31.50 are 28.571 and 1.429: the site keeps 28.57 and 1.43."""
	order = shop_order("31.50", [line("30.00", "3", tax=taxes(("VAT", "5", "1.50")))], currency="OMR")
	amounts = of_returned(order, {order.lines[0].id: D(3)}, {}, 2, D(30))
	assert (amounts.discount, amounts.taxes[0][1], amounts.total) == (D("-28.57"), D("1.43"), D(30))


def test_a_site_with_too_few_decimals():
	order = shop_order("1.25", [line("1.25", "2")], currency="OMR")
	with pytest.raises(TooFewDecimals):
		of_returned(order, {order.lines[0].id: D(1)}, {}, 2, MUCH)


@pytest.mark.parametrize("generation", ["v1", "v2"])
@settings(max_examples=100)
@given(data=st.data())
def test_returns_of_any_order_add_up(generation, data):
	"""In whatever parts the pieces come back, they are together what was paid for them."""
	order = placed(generation, data.draw(baskets(generation)))
	places = max(2, decimals(order.currency))
	unit = D(1).scaleb(-decimals(order.currency))
	left = {one.id: int(one.quantity) for one in order.lines}
	before: dict[str, Decimal] = {}
	total = D(0)
	while any(left.values()):
		part = {id: D(data.draw(st.integers(0, count))) for id, count in left.items()}
		if not any(part.values()):
			part = {id: D(count) for id, count in left.items()}
		amounts = of_returned(order, part, before, places, MUCH)
		assert -amounts.discount + sum((amount for _tax, amount in amounts.taxes), D(0)) == amounts.total
		total += amounts.total
		for id, count in part.items():
			left[id] -= int(count)
			before[id] = before.get(id, D(0)) + count
	exact = sum((one.total for one in order.lines if one.quantity), D(0))
	assert total == value_of(order, {one.id: one.quantity for one in order.lines})
	assert abs(total - exact) <= unit / 2

"""The money of a Medusa order in a Sales Order: examples calculated by hand, and random orders."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_orders import Credit
from medusa_integration.selling.order.imports.amounts import amounts_of
from medusa_integration.selling.order.imports.mapping import Accounts, Sold, charges_of, discount_of, items_of
from medusa_integration.selling.order.imports.problems import TooFewDecimals, TotalDiffers
from tests.selling.order_values import (
	ACCOUNTS,
	ITEMS,
	baskets,
	calculated,
	line,
	mapped,
	placed,
	shipped,
	shop_order,
	taxes,
)

D = Decimal


def test_prices_without_tax():
	vat = taxes(("VAT", "5", "2.00"))
	order = shop_order(
		"47.25", [line("40.00", "4", tax=vat)], [shipped("5.00", tax=taxes(("VAT", "5", "0.25")))]
	)
	assert mapped(order) == (
		[(10, 4, 10)],
		[("Freight - C", "Courier", 5), ("VAT - C", "VAT 5%", 2.25)],
		0,
	)


def test_a_discount_is_in_the_rate():
	order = shop_order("36.00", [line("40.00", "4", discount="4.00")])
	assert mapped(order) == ([(9, 4, 10)], [], 0)


def test_what_no_rate_gives_is_a_discount_of_the_document():
	"""53.97 for three is 17.99 each; 10.00 for three is 3.34 each, less 0.02."""
	assert mapped(shop_order("53.97", [line("59.97", "3", discount="6.00")])) == ([(17.99, 3, 19.99)], [], 0)
	assert mapped(shop_order("10.00", [line("10.00", "3")])) == ([(3.34, 3, 3.34)], [], 0.02)


def test_the_unrounded_total_of_v2_is_rounded_once():
	"""53.973 + 5.95 + 4.3444175 is 64.2674175; rounded by themselves they would be 64.26."""
	order = shop_order(
		"64.2674175",
		[line("59.97", "3", discount="5.997", tax=taxes(("US", "7.25", "3.9130425")))],
		[shipped("5.95", tax=taxes(("US", "7.25", "0.431375")))],
	)
	assert mapped(order) == (
		[(17.99, 3, 19.99)],
		[("Freight - C", "Courier", 5.95), ("VAT - C", "US 7.25%", 4.35)],
		0,
	)


def test_two_taxes_that_would_both_be_rounded_up():
	"""10.00 with twice 0.725 is 11.45; one of them is 0.72."""
	order = shop_order("11.45", [line("10.00", tax=taxes(("A", "7.25", "0.725"), ("B", "7.25", "0.725")))])
	assert mapped(order)[1] == [("VAT - C", "A 7.25%", 0.72), ("VAT - C", "B 7.25%", 0.73)]


def test_prices_with_tax():
	"""Two of 9.99 with 19 percent in them: 16.7899... and 3.1900..., 19.98 in all."""
	vat = taxes(("DE", "19", "3.190084033613445378"))
	order = shop_order("19.98", [line("16.789915966386554622", "2", tax=vat)])
	assert mapped(order) == ([(8.4, 2, 8.4)], [("VAT - C", "DE 19%", 3.19)], 0.01)


def test_a_row_that_costs_nothing():
	order = shop_order("5.00", [line("10.00", "2", discount="10.00", title="Free"), line("5.00")])
	amounts = amounts_of(order, 2)
	free, paid = items_of(order, amounts, ITEMS, ACCOUNTS)
	assert (free["rate"], free["price_list_rate"], free["discount_percentage"]) == (0, 5, 100)
	assert (paid["rate"], paid["discount_percentage"]) == (5, 0)


def test_free_shipping_and_taxes_of_nothing_are_no_charges():
	order = shop_order(
		"10.00",
		[line("10.00", tax=taxes(("ZERO", "0", "0")))],
		[shipped("5.00", discount="5.00", tax=taxes(("VAT", "5", "0")))],
	)
	assert mapped(order)[1] == []


def test_two_ways_of_shipping_are_two_charges():
	order = shop_order(
		"25.00", [line("10.00")], [shipped("5.00"), shipped("10.00", name="Post", option_id="so_2")]
	)
	accounts = Accounts("C", any_shipping="Freight - C", shipping={"so_2": "Post - C"})
	assert mapped(order, accounts)[1] == [("Freight - C", "Courier", 5), ("Post - C", "Post", 10)]


def test_shipping_that_is_sold_as_an_item():
	order = shop_order("12.00", [line("10.00")], [shipped("5.00", discount="3.00")])
	accounts = Accounts("C", shipping_items={"Courier": Sold("SHIPPING", "Nos")})
	assert mapped(order, accounts) == ([(10, 1, 10), (2, 1, 5)], [], 0)


def test_gift_cards_and_store_credit_are_paid_with():
	credits = (Credit("gift_card", "gift_1", D("4.00")), Credit("store-credit", "sc_1", D("1.50")))
	order = shop_order("4.50", [line("10.00")], credits=credits)
	assert mapped(order)[1] == [("Gift Cards - C", "gift_card", -4), ("Gift Cards - C", "store-credit", -1.5)]


def test_what_a_gift_card_takes_off_the_taxes():
	credits = (Credit("gift_card", "gift_1", D("4.00"), D("0.20")),)
	order = shop_order("6.30", [line("10.00", tax=taxes(("VAT", "5", "0.50")))], credits=credits)
	assert mapped(order)[1] == [("VAT - C", "VAT 5%", 0.3), ("Gift Cards - C", "gift_card", -4)]


@pytest.mark.parametrize(
	("currency", "places", "total", "subtotal", "rates"),
	[
		("OMR", 3, "3.751", "3.751", [(1.251, 3, 1.251)]),
		("JPY", 2, "1000", "1000", [(333.34, 3, 333.34)]),
		("JPY", 2, "999", "999", [(333, 3, 333)]),
		("OMR", 2, "3.750", "3.750", [(1.25, 3, 1.25)]),
	],
)
def test_currencies_with_other_decimals(currency, places, total, subtotal, rates):
	assert mapped(shop_order(total, [line(subtotal, "3")], currency=currency), places=places)[0] == rates


def test_a_site_that_keeps_too_few_decimals():
	with pytest.raises(TooFewDecimals) as raised:
		amounts_of(shop_order("3.751", [line("3.751", "3")], currency="OMR"), 2)
	assert (raised.value.currency, raised.value.needed, raised.value.kept) == ("OMR", 3, 2)


def test_a_total_that_is_not_the_sum_of_its_parts():
	with pytest.raises(TotalDiffers) as raised:
		amounts_of(shop_order("10.01", [line("10.00")]), 2)
	assert (raised.value.total, raised.value.found, raised.value.currency) == (D("10.01"), D("10.00"), "USD")


def test_v2_rounds_nothing():
	"""Its total is the sum to the last digit; v1 may have rounded the sum of all discounts."""
	amounts_of(shop_order("10.004", [line("10.00")], generation="v1"), 2)
	with pytest.raises(TotalDiffers):
		amounts_of(shop_order("10.004", [line("10.00")]), 2)


def test_the_rounded_sum_of_discounts_of_v1():
	"""19.99 and 60.71 less 1.2385 and 3.7615 are 75.70, while the rows are 18.7515 and 56.9485."""
	lines = [line("19.99", discount="1.2385"), line("60.71", discount="3.7615", id="item_2")]
	order = shop_order("75.70", lines, generation="v1")
	assert mapped(order) == ([(18.75, 1, 19.99), (56.95, 1, 60.71)], [], 0)
	# 1.2445 would be taken off as 1.24
	order = shop_order("18.75", [line("19.99", discount="1.2445")], generation="v1")
	assert mapped(order) == ([(18.75, 1, 19.99)], [], 0)
	with pytest.raises(TotalDiffers):
		amounts_of(shop_order("18.76", [line("19.99", discount="1.2445")], generation="v1"), 2)


def test_rates_that_have_to_be_raised_by_little():
	"""1,000 for 299.70 are 0.30 each, less 0.30 in all."""
	many = line("333.00", "1000", discount="33.30")
	assert mapped(shop_order("299.70", [many])) == ([(0.3, 1000, 0.33)], [], 0.3)
	assert mapped(shop_order("300.40", [many, line("0.70")])) == ([(0.3, 1000, 0.33), (0.7, 1, 0.7)], [], 0.3)


def test_the_rate_of_a_small_row_is_raised_before_that_of_a_large_one():
	order = shop_order("3334.33", [line("3333.33", "1000"), line("1.00", "1")])
	assert mapped(order) == ([(3.34, 1000, 3.34), (1.0, 1, 1.0)], [], 6.67)
	order = shop_order("100.00", [line("33.335", "1"), line("66.665", "7")])
	assert mapped(order)[2] < D("0.07")


def test_fifty_rows():
	order = shop_order(
		"500.50", [line("10.01", tax=taxes(("VAT", "0", "0")), id=f"item_{n}") for n in range(50)]
	)
	rows, charges, discount = mapped(order)
	assert (len(rows), charges, discount) == (50, [], 0)


@pytest.mark.parametrize("generation", ["v1", "v2"])
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_total_of_any_order_is_kept(generation, data):
	basket = data.draw(baskets(generation))
	order = placed(generation, basket)
	unit = D(1).scaleb(-decimals(order.currency))
	places = max(2, decimals(order.currency))
	amounts = amounts_of(order, places)
	items, charges = items_of(order, amounts, ITEMS, ACCOUNTS), charges_of(amounts, ACCOUNTS)
	discount = discount_of(amounts)["discount_amount"]
	assert calculated(items, charges, discount, places) == order.total.quantize(unit, ROUND_HALF_UP)
	assert discount >= 0
	# no amount is off by a minor unit, whatever was rounded the other way
	net = sum((found.subtotal - found.discount for found in order.lines), D(0))
	assert abs(amounts.net_total - net) < unit
	for way, amount in amounts.shipping:
		assert abs(amount - (way.subtotal - way.discount)) < unit
	for tax, amount in amounts.taxes:
		exact = sum(
			(
				one.amount
				for found in (*order.lines, *order.shipping)
				for one in found.taxes
				if (one.code, one.name, one.rate) == (tax.code, tax.name, tax.rate)
			),
			D(0),
		)
		assert abs(amount - exact) < unit
	# no row is less than it costs, but for rounding; all together are hardly more
	step = D(1).scaleb(-places)
	for row in amounts.rows:
		lacks = row.source.subtotal - row.source.discount - row.rate * row.quantity
		assert lacks <= max(unit, step * row.quantity) / 2
	quantities = [row.quantity for row in amounts.rows]
	assert amounts.discount <= step * (sum(quantities) / 2 + max(quantities)) + unit * len(quantities)

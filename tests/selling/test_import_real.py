"""Carts that were completed in real Medusas, by the shop's own routes: their totals in a Sales Order."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from devbench.medusa.checkout import checkout_of
from medusa_integration.medusa.money import decimals
from medusa_integration.selling.order.imports.amounts import amounts_of
from medusa_integration.selling.order.imports.mapping import Accounts, Sold, charges_of, discount_of, items_of
from tests.selling.order_values import calculated
from tests.support.medusa import read_orders, real_server

D = Decimal
ACCOUNTS = Accounts("C", any_shipping="Freight", any_tax="Tax", credit="Cards")
PRICES = {"usd": ("19.99", "0.37", "5.95"), "omr": ("7.995", "0.125", "1.250"), "jpy": ("1999", "37", "595")}
pytestmark = [pytest.mark.medusa, pytest.mark.long]


class Store:
	"""A real Medusa in which a test buys, and the orders as the app reads them."""

	def __init__(self, generation: str) -> None:
		self.generation, self.server = generation, real_server(generation)
		self.checkout = checkout_of(self.server)

	def order(
		self, currency: str, rows: int = 1, *, rate: float = 7.25, code=None, cards=(), options=1, **region
	):
		"""Buy so many rows, and read the order; `code` is a kind of discount and its value."""
		place = self.checkout.region(currency, rate, **region)
		dear, cheap, freight = PRICES[currency]
		items = [
			(self.checkout.variant({currency: dear if number % 2 == 0 else cheap}, place), number % 7 + 1)
			for number in range(rows)
		]
		ways = [self.checkout.option(place, f"Way {number}", freight) for number in range(options)]
		codes = [self.checkout.discount(place, *code)] if code else []
		more = {"cards": [self.checkout.gift_card(place, amount) for amount in cards]} if cards else {}
		order_id = self.checkout.buy(place, items, ways, codes, **more)
		(order,) = read_orders(self.server, [order_id])
		return order


@pytest.fixture(params=["v1", "v2"])
def store(request) -> Store:
	return Store(request.param)


def check(order) -> None:
	"""ERPNext's total is Medusa's, and every row and charge is there."""
	places = max(2, decimals(order.currency))
	amounts = amounts_of(order, places)
	sold = {row.variant_id: Sold(row.sku, "Nos") for row in order.lines}
	items, charges = items_of(order, amounts, sold, ACCOUNTS), charges_of(amounts, ACCOUNTS)
	discount = discount_of(amounts)["discount_amount"]
	unit = D(1).scaleb(-decimals(order.currency))
	assert calculated(items, charges, discount, places) == order.total.quantize(unit, ROUND_HALF_UP)
	assert [(row["item_code"], row["qty"]) for row in items] == [
		(row.sku, float(row.quantity)) for row in order.lines
	]


@pytest.mark.parametrize("currency", ["usd", "omr", "jpy"])
def test_prices_without_tax(store, currency):
	order = store.order(currency, 3)
	check(order)
	assert (order.currency, len(order.lines), len(order.shipping)) == (currency.upper(), 3, 1)
	assert {tax.rate for line in order.lines for tax in line.taxes} == {D("7.25")}
	assert order.payments[0].amount == order.total


@pytest.mark.parametrize(
	"code", [("percentage", "10"), ("fixed", "5"), ("free_shipping",)], ids=lambda code: code[0]
)
def test_discounts(store, code):
	order = store.order("usd", 3, code=code)
	check(order)
	off = sum(line.discount for line in order.lines)
	expected = {"fixed": D(5), "free_shipping": D(0)}.get(code[0], sum(x.subtotal for x in order.lines) / 10)
	assert abs(off - expected) < D("0.02")
	# v1 makes the price of the shipping 0, v2 has a discount on it
	assert (order.shipping[0].total == 0) == (code[0] == "free_shipping")


def test_fifty_rows(store):
	order = store.order("usd", 50, code=("percentage", "33"))
	check(order)
	assert len(order.lines) == 50


def test_gift_cards_of_v1():
	order = Store("v1").order("usd", 2, cards=["10.00"])
	check(order)
	assert [credit.amount for credit in order.credits] == [10]


@pytest.mark.parametrize("currency", ["usd", "omr", "jpy"])
def test_prices_with_tax_of_v2(currency):
	order = Store("v2").order(currency, 3, rate=19, inclusive=True, code=("percentage", "10"))
	check(order)
	assert all(line.is_tax_inclusive for line in order.lines)

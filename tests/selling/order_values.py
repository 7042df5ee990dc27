"""Orders of Medusa for tests of the import: values, and what ERPNext calculates of a Sales Order, plainly."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

from devbench.medusa.simulator.baskets import Basket, Bought, Discount, Shipped, Tax
from devbench.medusa.simulator.v1 import orders as orders_v1
from devbench.medusa.simulator.v1.app import V1
from devbench.medusa.simulator.v2 import orders as orders_v2
from devbench.medusa.simulator.v2.app import V2
from medusa_integration import database
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.orders_v1 import OrderParserV1
from medusa_integration.mirror.orders_v2 import order_v2
from medusa_integration.mirror.shop_orders import (
	OrderAddress,
	OrderCustomer,
	OrderLine,
	ShippingLine,
	ShopOrder,
	TaxLine,
)
from medusa_integration.selling.order.imports.amounts import amounts_of
from medusa_integration.selling.order.imports.make import import_order
from medusa_integration.selling.order.imports.mapping import (
	Accounts,
	Sold,
	charges_of,
	discount_of,
	items_of,
	shipped_as_items,
)

D = Decimal
MOMENT = datetime(2026, 11, 30, 4, 56, tzinfo=timezone.utc)
_apps = {"v1": V1(True, "a@example.com", "x"), "v2": V2(True, "a@example.com", "x")}


def shop_order(total: str, lines=(), shipping=(), currency: str = "USD", **values) -> ShopOrder:
	defaults = {
		"id": "order_1",
		"display_id": "1007",
		"status": "pending",
		"payment_status": "awaiting",
		"fulfillment_status": "not_fulfilled",
		"created_at": MOMENT,
		"updated_at": MOMENT,
		"generation": "v2",
		"customer": OrderCustomer("cus_1", "anna@example.com"),
	}
	return ShopOrder(
		**{**defaults, **values},
		currency=currency,
		total=D(total),
		lines=tuple(lines),
		shipping=tuple(shipping),
	)


def taxes(*given: tuple[str, str, str]) -> tuple[TaxLine, ...]:
	return tuple(TaxLine(code, code, D(rate), D(amount)) for code, rate, amount in given)


def line(subtotal: str, quantity: str = "1", discount: str = "0", tax: tuple[TaxLine, ...] = (), **values):
	amount = sum((one.amount for one in tax), D(0))
	return OrderLine(
		**{"id": "item_1", "variant_id": "variant_1", "sku": "SKU", "title": "Gloves", **values},
		quantity=D(quantity),
		unit_price=D(subtotal) / D(quantity),
		subtotal=D(subtotal),
		discount=D(discount),
		tax=amount,
		total=D(subtotal) - D(discount) + amount,
		taxes=tax,
	)


def shipped(subtotal: str, discount: str = "0", tax: tuple[TaxLine, ...] = (), **values) -> ShippingLine:
	amount = sum((one.amount for one in tax), D(0))
	return ShippingLine(
		**{"id": "sm_1", "option_id": "so_1", "name": "Courier", **values},
		amount=D(subtotal),
		subtotal=D(subtotal),
		discount=D(discount),
		tax=amount,
		total=D(subtotal) - D(discount) + amount,
		taxes=tax,
	)


def placed(generation: str, basket: Basket) -> ShopOrder:
	"""The order that Medusa makes of a basket, as it is read."""
	app, module = _apps[generation], {"v1": orders_v1, "v2": orders_v2}[generation]
	row = app.placed.rows[module.place_order(app, basket)]
	if generation == "v1":
		return OrderParserV1(module.whole(app, row), None).order()
	return order_v2(module._whole(row))


def calculated(items: list[dict], charges: list[dict], discount: float, places: int) -> Decimal:
	"""The grand total of a Sales Order with these rows, as ERPNext calculates it."""
	unit = D(1).scaleb(-places)

	def rounded(value: Decimal) -> Decimal:
		return value.quantize(unit, ROUND_HALF_UP)

	total = sum((rounded(D(str(row["rate"])) * D(str(row["qty"]))) for row in items), D(0))
	net = total - rounded(D(str(discount)))
	return net + sum((rounded(D(str(row["tax_amount"]))) for row in charges), D(0))


def imported(order_id: str, variant_id: str, currency: str, who: str) -> str:
	"""Import an order of a guest and commit, as a worker does it; for tests with two processes."""
	order = shop_order(
		"10.00",
		[line("10.00", variant_id=variant_id)],
		currency=currency,
		id=order_id,
		customer=OrderCustomer(f"cus_{who}", f"{who}@example.com", first_name="Guest", last_name=who),
		billing_address=OrderAddress("Guest", who, address_1="1 Main Street", city="Muscat", country="OM"),
	)
	import frappe

	# the transaction's isolation is that of the next one
	frappe.db.rollback()
	with database.read_committed():
		frappe.db.commit()
		name = import_order(order)
		frappe.db.commit()
	return name


ITEMS = {"variant_1": Sold("GLOVES", "Nos")}
ACCOUNTS = Accounts("C", any_shipping="Freight - C", any_tax="VAT - C", credit="Gift Cards - C")


def mapped(order, accounts: Accounts = ACCOUNTS, places: int = 2) -> tuple[list, list, float]:
	"""Rows as (rate, quantity, list rate), charges as (account, text, amount), and the discount."""
	amounts = amounts_of(order, places, shipped_as_items(order, accounts))
	items, charges = items_of(order, amounts, ITEMS, accounts), charges_of(amounts, accounts)
	discount = discount_of(amounts)["discount_amount"]
	assert calculated(items, charges, discount, places) == amounts.total
	return (
		[(row["rate"], row["qty"], row["price_list_rate"]) for row in items],
		[(row["account_head"], row["description"], row["tax_amount"]) for row in charges],
		discount,
	)


RATES = [Tax("VAT", "VAT", D("5")), Tax("CITY", "City", D("7.25")), Tax("STATE", "State", D("19.0"))]


@st.composite
def baskets(draw: st.DrawFn, generation: str) -> Basket:
	currency = draw(st.sampled_from(("usd", "omr", "jpy", "kwd")))
	places = decimals(currency)
	unit = D(1).scaleb(-places)

	def money(least: int, most: int) -> Decimal:
		return draw(st.integers(least, most)) * unit

	def some_taxes() -> tuple[Tax, ...]:
		return tuple(draw(st.lists(st.sampled_from(RATES), max_size=2, unique=True)))

	def discounts(price: Decimal) -> tuple[Discount, ...]:
		percent = draw(st.sampled_from((0, 0, 10, 33, 100)))
		amount = price * percent / 100
		inclusive = generation == "v2" and draw(st.booleans())
		return (Discount("CODE", amount, inclusive),) if percent else ()

	items = []
	for _ in range(draw(st.integers(1, 8))):
		price, quantity = money(1, 500_000), draw(st.integers(1, 300))
		inclusive = draw(st.booleans())
		off = discounts(price * quantity)
		items_taxes = some_taxes()
		if inclusive and generation == "v2" and off and not off[0].inclusive:
			# 100 percent of a price with tax, taken off without tax, would be less than nothing
			off = (Discount("CODE", off[0].amount, True),)
		if inclusive and generation == "v1":
			items_taxes, off = items_taxes or (RATES[0],), ()
		if not inclusive:
			off = tuple(Discount(one.code, one.amount) for one in off)
		items.append(
			Bought("variant_1", price, quantity, taxes=items_taxes, discounts=off, inclusive=inclusive)
		)
	ways = [
		Shipped(
			money(0, 20_000),
			taxes=some_taxes(),
			inclusive=draw(st.booleans()),
			free=generation == "v1" and draw(st.booleans()),
		)
		for _ in range(draw(st.integers(0, 2)))
	]
	credit = draw(st.sampled_from((D(0), unit)))
	return Basket(tuple(items), tuple(ways), currency=currency, credit=credit)

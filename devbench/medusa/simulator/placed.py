"""Orders that were placed: what both generations keep of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from devbench.medusa.simulator.baskets import Basket, total_v2
from devbench.medusa.simulator.moved import basket_of
from devbench.medusa.simulator.tables import Row, new_id, now

if TYPE_CHECKING:
	from devbench.medusa.simulator.v1.app import V1
	from devbench.medusa.simulator.v2.app import V2


def place(app: V1 | V2, basket: Basket, values: Row) -> str:
	"""Let there be an order with these columns of its generation besides; returns its id."""
	row = app.placed.insert(
		{
			"status": "pending",
			"fulfillment_status": "not_fulfilled",
			"display_id": len(app.placed.rows) + 1,
			"customer_id": basket.customer.get("id") or new_id("cus"),
			"email": basket.email,
			"region_id": next(iter(app.regions))["id"],
			"currency_code": basket.currency,
			"sales_channel_id": app.sales_channel["id"],
			"canceled_at": None,
			"_basket": basket,
			"_ids": {},
			"_captured": None,
			"_fulfillments": [],
			"_returns": [],
			"_refunds": (),
			# what refunds have taken off the total of v2
			"_credits": (),
			**values,
		}
	)
	app.orders.setdefault(row["id"], {})
	return row["id"]


def capture(app: V1 | V2, order_id: str) -> None:
	"""Let the payment of an order be captured."""
	row = app.placed.rows[order_id]
	app.placed.update(row, {"payment_status": "captured", "_captured": now()})


def refund(app: V1 | V2, order_id: str, amount: Decimal) -> None:
	"""Let so much be paid back of an order, in major units."""
	row = app.placed.rows[order_id]
	one = {"id": new_id("ref"), "created_at": now(), "amount": amount}
	paid = total_v2(row["_basket"]) - sum(found["amount"] for found in row["_refunds"])
	owed = paid - total_v2(basket_of(row)) + sum(row["_credits"])
	credit = amount - max(owed, Decimal(0))
	credits = (*row["_credits"], credit) if credit > 0 else row["_credits"]
	app.placed.update(row, {"_refunds": (*row["_refunds"], one), "_credits": credits})


def part_id(row: Row, prefix: str, position: int) -> str:
	"""The id of a part of an order: the same whenever the order is read."""
	return row["_ids"].setdefault((prefix, position), new_id(prefix))


def columns(row: Row) -> Row:
	"""What Medusa shows of the row itself."""
	return {name: value for name, value in row.items() if not name.startswith("_")}


def customer(row: Row, *names: str) -> Row:
	"""Who has placed it; values that nobody gave are None."""
	basket: Basket = row["_basket"]
	return {
		"id": row["customer_id"],
		"email": basket.email,
		**dict.fromkeys((*names, "first_name", "last_name", "phone")),
		"has_account": False,
		**basket.customer,
	}


def addresses(row: Row, prefix: str) -> Row:
	"""Where it is billed and sent to, None where nobody said."""
	basket: Basket = row["_basket"]
	both = {"billing_address": basket.billing, "shipping_address": basket.delivery}
	return {
		name: address and {"id": part_id(row, prefix, position), **address}
		for position, (name, address) in enumerate(both.items(), start=1)
	}

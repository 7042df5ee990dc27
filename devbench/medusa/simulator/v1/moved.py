"""What v1 shows of what was sent and came back."""

from __future__ import annotations

from devbench.medusa.simulator.placed import part_id
from devbench.medusa.simulator.tables import Row


def fulfillments(row: Row) -> list[Row]:
	"""The fulfillments of an order, as v1 shows them."""
	return [
		{
			**{name: value for name, value in one.items() if not name.startswith("_")},
			"order_id": row["id"],
			"provider_id": "manual",
			"tracking_numbers": [],
			"data": {},
			"items": [
				{"fulfillment_id": one["id"], "item_id": part_id(row, "item", position), "quantity": quantity}
				for position, quantity in one["_items"].items()
			],
			"tracking_links": [{**label, "fulfillment_id": one["id"]} for label in one["_labels"]],
		}
		for one in row["_fulfillments"]
	]


def returns(row: Row) -> list[Row]:
	"""The returns of an order, as v1 shows them."""
	return [
		{
			**{name: value for name, value in one.items() if not name.startswith("_")},
			"order_id": row["id"],
			"items": [
				{
					"return_id": one["id"],
					"item_id": part_id(row, "item", position),
					"quantity": one["_came"].get(position, (quantity, 0))[0],
					"requested_quantity": quantity,
					"received_quantity": one["_came"].get(position, (None, 0))[0],
				}
				for position, quantity in one["_items"].items()
			],
		}
		for one in row["_returns"]
	]

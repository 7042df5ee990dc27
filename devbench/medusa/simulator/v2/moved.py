"""What v2 shows of what was sent and came back, and how it shows numbers."""

from __future__ import annotations

from decimal import Context, Decimal

from devbench.medusa.simulator.placed import part_id
from devbench.medusa.simulator.tables import Row

_TWENTY = Context(prec=20)


def fulfillments(row: Row) -> list[Row]:
	"""The fulfillments of an order, as v2 shows them."""
	return [
		{
			**{name: value for name, value in one.items() if not name.startswith("_")},
			"items": [
				{
					"id": part_id(row, f"fulit_{one['id']}", position),
					"line_item_id": part_id(row, "ordli", position),
					"inventory_item_id": None,
					**amount("quantity", Decimal(quantity)),
				}
				for position, quantity in one["_items"].items()
			],
			"labels": list(one["_labels"]),
		}
		for one in row["_fulfillments"]
	]


def returns(row: Row) -> list[Row]:
	"""The returns of an order, as v2 shows them: of what came in parts, the last part."""
	return [
		{
			**{name: value for name, value in one.items() if not name.startswith("_")},
			"order_id": row["id"],
			"canceled_at": None,
			"items": [_returned(row, one, position) for position in one["_items"]],
		}
		for one in row["_returns"]
	]


def _returned(row: Row, one: Row, position: int) -> Row:
	whole, damaged = one["_last"].get(position, (0, 0))
	return {
		"id": part_id(row, f"retitem_{one['id']}", position),
		"return_id": one["id"],
		"item_id": part_id(row, "ordli", position),
		**amount("quantity", Decimal(one["_items"][position])),
		**amount("received_quantity", Decimal(whole + damaged)),
		**amount("damaged_quantity", Decimal(damaged)),
	}


def amount(name: str, value: Decimal, *, raw: bool = True) -> Row:
	"""An amount as v2 shows it: a number, and a text of twenty digits."""
	exact = _TWENTY.plus(value)
	shown = float(exact)
	shown = int(shown) if shown.is_integer() else shown
	texts = {f"raw_{name}": {"value": f"{exact.normalize(_TWENTY):f}", "precision": 20}} if raw else {}
	return {name: shown, **texts}

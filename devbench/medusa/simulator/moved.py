"""What of an order was sent and what came back: what both generations keep of it.

Rows of the order are named by their position in the basket.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from devbench.medusa.simulator.baskets import Basket
from devbench.medusa.simulator.tables import Row, new_id, now

if TYPE_CHECKING:
	from devbench.medusa.simulator.v1.app import V1
	from devbench.medusa.simulator.v2.app import V2


def basket_of(row: Row) -> Basket:
	"""What was bought, with what has come back by now."""
	basket: Basket = row["_basket"]
	items = [
		replace(bought, returned=bought.returned + returned(row, position))
		for position, bought in enumerate(basket.items)
	]
	return replace(basket, items=tuple(items))


def fulfilled(row: Row, position: int) -> int:
	"""How many of a row are in fulfillments."""
	return sum(one["_items"].get(position, 0) for one in row["_fulfillments"] if not one["canceled_at"])


def returned(row: Row, position: int, kind: str = "") -> int:
	"""How many of a row came back; `kind` "damaged" or "whole" counts these only."""
	found = 0
	for one in row["_returns"]:
		whole, damaged = one["_came"].get(position, (0, 0))
		found += {"damaged": damaged, "whole": whole}.get(kind, whole + damaged)
	return found


def fulfill(
	app: V1 | V2, row: Row, items: Mapping[int, int], metadata: Row | None = None, location: str | None = None
) -> Row:
	"""Let these be in a new fulfillment."""
	made = {
		"id": new_id("ful"),
		"created_at": now(),
		"updated_at": now(),
		"shipped_at": None,
		"canceled_at": None,
		"location_id": location,
		"metadata": metadata,
		"_items": dict(items),
		"_labels": [],
	}
	_change(app, row, {"_fulfillments": [*row["_fulfillments"], made]})
	return made


def ship(app: V1 | V2, row: Row, fulfillment_id: str, labels: Sequence[Row]) -> None:
	"""Let a fulfillment be on its way."""
	shown = [{"id": new_id("label"), **label} for label in labels]
	_fulfillment(app, row, fulfillment_id, {"shipped_at": now(), "_labels": shown})


def cancel(app: V1 | V2, row: Row, fulfillment_id: str) -> None:
	"""Let a fulfillment be cancelled."""
	_fulfillment(app, row, fulfillment_id, {"canceled_at": now()})


def find(row: Row, fulfillment_id: object) -> Row | None:
	"""The fulfillment of the order with this id."""
	return next((one for one in row["_fulfillments"] if one["id"] == fulfillment_id), None)


def request_return(app: V1 | V2, row: Row, items: Mapping[int, int]) -> Row:
	"""Let somebody want to send these back."""
	made = {
		"id": new_id("ret" if app.generation == "v1" else "return"),
		"status": "requested",
		"created_at": now(),
		"updated_at": now(),
		"received_at": None,
		"_items": dict(items),
		"_came": {},
		"_last": {},
	}
	_change(app, row, {"_returns": [*row["_returns"], made]})
	return made


def receive(
	app: V1 | V2, row: Row, return_id: str, items: Mapping[int, int], damaged: Mapping[int, int]
) -> None:
	"""Let these have come back, of a return. Only v2 knows damaged ones, and returns in parts."""

	def received(one: Row) -> Row:
		now_came = {
			position: (items.get(position, 0), damaged.get(position, 0)) for position in {*items, *damaged}
		}
		came = {**one["_came"]}
		for position, (whole, broken) in now_came.items():
			before = came.get(position, (0, 0))
			came[position] = (before[0] + whole, before[1] + broken)
		# the real v2 compares only what came last
		last = {**one["_last"], **now_came}
		complete = all(sum(last.get(position, (0, 0))) == count for position, count in one["_items"].items())
		status = "received" if complete or app.generation == "v1" else "partially_received"
		received_at = now() if status == "received" else None
		return {**one, "status": status, "received_at": received_at, "_came": came, "_last": last}

	_change(app, row, {"_returns": _changed(row["_returns"], return_id, received)})


def _fulfillment(app: V1 | V2, row: Row, fulfillment_id: str, values: Row) -> None:
	found = _changed(row["_fulfillments"], fulfillment_id, lambda one: {**one, **values, "updated_at": now()})
	_change(app, row, {"_fulfillments": found})


def _changed(rows: Sequence[Row], row_id: str, change: Callable[[Row], Row]) -> list[Row]:
	assert any(one["id"] == row_id for one in rows), row_id
	return [change(one) if one["id"] == row_id else one for one in rows]


def _change(app: V1 | V2, row: Row, values: Row) -> None:
	app.placed.update(row, values)
	app.placed.update(row, {"fulfillment_status": _status(row)})
	app.settle(row)


def _status(row: Row) -> str:
	living = [one for one in row["_fulfillments"] if not one["canceled_at"]]
	if not living:
		return "canceled" if row["_fulfillments"] else "not_fulfilled"
	bought = row["_basket"].items
	whole = all(fulfilled(row, position) == one.quantity for position, one in enumerate(bought))
	shipped = all(one["shipped_at"] for one in living)
	state = "shipped" if shipped else "fulfilled"
	return state if whole else f"partially_{state}"

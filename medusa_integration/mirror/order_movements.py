"""Medusa's JSON of deliveries and returns as our values.

Pure functions. They raise one of UNREADABLE for what is not of Medusa's shape.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..medusa.bodies import metadata_of, rows
from . import order_fields as fields
from .shop_order_events import ZERO, Fulfillment, MovedLine, OrderReturn
from .shop_orders import EXACT, OrderLine, summed

DELIVERY_NOTE = "erpnext_delivery_note"
"""The key in a fulfillment's metadata for the Delivery Note that it was made of."""
NOTE_CREATED = "erpnext_delivery_note_created"
"""The key for when that Delivery Note was created."""


def fulfillments_v1(remote: Mapping[str, Any]) -> tuple[Fulfillment, ...]:
	"""Return the fulfillments of an order of Medusa 1, the oldest first."""

	def lines(row: Mapping[str, Any]) -> Iterable[MovedLine]:
		return (MovedLine(item["item_id"], fields.required(item, "quantity")) for item in rows(row, "items"))

	return _fulfillments(remote, "tracking_links", lines)


def fulfillments_v2(remote: Mapping[str, Any]) -> tuple[Fulfillment, ...]:
	"""Return the fulfillments of an order of Medusa 2, the oldest first.

	Medusa counts pieces of inventory items. A kit has several, of which it takes several for one of the row.
	"""
	needed = {
		(line["id"], part["inventory_item_id"]): fields.number(part, "required_quantity")
		for line in rows(remote, "items")
		for part in rows(fields.inner(line, "variant"), "inventory_items")
	}

	def lines(row: Mapping[str, Any]) -> Iterable[MovedLine]:
		found: dict[str, Decimal] = {}
		for item in rows(row, "items"):
			line, quantity = fields.maybe_id(item, "line_item_id"), fields.required(item, "quantity")
			if line:
				pieces = needed.get((line, item.get("inventory_item_id"))) or Decimal(1)
				# all parts of a kit say the same
				found.setdefault(line, EXACT.divide(quantity, pieces))
		return (MovedLine(line, quantity) for line, quantity in found.items())

	return _fulfillments(remote, "labels", lines)


def _fulfillments(
	remote: Mapping[str, Any], links: str, lines: Callable[[Mapping[str, Any]], Iterable[MovedLine]]
) -> tuple[Fulfillment, ...]:
	found = [
		Fulfillment(
			id=row["id"],
			lines=tuple(lines(row)),
			created_at=fields.moment(row, "created_at"),
			shipped_at=fields.maybe_moment(row, "shipped_at"),
			canceled_at=fields.maybe_moment(row, "canceled_at"),
			tracking_numbers=tuple(
				number for link in rows(row, links) if (number := fields.text(link, "tracking_number"))
			),
			location_id=fields.maybe_id(row, "location_id"),
			# the name of a document, as it was written
			delivery_note=str(metadata_of(row).get(DELIVERY_NOTE) or "") or None,
			note_created=str(metadata_of(row).get(NOTE_CREATED) or ""),
		)
		for row in rows(remote, "fulfillments")
	]
	return tuple(sorted(found, key=lambda one: (one.created_at, one.id)))


def returns_v1(remote: Mapping[str, Any]) -> tuple[OrderReturn, ...]:
	"""Return the returns of an order of Medusa 1, the oldest first."""

	def line(item: Mapping[str, Any]) -> MovedLine:
		asked = item.get("requested_quantity")
		quantity = fields.required(item, "quantity" if asked is None else "requested_quantity")
		return MovedLine(item["item_id"], quantity, fields.number(item, "received_quantity"))

	return _returns(remote, line)


def returns_v2(remote: Mapping[str, Any], lines: Sequence[OrderLine]) -> tuple[OrderReturn, ...]:
	"""Return the returns of an order of Medusa 2, the oldest first.

	Where a return is received in parts, Medusa 2 keeps the quantity of the last part only. What the rows of
	the order say is complete, so what is missing is added, to the oldest return first.

	Args:
		remote: The order as Medusa answers it.
		lines: Its rows.
	"""

	def line(item: Mapping[str, Any]) -> MovedLine:
		return MovedLine(
			item["item_id"],
			fields.required(item, "quantity"),
			fields.number(item, "received_quantity"),
			fields.number(item, "damaged_quantity"),
		)

	found = _returns(remote, line)
	dismissed = {
		row["id"]: fields.number(fields.inner(row, "detail"), "return_dismissed_quantity")
		for row in rows(remote, "items")
	}
	missing = {one.id: one.returned - _sum(found, one.id, "received") for one in lines}
	damaged = {id: quantity - _sum(found, id, "damaged") for id, quantity in dismissed.items()}
	return tuple(
		replace(one, lines=tuple(_completed(line, missing, damaged) for line in one.lines))
		if not one.canceled_at
		else one
		for one in found
	)


def _sum(returns: Iterable[OrderReturn], line_id: str, of: str) -> Decimal:
	moved = [line for one in returns for line in one.lines if line.line_id == line_id]
	return summed(getattr(line, of) for line in moved)


def _completed(line: MovedLine, missing: dict[str, Decimal], damaged: dict[str, Decimal]) -> MovedLine:
	"""The line with what is missing of it, which is taken out of `missing` and `damaged`."""
	more = min(missing.get(line.line_id, ZERO), line.quantity - line.received)
	if more <= 0 or not line.received:
		return line
	broken = max(ZERO, min(damaged.get(line.line_id, ZERO), more))
	missing[line.line_id] -= more
	damaged[line.line_id] = damaged.get(line.line_id, ZERO) - broken
	return replace(line, received=line.received + more, damaged=line.damaged + broken)


def _returns(
	remote: Mapping[str, Any], line: Callable[[Mapping[str, Any]], MovedLine]
) -> tuple[OrderReturn, ...]:
	found = []
	for row in rows(remote, "returns"):
		lines: dict[str, list[MovedLine]] = defaultdict(list)
		for item in rows(row, "items"):
			moved = line(item)
			lines[moved.line_id].append(moved)
		found.append(
			OrderReturn(
				id=row["id"],
				status=fields.text(row, "status"),
				lines=tuple(_together(moved) for moved in lines.values()),
				created_at=fields.moment(row, "created_at"),
				received_at=fields.maybe_moment(row, "received_at"),
				canceled_at=fields.maybe_moment(row, "canceled_at"),
			)
		)
	return tuple(sorted(found, key=lambda one: (one.created_at, one.id)))


def _together(lines: Sequence[MovedLine]) -> MovedLine:
	"""One line of those that are of the same row of the order."""
	return MovedLine(
		lines[0].line_id,
		summed(one.quantity for one in lines),
		summed(one.received for one in lines),
		summed(one.damaged for one in lines),
	)

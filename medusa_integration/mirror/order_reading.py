"""Reading the shop's orders: which have changed, and what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from ..medusa.client import MedusaV1, MedusaV2
from ..medusa.errors import MedusaError, NotFound, UnexpectedAnswer
from ..medusa.services.orders import OrdersV1, OrdersV2
from ..medusa.values import Json
from .order_fields import UNREADABLE
from .orders_v1 import OrderParserV1
from .orders_v2 import head_v2, locations, may_be_refused, order_v2
from .shop_orders import OrderHead, ShopOrder

HEADS_A_CALL = 100
"""How many changed orders one answer has at most."""
T = TypeVar("T")


class ShopOrders(Protocol):
	"""The orders that were placed in the shop."""

	def changed_since(self, moment: datetime) -> Iterator[tuple[str, OrderHead | MedusaError]]:
		"""Yield the orders that were changed at that moment or later, the oldest change first.

		Each is yielded as its id and what Medusa lists of it, or what kept it alone from being read. One that
		changes meanwhile may come twice. Draft orders are left out.

		Args:
			moment: With its time zone.

		Raises:
			MedusaError: What would meet any other order, too.
		"""
		...

	def placed_between(
		self, since: datetime, before: datetime
	) -> Iterator[tuple[str, OrderHead | MedusaError]]:
		"""Yield the orders that were placed in a time, the oldest first; as `changed_since`.

		Args:
			since: The first moment, with its time zone.
			before: The first moment after that time.

		Raises:
			MedusaError: What would meet any other order, too.
		"""
		...

	def read_each(self, order_ids: Sequence[str]) -> dict[str, ShopOrder | MedusaError]:
		"""Return each of these orders by its id, or what kept it alone from being read.

		An order that Medusa does not have is a NotFound.

		Raises:
			MedusaError: What would meet any other order, too.
		"""
		...

	def read(self, order_ids: Sequence[str]) -> list[ShopOrder]:
		"""Return those of these orders that Medusa has, in order.

		Raises:
			MedusaError: As `read_each`, and what kept a single one from being read.
		"""
		...


class _Reading:
	"""What both generations have in common."""

	_service: OrdersV1 | OrdersV2

	def changed_since(self, moment: datetime) -> Iterator[tuple[str, OrderHead | MedusaError]]:
		"""As `ShopOrders.changed_since`.

		The next page begins at the last moment of the one before: an order that changes meanwhile moves to
		the end, and page numbers would pass over another one.
		"""
		return self._pages(self._service.list_changed, moment, lambda head: head.updated_at)

	def placed_between(
		self, since: datetime, before: datetime
	) -> Iterator[tuple[str, OrderHead | MedusaError]]:
		"""As `ShopOrders.placed_between`."""

		def listed(moment: datetime, *, limit: int, offset: int) -> list[Json]:
			return self._service.list_placed(moment, before, limit=limit, offset=offset)

		return self._pages(listed, since, lambda head: head.created_at)

	def _pages(
		self, listed: Callable[..., list[Json]], since: datetime, at: Callable[[OrderHead], datetime]
	) -> Iterator[tuple[str, OrderHead | MedusaError]]:
		offset = 0
		told: set[tuple[str, datetime | None]] = set()
		while True:
			page = listed(since, limit=HEADS_A_CALL, offset=offset)
			found = [(row["id"], _parsed(row, self._head)) for row in page]
			marks = [(id, at(head) if isinstance(head, OrderHead) else None) for id, head in found]
			yield from (one for one, mark in zip(found, marks, strict=True) if mark not in told)
			if len(page) < HEADS_A_CALL:
				return
			last = max((moment for _id, moment in marks if moment), default=since)
			if last > since:
				since, offset = last, 0
			else:
				offset += len(page)
			told = {mark for mark in marks if mark[1] in (None, last)}

	def read(self, order_ids: Sequence[str]) -> list[ShopOrder]:
		"""As `ShopOrders.read`."""
		found: list[ShopOrder] = []
		for order in self.read_each(order_ids).values():
			if isinstance(order, ShopOrder):
				found.append(order)
			elif not isinstance(order, NotFound):
				raise order
		return found

	def read_each(self, order_ids: Sequence[str]) -> dict[str, ShopOrder | MedusaError]:
		"""As `ShopOrders.read_each`."""
		raise NotImplementedError

	def _head(self, row: Json) -> OrderHead:
		raise NotImplementedError


class ShopOrdersV1(_Reading):
	"""The orders of Medusa 1, one a request, several at a time.

	Args:
		medusa: The client.
		multiplier: As `to_major`.
	"""

	def __init__(self, medusa: MedusaV1, multiplier: int | None) -> None:
		self._medusa, self._service, self._multiplier = medusa, medusa.orders, multiplier

	def read_each(self, order_ids: Sequence[str]) -> dict[str, ShopOrder | MedusaError]:
		"""As `ShopOrders.read_each`."""
		ids = list(dict.fromkeys(order_ids))

		def read(order_id: str) -> ShopOrder | MedusaError:
			row = self._medusa.orders.retrieve(order_id)
			return _parsed(row, lambda found: OrderParserV1(found, self._multiplier).order())

		results, stopped = self._medusa.session.each(ids, read, refused=lambda _id, error: error)
		if stopped:
			raise stopped[0]
		return {order_id: results[position] for position, order_id in enumerate(ids)}

	def _head(self, row: Json) -> OrderHead:
		return OrderParserV1(row, self._multiplier).head()


class ShopOrdersV2(_Reading):
	"""The orders of Medusa 2, many a request."""

	def __init__(self, medusa: MedusaV2) -> None:
		self._medusa, self._service = medusa, medusa.orders

	def read_each(self, order_ids: Sequence[str]) -> dict[str, ShopOrder | MedusaError]:
		"""As `ShopOrders.read_each`."""
		ids = list(dict.fromkeys(order_ids))
		found: dict[str, ShopOrder | MedusaError] = {}
		unclear: list[ShopOrder] = []
		unpaid: set[str] = set()
		for row in self._medusa.orders.list_by_id(ids):
			found[row["id"]] = order = _parsed(row, order_v2)
			if not isinstance(order, ShopOrder):
				continue
			if may_be_refused(order, row):
				unpaid.add(order.id)
			if order.id in unpaid or len(locations(row)) > 1:
				unclear.append(order)
		found.update(self._reserved(unclear, unpaid))
		return {order_id: found.get(order_id) or _missing(order_id) for order_id in ids}

	def _reserved(self, orders: Sequence[ShopOrder], unpaid: Set[str]) -> dict[str, ShopOrder]:
		"""Return these orders with what their reservations say. One request per 100 rows."""
		lines = {line.id for order in orders for line in order.lines}
		reserved: dict[str, set[str]] = {line: set() for line in lines}
		for row in self._medusa.orders.list_reservations(lines) if lines else ():
			reserved[row["line_item_id"]].add(row["location_id"])
		return {
			order.id: replace(
				order if order.location_id else _placed(order, reserved),
				is_refused=order.id in unpaid and not any(reserved[line.id] for line in order.lines),
			)
			for order in orders
		}

	def _head(self, row: Json) -> OrderHead:
		return head_v2(row)


def _placed(order: ShopOrder, reserved: Mapping[str, Set[str]]) -> ShopOrder:
	"""Return the order with the stock locations of its rows: where they are reserved, else were sent from."""
	sent: dict[str, set[str]] = {line.id: set() for line in order.lines}
	for one in order.fulfillments:
		if one.location_id and not one.canceled_at:
			for line in one.lines:
				sent.setdefault(line.line_id, set()).add(one.location_id)
	places = {line.id: reserved[line.id] or sent[line.id] for line in order.lines}
	lines = [replace(line, location_id=_only(places[line.id])) for line in order.lines]
	return replace(order, lines=tuple(lines), location_id=_only(set().union(*places.values())))


def _only(places: Set[str]) -> str | None:
	return min(places) if len(places) == 1 else None


def _missing(order_id: str) -> NotFound:
	return NotFound(f"Medusa has no order {order_id}.", status=404)


def _parsed(row: Json, parse: Callable[[Json], T]) -> T | UnexpectedAnswer:
	"""Return the order, or the error that says why it cannot be read."""
	try:
		return parse(row)
	except UNREADABLE as error:
		return UnexpectedAnswer(
			f"Medusa's order {row.get('id')} cannot be read: {error}", status=200, body=_without_people(row)
		)


def _without_people(row: Mapping[str, Any]) -> Json:
	"""What an error may keep of an order: its numbers, without names and addresses."""
	return {
		key: value for key, value in row.items() if not isinstance(value, (dict, list)) and key != "email"
	}

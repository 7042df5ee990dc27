"""What ERPNext has delivered of orders: fulfillments in Medusa, and the shipments that they become.

Medusa has no unique key for them, so each carries the name of its Delivery Note and when that was created,
because a naming series gives the name of a deleted document again. The order is read before anything is made:
so what was done before, and not heard of, is found. A fulfillment is shipped once, and not cancelled after
that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..medusa import MedusaV1, MedusaV2
from ..medusa.bodies import rows
from ..medusa.errors import Invalid, MedusaError
from ..medusa.values import Json
from . import order_fields as fields
from .order_movements import DELIVERY_NOTE, NOTE_CREATED, fulfillments_v1, fulfillments_v2
from .order_reading import ShopOrders
from .shop_order_events import Fulfillment, NoteMark
from .shop_orders import ShopOrder

CARRIER = "carrier"
"""The key in a fulfillment's metadata for who carries it."""


@dataclass(frozen=True, slots=True)
class Delivery:
	"""What one Delivery Note has delivered of one order.

	Attributes:
		note: The Delivery Note.
		order_id: Medusa's id of the order.
		quantities: Whole numbers above 0, by Medusa's id of the row; those of ways of shipping are left out.
		locations: On v2 the ids of the stock locations that a row may have been sent from, by Medusa's id of
			the row; none for one that was sent from where it is reserved.
		tracking_numbers: The tracking numbers.
		carrier: Who carries it, or the address where it is traced; "" without.
		is_canceled: Whether the Delivery Note was cancelled.
		amended: The cancelled Delivery Note that it amends, None without.
	"""

	note: NoteMark
	order_id: str
	quantities: Mapping[str, int]
	tracking_numbers: tuple[str, ...] = ()
	carrier: str = ""
	is_canceled: bool = False
	amended: NoteMark | None = None
	locations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

	@property
	def is_shipped(self) -> bool:
		"""Whether it is on its way: it has a tracking number or a carrier."""
		return bool(self.tracking_numbers or self.carrier)

	@property
	def url(self) -> str:
		"""Where it is traced, "" without."""
		return self.carrier if self.carrier.lower().startswith(("https://", "http://")) else ""

	def has_become(self, fulfillment: Fulfillment) -> bool:
		"""Return whether the fulfillment was made of this Delivery Note."""
		return fulfillment.is_of(self.note)

	def was_made_of(self, fulfillment: Fulfillment) -> bool:
		"""Return whether this Delivery Note, or the one that it amends, was made of what is in Medusa."""
		if fulfillment.id == self.note.id:
			return not self.has_become(fulfillment)
		if not self.amended or fulfillment.id != self.amended.id or fulfillment.canceled_at:
			return False
		return not fulfillment.is_of(self.amended)


@dataclass(frozen=True, slots=True)
class Delivered:
	"""What became of a Delivery.

	Attributes:
		ids: Medusa's ids of its fulfillments, the oldest first.
		is_medusas: Whether the fulfillment was made in Medusa: nothing was sent.
		was_canceled: Whether somebody has cancelled it in Medusa, or one of several: it is not made again.
		left_out: Tracking numbers that came after the shipment.
		error: What it alone met.
	"""

	ids: tuple[str, ...] = ()
	is_medusas: bool = False
	was_canceled: bool = False
	left_out: tuple[str, ...] = ()
	error: MedusaError | None = None


@dataclass
class _State:
	"""The fulfillments of one Delivery while it is sent: `mine` are those that are not cancelled."""

	delivery: Delivery
	order: ShopOrder
	mine: list[Fulfillment] = field(default_factory=list)
	canceled: tuple[Fulfillment, ...] = ()


class Deliveries:
	"""The deliveries of one Medusa.

	Args:
		medusa: The client.
		orders: Reads the orders of this Medusa.
	"""

	def __init__(self, medusa: MedusaV1 | MedusaV2, orders: ShopOrders) -> None:
		self._medusa, self._orders = medusa, orders

	def save(self, deliveries: Sequence[Delivery]) -> list[Delivered]:
		"""Have each delivery in Medusa, or cancelled there; one result each, in order. It may be repeated.

		Raises:
			MedusaError: As `Products.save`.
		"""
		orders = self._orders.read_each([one.order_id for one in deliveries])
		groups: dict[str, list[int]] = defaultdict(list)
		for position, delivery in enumerate(deliveries):
			groups[delivery.order_id].append(position)
		found: dict[int, Delivered] = {}

		def send(positions: Sequence[int]) -> None:
			# of one order one after the other: each changes what is left of it, what is cancelled adds to it
			for position in sorted(positions, key=lambda one: not deliveries[one].is_canceled):
				delivery = deliveries[position]
				try:
					found[position] = self._send(delivery, orders[delivery.order_id])
				except MedusaError as error:
					if self._medusa.session.concerns_all(error):
						raise
					found[position] = Delivered(error=error)

		_results, stopped = self._medusa.session.each(
			list(groups.values()), send, refused=lambda _positions, error: None
		)
		if stopped and not found:
			raise stopped[0]
		first = stopped[0] if stopped else None
		return [found.get(position) or Delivered(error=first) for position in range(len(deliveries))]

	def _send(self, delivery: Delivery, order: ShopOrder | MedusaError) -> Delivered:
		if isinstance(order, MedusaError):
			raise order
		if made_of := [one for one in order.fulfillments if delivery.was_made_of(one)]:
			return Delivered(ids=_ids(made_of), is_medusas=True)
		noted = [one for one in order.fulfillments if delivery.has_become(one)]
		canceled = tuple(one for one in noted if one.canceled_at)
		state = _State(delivery, order, [one for one in noted if not one.canceled_at], canceled)
		if delivery.is_canceled:
			self._cancel(state)
		elif noted and not state.mine:
			return Delivered(ids=_ids(noted), was_canceled=True)
		else:
			self._fulfill(state)
			left_out = self._ship(state)
			return Delivered(ids=_ids(state.mine), was_canceled=bool(canceled), left_out=left_out)
		return Delivered(ids=_ids(noted))

	def _cancel(self, state: _State) -> None:
		for one in state.mine:
			if one.shipped_at:
				raise Invalid(
					f"Fulfillment {one.id} was shipped, and Medusa does not cancel it any more. "
					"Request a return in Medusa instead.",
				)
		for one in state.mine:
			self._medusa.fulfillments.cancel(state.order.id, one.id)

	def _fulfill(self, state: _State) -> None:
		"""Make what is missing; of a worker that was killed, a part may be there.

		What somebody has cancelled is not made again, of several neither.
		"""
		known = {line.id for line in state.order.lines}
		shipping = {line.id for line in state.order.shipping}
		if unknown := sorted(set(state.delivery.quantities) - known - shipping):
			raise Invalid(f"Medusa's order {state.order.id} has no row {', '.join(unknown)} any more.")
		missing = {line: count for line, count in state.delivery.quantities.items() if line in known}
		for line in (line for one in (*state.mine, *state.canceled) for line in one.lines):
			missing[line.line_id] = missing.get(line.line_id, 0) - int(line.quantity)
		missing = {line: count for line, count in missing.items() if count > 0}
		if not missing:
			return
		metadata: Json = {DELIVERY_NOTE: state.delivery.note.name, NOTE_CREATED: state.delivery.note.created}
		if state.delivery.carrier:
			metadata[CARRIER] = state.delivery.carrier
		is_v1 = isinstance(self._medusa, MedusaV1)
		for location, some in ({None: missing} if is_v1 else _by_location(state, missing)).items():
			for answer in self._created(state.order.id, some, metadata, location):
				made = (fulfillments_v1 if is_v1 else fulfillments_v2)(answer)
				state.mine = [one for one in made if state.delivery.has_become(one) and not one.canceled_at]

	def _created(
		self, order_id: str, quantities: dict[str, int], metadata: Json, location: str | None
	) -> Iterable[Json]:
		"""Make it, in parts where Medusa 2 does not take the rows together."""
		medusa = self._medusa
		if isinstance(medusa, MedusaV1):
			yield medusa.fulfillments.create(order_id, quantities, metadata)
			return
		try:
			answer = medusa.fulfillments.create(order_id, quantities, metadata, None, location)
		except Invalid:
			groups = _groups(*medusa.fulfillments.groups(order_id), quantities)
			if len(groups) == 1 and not groups[0][0]:
				raise
			for option, some in groups:
				yield medusa.fulfillments.create(order_id, some, metadata, option, location)
		else:
			yield answer

	def _ship(self, state: _State) -> tuple[str, ...]:
		"""Ship what is not on its way, and return the numbers that came too late."""
		delivery, numbers = state.delivery, state.delivery.tracking_numbers
		left_out: tuple[str, ...] = ()
		for one in state.mine if delivery.is_shipped else ():
			if one.shipped_at:
				left_out = tuple(number for number in numbers if number not in one.tracking_numbers)
				continue
			sent = {line.line_id: int(line.quantity) for line in one.lines}
			self._medusa.fulfillments.ship(state.order.id, one.id, sent, numbers, delivery.url)
		return left_out


def _ids(fulfillments: Iterable[Fulfillment]) -> tuple[str, ...]:
	return tuple(one.id for one in fulfillments)


def _by_location(state: _State, quantities: Mapping[str, int]) -> dict[str | None, dict[str, int]]:
	"""The rows of each stock location: that of the reservation, unless the warehouse has others only."""
	found: dict[str | None, dict[str, int]] = defaultdict(dict)
	for line in state.order.lines:
		if line.id in quantities:
			given = state.delivery.locations.get(line.id, ())
			is_there = not given or state.order.place_of(line) in given
			found[line.location_id if is_there else given[0]][line.id] = quantities[line.id]
	return found


def _groups(
	order: Json, profiles: Mapping[str, str], quantities: Mapping[str, int]
) -> list[tuple[str | None, dict[str, int]]]:
	"""The rows that Medusa 2 takes together: of one shipping profile, and shipped all or none.

	Returns:
		Each with its shipping option; None is the order's first, which Medusa takes by itself.
	"""
	options: dict[str, str] = {}
	for method in rows(order, "shipping_methods"):
		option = fields.text(method, "shipping_option_id")
		if option in profiles:
			options.setdefault(profiles[option], option)
	first = next(iter(options.values()), None)
	found: dict[tuple[bool, str], dict[str, int]] = defaultdict(dict)
	for line in rows(order, "items"):
		if line["id"] in quantities:
			product = fields.inner(fields.inner(line, "variant"), "product")
			profile = fields.text(fields.inner(product, "shipping_profile"), "id")
			found[bool(line.get("requires_shipping")), profile][line["id"]] = quantities[line["id"]]

	def option_of(profile: str) -> str | None:
		option = options.get(profile)
		return None if option == first else option

	return [(option_of(profile), some) for (_shipped, profile), some in found.items()]

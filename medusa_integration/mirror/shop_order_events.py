"""What has happened to an order of the shop, as values: payments, deliveries, returns.

Amounts are exact, in major units of the order's currency. Moments have a time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

ZERO = Decimal(0)
# by how much the clocks of ERPNext and Medusa may differ
CLOCKS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Movement:
	"""A capture or a refund of a payment. On v1 the capture of a payment has the payment's id."""

	id: str
	amount: Decimal
	created_at: datetime


@dataclass(frozen=True, slots=True)
class Payment:
	"""A payment of an order.

	Attributes:
		id: Medusa's id.
		provider_id: The payment provider, such as pp_system_default or manual.
		amount: What was authorized.
		currency: Its currency.
		captures: What was captured.
		refunds: What was paid back. On v1, refunds that name no payment are those of the first one.
		is_canceled: Whether it was cancelled.
	"""

	id: str
	provider_id: str
	amount: Decimal
	currency: str
	captures: tuple[Movement, ...] = ()
	refunds: tuple[Movement, ...] = ()
	is_canceled: bool = False

	@property
	def captured(self) -> Decimal:
		"""The sum of the captures."""
		return sum((capture.amount for capture in self.captures), ZERO)

	@property
	def refunded(self) -> Decimal:
		"""The sum of the refunds."""
		return sum((refund.amount for refund in self.refunds), ZERO)


@dataclass(frozen=True, slots=True)
class MovedLine:
	"""How many of a row of the order were sent or came back.

	Attributes:
		line_id: Medusa's id of the row of the order.
		quantity: How many were sent, or are to come back.
		received: Of a return, how many have come back, the damaged ones too.
		damaged: Of these, how many were damaged: v2 does not take them into the stock.
	"""

	line_id: str
	quantity: Decimal
	received: Decimal = ZERO
	damaged: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class NoteMark:
	"""By what a fulfillment is known to be of a Delivery Note: a naming series gives a name again.

	Attributes:
		name: Its name.
		created: When it was created, as the app writes it: always in the same form.
		created_at: The same moment.
		id: Medusa's id of the fulfillment that it was made of or has become, None before.
	"""

	name: str
	created: str
	created_at: datetime
	id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfillment:
	"""A delivery of an order.

	Attributes:
		id: Medusa's id.
		lines: What is in it.
		created_at: When it was made.
		shipped_at: When it was sent, None before.
		canceled_at: When it was cancelled, None if it was not.
		tracking_numbers: The tracking numbers.
		location_id: Medusa's id of the stock location it is sent from, None without.
		delivery_note: The Delivery Note that this app has made it of, None if it was made in Medusa.
		note_created: When that Delivery Note was created, as the app has written it; "" without. A later
			document may have the same name.
	"""

	id: str
	lines: tuple[MovedLine, ...]
	created_at: datetime
	shipped_at: datetime | None = None
	canceled_at: datetime | None = None
	tracking_numbers: tuple[str, ...] = ()
	location_id: str | None = None
	delivery_note: str | None = None
	note_created: str = ""

	def is_of(self, note: NoteMark) -> bool:
		"""Return whether it was made of this Delivery Note.

		The first versions of this app wrote the name alone. Then it is of the one that has its id, or that
		was there when it was made: one that was created later has only got the name again.
		"""
		if self.delivery_note != note.name or self.note_created:
			return self.delivery_note == note.name and self.note_created == note.created
		return self.id == note.id or note.created_at <= self.created_at + CLOCKS


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReturn:
	"""A return of an order.

	Attributes:
		id: Medusa's id.
		status: Medusa's status: "requested", "received", "partially_received", "canceled", ...
		lines: What is in it.
		created_at: When it was requested.
		received_at: When all of it had come back. None before, and on v2 for one that came in parts.
		canceled_at: When it was cancelled, None if it was not.
	"""

	id: str
	status: str
	lines: tuple[MovedLine, ...]
	created_at: datetime
	received_at: datetime | None = None
	canceled_at: datetime | None = None

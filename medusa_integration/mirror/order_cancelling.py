"""Cancelling orders in Medusa, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..medusa.client import Medusa
from ..medusa.errors import Invalid, NotFound
from .outcomes import Outcome, send_each
from .shop_orders import CANCELED

CAPTURED = ("captured", "partially_refunded")
"""Payment statuses in which v1 keeps money of the customer."""


@dataclass(frozen=True, slots=True)
class OrderToCancel:
	"""An order that is to be cancelled: Medusa's id of it, and the Sales Order's name as its key."""

	key: str
	order_id: str


class Cancelling:
	"""Cancels orders of one Medusa.

	Medusa is asked first: v2 refuses an order that is cancelled, and v1 would count its items up again.
	"""

	def __init__(self, medusa: Medusa) -> None:
		self._medusa = medusa

	def cancel(self, orders: Sequence[OrderToCancel]) -> list[Outcome]:
		"""Cancel these orders, several at a time; it may be repeated. One that is over is a success.

		Returns:
			One Outcome an order, in order, whose `error` is what that order alone met.

		Raises:
			MedusaError: As `Products.save`.
		"""
		return send_each(self._medusa.session, orders, self._cancel, key=lambda order: order.key)

	def _cancel(self, order: OrderToCancel) -> Outcome:
		if not self._is_over(order.order_id):
			try:
				self._medusa.orders.cancel(order.order_id)
			except Invalid:
				# somebody else may have cancelled it meanwhile
				if not self._is_over(order.order_id):
					raise
		return Outcome(order.key, id=order.order_id)

	def _is_over(self, order_id: str) -> bool:
		try:
			state = self._medusa.orders.state(order_id)
		except NotFound:
			return True
		if state.get("canceled_at") or state.get("status") == CANCELED:
			return True
		if self._medusa.generation == "v1" and state.get("payment_status") in CAPTURED:
			raise Invalid(
				"The payment of the order is captured, and Medusa v1 does not refund it with the cancellation. "
				"Refund and cancel it in Medusa."
			)
		return False

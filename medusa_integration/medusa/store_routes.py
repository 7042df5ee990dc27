"""The routes that an extended Medusa has for ERPNext's answers: where an order stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .errors import Invalid, MissingRoute, WrongAddress
from .values import OrderStatus, Outcome

if TYPE_CHECKING:
	from .transport import Transport

ORDER_UPDATE = "/store/order-update"
ORDER_UPDATED = "Order updated successfully"


class StoreRoutes:
	"""What every client can tell such a server. Both generations have the same routes, with the same bodies."""

	_transport: Transport
	_request: Callable[..., dict]
	_each: Callable[..., list[Outcome]]

	def update_orders(self, orders: Sequence[OrderStatus]) -> list[Outcome]:
		"""Tell Medusa where these orders stand (contract 109, 112-118); one Outcome each, in order.

		One request an order, several at a time. An Outcome's `error` is what that order alone met; raises as
		`save_products` does what concerns them all.
		"""

		def update(order: OrderStatus) -> Outcome:
			self.update_order(order)
			return Outcome(order.key, id=order.order_id)

		return self._each(orders, update, key=lambda order: order.key)

	def update_order(self, order: OrderStatus) -> None:
		"""Tell Medusa where one order stands. May be repeated.

		Raises NotFound when Medusa has no such order, MissingRoute when it has no such route, Invalid when it
		answers with another message than that the order was updated.
		"""
		if not order.order_id:
			raise ValueError("no id of the order")
		body = {
			"customer_id": order.customer_id,
			"order_status": order.order_status,
			"payment_status": order.payment_status,
			"discount_amount": order.discount_amount,
			"net_total": order.net_total,
			"grand_total": order.grand_total,
		}
		self._tell(ORDER_UPDATE, {"order_id": order.order_id}, body, done=ORDER_UPDATED, about=order.key)

	def _tell(self, route: str, query: Mapping[str, str], body: dict, *, done: str, about: str) -> None:
		try:
			answer = self._request("POST", route, params=query, json=body, repeatable=True, about=about)
		except WrongAddress as error:
			if error.status != 404:
				raise
			# everything else of this Medusa answers: only what needs the route stops
			raise MissingRoute(
				f"{self._transport.where} has no route POST {route}. It has to be extended by it.",
				status=error.status,
				body=error.body,
			) from error
		message = answer.get("message")
		if message not in (None, done):
			raise Invalid(
				f"Medusa did not update it: {message}", status=200, message=str(message), body=answer
			)

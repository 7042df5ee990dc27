"""The routes that an extended Medusa has for ERPNext's answers: where an order stands, what is offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .errors import Forbidden, Invalid, MissingRoute, WrongAddress
from .values import OrderStatus, Outcome, QuotationUpdate

if TYPE_CHECKING:
	from .transport import Transport

ORDER_UPDATE = "/store/order-update"
ORDER_UPDATED = "Order updated successfully"
QUOTATION_UPDATE = "/store/quotation-update"
QUOTATION_UPDATED = "Quotation updated successfully"


class StoreRoutes:
	"""What every client can tell such a server. Both generations have the same routes,
	with the same bodies.
	"""

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

	def update_quotations(self, quotations: Sequence[QuotationUpdate]) -> list[Outcome]:
		"""Tell Medusa what is offered for these quotations; one Outcome each, in order.

		As `update_orders`: one request a quotation, several at a time.
		"""

		def update(quotation: QuotationUpdate) -> Outcome:
			self.update_quotation(quotation)
			return Outcome(quotation.key, id=quotation.quotation_id)

		return self._each(quotations, update, key=lambda quotation: quotation.key)

	def update_quotation(self, quotation: QuotationUpdate) -> None:
		"""Tell Medusa what is offered for one quotation. May be repeated. Raises as `update_order`."""
		if not quotation.quotation_id:
			raise ValueError("no id of the quotation")
		self._tell(
			QUOTATION_UPDATE,
			{"quot_id": quotation.quotation_id},
			_quotation_body(quotation),
			done=QUOTATION_UPDATED,
			about=quotation.key,
		)

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
		except Forbidden as error:
			# a route that Medusa was extended by forbids what is about this one document
			raise Invalid(str(error), status=error.status, message=error.message, body=error.body) from error
		message = answer.get("message")
		if message not in (None, done):
			raise Invalid(
				f"Medusa did not update it: {message}", status=200, message=str(message), body=answer
			)


def _quotation_body(quotation: QuotationUpdate) -> dict:
	return {
		"customer_id": quotation.customer_id,
		"draft_order_id": quotation.draft_order_id,
		"erp_status": quotation.status,
		"erp_items": [
			{
				"item": item.variant_id,
				"item_code": item.item_code,
				"price": item.price,
				"quantity": item.quantity,
				"uom": item.uom,
				"amount": item.amount,
				"item_tax_template": item.tax_template,
			}
			for item in quotation.items
		],
		"erp_unaccepted_items": [
			{"item": item.variant_id, "price": item.price, "quantity": item.quantity}
			for item in quotation.unaccepted
		],
		"erp_total_quantity": quotation.total_quantity,
		"erp_total": quotation.total,
		"erp_net_total": quotation.net_total,
		"erp_tax": [
			{"account_head": tax.account, "tax_rate": tax.rate, "tax_amount": tax.amount}
			for tax in quotation.taxes
		],
		"erp_total_taxes": quotation.total_taxes,
		"avail_delivery": quotation.delivers,
		"erp_delivery_charges": quotation.delivery_charges,
		"erp_grand_total": quotation.grand_total,
		"erp_rounding_adjustments": quotation.rounding_adjustment,
		"erp_discount_on": quotation.discount_on,
		"erp_discount_percentage": quotation.discount_percentage,
		"erp_discount_amount": quotation.discount_amount,
		"tax_breakup": quotation.tax_breakup,
	}

"""The routes that an extended Medusa has for ERPNext's answers: where an order stands, what is offered.

Both generations have the same routes, with the same bodies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TypeVar

from ..medusa.errors import Forbidden, Invalid, MissingRoute, SignatureRefused, Unauthorized, WrongAddress
from ..medusa.session import Session
from ..medusa.signing import is_about_signature
from ..medusa.values import Json
from .order_values import OrderStatus, QuotationUpdate
from .outcomes import Outcome, send_each

ORDER_UPDATE = "/store/order-update"
ORDER_UPDATED = "Order updated successfully"
QUOTATION_UPDATE = "/store/quotation-update"
QUOTATION_UPDATED = "Quotation updated successfully"


T = TypeVar("T", OrderStatus, QuotationUpdate)


class Orders:
	"""The orders and quotations of one Medusa."""

	def __init__(self, session: Session) -> None:
		self._session = session

	def update(self, orders: Sequence[OrderStatus]) -> list[Outcome]:
		"""Tell Medusa where these orders stand, one request each, several at a time.

		Returns:
			One Outcome an order, in order, whose `error` is what that order alone met.

		Raises:
			MedusaError: As `Products.save`.
		"""
		return self._each(orders, self.update_one, lambda order: order.order_id)

	def update_one(self, order: OrderStatus) -> None:
		"""Tell Medusa where one order stands. It may be repeated.

		Raises:
			NotFound: Medusa has no such order.
			MissingRoute: Medusa has no such route.
			SignatureRefused: Medusa does not accept the signature, or misses one.
			Invalid: Medusa answers with another message than that the order was updated.
			ValueError: The order has no id.
		"""
		if not order.order_id:
			raise ValueError("no id of the order")
		body: Json = {
			"customer_id": order.customer_id,
			"order_status": order.order_status,
			"payment_status": order.payment_status,
			"discount_amount": order.discount_amount,
			"net_total": order.net_total,
			"grand_total": order.grand_total,
		}
		if order.documents:
			body["documents"] = asdict(order.documents)
		self._tell(ORDER_UPDATE, {"order_id": order.order_id}, body, done=ORDER_UPDATED, about=order.key)

	def update_quotations(self, quotations: Sequence[QuotationUpdate]) -> list[Outcome]:
		"""Tell Medusa what is offered for these quotations, one request each, several at a time.

		Returns:
			One Outcome a quotation, in order, whose `error` is what that quotation alone met.

		Raises:
			MedusaError: As `Products.save`.
		"""
		return self._each(quotations, self.update_quotation, lambda quotation: quotation.quotation_id)

	def update_quotation(self, quotation: QuotationUpdate) -> None:
		"""Tell Medusa what is offered for one quotation. It may be repeated. Raises as `update_one`."""
		if not quotation.quotation_id:
			raise ValueError("no id of the quotation")
		self._tell(
			QUOTATION_UPDATE,
			{"quot_id": quotation.quotation_id},
			_quotation_body(quotation),
			done=QUOTATION_UPDATED,
			about=quotation.key,
		)

	def _each(
		self, values: Sequence[T], tell: Callable[[T], None], id_of: Callable[[T], str]
	) -> list[Outcome]:
		def update(value: T) -> Outcome:
			tell(value)
			return Outcome(value.key, id=id_of(value))

		return send_each(self._session, values, update, key=lambda value: value.key)

	def _tell(self, route: str, query: Mapping[str, str], body: Json, *, done: str, about: str) -> None:
		try:
			answer = self._session.request(
				"POST", route, params=query, json=body, repeatable=True, about=about, signed=True
			)
		except Unauthorized as error:
			if not is_about_signature(error):
				raise
			raise SignatureRefused(
				f"{self._session.where} refuses POST {route}: {error.message} Enter the secret of Medusa's plugin"
				" as Shared Secret in Medusa Configuration.",
				status=error.status,
				message=error.message,
				body=error.body,
			) from error
		except WrongAddress as error:
			if error.status != 404:
				raise
			# everything else of this Medusa answers: only what needs the route stops
			raise MissingRoute(
				f"{self._session.where} has no route POST {route}. It has to be extended by it.",
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


def _quotation_body(quotation: QuotationUpdate) -> Json:
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

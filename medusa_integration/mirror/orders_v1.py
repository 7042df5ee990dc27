"""Orders as Medusa 1 has them: whole minor units, each tax rounded, gift cards of its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..medusa.bodies import metadata_of, rows
from ..medusa.money import to_major
from . import order_fields as fields
from .order_movements import fulfillments_v1, returns_v1
from .shop_order_events import ZERO, Movement, Payment
from .shop_orders import Adjustment, Credit, OrderHead, OrderLine, ShippingLine, ShopOrder, summed


class OrderParserV1:
	"""Reads one order of Medusa 1.

	Args:
		remote: The order as Medusa answers it.
		multiplier: As `to_major`.
	"""

	def __init__(self, remote: Mapping[str, Any], multiplier: int | None) -> None:
		self._remote = remote
		self._currency, self._multiplier = fields.currency(remote), multiplier
		self._unit = self._major(Decimal(1))
		self._codes = {row.get("id"): fields.text(row, "code") for row in rows(remote, "discounts")}

	def head(self) -> OrderHead:
		"""Return what a list says of it."""
		return OrderHead(**fields.head(self._remote, self._major(fields.required(self._remote, "total"))))

	def order(self) -> ShopOrder:
		"""Return the whole order."""
		remote = self._remote
		return ShopOrder(
			**fields.head(remote, self._major(fields.required(remote, "total"))),
			generation="v1",
			customer=fields.customer(remote),
			lines=tuple(self._line(row) for row in rows(remote, "items")),
			shipping=tuple(self._shipping(row) for row in rows(remote, "shipping_methods")),
			credits=self._credits(),
			payments=self._payments(),
			fulfillments=fulfillments_v1(remote),
			returns=returns_v1(remote),
			billing_address=fields.address(remote, "billing_address"),
			shipping_address=fields.address(remote, "shipping_address"),
			draft_order_id=fields.maybe_id(remote, "draft_order_id"),
			sales_channel_id=fields.maybe_id(remote, "sales_channel_id"),
			canceled_at=fields.maybe_moment(remote, "canceled_at"),
			metadata=metadata_of(remote),
		)

	def _line(self, row: Mapping[str, Any]) -> OrderLine:
		subtotal, tax, total = (self._amount(row, key) for key in ("subtotal", "tax_total", "total"))
		adjustments = tuple(self._adjustment(one) for one in rows(row, "adjustments"))
		discount = self._discount(subtotal + tax - total, adjustments)
		return OrderLine(
			id=row["id"],
			variant_id=fields.maybe_id(row, "variant_id"),
			sku=fields.text(fields.inner(row, "variant"), "sku"),
			title=fields.text(row, "title"),
			quantity=fields.required(row, "quantity"),
			returned=fields.number(row, "returned_quantity"),
			unit_price=self._amount(row, "unit_price"),
			is_tax_inclusive=bool(row.get("includes_tax")),
			is_giftcard=bool(row.get("is_giftcard")),
			subtotal=subtotal,
			discount=discount,
			tax=tax,
			total=subtotal + tax - discount,
			taxes=self._taxes(row, tax),
			adjustments=adjustments,
		)

	def _discount(self, rounded: Decimal, adjustments: tuple[Adjustment, ...]) -> Decimal:
		"""The discount of a row before it was rounded: Medusa's total is without their sum, rounded once."""
		exact = summed(found.amount for found in adjustments)
		return exact if abs(exact - rounded) < self._unit else rounded

	def _adjustment(self, row: Mapping[str, Any]) -> Adjustment:
		code = self._codes.get(row.get("discount_id")) or fields.text(row, "description")
		return Adjustment(code, self._amount(row, "amount"))

	def _shipping(self, row: Mapping[str, Any]) -> ShippingLine:
		tax, total = self._amount(row, "tax_total"), self._amount(row, "total")
		# free shipping is not among the adjustments: subtotal, taxes and total are 0
		subtotal = self._amount(row, "original_total") - self._amount(row, "original_tax_total")
		option = fields.inner(row, "shipping_option")
		return ShippingLine(
			id=row["id"],
			option_id=fields.maybe_id(row, "shipping_option_id"),
			name=fields.text(option, "name"),
			amount=self._amount(row, "price"),
			is_tax_inclusive=bool(row.get("includes_tax")),
			subtotal=subtotal,
			discount=subtotal + tax - total,
			tax=tax,
			total=total,
			taxes=self._taxes(row, tax),
		)

	def _credits(self) -> tuple[Credit, ...]:
		amount = self._amount(self._remote, "gift_card_total")
		cards = [fields.text(row, "gift_card_id") for row in rows(self._remote, "gift_card_transactions")]
		tax = self._amount(self._remote, "gift_card_tax_total")
		if not (amount or tax):
			return ()
		return (Credit("gift_card", ", ".join(card for card in cards if card), amount, tax),)

	def _payments(self) -> tuple[Payment, ...]:
		payments, refunds = rows(self._remote, "payments"), rows(self._remote, "refunds")
		known = {row["id"] for row in payments}
		return tuple(
			self._payment(
				row,
				[
					refund
					for refund in refunds
					if refund.get("payment_id") == row["id"]
					or (row is payments[0] and refund.get("payment_id") not in known)
				],
			)
			for row in payments
		)

	def _payment(self, row: Mapping[str, Any], refunds: list[dict[str, Any]]) -> Payment:
		captured_at, amount = fields.maybe_moment(row, "captured_at"), self._amount(row, "amount")
		return Payment(
			id=row["id"],
			provider_id=fields.text(row, "provider_id"),
			amount=amount,
			currency=self._currency,
			captures=(Movement(row["id"], amount, captured_at),) if captured_at else (),
			refunds=tuple(
				Movement(refund["id"], self._amount(refund, "amount"), fields.moment(refund, "created_at"))
				for refund in refunds
			),
			is_canceled=bool(row.get("canceled_at")),
		)

	def _taxes(self, row: Mapping[str, Any], tax: Decimal) -> tuple[Any, ...]:
		return fields.tax_lines(row, tax, self._unit, fields.number(self._remote, "tax_rate"))

	def _amount(self, row: Mapping[str, Any], key: str) -> Decimal:
		return self._major(fields.number(row, key))

	def _major(self, minor: Decimal) -> Decimal:
		return to_major(minor, self._currency, self._multiplier) if minor else ZERO

"""Orders as Medusa 2 has them: major units that are not rounded, totals without what was returned."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..medusa.bodies import metadata_of, rows
from . import order_fields as fields
from .order_fields import number
from .order_movements import fulfillments_v2, returns_v2
from .shop_order_events import ZERO, Movement, Payment
from .shop_orders import EXACT, Adjustment, Credit, OrderHead, OrderLine, ShippingLine, ShopOrder, summed


def head_v2(remote: Mapping[str, Any]) -> OrderHead:
	"""Return what a list says of an order."""
	return OrderHead(**fields.head(remote, fields.required(remote, "total")))


def order_v2(remote: Mapping[str, Any]) -> ShopOrder:
	"""Return the whole order."""
	found, places = rows(remote, "items"), locations(remote)
	lines = tuple(_line(row) for row in found)
	# what was returned is not in Medusa's totals any more
	returned = [
		line.total - number(row, "total") for line, row in zip(lines, found, strict=True) if line.returned
	]
	credits, refunded = _credits(remote)
	return ShopOrder(
		**fields.head(remote, summed([fields.required(remote, "total"), *returned, refunded])),
		generation="v2",
		customer=fields.customer(remote),
		lines=lines,
		shipping=tuple(_shipping(row) for row in rows(remote, "shipping_methods")),
		credits=credits,
		payments=tuple(
			_payment(row)
			for collection in rows(remote, "payment_collections")
			for row in rows(collection, "payments")
		),
		fulfillments=fulfillments_v2(remote),
		returns=returns_v2(remote, lines),
		billing_address=fields.address(remote, "billing_address"),
		shipping_address=fields.address(remote, "shipping_address"),
		sales_channel_id=fields.maybe_id(remote, "sales_channel_id"),
		location_id=places[0] if len(places) == 1 else None,
		is_unauthorized=_is_unauthorized(remote),
		canceled_at=fields.maybe_moment(remote, "canceled_at"),
		metadata=metadata_of(remote),
	)


def locations(remote: Mapping[str, Any]) -> list[str]:
	"""Return the stock locations of the order's sales channel: Medusa reserves in no other ones."""
	return [place["id"] for place in rows(fields.inner(remote, "sales_channel"), "stock_locations")]


def may_be_refused(order: ShopOrder, remote: Mapping[str, Any]) -> bool:
	"""Return whether Medusa has refused the order if it has no reservation of it.

	Medusa authorizes a payment of each order that is placed in the shop, and reserves the variants whose
	inventory it manages.
	"""
	if order.is_canceled or order.fulfillments or any(not payment.is_canceled for payment in order.payments):
		return False
	variants = [fields.inner(row, "variant") for row in rows(remote, "items")]
	return any(variant.get("manage_inventory") and rows(variant, "inventory_items") for variant in variants)


def _is_unauthorized(remote: Mapping[str, Any]) -> bool:
	"""Return whether there is something to pay, the collection of a checkout, and no payment in it."""
	collections = rows(remote, "payment_collections")
	payments = [payment for collection in collections for payment in rows(collection, "payments")]
	return bool(collections and not payments and number(remote, "total"))


def _line(row: Mapping[str, Any]) -> OrderLine:
	detail = fields.inner(row, "detail")
	returned = number(detail, "return_received_quantity") + number(detail, "return_dismissed_quantity")
	return OrderLine(
		**_paid(row, _as_ordered(row) if returned else _totals(row)),
		variant_id=fields.maybe_id(row, "variant_id"),
		sku=fields.text(row, "variant_sku"),
		title=fields.text(row, "title"),
		quantity=fields.required(row, "quantity"),
		returned=returned,
		unit_price=number(row, "unit_price"),
		is_giftcard=bool(row.get("is_giftcard")),
	)


def _paid(row: Mapping[str, Any], totals: tuple[Decimal, Decimal, Decimal]) -> dict[str, Any]:
	"""The values of PaidLine; `totals` as `_totals` returns them."""
	subtotal, tax, total = totals
	return {
		"id": row["id"],
		"is_tax_inclusive": bool(row.get("is_tax_inclusive")),
		"subtotal": subtotal,
		"discount": EXACT.subtract(EXACT.add(subtotal, tax), total),
		"tax": tax,
		"total": total,
		"taxes": fields.tax_lines(row, tax, None),
		"adjustments": _adjustments(row),
	}


def _totals(row: Mapping[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
	"""Subtotal, tax and total as Medusa says them."""
	return fields.required(row, "subtotal"), number(row, "tax_total"), fields.required(row, "total")


def _as_ordered(row: Mapping[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
	"""The same for what was ordered, by Medusa's own rules: its totals leave out what was returned."""
	rate = EXACT.divide(summed([number(line, "rate") for line in rows(row, "tax_lines")]), Decimal(100))
	price = EXACT.multiply(number(row, "unit_price"), fields.required(row, "quantity"))
	with_tax = EXACT.add(Decimal(1), rate)
	subtotal = EXACT.divide(price, with_tax) if row.get("is_tax_inclusive") else price
	discount = summed(
		[
			EXACT.divide(found.amount, with_tax) if found.is_tax_inclusive else found.amount
			for found in _adjustments(row)
		]
	)
	net = EXACT.subtract(subtotal, discount)
	tax = EXACT.multiply(net, rate)
	return subtotal, tax, EXACT.add(net, tax)


def _adjustments(row: Mapping[str, Any]) -> tuple[Adjustment, ...]:
	return tuple(
		Adjustment(fields.text(found, "code"), number(found, "amount"), bool(found.get("is_tax_inclusive")))
		for found in rows(row, "adjustments")
	)


def _shipping(row: Mapping[str, Any]) -> ShippingLine:
	return ShippingLine(
		**_paid(row, _totals(row)),
		option_id=fields.maybe_id(row, "shipping_option_id"),
		name=fields.text(row, "name"),
		amount=number(row, "amount"),
	)


def _credits(remote: Mapping[str, Any]) -> tuple[tuple[Credit, ...], Decimal]:
	"""Return gift cards and store credit, and what Medusa has taken off the total because it was refunded."""
	if not number(remote, "credit_line_total"):
		# Medusa leaves out what is less than its smallest amount
		return (), ZERO
	marks, credits, refunded = _marks_of_refunds(remote), [], ZERO
	for row in rows(remote, "credit_lines"):
		found = Credit(fields.text(row, "reference"), fields.text(row, "reference_id"), number(row, "amount"))
		if marks & {("kind", found.kind), ("reference", found.reference)}:
			refunded = EXACT.add(refunded, found.amount)
		else:
			credits.append(found)
	return tuple(credits), refunded


def _marks_of_refunds(remote: Mapping[str, Any]) -> set[tuple[str, str]]:
	"""Return what a credit line of a refund has: the reason, without one the payment collection."""
	collections = rows(remote, "payment_collections")
	payments = [payment for collection in collections for payment in rows(collection, "payments")]
	refunds = [refund for payment in payments for refund in rows(payment, "refunds")]
	marks = {("reference", fields.text(collection, "id")) for collection in collections if refunds}
	for reason in (fields.inner(refund, "refund_reason") for refund in refunds):
		marks |= {("kind", fields.text(reason, "label")), ("reference", fields.text(reason, "code"))}
	return {(name, text) for name, text in marks if text}


def _payment(row: Mapping[str, Any]) -> Payment:
	return Payment(
		id=row["id"],
		provider_id=fields.text(row, "provider_id"),
		amount=number(row, "amount"),
		currency=fields.currency(row),
		captures=_movements(row, "captures"),
		refunds=_movements(row, "refunds"),
		is_canceled=bool(row.get("canceled_at")),
	)


def _movements(row: Mapping[str, Any], key: str) -> tuple[Movement, ...]:
	return tuple(
		Movement(found["id"], number(found, "amount"), fields.moment(found, "created_at"))
		for found in rows(row, key)
	)

"""An order as Medusa's admin API returns it, the same for both generations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# besides what v2 shows anyway
FIELDS_V2 = ",".join(
	(
		"id,display_id,total,customer.id,*items.detail,*fulfillments,*fulfillments.labels",
		*(f"*payment_collections.payments{part}" for part in ("", ".captures", ".refunds")),
	)
)


@dataclass(frozen=True, slots=True)
class MedusaOrder:
	"""An order of one row. Amounts are in major units of the currency.

	`shipped` has the tracking numbers of each fulfillment that was shipped, by its id.
	"""

	number: int
	customer_id: str
	row: str
	total: float
	captured: float
	refunded: float
	returned: int
	shipped: Mapping[str, tuple[str, ...]]


def order_v1(order: Mapping[str, Any], unit: int) -> MedusaOrder:
	"""Return an order of v1; `unit` is how many of the smallest unit are a major one."""
	(row,) = order["items"]
	return MedusaOrder(
		number=order["display_id"],
		customer_id=order["customer"]["id"],
		row=row["id"],
		total=order["total"] / unit,
		captured=_sum(one["amount"] for one in order["payments"] if one["captured_at"]) / unit,
		refunded=_sum(one["amount"] for one in order["refunds"]) / unit,
		returned=row["returned_quantity"] or 0,
		shipped=_shipped(order, "tracking_links"),
	)


def order_v2(order: Mapping[str, Any]) -> MedusaOrder:
	"""Return an order of v2."""
	(row,) = order["items"]
	payments = [payment for some in order["payment_collections"] for payment in some["payments"]]
	captured, refunded = (
		_sum(one["amount"] for payment in payments for one in payment[key] or ())
		for key in ("captures", "refunds")
	)
	return MedusaOrder(
		number=order["display_id"],
		customer_id=order["customer"]["id"],
		row=row["id"],
		total=round(order["total"], 6),
		captured=captured,
		refunded=refunded,
		returned=row["detail"]["return_received_quantity"],
		shipped=_shipped(order, "labels"),
	)


def _sum(amounts: Iterable[float]) -> float:
	return round(sum(amounts), 6)


def _shipped(order: Mapping[str, Any], labels: str) -> dict[str, tuple[str, ...]]:
	return {
		one["id"]: tuple(label["tracking_number"] for label in one[labels] or ())
		for one in order["fulfillments"]
		if one["shipped_at"] and not one["canceled_at"]
	}

"""The shop's orders, as JSON objects: those that have changed, and single ones with all that is in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone

from ..batching import batches
from ..session import Session, admin_path
from ..values import Json

ORDERS = "/admin/orders"
RESERVATIONS = "/admin/reservations"
RESERVATIONS_A_CALL = 100
"""As many lines as an address may name, and as many reservations as one answer has, with some to spare."""
ORDERS_A_CALL = 20
"""How many whole orders one answer of v2 has at most: 50 rows of one take about 350 KB."""
_HEAD = "id,display_id,status,payment_status,fulfillment_status,currency_code,total,created_at,updated_at"
_HEAD_V2 = f"{_HEAD},custom_display_id"
_WHOLE_V1 = (
	"billing_address,customer,discounts,fulfillments,fulfillments.items,fulfillments.tracking_links,"
	"gift_card_transactions,items,items.adjustments,items.tax_lines,items.variant,payments,refunds,region,"
	"returns,returns.items,sales_channel,shipping_address,shipping_methods,shipping_methods.shipping_option,"
	"shipping_methods.tax_lines"
)
_WHOLE_V2 = (
	f"{_HEAD_V2},email,customer_id,sales_channel_id,sales_channel.stock_locations.id,canceled_at,metadata,tax_total,credit_line_total,"
	"*customer,*billing_address,*shipping_address,*items,*items.tax_lines,*items.adjustments,*items.detail,"
	"*shipping_methods,*shipping_methods.tax_lines,*shipping_methods.adjustments,*credit_lines,"
	"*payment_collections,*payment_collections.payments,*payment_collections.payments.captures,"
	"*payment_collections.payments.refunds,*payment_collections.payments.refunds.refund_reason,"
	"*fulfillments,*fulfillments.items,*fulfillments.labels,*returns,*returns.items,"
	"items.variant.manage_inventory,items.variant.inventory_items.inventory_item_id,"
	"items.variant.inventory_items.required_quantity"
)


class _Orders:
	"""What reading orders has in common. Draft orders are none."""

	_from: str
	_placed_from: str
	_placed_before: str
	_fields: dict[str, str]
	_alone: dict[str, str] = {}

	def __init__(self, session: Session) -> None:
		self._session = session

	def list_changed(self, since: datetime, *, limit: int, offset: int) -> list[Json]:
		"""Return a page of the orders that were changed at that moment or later, the oldest change first.

		They have their numbers, states, currency and total only. Medusa keeps moments in microseconds
		and shows milliseconds.

		Args:
			since: A moment with its time zone.
			limit: How many at most.
			offset: How many to pass over.
		"""
		return self._list({self._from: _moment(since), "order": "updated_at"}, limit, offset)

	def list_placed(self, since: datetime, before: datetime, *, limit: int, offset: int) -> list[Json]:
		"""Return a page of the orders that were placed in a time, the oldest first; as `list_changed`.

		Args:
			since: The first moment, with its time zone.
			before: The first moment after that time.
			limit: How many at most.
			offset: How many to pass over.
		"""
		bounds = {self._placed_from: _moment(since), self._placed_before: _moment(before)}
		return self._list({**bounds, "order": "created_at"}, limit, offset)

	def _list(self, params: dict[str, str], limit: int, offset: int) -> list[Json]:
		page = {"limit": limit, "offset": offset}
		answer = self._session.request("GET", ORDERS, params={**params, **page, **self._fields})
		return self._session.many(answer, "orders")

	def state(self, order_id: str) -> Json:
		"""Return the states of one order and when it was cancelled. Raises NotFound and the like."""
		params = {"fields": "id,status,payment_status,canceled_at", **self._alone}
		answer = self._session.request("GET", admin_path("orders", order_id), params=params, about=order_id)
		return self._session.one(answer, "order")

	def cancel(self, order_id: str) -> None:
		"""Cancel an order, which is done once: Medusa refuses what is cancelled (v2) or counts it again (v1).

		Raises:
			MedusaError: Medusa refuses it, for a fulfillment of it for example.
		"""
		path = f"{admin_path('orders', order_id)}/cancel"
		self._session.request("POST", path, params={"fields": "id"}, about=order_id)


def _moment(at: datetime) -> str:
	return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class OrdersV1(_Orders):
	"""Orders of Medusa 1; amounts are in minor units."""

	_from = "updated_at[gte]"
	_placed_from, _placed_before = "created_at[gte]", "created_at[lt]"
	_fields = {"fields": _HEAD, "expand": ""}
	_alone = {"expand": ""}

	def retrieve(self, order_id: str) -> Json:
		"""Return one order with its rows, addresses and payments. Raises NotFound and the like."""
		params = {"expand": _WHOLE_V1}
		answer = self._session.request("GET", admin_path("orders", order_id), params=params, about=order_id)
		return self._session.one(answer, "order")


class OrdersV2(_Orders):
	"""Orders of Medusa 2; amounts are in major units, and exact as texts under `raw_...`."""

	_from = "updated_at[$gte]"
	_placed_from, _placed_before = "created_at[$gte]", "created_at[$lt]"
	_fields = {"fields": _HEAD_V2}

	def list_by_id(self, order_ids: Iterable[str]) -> list[Json]:
		"""Return those of these orders that Medusa has, with their rows, addresses and payments."""
		found: list[Json] = []
		for some in batches(sorted({order_id for order_id in order_ids if order_id}), ORDERS_A_CALL):
			params = {"id[]": list(some), "limit": len(some), "fields": _WHOLE_V2}
			answer = self._session.request("GET", ORDERS, params=params)
			found += self._session.many(answer, "orders")
		return found

	def list_reservations(self, line_ids: Iterable[str]) -> list[Json]:
		"""Return the reservations of these rows of orders: `line_item_id`, `location_id`, `quantity`."""
		found: list[Json] = []
		for some in batches(sorted(set(line_ids)), RESERVATIONS_A_CALL):
			# one row has one of each part of a bundle
			params = {"line_item_id[]": list(some), "limit": 1000}
			fields = {"fields": "id,line_item_id,location_id,quantity"}
			answer = self._session.request("GET", RESERVATIONS, params={**params, **fields})
			found += self._session.many(answer, "reservations")
		return found

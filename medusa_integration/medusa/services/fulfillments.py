"""What is sent of an order: fulfillments, and the shipments that they become. Doing one twice makes two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..session import Session, admin_path
from ..values import Json

_ANSWER_V1 = {"expand": "fulfillments"}
_ANSWER_V2 = {"fields": "id,*fulfillments"}
_GROUPS_V2 = (
	"id,items.id,items.requires_shipping,items.variant.product.shipping_profile.id,"
	"shipping_methods.id,shipping_methods.shipping_option_id"
)


class FulfillmentsV1:
	"""Fulfillments of Medusa 1, which makes one for each shipping method that is needed."""

	def __init__(self, session: Session) -> None:
		self._session = session

	def create(self, order_id: str, quantities: Mapping[str, int], metadata: Json) -> Json:
		"""Make fulfillments of these quantities by row, and return the order with all its fulfillments."""
		items = [{"item_id": line, "quantity": quantity} for line, quantity in quantities.items()]
		path = admin_path("orders", order_id, "fulfillment")
		answer = self._session.request(
			"POST", path, params=_ANSWER_V1, json={"items": items, "metadata": metadata}, about=order_id
		)
		return self._session.one(answer, "order")

	def ship(
		self,
		order_id: str,
		fulfillment_id: str,
		quantities: Mapping[str, int],
		numbers: Sequence[str],
		url: str,
	) -> None:
		"""Let a fulfillment be on its way; Medusa 1 keeps no address where it is traced."""
		body = {"fulfillment_id": fulfillment_id, "tracking_numbers": list(numbers)}
		path = admin_path("orders", order_id, "shipment")
		self._session.request("POST", path, params=_ANSWER_V1, json=body, about=order_id)

	def cancel(self, order_id: str, fulfillment_id: str) -> None:
		"""Cancel a fulfillment that was not cancelled before: Medusa 1 would count it twice."""
		path = admin_path("orders", order_id, "fulfillments", fulfillment_id, "cancel")
		self._session.request("POST", path, params=_ANSWER_V1, json={}, about=order_id)


class FulfillmentsV2:
	"""Fulfillments of Medusa 2."""

	def __init__(self, session: Session) -> None:
		self._session = session

	def create(
		self,
		order_id: str,
		quantities: Mapping[str, int],
		metadata: Json,
		option_id: str | None = None,
		location_id: str | None = None,
	) -> Json:
		"""Make a fulfillment of these quantities by row, and return the order with all its fulfillments.

		Args:
			order_id: The order.
			quantities: By the id of the row.
			metadata: Keys and values of the fulfillment.
			option_id: The shipping option; None takes that of the order's first shipping method.
			location_id: The stock location that it is sent from. With None, Medusa takes the stock from where
				the rows are reserved, but keeps the location of the shipping option, to which a cancellation
				adds the stock.
		"""
		body: Json = {"items": _items(quantities), "metadata": metadata}
		if option_id:
			body["shipping_option_id"] = option_id
		if location_id:
			body["location_id"] = location_id
		path = admin_path("orders", order_id, "fulfillments")
		answer = self._session.request("POST", path, params=_ANSWER_V2, json=body, about=order_id)
		return self._session.one(answer, "order")

	def ship(
		self,
		order_id: str,
		fulfillment_id: str,
		quantities: Mapping[str, int],
		numbers: Sequence[str],
		url: str,
	) -> None:
		"""Let a fulfillment be on its way; `url` is where it is traced, "" without."""
		labels = [{"tracking_number": number, "tracking_url": url, "label_url": ""} for number in numbers]
		path = admin_path("orders", order_id, "fulfillments", fulfillment_id, "shipments")
		body = {"items": _items(quantities), "labels": labels}
		self._session.request("POST", path, params=_ANSWER_V2, json=body, about=order_id)

	def cancel(self, order_id: str, fulfillment_id: str) -> None:
		"""Cancel a fulfillment. Medusa 2 refuses one that is cancelled or shipped."""
		path = admin_path("orders", order_id, "fulfillments", fulfillment_id, "cancel")
		self._session.request("POST", path, params=_ANSWER_V2, json={}, about=order_id)

	def groups(self, order_id: str) -> tuple[Json, dict[str, str]]:
		"""Return what decides which rows go together, and the shipping profile of each shipping option.

		Returns:
			The order with its rows and shipping methods; the id of the profile by that of the option.
		"""
		params = {"fields": _GROUPS_V2}
		answer = self._session.request("GET", admin_path("orders", order_id), params=params, about=order_id)
		order = self._session.one(answer, "order")
		ids = [row.get("shipping_option_id") for row in order.get("shipping_methods") or ()]
		if not any(ids):
			return order, {}
		answer = self._session.request(
			"GET",
			"/admin/shipping-options",
			params={"id[]": [one for one in ids if one], "fields": "id,shipping_profile_id"},
			about=order_id,
		)
		found = self._session.many(answer, "shipping_options")
		return order, {row["id"]: str(row.get("shipping_profile_id") or "") for row in found}


def _items(quantities: Mapping[str, int]) -> list[Json]:
	return [{"id": line, "quantity": quantity} for line, quantity in quantities.items()]

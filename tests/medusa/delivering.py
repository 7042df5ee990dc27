"""A simulated Medusa with an order, of which a test sends deliveries."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from devbench.medusa.simulator.baskets import Basket, Bought, Shipped
from medusa_integration.mirror import Target, connect
from medusa_integration.mirror.deliveries import Delivered, Delivery
from medusa_integration.mirror.shop_order_events import NoteMark
from tests.support.medusa import simulator

D = Decimal
CREATED, LATER = "2026-11-30 07:04:34.047123", "2026-11-30 08:00:00"


def mark(name: str, created: str = CREATED, id: str | None = None) -> NoteMark:
	"""A Delivery Note, by its name, the moment of its creation, and the fulfillment that was made of it."""
	return NoteMark(name, created, datetime.fromisoformat(f"{created}+00:00"), id)


class PlacedOrder:
	"""A Medusa with one order of three and two pieces, and its client."""

	def __init__(self, server) -> None:
		self.server, self.generation = server, server.generation
		bought = (Bought("variant_1", D(10), 3), Bought("variant_2", D(20), 2))
		self.order_id = server.place_order(Basket(bought, (Shipped(D(5)),)))
		target = Target(
			url=server.url, email=server.email, password=server.password, generation=self.generation
		)
		self.mirror = connect(target, sleep=lambda seconds: None)
		(order,) = self.mirror.shop_orders.read([self.order_id])
		self.first, self.second = (line.id for line in order.lines)
		self.shipping = order.shipping[0].id

	def save(
		self,
		key: str = "DN-1",
		quantities: dict | None = None,
		created: str = CREATED,
		id: str | None = None,
		**values,
	) -> Delivered:
		given = {self.first: 2} if quantities is None else quantities
		note = mark(key, created, id)
		(found,) = self.mirror.deliveries.save([Delivery(note, self.order_id, given, **values)])
		return found

	def shown(self) -> list[tuple]:
		"""Of each fulfillment its note, rows, numbers, and whether it was shipped and cancelled."""
		return [
			(
				(row["metadata"] or {}).get("erpnext_delivery_note"),
				[item["quantity"] for item in row["items"]],
				[
					link["tracking_number"]
					for link in row["tracking_links" if self.generation == "v1" else "labels"]
				],
				bool(row["shipped_at"]),
				bool(row["canceled_at"]),
			)
			for row in self.server.fulfillments(self.order_id)
		]

	def sent(self) -> int:
		return len(self.server.sent("POST", "/admin/orders/*"))


@pytest.fixture(params=["v1", "v2"])
def placed(request):
	"""An order of three and two pieces in a simulated Medusa."""
	with simulator(request.param) as server:
		yield PlacedOrder(server)

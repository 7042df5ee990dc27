"""What a simulated shop's people send and take back, in Medusa's admin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from devbench.medusa.generations import Generation
from devbench.medusa.simulator import moved
from devbench.medusa.simulator.app import App
from devbench.medusa.simulator.v1 import moved as moved_v1
from devbench.medusa.simulator.v2 import moved as moved_v2


class Dispatch:
	"""The part of a Simulator that is about goods. Rows of an order are named by their position."""

	app: App
	generation: Generation

	def fulfill(self, order_id: str, items: Mapping[int, int], tracking: Sequence[str] = ()) -> str:
		"""Let the shop's people have sent these of an order, by position of the row; returns the id."""
		with self.app.lock:
			made = moved.fulfill(self.app, self.app.placed.rows[order_id], items)["id"]
		if tracking:
			self.ship(order_id, made, tracking)
		return made

	def ship(self, order_id: str, fulfillment_id: str, tracking: Sequence[str]) -> None:
		"""Let the shop's people have shipped a fulfillment."""
		with self.app.lock:
			row = self.app.placed.rows[order_id]
			moved.ship(self.app, row, fulfillment_id, [{"tracking_number": one} for one in tracking])

	def cancel_fulfillment(self, order_id: str, fulfillment_id: str) -> None:
		"""Let the shop's people have cancelled it."""
		with self.app.lock:
			moved.cancel(self.app, self.app.placed.rows[order_id], fulfillment_id)

	def request_return(self, order_id: str, items: Mapping[int, int]) -> str:
		"""Let these of an order be on their way back, by position of the row; returns the id."""
		with self.app.lock:
			return moved.request_return(self.app, self.app.placed.rows[order_id], items)["id"]

	def receive_return(
		self,
		order_id: str,
		return_id: str,
		items: Mapping[int, int],
		damaged: Mapping[int, int] | None = None,
	) -> None:
		"""Let these of a return have arrived, `damaged` ones (v2) besides `items`."""
		with self.app.lock:
			moved.receive(self.app, self.app.placed.rows[order_id], return_id, items, damaged or {})

	def fulfillments(self, order_id: str) -> list[dict]:
		"""The fulfillments of an order, the oldest first."""
		with self.app.lock:
			show = moved_v1 if self.generation == "v1" else moved_v2
			return show.fulfillments(self.app.placed.rows[order_id])

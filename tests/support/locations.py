"""A second stock location of a real Medusa 2, which is gone after the test: others use the same server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from devbench.medusa.checkout import CheckoutV2


class Locations:
	"""The location that the shop's quantities are kept at, and another one of the same sales channel.

	There may be more: nothing is expected of their number.
	"""

	def __init__(self, checkout: CheckoutV2, mark: str) -> None:
		self.checkout, self.admin = checkout, checkout.admin
		self.first = checkout.location
		self.admin("POST", f"{checkout.place}/sales-channels", {"add": [checkout.channel]})
		made = self.admin("POST", "/admin/stock-locations", {"name": f"Second {mark}"})
		self.second: str = made["stock_location"]["id"]
		self._path = f"/admin/stock-locations/{self.second}"
		self.admin("POST", f"{self._path}/sales-channels", {"add": [checkout.channel]})

	def remove(self) -> None:
		"""Take the second one away, and what is stocked there."""
		self.admin("POST", f"{self._path}/sales-channels", {"remove": [self.checkout.channel]})
		self.admin("DELETE", self._path)

	# -- what is stocked -------------------------------------------------------------------------------------

	def item_of(self, variant_id: str) -> str:
		"""The inventory item of a variant."""
		path = f"/admin/product-variants?id={variant_id}&fields=id,inventory_items.inventory_item_id"
		(variant,) = self.admin("GET", path)["variants"]
		(link,) = variant["inventory_items"]
		return link["inventory_item_id"]

	def count(self, variant_id: str) -> None:
		"""Have Medusa count the stock of a variant."""
		path = f"/admin/product-variants?id={variant_id}&fields=id,product_id"
		(variant,) = self.admin("GET", path)["variants"]
		path = f"/admin/products/{variant['product_id']}/variants/{variant_id}"
		self.admin("POST", path, {"manage_inventory": True})

	def stocked(self, variant_id: str, location: str, quantity: int) -> None:
		"""Let so many of a variant be at a location, as somebody enters it in Medusa."""
		path = f"/admin/inventory-items/{self.item_of(variant_id)}/location-levels"
		there = {level["location_id"] for level in self.admin("GET", path)["inventory_levels"]}
		if location in there:
			self.admin("POST", f"{path}/{location}", {"stocked_quantity": quantity})
		else:
			self.admin("POST", path, {"location_id": location, "stocked_quantity": quantity})

	def level(self, variant_id: str, location: str) -> tuple[int, int]:
		"""(stocked, reserved) of a variant at a location."""
		path = f"/admin/inventory-items/{self.item_of(variant_id)}/location-levels"
		levels = self.admin("GET", path)["inventory_levels"]
		(found,) = (level for level in levels if level["location_id"] == location)
		return found["stocked_quantity"], found["reserved_quantity"]

	def reserved(self, order_id: str) -> dict[str, str]:
		"""Where Medusa has reserved an order: location by variant."""
		fields = "fields=id,items.id,items.variant_id"
		order = self.admin("GET", f"/admin/orders/{order_id}?{fields}")["order"]
		variants = {line["id"]: line["variant_id"] for line in order["items"]}
		query = "&".join(f"line_item_id[]={line}" for line in variants)
		rows = self.admin("GET", f"/admin/reservations?{query}")["reservations"]
		return {variants[row["line_item_id"]]: row["location_id"] for row in rows}


@contextmanager
def two_locations(checkout: CheckoutV2, mark: str) -> Iterator[Locations]:
	"""A second location, which is taken away at the end."""
	locations = Locations(checkout, mark)
	try:
		yield locations
	finally:
		locations.remove()

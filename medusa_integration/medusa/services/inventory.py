"""Inventory items and stock levels, which only Medusa 2 has; v1 keeps a quantity in the variant itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..batching import slices
from ..session import Session, admin_path
from ..values import InventoryLevel, Json

ITEMS = "/admin/inventory-items"
LEVELS = f"{ITEMS}/location-levels/batch"
_ITEM_FIELDS = "id,sku,variants.id,variants.sku,variants.product_id"


class InventoryV2:
	"""Inventory items, the variants that they belong to, and how many are stocked where."""

	def __init__(self, session: Session) -> None:
		self._session = session

	def items_by_sku(self, skus: Iterable[str]) -> dict[str, Json]:
		"""Return the inventory items that have these SKUs, by SKU, each with the variants it belongs to."""
		found: dict[str, Json] = {}
		for some in slices(sorted({sku for sku in skus if sku})):
			params = {"sku[]": some, "limit": len(some), "fields": _ITEM_FIELDS}
			answer = self._session.request("GET", ITEMS, params=params)
			items = self._session.many(answer, "inventory_items")
			found.update((str(item.get("sku")), item) for item in items)
		return found

	def create_item(self, *, sku: str | None, title: str) -> str:
		"""Create an inventory item and return its id.

		Args:
			sku: Its SKU, None without.
			title: Its title where it has no SKU.

		Raises:
			Duplicate: There is one with this SKU.
		"""
		body = {"sku": sku} if sku else {"title": title}
		answer = self._session.request("POST", ITEMS, json=body, params={"fields": "id"})
		return str(self._session.one(answer, "inventory_item")["id"])

	def link_item(self, product_id: str, variant_id: str, item_id: str) -> None:
		"""Make the inventory item the variant's, one for each that is sold."""
		path = admin_path("products", product_id, "variants", variant_id, "inventory-items")
		body = {"inventory_item_id": item_id, "required_quantity": 1}
		self._session.request("POST", path, json=body, params={"fields": "id"})

	def save_levels(
		self,
		*,
		create: Sequence[InventoryLevel],
		update: Sequence[InventoryLevel],
		about: str | None = None,
	) -> None:
		"""Set how many are stocked, as a whole or not at all.

		Args:
			create: Levels of items that are not stocked at their locations yet.
			update: Levels that are there.
			about: For the log.

		Raises:
			Duplicate: One that is to be created is there.
			NotFound: One that is to be updated is not there.
		"""
		body: Json = {}
		if update:
			body["update"] = [_level_body(level) for level in update]
		if create:
			body["create"] = [_level_body(level) for level in create]
		self._session.request("POST", LEVELS, json=body, repeatable=True, about=about)


def _level_body(level: InventoryLevel) -> Json:
	return {
		"inventory_item_id": level.item_id,
		"location_id": level.location_id,
		"stocked_quantity": level.quantity,
	}

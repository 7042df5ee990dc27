"""Inventory items of v2 that were left behind, or are missing.

v2 makes one with each variant, of its SKU, and refuses a variant whose SKU an item has already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from .errors import Duplicate, MedusaError
from .fields import rows
from .outcomes import save_one
from .sizes import slices

if TYPE_CHECKING:
	from .saving import Remote
	from .v2 import MedusaV2

T = TypeVar("T")
_PATH = "/admin/inventory-items"
_FIELDS = "id,sku,variants.id,variants.sku,variants.product_id"


def _is_left_behind(error: MedusaError) -> bool:
	"""Whether Medusa refuses a variant because there is an inventory item of its SKU."""
	return isinstance(error, Duplicate) and error.entity == "inventory item" and error.field == "sku"


def _items_by_sku(client: MedusaV2, skus: Iterable[str]) -> dict[str, Remote]:
	"""The inventory items that Medusa has with these SKUs, each with the variants that it belongs to."""
	found = {}
	for some in slices(sorted({sku for sku in skus if sku})):
		params = {"sku[]": some, "limit": len(some), "fields": _FIELDS}
		answer = client._request("GET", _PATH, params=params)
		found.update((item.get("sku"), item) for item in client._remotes(answer, "inventory_items"))
	return found


def _free_items(client: MedusaV2, skus: Sequence[str]) -> dict[str, str]:
	"""The ids of those that belong to no variant, by SKU: left behind, and free to be taken over."""
	found = _items_by_sku(client, skus)
	return {sku: item["id"] for sku, item in found.items() if not rows(item, "variants")}


def _taken(client: MedusaV2, sku: str, error: MedusaError) -> MedusaError:
	"""The same refusal, with whose the inventory item is and what to do, if it is another variant's."""
	variants = rows(_items_by_sku(client, [sku]).get(sku) or {}, "variants")
	if not variants:
		return error
	owner = variants[0]
	return Duplicate(
		f"Medusa's inventory item with the SKU {sku} belongs to the variant {owner.get('sku') or owner.get('id')} "
		f"of the product {owner.get('product_id')}. Give it another SKU in Medusa, or delete it there.",
		entity="inventory item",
		field="sku",
		value=sku,
		status=error.status,
		message=error.message,
	)


def with_items_left_behind(
	client: MedusaV2, skus: Sequence[str], create: Callable[[Mapping[str, str]], T]
) -> T:
	"""Create variants, with the inventory items that earlier ones have left behind if those are in the way.

	`skus` are the variants'; `create` gets the ids of those items, by SKU. Raises what it raises.
	"""
	try:
		return create({})
	except Duplicate as error:
		if not _is_left_behind(error):
			raise
		items = _free_items(client, skus)
		if not items:
			raise _taken(client, skus[0], error) if len(skus) == 1 else error from error
	return create(items)


def restored_item(client: MedusaV2, variant: Remote) -> str:
	"""Give a variant that has no inventory item one of its SKU, which may be there; the item's id.

	Raises MedusaError, a Duplicate when the item of that SKU belongs to another variant.
	"""
	sku = variant.get("sku")

	def create() -> str:
		body = {"sku": sku} if sku else {"title": variant["id"]}
		answer = client._request("POST", _PATH, json=body, params={"fields": "id"})
		return client._remote(answer, "inventory_item")["id"]

	try:
		_created, id = save_one(
			client, create=create, find=lambda: _free_items(client, [sku]).get(sku) if sku else None
		)
	except Duplicate as error:
		raise _taken(client, sku, error) from error
	path = client._path("products", variant["product_id"], "variants", variant["id"], "inventory-items")
	body = {"inventory_item_id": id, "required_quantity": 1}
	client._request("POST", path, json=body, params={"fields": "id"})
	return id

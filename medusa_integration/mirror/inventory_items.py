"""Inventory items of v2 that were left behind, or are missing.

v2 makes one with each variant, of its SKU, and refuses a variant whose SKU an item has already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from ..medusa import MedusaV2
from ..medusa.bodies import rows
from ..medusa.errors import Duplicate, MedusaError
from ..medusa.values import Json

T = TypeVar("T")


def _is_left_behind(error: MedusaError) -> bool:
	"""Whether Medusa refuses a variant because there is an inventory item of its SKU."""
	return isinstance(error, Duplicate) and error.entity == "inventory item" and error.field == "sku"


def _free_items(medusa: MedusaV2, skus: Sequence[str]) -> dict[str, str]:
	"""Return the ids of the items of these SKUs that belong to no variant, by SKU."""
	found = medusa.inventory.items_by_sku(skus)
	return {sku: item["id"] for sku, item in found.items() if not rows(item, "variants")}


def _taken(medusa: MedusaV2, sku: str, error: MedusaError) -> MedusaError:
	"""Return the same refusal, saying whose the inventory item is and what to do, if it is another's."""
	variants = rows(medusa.inventory.items_by_sku([sku]).get(sku) or {}, "variants")
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
	medusa: MedusaV2, skus: Sequence[str], create: Callable[[Mapping[str, str]], T]
) -> T:
	"""Create variants, with the inventory items that earlier ones have left behind if those are in the way.

	Args:
		medusa: The client.
		skus: The variants'.
		create: Gets the ids of those items, by SKU.

	Returns:
		What `create` returns.

	Raises:
		Duplicate: An inventory item belongs to another variant.
		MedusaError: What `create` raises.
	"""
	try:
		return create({})
	except Duplicate as error:
		if not _is_left_behind(error):
			raise
		items = _free_items(medusa, skus)
		if not items:
			raise _taken(medusa, skus[0], error) if len(skus) == 1 else error from error
	return create(items)


def restored_item(medusa: MedusaV2, variant: Json) -> str:
	"""Give a variant that has no inventory item one of its SKU, which may be there; return the item's id.

	Raises:
		Duplicate: The item of that SKU belongs to another variant.
		MedusaError: Medusa refuses it, or cannot be reached.
	"""
	sku = variant.get("sku")

	def find() -> str | None:
		return _free_items(medusa, [sku]).get(sku) if sku else None

	try:
		_created, id = medusa.session.waiting.create_or_find(
			lambda: medusa.inventory.create_item(sku=sku, title=variant["id"]), find
		)
	except Duplicate as error:
		raise _taken(medusa, str(sku), error) from error
	medusa.inventory.link_item(variant["product_id"], variant["id"], id)
	return id

"""Stock levels of v2, many a call: which exist is found out first,
and one bad level does not spoil the others.

Nothing here can be done twice to harm: a level is set, not counted up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .errors import Duplicate, Invalid, MedusaError, MissingReference, NotFound
from .fields import rows
from .inventory_items import restored_item
from .outcomes import settled
from .values import Outcome, StockLevel

if TYPE_CHECKING:
	from .saving import Remote
	from .v2 import MedusaV2

PATH = "/admin/inventory-items/location-levels/batch"
BATCH = 500
_ITEM = "product_id,sku,manage_inventory,inventory_items.inventory_item_id,inventory_items.inventory.id"
_LEVELS = "inventory_items.inventory.location_levels.location_id"
_STOCKED = "inventory_items.inventory.location_levels.stocked_quantity"


@dataclass(frozen=True, slots=True)
class _Row:
	"""One level on its way: its place in the caller's list, its inventory item,
	and whether it is there already.

	`sure` is whether Medusa has been asked for that in this call.
	"""

	position: int
	level: StockLevel
	item_id: str
	is_there: bool = True
	sure: bool = False


def stocked(client: MedusaV2, levels: Sequence[StockLevel]) -> dict[str, int | None]:
	"""What v2 has of these levels at our location; see `Medusa.read_stock_levels`."""
	if not levels:
		return {}
	location = client.stock_location
	wanted = {level.variant_id for level in levels}
	variants = client._read_variants(wanted, f"id,{_ITEM},{_LEVELS},{_STOCKED}")
	found = {variant["id"]: _at(location, variant) for variant in variants}
	return {level.key: found[level.variant_id] for level in levels if level.variant_id in found}


def _at(location: str, variant: Mapping) -> int | None:
	"""How many of the variant are stocked there: of its first inventory item, the one that we fill."""
	links = rows(variant, "inventory_items")
	places = rows(links[0].get("inventory") or {}, "location_levels") if links else []
	return next((row.get("stocked_quantity") for row in places if row.get("location_id") == location), None)


class LevelSaving:
	"""One call of `save_stock_levels` on v2."""

	def __init__(self, client: MedusaV2, levels: Sequence[StockLevel]) -> None:
		self.client = client
		self.levels = levels
		self.outcomes: dict[int, Outcome] = {}

	def run(self) -> list[Outcome]:
		"""Send everything; see `Medusa.save_stock_levels` for what is returned and raised."""
		if not self.levels:
			return []
		_ = self.client.stock_location  # without one, nothing can be sent
		stopped = []
		try:
			known = [
				_Row(position, level, level.item_id)
				for position, level in enumerate(self.levels)
				if level.item_id
			]
			unknown = [position for position, level in enumerate(self.levels) if not level.item_id]
			sendable = [*known, *self._look_up(unknown)]
			for start in range(0, len(sendable), BATCH):
				self._send(sendable[start : start + BATCH])
		except MedusaError as error:
			stopped.append(error)
		return settled(self.outcomes, [level.key for level in self.levels], stopped)

	def _look_up(self, positions: Sequence[int]) -> list[_Row]:
		"""The inventory items of these levels' variants, and whether each is stocked at our location."""
		wanted = {self.levels[position].variant_id for position in positions}
		variants = {
			variant["id"]: variant for variant in self.client._read_variants(wanted, f"id,{_ITEM},{_LEVELS}")
		}
		found = []
		for position in positions:
			level = self.levels[position]
			variant = variants.get(level.variant_id)
			# a link may outlive the item that it leads to
			links = [link for link in rows(variant or {}, "inventory_items") if link.get("inventory")]
			if not variant:
				self._fail(
					position, MissingReference(f"Medusa does not have the variant {level.variant_id}.")
				)
			elif not links:
				if row := self._restored(position, variant):
					found.append(row)
			else:
				places = {each.get("location_id") for each in rows(links[0]["inventory"], "location_levels")}
				is_there = self.client.stock_location in places
				found.append(_Row(position, level, links[0]["inventory_item_id"], is_there, sure=True))
		return found

	def _restored(self, position: int, variant: Remote) -> _Row | None:
		"""The level with a new inventory item for one that was deleted by hand; None when that fails."""
		level = self.levels[position]
		try:
			if variant.get("manage_inventory") is False:
				raise Invalid(
					f"Medusa does not manage the stock of {level.variant_id}. "
					"Tick Manage Inventory at the variant in Medusa."
				)
			item_id = restored_item(self.client, variant)
		except MedusaError as error:
			if self.client._concerns_all(error):
				raise
			self._fail(position, error)
			return None
		return _Row(position, level, item_id, is_there=False, sure=True)

	def _send(self, some: list[_Row]) -> None:
		if not some:
			return
		try:
			self._post(some)
		except MedusaError as error:
			self._after_failure(some, error)
		else:
			for row in some:
				self.outcomes[row.position] = Outcome(row.level.key, id=row.item_id)

	def _post(self, some: list[_Row]) -> None:
		body: dict[str, list[dict]] = {}
		for row in some:
			body.setdefault("update" if row.is_there else "create", []).append(
				{
					"inventory_item_id": row.item_id,
					"location_id": self.client.stock_location,
					"stocked_quantity": row.level.quantity,
				}
			)
		about = some[0].level.key if len(some) == 1 else None
		self.client._request("POST", PATH, json=body, repeatable=True, about=about)

	def _after_failure(self, some: list[_Row], error: MedusaError) -> None:
		"""What was remembered may be out of date: Medusa is asked once.

		Then the culprit is looked for by halves.
		"""
		stale = [row.position for row in some if not row.sure]
		out_of_step = isinstance(error, (Duplicate, NotFound))
		if out_of_step and stale:
			self._send([*(row for row in some if row.sure), *self._look_up(stale)])
		elif self.client._concerns_all(error):
			raise error
		elif len(some) > 1:
			middle = len(some) // 2
			self._send(some[:middle])
			self._send(some[middle:])
		else:
			self._alone(some[0], error)

	def _alone(self, row: _Row, error: MedusaError) -> None:
		"""Somebody has made or removed this very level since Medusa was asked: the other way round, once."""
		if isinstance(error, (Duplicate, NotFound)):
			try:
				self._post([replace(row, is_there=not row.is_there)])
			except MedusaError as second:
				error = second
			else:
				self.outcomes[row.position] = Outcome(row.level.key, id=row.item_id)
				return
		self._fail(row.position, error)

	def _fail(self, position: int, error: MedusaError) -> None:
		self.outcomes[position] = Outcome(self.levels[position].key, error=error)

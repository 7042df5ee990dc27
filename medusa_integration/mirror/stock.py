"""How many of each variant Medusa may sell.

v1 keeps a quantity in the variant. v2 keeps levels of inventory items at locations, many a call: which exist
is found out first, and one bad level does not spoil the others. Nothing here can be done twice to harm: a
level is set, not counted up.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..medusa import MedusaV1, MedusaV2
from ..medusa.batching import batches, bisect
from ..medusa.bodies import rows
from ..medusa.errors import Duplicate, Invalid, MedusaError, MissingReference, NotFound, SetupMissing
from ..medusa.values import Choice, InventoryLevel, Json, Store
from .inventory_items import restored_item
from .outcomes import Outcome, send_each, settled
from .products import require_ids
from .products_v1 import ProductCallsV1
from .values import StockLevel

BATCH = 500
_ITEM = "product_id,sku,manage_inventory,inventory_items.inventory_item_id,inventory_items.inventory.id"
_LEVELS = "inventory_items.inventory.location_levels.location_id"
_STOCKED = "inventory_items.inventory.location_levels.stocked_quantity"


class Stock(ABC):
	"""The quantities of one Medusa."""

	@abstractmethod
	def save(self, levels: Sequence[StockLevel]) -> list[Outcome]:
		"""Set how many of each variant may be sold.

		Returns:
			One Outcome a level, in order. Its `id` is the inventory item on v2, the variant on v1; its
			`error` is what that level alone met, MissingReference when Medusa does not have the variant.

		Raises:
			SetupMissing: v2 has no stock location, or several and none is chosen.
			MedusaError: As `Products.save`.
		"""

	@abstractmethod
	def read(self, levels: Sequence[StockLevel]) -> dict[str, int | None]:
		"""Return how many Medusa has now, by the levels' keys, in as few requests as addresses allow.

		None stands for a variant that has no quantity; variants that Medusa does not have are left out.
		Raises as `save`.
		"""

	@property
	@abstractmethod
	def location(self) -> str | None:
		"""Medusa's id of where quantities are kept, None where that is no location (v1). Raises as `save`."""

	@abstractmethod
	def ensure_location(self, name: str) -> Choice | None:
		"""Return a stock location of this name that sells our products; it is made if it is missing.

		None where quantities need no location (v1). Doing it twice makes one location.
		"""


class StockV1(Stock):
	"""The quantities of a Medusa 1."""

	def __init__(self, medusa: MedusaV1, calls: ProductCallsV1) -> None:
		self._medusa, self._calls = medusa, calls

	def save(self, levels: Sequence[StockLevel]) -> list[Outcome]:
		return send_each(self._medusa.session, levels, self._save, key=lambda level: level.key)

	def _save(self, level: StockLevel) -> Outcome:
		# v1 counts down when an order is placed, and knows no reservations
		body = {"inventory_quantity": max(level.quantity - level.ordered, 0)}
		try:
			self._medusa.products.update_variant(level.product_id, level.variant_id, body, about=level.key)
		except NotFound as error:
			raise MissingReference.of(error) from error
		return Outcome(level.key, id=level.variant_id)

	def read(self, levels: Sequence[StockLevel]) -> dict[str, int | None]:
		quantities = {
			variant["id"]: variant.get("inventory_quantity")
			for remote in self._calls.read(require_ids([level.product_id for level in levels]))
			for variant in rows(remote, "variants")
		}
		return {level.key: quantities[level.variant_id] for level in levels if level.variant_id in quantities}

	@property
	def location(self) -> str | None:
		return None

	def ensure_location(self, name: str) -> Choice | None:
		return None


class StockV2(Stock):
	"""The quantities of a Medusa 2.

	Args:
		medusa: The client.
		wanted: Medusa's id of the configured stock location, None without.
		sales_channel: Returns the id of the channel that our products are sold through.
	"""

	def __init__(
		self, medusa: MedusaV2, *, wanted: str | None, sales_channel: Callable[[], str | None]
	) -> None:
		self._medusa, self._wanted, self._sales_channel = medusa, wanted, sales_channel

	def save(self, levels: Sequence[StockLevel]) -> list[Outcome]:
		return LevelSaving(self._medusa, self.location, levels).run() if levels else []

	def read(self, levels: Sequence[StockLevel]) -> dict[str, int | None]:
		if not levels:
			return {}
		location = self.location
		wanted = {level.variant_id for level in levels}
		variants = self._medusa.products.list_variants(wanted, f"id,{_ITEM},{_LEVELS},{_STOCKED}")
		found = {variant["id"]: _at(location, variant) for variant in variants}
		return {level.key: found[level.variant_id] for level in levels if level.variant_id in found}

	@cached_property
	def location(self) -> str:
		"""Where quantities are kept: as configured, else the store's default, else the only one.

		Raises SetupMissing.
		"""
		stores = self._medusa.stores
		choices = stores.stock_locations(stores.settings())
		if self._wanted:
			# Medusa itself takes quantities for locations that do not exist
			if self._wanted not in {choice.id for choice in choices}:
				raise SetupMissing(
					f"Medusa does not have the stock location {self._wanted} that the settings name."
				)
			return self._wanted
		if not choices:
			raise SetupMissing("Medusa has no stock location for the quantities yet.")
		found = [choice for choice in choices if choice.is_default] or choices
		if len(found) > 1:
			names = ", ".join(choice.name for choice in found)
			raise SetupMissing(
				f"Medusa has several stock locations, and none is chosen in the settings: {names}."
			)
		return found[0].id

	def ensure_location(self, name: str) -> Choice | None:
		stores = self._medusa.stores
		there = [choice for choice in stores.stock_locations(Store()) if choice.name == name]
		location = there[0] if there else stores.create_stock_location(name)
		if channel := self._sales_channel():
			# what lies elsewhere cannot be sold through the channel
			stores.add_sales_channel(location.id, channel)
		return location


@dataclass(frozen=True, slots=True)
class _Row:
	"""One level on its way.

	Attributes:
		position: Its place in the caller's list.
		level: The level.
		item_id: The variant's inventory item.
		is_there: Whether Medusa has the level already.
		sure: Whether Medusa has been asked for that in this call.
	"""

	position: int
	level: StockLevel
	item_id: str
	is_there: bool = True
	sure: bool = False


def _at(location: str, variant: Json) -> int | None:
	"""Return how many are stocked there of the variant's first inventory item, the one that we fill."""
	links = rows(variant, "inventory_items")
	places = rows(links[0].get("inventory") or {}, "location_levels") if links else []
	return next((row.get("stocked_quantity") for row in places if row.get("location_id") == location), None)


class LevelSaving:
	"""One call of `StockV2.save`. `location` is Medusa's id of the stock location."""

	def __init__(self, medusa: MedusaV2, location: str, levels: Sequence[StockLevel]) -> None:
		self.medusa, self.session = medusa, medusa.session
		self.location = location
		self.levels = levels
		self.outcomes: dict[int, Outcome] = {}

	def run(self) -> list[Outcome]:
		"""Send everything and return one Outcome for each level. Raises as `Stock.save`."""
		stopped: list[MedusaError] = []
		try:
			known = [
				_Row(position, level, level.item_id)
				for position, level in enumerate(self.levels)
				if level.item_id
			]
			unknown = [position for position, level in enumerate(self.levels) if not level.item_id]
			sendable = [*known, *self._look_up(unknown)]
			for some in batches(sendable, BATCH):
				self._send(some)
		except MedusaError as error:
			stopped.append(error)
		return settled(self.outcomes, [level.key for level in self.levels], stopped)

	def _look_up(self, positions: Sequence[int]) -> list[_Row]:
		"""Return the levels with their inventory items, and whether each is stocked at our location."""
		wanted = {self.levels[position].variant_id for position in positions}
		listed = self.medusa.products.list_variants(wanted, f"id,{_ITEM},{_LEVELS}")
		variants = {variant["id"]: variant for variant in listed}
		found: list[_Row] = []
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
				is_there = self.location in places
				found.append(_Row(position, level, links[0]["inventory_item_id"], is_there, sure=True))
		return found

	def _restored(self, position: int, variant: Json) -> _Row | None:
		"""Return the level with a new inventory item for one deleted by hand; None when that fails."""
		level = self.levels[position]
		try:
			if variant.get("manage_inventory") is False:
				raise Invalid(
					f"Medusa does not manage the stock of {level.variant_id}. "
					"Tick Manage Inventory at the variant in Medusa."
				)
			item_id = restored_item(self.medusa, variant)
		except MedusaError as error:
			if self.session.concerns_all(error):
				raise
			self._fail(position, error)
			return None
		return _Row(position, level, item_id, is_there=False, sure=True)

	def _send(self, some: Sequence[_Row]) -> None:
		if not some:
			return
		try:
			self._post(some)
		except MedusaError as error:
			self._after_failure(some, error)
		else:
			for row in some:
				self.outcomes[row.position] = Outcome(row.level.key, id=row.item_id)

	def _post(self, some: Sequence[_Row]) -> None:
		levels = [(row, InventoryLevel(row.item_id, self.location, row.level.quantity)) for row in some]
		self.medusa.inventory.save_levels(
			create=[level for row, level in levels if not row.is_there],
			update=[level for row, level in levels if row.is_there],
			about=some[0].level.key if len(some) == 1 else None,
		)

	def _after_failure(self, some: Sequence[_Row], error: MedusaError) -> None:
		"""Ask Medusa once, as what was remembered may be out of date; then halve."""
		stale = [row.position for row in some if not row.sure]
		out_of_step = isinstance(error, (Duplicate, NotFound))
		if out_of_step and stale:
			self._send([*(row for row in some if row.sure), *self._look_up(stale)])
		elif self.session.concerns_all(error):
			raise error
		else:
			bisect(some, self._send, lambda row: self._alone(row, error))

	def _alone(self, row: _Row, error: MedusaError) -> None:
		"""Try it the other way round, once: the level may have come or gone since Medusa was asked."""
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

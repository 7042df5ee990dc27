"""How many of each Website Item Medusa may sell: the lane "stock"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from frappe import _

from medusa_integration.catalogue.stock import recording as stock_queue
from medusa_integration.catalogue.stock import state as stock_state
from medusa_integration.catalogue.stock.events import items_changed
from medusa_integration.catalogue.stock.ordered import placed_items
from medusa_integration.catalogue.stock.quantities import Quantity, quantities
from medusa_integration.constants import ON_ITS_WAY, WEBSITE_ITEM, Status
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.values import StockLevel
from medusa_integration.settings import get_settings
from medusa_integration.sync import connection, task_states
from medusa_integration.sync.exporter import Exporter, Loaded, fingerprint, gone
from medusa_integration.sync.task import Send, Sent, Task, Unchanged, WaitFor, Work

# largest value of an integer column of Medusa
LARGEST = 2**31 - 1
# tasks that are under way, or that a person has put aside
LEFT_ALONE = (*ON_ITS_WAY, Status.IGNORED)


@dataclass(frozen=True, slots=True)
class Found:
	"""What is to be written whatever Medusa says: by Website Item, and the Items whose templates follow.

	`locations` has the stock location of Medusa v2 as soon as quantities were sent there.
	"""

	changes: dict[str, dict[str, Any]]
	templates: set[str]
	locations: list[str] = field(default_factory=list)


class StockExporter(Exporter):
	"""One Website Item is one quantity of its variant; its own flag and quantity follow on the way."""

	name = stock_queue.LANE
	doctype = WEBSITE_ITEM
	chunk = 500

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""Nine statements at the most, whatever the number of tasks."""
		if not tasks:
			return Loaded()
		rows = {row.name: row for row in stock_state.read(task.docname for task in tasks)}
		found = quantities([row for row in rows.values() if not row.has_variants])
		changes = stock_state.changes(list(rows.values()), found)
		templates = {row.item_code for row in rows.values() if row.has_variants}
		templates |= {rows[name].variant_of for name in changes if rows[name].variant_of}
		pushes = get_settings().push_stock_quantities
		works = [_work(task, rows.get(task.docname), found, pushes) for task in tasks]
		return Loaded(works, Found(changes, templates))

	def keep(self, found: Found | None) -> None:
		"""Write flag and quantity where they differ, whatever Medusa says. Four statements at the most.

		Two more if quantities are kept at another stock location than was known.
		"""
		if found:
			if any(connection.learn_location(location) for location in found.locations):
				items_changed(placed_items())
			stock_state.write(found.changes)
			if found.templates:
				stock_state.write(stock_state.template_changes(found.templates))

	def save(
		self, medusa: Mirror, works: Sequence[Send], found: Found | None, *, look_up: bool
	) -> list[Sent]:
		"""Tell the quantities of variants."""
		outcomes = medusa.stock.save([work.value for work in works])
		if found and (location := medusa.stock.location):
			found.locations.append(location)
		return [
			Sent(work, outcome, payload=_payload(work.value, outcome))
			for work, outcome in zip(works, outcomes, strict=True)
		]

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Return success without a request, because a quantity is deleted with its product."""
		return [Outcome(task.name) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Store nothing on documents: the tasks store the ids of Medusa's inventory items."""

	def error_prefix(self, task: Task) -> str:
		"""Return how the sentence of a failed task begins."""
		return _("Error while sending the stock of Website Item {0} to Medusa").format(task.docname)


def outdated(rows: Sequence[Any], found: Mapping[str, Quantity]) -> list[str]:
	"""Return those of these Website Items whose quantity in Medusa differs or is unknown. One statement.

	Items that Medusa does not have are left out; they are recorded when it has them. None while quantities
	are not sent.
	"""
	settings = get_settings()
	wanted = {row.name: mark(level(row, found)) for row in rows if row.medusa_id and row.medusa_variant_id}
	if not settings.push_stock_quantities or not settings.url or not wanted:
		return []
	for name, task in task_states.states(WEBSITE_ITEM, wanted, StockExporter.name).items():
		if task.status in LEFT_ALONE or task.fingerprint == wanted[name]:
			del wanted[name]
	return list(wanted)


def level(row: Any, found: Mapping[str, Quantity], item_id: str | None = None) -> StockLevel:
	"""Return the quantity that Medusa should have of a Website Item, in whole stock units.

	`quantity` includes what Medusa's own orders reserve. `ordered` is that part for v1, where drafts count as
	well, and 0 for v2, which subtracts its orders itself until they have a fulfillment.

	Args:
		row: the Website Item, with `FIELDS` of `state`.
		found: quantities by name of Website Item.
		item_id: id of the inventory item in Medusa v2, if known.
	"""
	quantity = stock_state.quantity_of(row, found)
	if connection.known_generation() == "v2":
		# it stores the reservations of its own orders separately: changes of these are not sent
		left = max(round(quantity.available + quantity.sent - quantity.drafts, 6), 0)
		whole, ordered = min(int(left), LARGEST), 0
	else:
		whole = min(int(quantity.available), LARGEST)
		left = max(round(quantity.available - quantity.ordered - quantity.drafts, 6), 0)
		ordered = whole - min(int(left), LARGEST)
	return StockLevel(
		key=row.name,
		product_id=row.medusa_id,
		variant_id=row.medusa_variant_id,
		quantity=whole,
		ordered=ordered,
		item_id=item_id,
	)


def mark(value: StockLevel) -> str:
	"""Return the fingerprint of a quantity, which depends on the variant and the stock location too."""
	location = get_settings().stock_location or ""
	return fingerprint([location, value.variant_id, value.quantity, value.ordered])


def _work(task: Task, row: Any, found: Mapping[str, Quantity], pushes: bool) -> Work:
	if not row:
		return gone(task)
	if not (row.medusa_id and row.medusa_variant_id) and pushes and row.published and not row.has_variants:
		return WaitFor(task, parents=((WEBSITE_ITEM, row.name, "product"),))
	value = level(row, found, _inventory_item(task, row.medusa_variant_id))
	marked = mark(value)
	has_variant = bool(row.medusa_id and row.medusa_variant_id)
	nothing_to_say = row.has_variants or not pushes or not has_variant or marked == task.fingerprint
	product = (WEBSITE_ITEM, row.name, "product")
	# at the beginning of the day on which a batch expires
	expires_on = stock_state.quantity_of(row, found).changes_on
	again_at = datetime.combine(expires_on, time.min) if expires_on else None
	if nothing_to_say:
		return Unchanged(task, value, again_at=again_at)
	return Send(task, value, marked, refers_to=(product,), again_at=again_at)


def _inventory_item(task: Task, variant_id: str | None) -> str | None:
	"""Return the inventory item that the task has stored for this variant."""
	known = json.loads(task.payload or "{}")
	return known.get("item") if known.get("variant") == variant_id else None


def _payload(value: StockLevel, outcome: Outcome) -> str | None:
	return json.dumps({"variant": value.variant_id, "item": outcome.id}) if outcome.id else None

"""The orders that were placed in Medusa, on their way to Sales Orders: the lane "order_import"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import frappe
from frappe import _
from pypika import Case

from medusa_integration import database
from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.edits import MARK, mark_of
from medusa_integration.selling.order.imports.follow import attempt, follow, wanted
from medusa_integration.selling.order.imports.make import import_history, import_order
from medusa_integration.selling.order.imports.quiet import quietly
from medusa_integration.settings import number
from medusa_integration.sync.exporter import Exporter, Loaded
from medusa_integration.sync.inbox.orders import LANE
from medusa_integration.sync.task import Send, Sent, Task, Unchanged, WaitFor, Work


@dataclass(frozen=True, slots=True)
class Found:
	"""What the site has of the orders of a batch.

	Attributes:
		made: The Sales Orders, by Medusa's id of the order.
		past: The orders that an import of past orders has recorded, and whether each is history.
	"""

	made: dict[str, str]
	past: dict[str, bool]


class OrderImporter(Exporter):
	"""An order of Medusa becomes a Sales Order, each in a transaction of its own; other documents follow.

	One that has its Sales Order is only read again if the settings ask for what follows.
	"""

	name = LANE
	doctype = MEDUSA_ORDER
	chunk = 20
	personal = True

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""Two statements, none with `import_orders` off."""
		if not number("import_orders"):
			waiting: list[Work] = [WaitFor(task, reason=_("Import Orders is off.")) for task in tasks]
			return Loaded(waiting, Found({}, {}))
		ids = [task.docname for task in tasks]
		fields = ["medusa_order_id", "medusa_order_number", "name"]
		rows = frappe.get_all(SALES_ORDER, {"medusa_order_id": ("in", ids)}, fields)
		made = {row.medusa_order_id: row.name for row in rows}
		# what follows from the others, only the shop's server knows
		of_server = {row.medusa_order_id for row in rows if not row.medusa_order_number}
		past = _past(ids)
		# what follows from history has been done long ago
		history = {order_id for order_id, is_history in past.items() if is_history}
		settled = of_server | (history & made.keys()) if wanted() else made.keys()
		works: list[Work] = [
			Unchanged(task) if task.docname in settled else Send(task, task.docname) for task in tasks
		]
		return Loaded(works, Found(made, past))

	def save(self, medusa: Mirror, works: Sequence[Send], found: Found, *, look_up: bool) -> list[Sent]:
		"""Read the orders from Medusa, and make and commit the Sales Order of each."""
		orders = medusa.shop_orders.read_each([work.value for work in works])
		return [_imported(work, orders[work.value], found) for work in works]

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Nothing is deleted: the order in Medusa stays."""
		return [Outcome(task.docname) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Nothing: the Sales Order has Medusa's id."""

	def keep(self, found: Found) -> None:
		"""Name the Sales Orders that were made before, such as of a Quotation. One statement."""
		if not found.made:
			return
		order, is_name = frappe.qb.DocType(MEDUSA_ORDER), Case()
		for order_id, name in found.made.items():
			is_name = is_name.when(order.name == order_id, name)
		database.run(
			frappe.qb.update(order).set(order.sales_order, is_name).where(order.name.isin(list(found.made)))
		)


def _past(order_ids: Sequence[str]) -> dict[str, bool]:
	"""Those of these orders that an import of past orders has recorded, and whether each is history."""
	filters = {"name": ("in", order_ids), "backfill": ("is", "set")}
	rows = frappe.get_all(MEDUSA_ORDER, filters, ["name", "is_history"])
	return {row.name: bool(row.is_history) for row in rows}


def _imported(work: Send, order: ShopOrder | MedusaError, found: Found) -> Sent:
	if isinstance(order, MedusaError):
		return Sent(work, Outcome(work.value, error=order))
	if order.id in found.past and order.id not in found.made:
		with quietly():
			return _made_and_followed(work, order, None, is_history=found.past[order.id])
	return _made_and_followed(work, order, found.made.get(order.id))


def _made_and_followed(
	work: Send, order: ShopOrder, sales_order: str | None, *, is_history: bool = False
) -> Sent:
	if not sales_order:
		if order.is_canceled:
			remark = _("The order was cancelled in Medusa before it was imported.")
			return Sent(replace(work, remark=remark), Outcome(work.value))
		if error := attempt(lambda: _import(order, is_history)):
			return Sent(work, Outcome(work.value, error=error))
		sales_order = _placed_in_medusa(order.id) if wanted() and not is_history else None
	error = follow(order, sales_order) if sales_order else None
	return Sent(work, Outcome(work.value, error=error))


def _placed_in_medusa(order_id: str) -> str | None:
	"""The Sales Order that was imported; of others only the shop's server knows what follows."""
	filters = {"medusa_order_id": order_id, "medusa_order_number": ("is", "set")}
	return frappe.db.get_value(SALES_ORDER, filters)


def _import(order: ShopOrder, is_history: bool) -> None:
	name = import_history(order) if is_history else import_order(order)
	values = {"sales_order": name, MARK: mark_of(order)}
	frappe.db.set_value(MEDUSA_ORDER, order.id, values, update_modified=False)

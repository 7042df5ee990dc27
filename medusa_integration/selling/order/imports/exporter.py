"""The orders that were placed in Medusa, on their way to Sales Orders: the lane "order_import"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

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
from medusa_integration.selling.order.imports.make import import_order
from medusa_integration.settings import number
from medusa_integration.sync.exporter import Exporter, Loaded
from medusa_integration.sync.inbox.orders import LANE
from medusa_integration.sync.task import Send, Sent, Task, Unchanged, WaitFor, Work


class OrderImporter(Exporter):
	"""An order of Medusa becomes a Sales Order, each in a transaction of its own; other documents follow.

	One that has its Sales Order is only read again if the settings ask for what follows.
	"""

	name = LANE
	doctype = MEDUSA_ORDER
	chunk = 20
	personal = True

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""One statement, none with `import_orders` off."""
		if not number("import_orders"):
			waiting: list[Work] = [WaitFor(task, reason=_("Import Orders is off.")) for task in tasks]
			return Loaded(waiting, {})
		ids = [task.docname for task in tasks]
		fields = ["medusa_order_id", "medusa_order_number", "name"]
		rows = frappe.get_all(SALES_ORDER, {"medusa_order_id": ("in", ids)}, fields)
		made = {row.medusa_order_id: row.name for row in rows}
		# what follows from the others, only the shop's server knows
		of_server = {row.medusa_order_id for row in rows if not row.medusa_order_number}
		settled = of_server if wanted() else made.keys()
		works: list[Work] = [
			Unchanged(task) if task.docname in settled else Send(task, task.docname) for task in tasks
		]
		return Loaded(works, made)

	def save(self, medusa: Mirror, works: Sequence[Send], found: Any, *, look_up: bool) -> list[Sent]:
		"""Read the orders from Medusa, and make and commit the Sales Order of each."""
		orders = medusa.shop_orders.read_each([work.value for work in works])
		return [_imported(work, orders[work.value], found.get(work.value)) for work in works]

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Nothing is deleted: the order in Medusa stays."""
		return [Outcome(task.docname) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Nothing: the Sales Order has Medusa's id."""

	def keep(self, found: dict[str, str]) -> None:
		"""Name the Sales Orders that were made before, such as of a Quotation. One statement."""
		if not found:
			return
		order, is_name = frappe.qb.DocType(MEDUSA_ORDER), Case()
		for order_id, name in found.items():
			is_name = is_name.when(order.name == order_id, name)
		database.run(
			frappe.qb.update(order).set(order.sales_order, is_name).where(order.name.isin(list(found)))
		)


def _imported(work: Send, order: ShopOrder | MedusaError, sales_order: str | None) -> Sent:
	if isinstance(order, MedusaError):
		return Sent(work, Outcome(work.value, error=order))
	if not sales_order:
		if order.is_canceled:
			remark = _("The order was cancelled in Medusa before it was imported.")
			return Sent(replace(work, remark=remark), Outcome(work.value))
		if error := attempt(lambda: _import(order)):
			return Sent(work, Outcome(work.value, error=error))
		sales_order = _placed_in_medusa(order.id) if wanted() else None
	error = follow(order, sales_order) if sales_order else None
	return Sent(work, Outcome(work.value, error=error))


def _placed_in_medusa(order_id: str) -> str | None:
	"""The Sales Order that was imported; of others only the shop's server knows what follows."""
	filters = {"medusa_order_id": order_id, "medusa_order_number": ("is", "set")}
	return frappe.db.get_value(SALES_ORDER, filters)


def _import(order: ShopOrder) -> None:
	values = {"sales_order": import_order(order), MARK: mark_of(order)}
	frappe.db.set_value(MEDUSA_ORDER, order.id, values, update_modified=False)

"""Imported orders that were cancelled here, on their way to Medusa: the lane "cancellation"."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from medusa_integration import database
from medusa_integration.catalogue.stock import recording as stock_queue
from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER, SALES_ORDER_ITEM, WEBSITE_ITEM
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.order_cancelling import OrderToCancel
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.shop_orders import CANCELED
from medusa_integration.selling.order.changes import CANCELLATION_LANE
from medusa_integration.selling.order.exporter import of_the_past
from medusa_integration.settings import number
from medusa_integration.sync import connection
from medusa_integration.sync.exporter import Exporter, Loaded
from medusa_integration.sync.task import NotWanted, Send, Sent, Task, WaitFor, Work

# to change an order in ERPNext, it is cancelled and amended: the amendment is awaited for so long
GRACE = timedelta(minutes=30)


class CancellationExporter(Exporter):
	"""An order is cancelled in Medusa, unless an amendment takes it over.

	A task has Medusa's id of the order as `medusa_id`, and when it was cancelled here in its payload: the
	Sales Order loses the id to its amendment, or is deleted.
	"""

	name = CANCELLATION_LANE
	doctype = SALES_ORDER
	id_field = "medusa_order_id"
	personal = True

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""Two statements."""
		ids = [task.medusa_id for task in tasks if task.medusa_id]
		filters = {"medusa_order_id": ("in", ids), "docstatus": ("<", 2)}
		rows = frappe.get_all(SALES_ORDER, filters, ["medusa_order_id", "name"])
		amendments = {row.medusa_order_id: row.name for row in rows}
		past = set(frappe.get_all(MEDUSA_ORDER, {"name": ("in", ids), "is_history": 1}, pluck="name"))
		return Loaded(
			[
				of_the_past(task)
				if task.medusa_id in past
				else _work(task, amendments.get(task.medusa_id or ""))
				for task in tasks
			]
		)

	def save(self, medusa: Mirror, works: Sequence[Send], found: None, *, look_up: bool) -> list[Sent]:
		"""Cancel them, each once: Medusa is asked before."""
		outcomes = medusa.cancelling.cancel([work.value for work in works])
		return [Sent(work, outcome) for work, outcome in zip(works, outcomes, strict=True)]

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Nothing is deleted in Medusa."""
		return [Outcome(task.docname) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Note that Medusa's orders are cancelled, which no amendment takes over. One statement.

		v1 has counted the items up, which ERPNext's quantity has told it already: they are told again. Three
		statements more.
		"""
		ids = [each.work.value.order_id for each in sent]
		order = frappe.qb.DocType(MEDUSA_ORDER)
		database.run(frappe.qb.update(order).set(order.order_status, CANCELED).where(order.name.isin(ids)))
		if connection.known_generation() == "v1":
			stock_queue.record_again(_website_items([each.work.task.docname for each in sent]))

	def error_prefix(self, task: Task) -> str:
		"""Return how the sentence of a failed task begins."""
		return _("Error while cancelling the order of Sales Order {0} in Medusa").format(task.docname)


def _work(task: Task, amendment: str | None) -> Work:
	if amendment:
		return NotWanted(task, _("The order in Medusa belongs to Sales Order {0} now.").format(amendment))
	if not task.medusa_id or not number("send_cancellations"):
		return NotWanted(task, _("Send Cancellations is off."))
	due = _cancelled_at(task) + GRACE
	if due > now_datetime():
		reason = _("The order is cancelled in Medusa at {0}, unless the Sales Order is amended before.")
		return WaitFor(task, reason=reason.format(due.strftime("%H:%M")), until=due)
	return Send(task, OrderToCancel(task.docname, task.medusa_id))


def _cancelled_at(task: Task) -> datetime:
	moment = json.loads(task.payload or "{}").get("cancelled_at")
	return get_datetime(moment) if moment else datetime.min


def _website_items(orders: Sequence[str]) -> list[str]:
	"""The Website Items of what these orders have in them. One statement."""
	row, item = frappe.qb.DocType(SALES_ORDER_ITEM), frappe.qb.DocType(WEBSITE_ITEM)
	return (
		frappe.qb.from_(row)
		.inner_join(item)
		.on(item.item_code == row.item_code)
		.select(item.name)
		.distinct()
		.where(row.parent.isin(orders) & (row.parenttype == SALES_ORDER))
	).run(pluck=True)

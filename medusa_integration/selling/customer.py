"""Customer: an order waits until Medusa's id of its customer is known."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.selling.orders import SALES_ORDER, OrderLane
from medusa_integration.sync import outbox, tasks, wake


def open_waiting_orders(doc: Document, method: str | None = None) -> None:
	"""Customer `on_change`: with a new Medusa id, open the tasks of the orders that waited for it.

	Two statements, none as long as the id stays as it is.
	"""
	before = doc.get_doc_before_save()
	if not doc.get("medusa_id") or not before or before.get("medusa_id") == doc.medusa_id:
		return
	if not outbox.is_configured():
		return
	filters = {"customer": doc.name, "medusa_order_id": ("is", "set")}
	names = frappe.get_all(SALES_ORDER, filters=filters, pluck="name")
	tasks.open_again(SALES_ORDER, names, OrderLane.name)
	if names:
		wake.after_commit((SALES_ORDER, name, OrderLane.name) for name in names)

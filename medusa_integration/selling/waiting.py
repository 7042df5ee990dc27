"""Customer and Lead: orders and quotations wait until Medusa's id of whom they are for is known."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document

from medusa_integration.selling.order.exporter import SALES_ORDER, OrderLane
from medusa_integration.selling.quotation.exporter import QuotationLane
from medusa_integration.selling.quotation.states import QUOTATION
from medusa_integration.sync import outbox, tasks, wake


def open_waiting_orders(doc: Document, method: str | None = None) -> None:
	"""Customer and Lead `on_change`: with a new Medusa id, open the tasks that waited for it.

	Those are of orders and quotations. Two statements for each kind, none as long as the id stays as it is.
	"""
	before = doc.get_doc_before_save()
	if not doc.get("medusa_id") or not before or before.get("medusa_id") == doc.medusa_id:
		return
	if not outbox.is_configured():
		return
	if doc.doctype == "Customer":
		_open(SALES_ORDER, OrderLane.name, customer=doc.name, medusa_order_id=("is", "set"))
	party = {"quotation_to": doc.doctype, "party_name": doc.name}
	_open(QUOTATION, QuotationLane.name, **party, medusa_quotation_id=("is", "set"))


def _open(doctype: str, lane: str, **filters: Any) -> None:
	names = frappe.get_all(doctype, filters=filters, pluck="name")
	tasks.open_again(doctype, names, lane)
	if names:
		wake.after_commit((doctype, name, lane) for name in names)

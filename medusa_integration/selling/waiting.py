"""Customer and Lead: orders and quotations wait until Medusa's id of whom they are for is known."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document

from medusa_integration.constants import CUSTOMER, QUOTATION, SALES_ORDER
from medusa_integration.selling.order.exporter import OrderExporter
from medusa_integration.selling.quotation.exporter import QuotationExporter
from medusa_integration.sync import task_recording, task_states, wake


def open_waiting_orders(doc: Document, method: str | None = None) -> None:
	"""Customer and Lead `on_change`: with a new Medusa id, open the tasks that waited for it.

	Those are of orders and quotations. Two statements for each kind, none as long as the id stays as it is.
	"""
	before = doc.get_doc_before_save()
	if not doc.get("medusa_id") or not before or before.get("medusa_id") == doc.medusa_id:
		return
	if not task_recording.is_configured():
		return
	if doc.doctype == CUSTOMER:
		_open(SALES_ORDER, OrderExporter.name, customer=doc.name, medusa_order_id=("is", "set"))
	party = {"quotation_to": doc.doctype, "party_name": doc.name}
	_open(QUOTATION, QuotationExporter.name, **party, medusa_quotation_id=("is", "set"))


def _open(doctype: str, lane: str, **filters: Any) -> None:
	names = frappe.get_all(doctype, filters=filters, pluck="name")
	task_states.open_again(doctype, names, lane)
	if names:
		wake.after_commit((doctype, name, lane) for name in names)

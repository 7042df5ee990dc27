"""Delivery Note: its events, by which one of an imported order comes to Medusa."""

from __future__ import annotations

import json

from frappe.model.document import Document

from medusa_integration.constants import DELIVERY_NOTE
from medusa_integration.selling.delivery.exporter import DeliveryExporter
from medusa_integration.settings import number
from medusa_integration.sync import task_recording

# what Medusa gets of one that is submitted already
SENT_LATER = ("medusa_tracking_number", "medusa_carrier")


def on_submit(doc: Document, method: str | None = None) -> None:
	"""Delivery Note `on_submit`: record one of the shop, unless it was made of what Medusa has.

	One statement.
	"""
	if _is_sent(doc) and not doc.get("medusa_id"):
		task_recording.record(DELIVERY_NOTE, doc.name, DeliveryExporter.name)


def on_update_after_submit(doc: Document, method: str | None = None) -> None:
	"""Delivery Note `on_update_after_submit`: record one that has got a tracking number or a carrier.

	One statement.
	"""
	before = doc.get_doc_before_save()
	if before and all((before.get(field) or "") == (doc.get(field) or "") for field in SENT_LATER):
		return
	if _is_sent(doc):
		task_recording.record(DELIVERY_NOTE, doc.name, DeliveryExporter.name)


def on_cancel(doc: Document, method: str | None = None) -> None:
	"""Delivery Note `on_cancel`: record one of the shop, whose fulfillment is cancelled.

	The task keeps the order, in case the document is deleted before it is sent. One statement.
	"""
	if _is_sent(doc) and not doc.flags.medusa_import:
		order_id = doc.get("medusa_order_id")
		payload = json.dumps({"order_id": order_id}) if order_id else None
		task_recording.record(DELIVERY_NOTE, doc.name, DeliveryExporter.name, payload=payload)


def _is_sent(doc: Document) -> bool:
	"""Whether Medusa may have to know it; what only the orders say is read before it is sent."""
	return bool(doc.get("from_ecommerce") and not doc.get("is_return") and number("send_deliveries"))

"""Delivery Note: its events, by which one of an imported order comes to Medusa."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.constants import DELIVERY_NOTE, SALES_ORDER, SYNC_TASK, Status
from medusa_integration.selling.delivery.exporter import DeliveryExporter, deletion_payload
from medusa_integration.selling.order.events import linked_orders
from medusa_integration.settings import number
from medusa_integration.sync import task_departures, task_recording

# what Medusa gets of one that is submitted already
SENT_LATER = ("medusa_tracking_number", "medusa_carrier")


def on_submit(doc: Document, method: str | None = None) -> None:
	"""Delivery Note `on_submit`: record one of the shop, unless it was made of what Medusa has.

	One statement.
	"""
	if _is_of_shop(doc) and number("send_deliveries") and not doc.get("medusa_id"):
		task_recording.record(DELIVERY_NOTE, doc.name, DeliveryExporter.name)


def on_update_after_submit(doc: Document, method: str | None = None) -> None:
	"""Delivery Note `on_update_after_submit`: record one that has got a tracking number or a carrier.

	One statement, two with *Send Deliveries* off.
	"""
	before = doc.get_doc_before_save()
	if before and all((before.get(field) or "") == (doc.get(field) or "") for field in SENT_LATER):
		return
	if _may_be_sent(doc):
		task_recording.record(DELIVERY_NOTE, doc.name, DeliveryExporter.name)


def on_cancel(doc: Document, method: str | None = None) -> None:
	"""Delivery Note `on_cancel`: record one of the shop, whose fulfillment is cancelled.

	One statement, two with *Send Deliveries* off.
	"""
	if not doc.flags.medusa_import and _may_be_sent(doc):
		task_recording.record(DELIVERY_NOTE, doc.name, DeliveryExporter.name)


def after_delete(doc: Document, method: str | None = None) -> None:
	"""Delivery Note `after_delete`: the fulfillments of a cancelled one are cancelled, if they are not yet.

	Two statements, three for one that delivers several orders; one more with *Send Deliveries* off; none for
	drafts.
	"""
	if doc.docstatus != 2 or not _may_be_sent(doc):
		return
	# orders may have been added after it got the id of its first one
	is_of_one = doc.get("medusa_order_id") and len(linked_orders(doc)) < 2
	order_ids = [doc.medusa_order_id] if is_of_one else _imported_orders(doc)
	if not order_ids:
		return
	# a naming series gives the name again, and with it the task
	name = task_departures.deleted_name(doc.name)
	task_departures.rename(DELIVERY_NOTE, doc.name, name)
	payload = deletion_payload(doc, order_ids)
	task_recording.record(DELIVERY_NOTE, name, DeliveryExporter.name, "Delete", payload=payload)


def _imported_orders(doc: Document) -> list[str]:
	"""Medusa's ids of the imported orders that it delivers. One statement."""
	filters = {"name": ("in", sorted(linked_orders(doc))), "medusa_order_number": ("is", "set")}
	return frappe.get_all(SALES_ORDER, filters, pluck="medusa_order_id", order_by="medusa_order_id")


def _is_of_shop(doc: Document) -> bool:
	"""Whether Medusa may have to know it; what only the orders say is read before it is sent."""
	return bool(doc.get("from_ecommerce") and not doc.get("is_return"))


def _may_be_sent(doc: Document) -> bool:
	"""Whether it is sent, or was before *Send Deliveries* was turned off: then its task waits for that.

	One statement with *Send Deliveries* off, else none.
	"""
	if not _is_of_shop(doc) or number("send_deliveries"):
		return _is_of_shop(doc)
	task = {"reference_doctype": DELIVERY_NOTE, "reference_name": doc.name, "lane": DeliveryExporter.name}
	# one that was made of a fulfillment in Medusa has none, or is not wanted
	return bool(frappe.db.exists(SYNC_TASK, {**task, "status": ("!=", Status.NOT_WANTED)}))

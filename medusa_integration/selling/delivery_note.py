"""Delivery Note: whether the shop's orders are delivered."""

from __future__ import annotations

from frappe.model.document import Document

from medusa_integration.selling import changes
from medusa_integration.selling.ecommerce_details import linked_orders


def export_delivery_note_on_update(doc: Document, method: str | None = None) -> None:
	"""Delivery Note `on_submit`, `on_cancel` (contract 106): have all orders of its rows recorded,
	also of returns.
	"""
	changes.note(linked=linked_orders(doc))

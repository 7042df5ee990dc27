"""Sales Invoice: whether the shop's orders are paid for."""

from __future__ import annotations

from frappe.model.document import Document

from medusa_integration.selling import changes
from medusa_integration.selling.ecommerce_details import linked_orders


def export_sales_invoice_on_update(doc: Document, method: str | None = None) -> None:
	"""Sales Invoice `on_submit`, `on_update_after_submit`, `on_cancel`: have all orders of its rows recorded,
	also of credit notes (contract 105, 107, 108).

	Also `on_change`, by which ERPNext tells of a payment or a credit note.
	"""
	if doc.docstatus:
		changes.note(linked=linked_orders(doc))

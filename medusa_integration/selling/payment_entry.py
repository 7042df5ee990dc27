"""Payment Entry: what was paid for the shop's orders."""

from __future__ import annotations

from frappe.model.document import Document

from medusa_integration.selling import changes


def handle_payment_entry(doc: Document, method: str | None = None) -> None:
	"""Payment Entry `on_submit`, `on_cancel` (contract 107): have the orders recorded that it names,
	and those of its invoices. A draft pays nothing.
	"""
	rows = doc.get("references") or ()
	changes.note(
		linked={row.reference_name for row in rows if row.reference_doctype == "Sales Order"},
		invoices={row.reference_name for row in rows if row.reference_doctype == "Sales Invoice"},
	)

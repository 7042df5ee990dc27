"""Journal Entry: what was settled of the shop's orders without a payment."""

from __future__ import annotations

from frappe.model.document import Document

from medusa_integration.selling import changes


def handle_journal_entry(doc: Document, method: str | None = None) -> None:
	"""Journal Entry `on_submit`, `on_cancel`: have the orders recorded that it names,
	and those of its invoices.
	"""
	rows = doc.get("accounts") or ()
	changes.note(
		linked={row.reference_name for row in rows if row.reference_type == "Sales Order"},
		invoices={row.reference_name for row in rows if row.reference_type == "Sales Invoice"},
	)

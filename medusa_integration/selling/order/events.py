"""Sales Order: its events, and how it comes to its Medusa order id and keeps it.

And the events of Delivery Note, Sales Invoice, Payment Entry and Journal Entry, by which an order proceeds.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.constants import (
	CUSTOMER,
	DELIVERY_NOTE,
	MEDUSA_ORDER,
	QUOTATION,
	SALES_INVOICE,
	SALES_ORDER,
)
from medusa_integration.protection import protect_ids
from medusa_integration.selling.order import changes
from medusa_integration.selling.order.amend import set_id, take_over
from medusa_integration.selling.order.exporter import (
	OrderExporter,
	deletion_payload,
	was_placed_in_medusa,
)
from medusa_integration.selling.order.imports.follow import wanted
from medusa_integration.settings import number
from medusa_integration.sync import task_departures, task_recording

# the field of a row that names its order
LINKS = {SALES_INVOICE: "sales_order", DELIVERY_NOTE: "against_sales_order"}


def export_sales_order_on_update(doc: Document, method: str | None = None) -> None:
	"""Sales Order `on_update`, `on_submit`, `on_update_after_submit`, `on_cancel`: record one of the shop.

	Also `on_change`, by which ERPNext tells of what it does to the status.
	"""
	if doc.get("from_ecommerce") and doc.get("medusa_order_id"):
		changes.note(orders=[doc.name])


def follow_imported_order(doc: Document, method: str | None = None) -> None:
	"""Sales Order `on_submit`: its order in Medusa is read again, for the documents that need the submission.

	No statement here, one before the commit; none while the settings ask for nothing that follows.
	"""
	if (order_id := _imported_id(doc)) and wanted():
		changes.note(followed=[order_id])


def cancel_imported_order(doc: Document, method: str | None = None) -> None:
	"""Sales Order `on_cancel`, and on Frappe 16 `on_discard`: its order in Medusa is cancelled too.

	No statement here, one before the commit; none with *Send Cancellations* off, or if Medusa has told of it.
	"""
	if (order_id := _imported_id(doc)) and number("send_cancellations"):
		changes.note(orders=[doc.name], cancelled={doc.name: order_id})


def _imported_id(doc: Document) -> str | None:
	"""Medusa's id of an imported order; None if the import itself changes the document."""
	if doc.flags.medusa_import or not was_placed_in_medusa(doc):
		return None
	return doc.get("medusa_order_id") or None


def validate_medusa_order_id(doc: Document, method: str | None = None) -> None:
	"""Sales Order `before_insert`: an amended order takes over the id of the one that it amends.

	An order of the shop without one takes that of the only Quotation of its rows. What a form or a copy
	carries over does not count: it is of the shop if a Quotation of its rows is. An amendment of an order
	that is cancelled in Medusa is an order of its own. Two statements for an amended order, one for one that
	is made from a Quotation of the shop, none for others.
	"""
	says_so = doc.get("from_ecommerce")
	lines = [row.get("medusa_line_item_id") for row in doc.get("items") or ()]
	protect_ids(doc)
	if doc.get("amended_from"):
		take_over(doc, lines)
	elif says_so and not doc.flags.medusa_id_update:
		_take_over_quotation(doc)
	elif says_so and not doc.get("medusa_order_id"):
		set_id(doc, _order_id([row for row in _quotations(doc) if row.from_ecommerce]))


def after_delete(doc: Document, method: str | None = None) -> None:
	"""Sales Order `after_delete`: Medusa's order is cancelled.

	An amended one gives its id back to the one that it amended, which is cancelled. Two statements, three for
	an imported order, four if it was cancelled, none for orders of others. Medusa is told nothing of an order
	that was imported as history.
	"""
	if not (doc.get("from_ecommerce") and doc.get("medusa_order_id")):
		return
	to_cancel = changes.forget(doc.name)  # Frappe calls `on_change` for a deletion too
	if doc.get("amended_from"):
		frappe.db.set_value(
			SALES_ORDER, doc.amended_from, "medusa_order_id", doc.medusa_order_id, update_modified=False
		)
		changes.note(orders=[doc.amended_from])
		if was_placed_in_medusa(doc) and number("send_cancellations"):
			changes.note(cancelled={doc.amended_from: doc.medusa_order_id})
		return
	# a naming series gives the name again, and with it the tasks
	name = task_departures.deleted_name(doc.name)
	if to_cancel:
		changes.note(cancelled={name: to_cancel})
	elif was_placed_in_medusa(doc) and doc.docstatus == 2:
		task_departures.detach_deletion(SALES_ORDER, doc.name, changes.CANCELLATION_LANE, "Status")
	if was_placed_in_medusa(doc) and frappe.db.get_value(MEDUSA_ORDER, doc.medusa_order_id, "is_history"):
		return
	# without it Medusa has not heard of the order: there is nobody to tell
	customer_id = doc.get("medusa_customer_id") or frappe.db.get_value(CUSTOMER, doc.customer, "medusa_id")
	if customer_id:
		payload = deletion_payload(doc, customer_id)
		task_recording.record(
			SALES_ORDER, name, OrderExporter.name, "Delete", medusa_id=doc.medusa_order_id, payload=payload
		)


def _take_over_quotation(doc: Document) -> None:
	"""What says that it is of the shop is so if one of its Quotations is."""
	rows = [row for row in _quotations(doc) if row.from_ecommerce]
	if rows:
		doc.from_ecommerce = 1
		set_id(doc, doc.medusa_order_id or _order_id(rows))


def _quotations(doc: Document) -> list[frappe._dict]:
	"""The Quotations that the rows name, with their order id and the order that has it already.

	One statement, none without a name.
	"""
	names = {row.get("prevdoc_docname") for row in doc.get("items") or ()} - {None, ""}
	if not names:
		return []
	quotation, order = frappe.qb.DocType(QUOTATION), frappe.qb.DocType(SALES_ORDER)
	return (
		frappe.qb.from_(quotation)
		.left_join(order)
		.on(order.medusa_order_id == quotation.medusa_order_id)
		.select(quotation.from_ecommerce, quotation.medusa_order_id, order.name.as_("taken_by"))
		.where(quotation.name.isin(sorted(names)))
	).run(as_dict=True)


def _order_id(rows: list[frappe._dict]) -> str | None:
	"""The order id of the only Quotation, unless another order has it already."""
	return rows[0].medusa_order_id if len(rows) == 1 and not rows[0].taken_by else None


def export_delivery_note_on_update(doc: Document, method: str | None = None) -> None:
	"""Delivery Note `on_submit`, `on_cancel`: record all orders of its rows, also of returns."""
	changes.note(linked=linked_orders(doc))


def handle_journal_entry(doc: Document, method: str | None = None) -> None:
	"""Journal Entry `on_submit`, `on_cancel`: record the orders that it names, and those of its invoices."""
	rows = doc.get("accounts") or ()
	changes.note(
		linked={row.reference_name for row in rows if row.reference_type == SALES_ORDER},
		invoices={row.reference_name for row in rows if row.reference_type == SALES_INVOICE},
	)


def handle_payment_entry(doc: Document, method: str | None = None) -> None:
	"""Payment Entry `on_submit`, `on_cancel`: record the orders that it names, and those of its invoices.

	A draft pays nothing.
	"""
	rows = doc.get("references") or ()
	changes.note(
		linked={row.reference_name for row in rows if row.reference_doctype == SALES_ORDER},
		invoices={row.reference_name for row in rows if row.reference_doctype == SALES_INVOICE},
	)


def export_sales_invoice_on_update(doc: Document, method: str | None = None) -> None:
	"""Sales Invoice `on_submit`, `on_update_after_submit`, `on_cancel`: record all orders of its rows.

	Credit notes as well. Also `on_change`, by which ERPNext tells of a payment or a credit note.
	"""
	if doc.docstatus:
		changes.note(linked=linked_orders(doc))


def linked_orders(doc: Document) -> set[str]:
	"""The Sales Orders that rows of a Sales Invoice or Delivery Note name."""
	field = LINKS[doc.doctype]
	return {row.get(field) for row in doc.get("items") or ()} - {None, ""}


def set_ecommerce_details_from_sales_order(doc: Document, method: str | None = None) -> None:
	"""Sales Invoice, Delivery Note `before_insert`: take over what the linked orders have of the shop.

	That is `from_ecommerce` and `medusa_order_id`. With several different ids only the flag is set. An id
	that the app or a System Manager has set is kept, what a form carries over does not count,
	`from_ecommerce` neither. One statement, none without a linked order.
	"""
	protect_ids(doc)
	_take_over_from_orders(doc)


def take_over_added_orders(doc: Document, method: str | None = None) -> None:
	"""Sales Invoice, Delivery Note `before_validate`: the same for orders that were added to a draft.

	One statement if there are such, else none.
	"""
	before = doc.get_doc_before_save()
	if before and not doc.get("from_ecommerce") and linked_orders(doc) - linked_orders(before):
		_take_over_from_orders(doc)


def _take_over_from_orders(doc: Document) -> None:
	names = linked_orders(doc)
	if not names:
		return
	# nosemgrep: frappe-using-db-sql -- every invoice runs it, and building the query would take longer
	orders = frappe.db.sql(
		"select medusa_order_id from `tabSales Order` where name in %(names)s and from_ecommerce = 1",
		{"names": sorted(names)},
		pluck=True,
	)
	if not orders:
		return
	doc.from_ecommerce = 1
	# what follows from the orders is to stay
	doc.flags.medusa_id_update = True
	ids = set(orders) - {None, ""}
	if len(ids) == 1 and not doc.get("medusa_order_id"):
		doc.medusa_order_id = ids.pop()

"""Sales Order: its events, and how it comes to its Medusa order id and keeps it."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.selling import changes
from medusa_integration.selling.orders import SALES_ORDER, OrderLane, deletion_payload
from medusa_integration.setup.protection import protect_ids
from medusa_integration.sync import departed, outbox

QUOTATION = "Quotation"


def export_sales_order_on_update(doc: Document, method: str | None = None) -> None:
	"""Sales Order `on_update`, `on_submit`, `on_update_after_submit`, `on_cancel`:
	have an order of the shop recorded (contract 104, 110).

	Also `on_change`, by which ERPNext tells of what it does to the status.
	"""
	if doc.get("from_ecommerce") and doc.get("medusa_order_id"):
		changes.note(orders=[doc.name])


def validate_medusa_order_id(doc: Document, method: str | None = None) -> None:
	"""Sales Order `before_insert`: an amended order takes over the id of the one that it amends,
	an order of the shop without one that of the only Quotation of its rows.

	What a form or a copy carries over does not count. Two statements for an amended order,
	one for one that is made from a Quotation, none for others.
	"""
	protect_ids(doc)
	if doc.get("amended_from"):
		_take_over(doc)
	elif doc.get("from_ecommerce") and not doc.get("medusa_order_id"):
		_set_id(doc, _id_of_quotation(doc))


def after_delete(doc: Document, method: str | None = None) -> None:
	"""Sales Order `after_delete`: Medusa's order is cancelled; an amended one gives its id back to the one
	that it amended, which is cancelled. Two statements, none for orders of others.
	"""
	if not (doc.get("from_ecommerce") and doc.get("medusa_order_id")):
		return
	changes.forget(doc.name)  # Frappe calls `on_change` for a deletion too
	if doc.get("amended_from"):
		frappe.db.set_value(
			SALES_ORDER, doc.amended_from, "medusa_order_id", doc.medusa_order_id, update_modified=False
		)
		changes.note(orders=[doc.amended_from])
		return
	# without it Medusa has not heard of the order: there is nobody to tell
	if customer_id := frappe.db.get_value("Customer", doc.customer, "medusa_id"):
		# a naming series gives the name again, and with it the task
		name = departed.deleted_name(doc.name)
		payload = deletion_payload(doc, customer_id)
		outbox.record(
			SALES_ORDER, name, OrderLane.name, "Delete", medusa_id=doc.medusa_order_id, payload=payload
		)


def _take_over(doc: Document) -> None:
	fields = ["from_ecommerce", "medusa_order_id"]
	amended = frappe.db.get_value(SALES_ORDER, doc.amended_from, fields, as_dict=True)
	if amended and amended.medusa_order_id:
		# the key is unique: the old document lets it go first
		frappe.db.set_value(SALES_ORDER, doc.amended_from, "medusa_order_id", None, update_modified=False)
		doc.from_ecommerce = amended.from_ecommerce
	_set_id(doc, amended and amended.medusa_order_id)


def _id_of_quotation(doc: Document) -> str | None:
	"""The order id of the only Quotation that the rows name, unless another order has it already.

	One statement.
	"""
	names = {row.get("prevdoc_docname") for row in doc.items} - {None, ""}
	if len(names) != 1:
		return None
	quotation, order = frappe.qb.DocType(QUOTATION), frappe.qb.DocType(SALES_ORDER)
	ids = (
		frappe.qb.from_(quotation)
		.left_join(order)
		.on(order.medusa_order_id == quotation.medusa_order_id)
		.select(quotation.medusa_order_id)
		.where((quotation.name == names.pop()) & order.name.isnull())
	).run(pluck=True)
	return ids[0] if ids else None


def _set_id(doc: Document, order_id: str | None) -> None:
	doc.medusa_order_id = order_id or None
	doc.flags.medusa_id_update = True

"""Sales Order: its events, and how it comes to its Medusa order id and keeps it."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.selling import changes
from medusa_integration.selling.orders import SALES_ORDER
from medusa_integration.setup.protection import protect_ids

QUOTATION = "Quotation"


def export_sales_order_on_update(doc: Document, method: str | None = None) -> None:
	"""Sales Order `on_update`, `on_submit`, `on_update_after_submit`, `on_cancel`, and `on_change`, by which ERPNext's
	own changes of the status are told (contract 104, 110): have an order of the shop recorded."""
	if doc.get("from_ecommerce") and doc.get("medusa_order_id"):
		changes.note(orders=[doc.name])


def validate_medusa_order_id(doc: Document, method: str | None = None) -> None:
	"""Sales Order `before_insert`: an amended order takes the id over from the one that it amends, an order of the shop
	that has none takes it from the one Quotation of its rows.

	What a form or a copy carries over does not count. Two statements for an amended order, two for one that is
	made from a Quotation, none for others.
	"""
	protect_ids(doc)
	if doc.get("amended_from"):
		_take_over(doc)
	elif doc.get("from_ecommerce") and not doc.get("medusa_order_id"):
		_set_id(doc, _id_of_quotation(doc))


def _take_over(doc: Document) -> None:
	fields = ["from_ecommerce", "medusa_order_id"]
	amended = frappe.db.get_value(SALES_ORDER, doc.amended_from, fields, as_dict=True)
	if amended and amended.medusa_order_id:
		# the key is unique: the old document lets it go first
		frappe.db.set_value(SALES_ORDER, doc.amended_from, "medusa_order_id", None, update_modified=False)
		doc.from_ecommerce = amended.from_ecommerce
	_set_id(doc, amended and amended.medusa_order_id)


def _id_of_quotation(doc: Document) -> str | None:
	"""The order id of the only Quotation that the rows name, unless another order has it already."""
	quotations = {row.get("prevdoc_docname") for row in doc.items} - {None, ""}
	if len(quotations) != 1 or not frappe.get_meta(QUOTATION).has_field("medusa_order_id"):
		return None
	order_id = frappe.db.get_value(QUOTATION, quotations.pop(), "medusa_order_id")
	if not order_id or frappe.db.exists(SALES_ORDER, {"medusa_order_id": order_id}):
		return None
	return order_id


def _set_id(doc: Document, order_id: str | None) -> None:
	doc.medusa_order_id = order_id or None
	doc.flags.medusa_id_update = True

"""What invoices and delivery notes take over from the shop's orders."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.setup.protection import protect_ids

# the field of a row that names its order
LINKS = {"Sales Invoice": "sales_order", "Delivery Note": "against_sales_order"}


def linked_orders(doc: Document) -> set[str]:
	"""The Sales Orders that rows of a Sales Invoice or Delivery Note name."""
	field = LINKS[doc.doctype]
	return {row.get(field) for row in doc.get("items") or ()} - {None, ""}


def set_ecommerce_details_from_sales_order(doc: Document, method: str | None = None) -> None:
	"""Sales Invoice, Delivery Note `before_insert`:
	take `from_ecommerce` and `medusa_order_id` of the linked orders.

	With several different ids only the flag is set. An id that the app or a System Manager has set is kept,
	what a form carries over does not count, `from_ecommerce` neither. One statement, none without a linked
	order.
	"""
	protect_ids(doc)
	names = linked_orders(doc)
	if not names:
		return
	# written out, because every invoice and delivery note comes by here
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

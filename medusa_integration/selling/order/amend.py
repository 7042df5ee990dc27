"""An amended Sales Order takes over the Medusa order of the one that it amends."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe.model.document import Document

from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER, SALES_ORDER_ITEM
from medusa_integration.mirror.shop_orders import CANCELED
from medusa_integration.selling.order import changes
from medusa_integration.selling.order.customer import require_customer
from medusa_integration.selling.order.exporter import was_placed_in_medusa
from medusa_integration.settings import number

# what an amended order has of Medusa's order besides the id
OF_THE_ORDER = ("medusa_order_number", "medusa_customer_id")


def set_id(doc: Document, order_id: str | None) -> None:
	"""Set Medusa's id of an order; its fields of the app count from now on."""
	doc.medusa_order_id = order_id or None
	doc.flags.medusa_id_update = True


def take_over(doc: Document, lines: Sequence[str | None]) -> None:
	"""Take over the ids of the order that is amended; `lines` are those that the rows came with.

	Raises:
		frappe.PermissionError: the user may not amend that order, so its order in Medusa is not taken over.
		frappe.ValidationError: the order was placed in Medusa by another customer.
	"""
	amended = _amended(doc)
	head = amended[0] if amended else None
	if head and head.medusa_order_id:
		# Frappe only asks in the form whether the user may amend that one
		if not doc.flags.ignore_permissions:
			frappe.has_permission(SALES_ORDER, "amend", doc=doc.amended_from, throw=True)
		if was_placed_in_medusa(head):
			require_customer(doc, head.customer)
		# the key is unique: the old document lets it go first
		frappe.db.set_value(SALES_ORDER, doc.amended_from, "medusa_order_id", None, update_modified=False)
		# its Medusa Order is to name the amendment
		if was_placed_in_medusa(head) and number("import_orders"):
			changes.note(followed=[head.medusa_order_id])
	doc.from_ecommerce = head.from_ecommerce if head else 0
	doc.update({field: head[field] if head else None for field in OF_THE_ORDER})
	set_id(doc, head and head.medusa_order_id)
	_take_over_lines(doc, lines, amended)


def _amended(doc: Document) -> list[frappe._dict]:
	"""The rows of the cancelled order that this one amends, each with the fields of the order. One statement.

	No rows if the order in Medusa is cancelled: an amendment is an order of its own then.
	"""
	order, row, of_medusa = (
		frappe.qb.DocType(name) for name in (SALES_ORDER, SALES_ORDER_ITEM, MEDUSA_ORDER)
	)
	found = (
		frappe.qb.from_(order)
		.left_join(row)
		.on((row.parent == order.name) & (row.parenttype == SALES_ORDER))
		.left_join(of_medusa)
		.on(of_medusa.name == order.medusa_order_id)
		.select(
			order.from_ecommerce,
			order.medusa_order_id,
			order.customer,
			*(order[field] for field in OF_THE_ORDER),
			of_medusa.order_status,
			row.item_code,
			row.medusa_line_item_id,
			row.medusa_fulfilled_qty,
			row.medusa_location_id,
		)
		# a document that was not cancelled keeps what it has, whatever `amended_from` of another one says
		.where((order.name == doc.amended_from) & (order.docstatus == 2))
		.orderby(row.idx)
	).run(as_dict=True)
	is_over = found and was_placed_in_medusa(found[0]) and found[0].order_status == CANCELED
	return [] if is_over else found


def _take_over_lines(doc: Document, lines: Sequence[str | None], amended: Sequence[frappe._dict]) -> None:
	"""Give the rows the ids that they came with, where the order has them; else those of their item."""
	left = [row for row in amended if row.medusa_line_item_id]
	if not left:
		return
	pairs = list(zip(doc.get("items") or (), lines, strict=True))
	for exactly in (True, False):
		for row, line in pairs:
			if row.get("medusa_line_item_id"):
				continue
			fitting = [one for one in left if one.item_code == row.item_code]
			if exactly:
				fitting = [one for one in fitting if one.medusa_line_item_id == line]
			if fitting:
				left.remove(fitting[0])
				row.medusa_line_item_id = fitting[0].medusa_line_item_id
				row.medusa_fulfilled_qty = fitting[0].medusa_fulfilled_qty
				row.medusa_location_id = fitting[0].medusa_location_id

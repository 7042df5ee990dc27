"""What was sent in Medusa: each fulfillment that was made there becomes a Delivery Note."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial

import frappe
from frappe.query_builder.functions import Count

from medusa_integration import erpnext_seams
from medusa_integration.constants import DELIVERY_NOTE, ITEM
from medusa_integration.database import is_not_set
from medusa_integration.mirror.shop_order_events import Fulfillment
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.delivery.exporter import deleted_notes, mark_of
from medusa_integration.selling.order.imports.goods import (
	decimal,
	each,
	keep_rows,
	require_submitted,
	rows_of,
	submit,
	title_of,
)
from medusa_integration.selling.order.imports.problems import (
	DeliversOthers,
	HasOtherFulfillments,
	NotLeftToDeliver,
)
from medusa_integration.selling.order.imports.sources import warehouse_at

LONGEST = 140


def import_fulfillments(order: ShopOrder, sales_order: str) -> None:
	"""Make a submitted Delivery Note of each fulfillment, and cancel those of cancelled ones.

	It is posted at the moment of the import, because the goods leave the stock of ERPNext then: from the
	warehouse that the settings name for its stock location, else from those of the Sales Order. One of whose
	Delivery Note nothing is known here, such as after a backup was restored, is delivered as well. Four
	statements at most, apart from ERPNext's own and those for amendments.

	Args:
		order: As Medusa has it.
		sales_order: The name of its Sales Order.

	Raises:
		CannotImport: Something is in the way; its sentence says what.
		frappe.ValidationError: ERPNext refuses it, such as without stock.
	"""
	notes = _notes_of(order.fulfillments, sales_order)
	_hand_over([one for one in order.fulfillments if not one.canceled_at], notes, sales_order)
	missing = [one for one in order.fulfillments if one.lines and not (one.canceled_at or one.id in notes)]
	if any(one.delivery_note for one in missing):
		# what a deleted one has become is about to be cancelled
		leaving = deleted_notes()
		missing = [one for one in missing if not any(one.is_of(note) for note in leaving)]
	living = {notes[one.id].name for one in order.fulfillments if one.id in notes and not one.canceled_at}
	works = [
		partial(_cancel, one, notes[one.id], living)
		for one in order.fulfillments
		if one.canceled_at and one.id in notes
	]
	for one in order.fulfillments:
		if one.id in notes and not one.canceled_at:
			_add_numbers(one, notes[one.id])
	if missing:
		require_submitted(sales_order)
		rows = rows_of(sales_order)
		works += [partial(_deliver, order, one, sales_order, rows) for one in missing]
	each(works)


def _notes_of(fulfillments: Iterable[Fulfillment], sales_order: str) -> dict[str, frappe._dict]:
	"""The Delivery Note of each fulfillment, whether made of it or what it was made of. One statement.

	Anybody who may write metadata in Medusa names one there: only one that delivers the order is meant. And
	a later one may have the name of a deleted one: only that of the same creation is meant.
	"""
	found = list(fulfillments)
	if not found:
		return {}
	note, row = (frappe.qb.DocType(name) for name in (DELIVERY_NOTE, "Delivery Note Item"))
	names = [one.delivery_note for one in found if one.delivery_note]
	is_meant = note.medusa_id.isin([one.id for one in found])
	if names:
		delivering = frappe.qb.from_(row).select(row.parent).where(row.against_sales_order == sales_order)
		is_meant |= note.name.isin(names) & note.name.isin(delivering)
	rows = (
		frappe.qb.from_(note)
		.select(note.name, note.creation, note.medusa_id, note.docstatus, note.medusa_tracking_number)
		.where(is_meant)
	).run(as_dict=True)
	by_id = {row.medusa_id: row for row in rows if row.medusa_id}
	by_name = {one.id: row for row in rows for one in found if one.is_of(mark_of(row))}
	return {**by_name, **{one.id: by_id[one.id] for one in found if one.id in by_id}}


def _hand_over(fulfillments: Iterable[Fulfillment], notes: dict[str, frappe._dict], sales_order: str) -> None:
	"""Let the amendment have what comes of a fulfillment that was made in Medusa.

	Whatever a document says that it amends: only one that delivers the order is meant. One statement if one
	was cancelled, three more for each amendment.

	Args:
		fulfillments: Those that are not cancelled.
		notes: The Delivery Note of each; amendments take the places of what they amend.
		sales_order: The name of the Sales Order.
	"""
	made_there = {
		note.name: one.id
		for one in fulfillments
		if (note := notes.get(one.id)) and note.medusa_id and not one.is_of(mark_of(note))
	}
	while names := [name for name, id in made_there.items() if notes[id].docstatus == 2]:
		amended, made_there = made_there, {}
		for note in _amendments(names, sales_order):
			if not (id := amended.pop(note.amended_from, None)):
				continue
			made_there[note.name] = id
			# the key is unique: the amended one lets it go first
			for name, value in ((note.amended_from, None), (note.name, id)):
				frappe.db.set_value(DELIVERY_NOTE, name, "medusa_id", value, update_modified=False)
			notes[id] = note


def _amendments(names: Sequence[str], sales_order: str) -> list[frappe._dict]:
	"""The amendments of these Delivery Notes that deliver the order, the oldest first. One statement."""
	note, row = frappe.qb.DocType(DELIVERY_NOTE), frappe.qb.DocType("Delivery Note Item")
	delivering = frappe.qb.from_(row).select(row.parent).where(row.against_sales_order == sales_order)
	return (
		frappe.qb.from_(note)
		.select(note.name, note.creation, note.medusa_id, note.docstatus, note.medusa_tracking_number)
		.select(note.amended_from)
		.where(note.amended_from.isin(names) & (note.docstatus != 0) & note.name.isin(delivering))
		.where(is_not_set(note.medusa_id))
		.orderby(note.creation)
	).run(as_dict=True)


def _deliver(
	order: ShopOrder, fulfillment: Fulfillment, sales_order: str, rows: dict[str, frappe._dict]
) -> None:
	wanted = {line.line_id: line.quantity for line in fulfillment.lines}
	doc = erpnext_seams.make_delivery_note(sales_order)
	warehouse = warehouse_at(order, fulfillment.location_id, doc.company)
	left = {row.so_detail: row for row in doc.items}
	kept = []
	for line_id, quantity in wanted.items():
		ordered = rows.get(line_id)
		row = left.get(ordered.name) if ordered else None
		if not row or decimal(row.qty) < quantity:
			raise NotLeftToDeliver(fulfillment.id, float(quantity), title_of(order, line_id), sales_order)
		row.qty = float(quantity)
		# that of the Sales Order is the one of the reservation, which may be at another location
		row.warehouse = warehouse or row.warehouse
		kept.append(row)
	kept += _services(order, rows, left)
	keep_rows(doc, sorted(kept, key=lambda row: row.idx))
	# the parts of bundles: ERPNext would keep some of them where they are reserved
	doc.set("packed_items", [])
	numbers = _numbers(fulfillment)
	submit(doc, fulfillment.id, order.id, medusa_tracking_number=numbers or None)


def _services(
	order: ShopOrder, rows: dict[str, frappe._dict], left: dict[str, frappe._dict]
) -> list[frappe._dict]:
	"""Ways of shipping that are sold as items, which go with the first delivery. One statement at most."""
	ways = [rows[line.id] for line in order.shipping if line.id in rows and rows[line.id].name in left]
	if not ways:
		return []
	filters = {"name": ("in", [row.item_code for row in ways]), "is_stock_item": 0}
	services = set(frappe.get_all(ITEM, filters, pluck="name"))
	return [left[row.name] for row in ways if row.item_code in services]


def _numbers(fulfillment: Fulfillment) -> str:
	"""The tracking numbers as one text; the mirror has made them safe to show as HTML."""
	return ", ".join(fulfillment.tracking_numbers)[:LONGEST]


def _add_numbers(fulfillment: Fulfillment, note: frappe._dict) -> None:
	"""Take over tracking numbers of a shipment that came later. One statement at most."""
	numbers = _numbers(fulfillment)
	if numbers and not note.medusa_tracking_number and note.docstatus == 1:
		frappe.db.set_value(
			DELIVERY_NOTE, note.name, "medusa_tracking_number", numbers, update_modified=False
		)


def _cancel(fulfillment: Fulfillment, note: frappe._dict, living: Collection[str]) -> None:
	"""Cancel the Delivery Note of a fulfillment that was cancelled in Medusa.

	`living`: the Delivery Notes of the order's fulfillments that are not cancelled.
	"""
	if note.docstatus != 1:
		return
	if note.name in living:
		raise HasOtherFulfillments(fulfillment.id, note.name)
	row = frappe.qb.DocType("Delivery Note Item")
	((orders,),) = (
		frappe.qb.from_(row).select(Count(row.against_sales_order).distinct()).where(row.parent == note.name)
	).run()
	if orders > 1:
		raise DeliversOthers(fulfillment.id, note.name)
	doc = frappe.get_doc(DELIVERY_NOTE, note.name)
	doc.flags.update({"ignore_permissions": True, "medusa_import": True})
	doc.cancel()
	# the next of its fulfillments that is cancelled finds it done
	note.docstatus = 2

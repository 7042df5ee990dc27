"""What was delivered of imported orders, on its way to Medusa: the lane "delivery"."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, get_datetime, get_system_timezone
from pypika import Case, Criterion

from medusa_integration import database
from medusa_integration.constants import DELIVERY_NOTE, ON_ITS_WAY, SALES_ORDER, SYNC_TASK
from medusa_integration.medusa.errors import NotFound
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.deliveries import Delivered, Delivery
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.shop_order_events import NoteMark
from medusa_integration.selling.order.imports.sources import locations_of
from medusa_integration.settings import number
from medusa_integration.sync.exporter import Exporter, Loaded, fingerprint, gone
from medusa_integration.sync.retry_policy import NotNeeded, NotYet
from medusa_integration.sync.task import Broken, NotWanted, Send, Sent, Task, Unchanged, WaitFor, Work


@dataclass(frozen=True, slots=True)
class Note:
	"""A Delivery Note; `rows` are those of imported orders: order -> Medusa's id of the row -> quantity.

	`locations` are the stock locations that the settings have for the warehouse of a row.
	"""

	mark: NoteMark
	amended: NoteMark | None
	docstatus: int
	is_return: bool
	tracking_numbers: tuple[str, ...]
	carrier: str
	rows: Mapping[str, Mapping[str, Decimal]]
	locations: Mapping[str, tuple[str, ...]]


class DeliveryExporter(Exporter):
	"""One Delivery Note is one fulfillment of each imported order, which is shipped with its number."""

	name = "delivery"
	doctype = DELIVERY_NOTE
	chunk = 20
	personal = True

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""One statement, none with `send_deliveries` off."""
		if not number("send_deliveries"):
			return Loaded([WaitFor(task, reason=_is_off()) for task in tasks])
		notes = load_notes([task.docname for task in tasks])
		return Loaded([_work(task, notes.get(task.docname)) for task in tasks])

	def save(self, medusa: Mirror, works: Sequence[Send], found: None, *, look_up: bool) -> list[Sent]:
		"""Make, ship or cancel the fulfillments; the orders are always read before."""
		results = iter(medusa.deliveries.save([one for work in works for one in work.value]))
		return [_sent(work, [next(results) for _one in work.value]) for work in works]

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Cancel the fulfillments of Delivery Notes that were cancelled and deleted before that was sent."""
		if not number("send_deliveries"):
			return [Outcome(task.docname, error=NotYet(_is_off())) for task in tasks]
		given = [_of_deleted(task) for task in tasks]
		results = iter(medusa.deliveries.save([one for deliveries in given for one in deliveries]))
		return [
			Outcome(task.docname, error=_error([next(results) for _one in deliveries]))
			for task, deliveries in zip(tasks, given, strict=True)
		]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Write the id of the first fulfillment to each Delivery Note that has none. Two statements at most.

		An amendment takes over the id of a fulfillment that was made in Medusa: from now on it is of that.
		"""
		done = [one for one in sent if one.outcome.id]
		if not done:
			return
		note, medusa_id = frappe.qb.DocType(DELIVERY_NOTE), Case()
		if taken := [one.outcome.id for one in done if _is_of_amended(one)]:
			# the key is unique: the amended one lets it go first
			database.run(frappe.qb.update(note).set(note.medusa_id, None).where(note.medusa_id.isin(taken)))
		for one in done:
			medusa_id = medusa_id.when(note.name == one.work.task.docname, one.outcome.id)
		is_without = database.is_not_set(note.medusa_id)
		# another document may have the name by now
		is_same = Criterion.any(
			(note.name == one.work.task.docname) & (note.creation == one.work.value[0].note.created)
			for one in done
		)
		database.run(frappe.qb.update(note).set(note.medusa_id, medusa_id).where(is_same & is_without))

	def error_prefix(self, task: Task) -> str:
		"""Return how the sentence of a failed task begins."""
		return _("Error while sending Delivery Note {0} to Medusa").format(task.docname)


def load_notes(names: Sequence[str]) -> dict[str, Note]:
	"""Return the Delivery Notes of these names. One statement, none without a name."""
	if not names:
		return {}
	note, row, order, line = (
		frappe.qb.DocType(name)
		for name in (DELIVERY_NOTE, "Delivery Note Item", SALES_ORDER, "Sales Order Item")
	)
	amended = frappe.qb.DocType(DELIVERY_NOTE).as_("amended")
	is_imported = database.is_set(order.medusa_order_number)
	found = (
		frappe.qb.from_(note)
		.left_join(row)
		.on(row.parent == note.name)
		.left_join(order)
		.on((order.name == row.against_sales_order) & is_imported)
		.left_join(line)
		.on(line.name == row.so_detail)
		.left_join(amended)
		# whatever a document says that it amends
		.on((amended.name == note.amended_from) & (amended.docstatus == 2))
		.select(
			note.name,
			note.creation,
			amended.name.as_("amended_from"),
			amended.creation.as_("amended_creation"),
			amended.medusa_id.as_("amended_id"),
			note.docstatus,
			note.is_return,
			note.medusa_id,
			note.medusa_tracking_number,
			note.medusa_carrier,
			order.medusa_order_id,
			line.medusa_line_item_id,
			row.qty,
			row.conversion_factor,
			row.warehouse,
			line.conversion_factor.as_("factor"),
		)
		.where(note.name.isin(list(names)))
		.orderby(row.idx)
	).run(as_dict=True)
	notes: dict[str, list[frappe._dict]] = defaultdict(list)
	for one in found:
		notes[one.name].append(one)
	return {name: _note(rows) for name, rows in notes.items()}


def _note(rows: Sequence[frappe._dict]) -> Note:
	first = rows[0]
	orders: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	locations: dict[str, tuple[str, ...]] = {}
	for row in rows:
		if row.medusa_order_id:
			of_order = orders[row.medusa_order_id]
			if row.medusa_line_item_id:
				quantity = flt(row.qty) * (flt(row.conversion_factor) or 1) / (flt(row.factor) or 1)
				of_order[row.medusa_line_item_id] += Decimal(cstr(flt(quantity, 9)))
				# of rows of several warehouses that of the first
				if row.medusa_line_item_id not in locations and (places := locations_of(row.warehouse or "")):
					locations[row.medusa_line_item_id] = tuple(sorted(places))
	numbers = re.split(r"[,;\n]", cstr(first.medusa_tracking_number))
	return Note(
		mark=mark_of(first),
		amended=_mark(first.amended_from, first.amended_creation, first.amended_id)
		if first.amended_from
		else None,
		docstatus=first.docstatus,
		is_return=bool(first.is_return),
		tracking_numbers=tuple(dict.fromkeys(number for one in numbers if (number := one.strip()))),
		carrier=cstr(first.medusa_carrier).strip(),
		rows=orders,
		locations=locations,
	)


def _work(task: Task, note: Note | None) -> Work:
	if not note:
		return gone(task)
	if note.is_return or not note.docstatus:
		return NotWanted(task, None)
	if not note.rows:
		return NotWanted(task, _("None of its Sales Orders was imported from Medusa."))
	parts = sorted(line for rows in note.rows.values() for line, quantity in rows.items() if quantity % 1)
	if parts and note.docstatus == 1:
		quantity = next(rows[parts[0]] for rows in note.rows.values() if parts[0] in rows)
		sentence = _("Medusa delivers whole pieces only, and a row of this Delivery Note has {0}.")
		return Broken(task, sentence.format(f"{quantity.normalize():f}"))
	value = tuple(_deliveries(note))
	mark = fingerprint(value)
	return Unchanged(task, value) if mark == task.fingerprint else Send(task, value, mark)


def _deliveries(note: Note) -> Iterator[Delivery]:
	for order_id, rows in sorted(note.rows.items()):
		yield Delivery(
			note=note.mark,
			order_id=order_id,
			quantities={line: int(quantity) for line, quantity in rows.items() if quantity >= 1},
			tracking_numbers=note.tracking_numbers,
			carrier=note.carrier,
			is_canceled=note.docstatus == 2,
			amended=note.amended,
			locations={line: note.locations[line] for line in rows if line in note.locations},
		)


def deletion_payload(doc: Document, order_ids: Sequence[str]) -> str:
	"""Return what finds the fulfillments of a Delivery Note that is deleted, as JSON.

	Args:
		doc: The Delivery Note.
		order_ids: Medusa's ids of the orders that it delivers.
	"""
	created = mark_of(doc).created
	return json.dumps({"delivery_note": doc.name, "created": created, "order_ids": list(order_ids)})


def deleted_notes() -> list[NoteMark]:
	"""Return the deleted Delivery Notes whose fulfillments are still to be cancelled. One statement."""
	filters = {
		"reference_doctype": DELIVERY_NOTE,
		"lane": DeliveryExporter.name,
		"operation": "Delete",
		"status": ("in", ON_ITS_WAY),
	}
	return [_kept(payload)[0] for payload in frappe.get_all(SYNC_TASK, filters, pluck="payload")]


def _of_deleted(task: Task) -> tuple[Delivery, ...]:
	note, order_ids = _kept(task.payload)
	return tuple(Delivery(note, id, {}, is_canceled=True) for id in order_ids)


def _kept(payload: str | None) -> tuple[NoteMark, list[str]]:
	"""What `deletion_payload` has kept: the Delivery Note, and the ids of its orders."""
	kept = json.loads(payload or "{}")
	return _mark(cstr(kept.get("delivery_note")), kept.get("created")), kept.get("order_ids") or []


def _error(results: Sequence[Delivered]) -> Exception | None:
	"""What a deletion has met; an order that Medusa does not have has no fulfillments."""
	return next((one.error for one in results if one.error and not isinstance(one.error, NotFound)), None)


def mark_of(row: frappe._dict | Document) -> NoteMark:
	"""Return by what the fulfillments of a Delivery Note are known: name, creation and id. No statement."""
	return _mark(row.name, row.creation, row.get("medusa_id"))


def _mark(name: str, creation: datetime | str | None, id: str | None = None) -> NoteMark:
	created = get_datetime(creation)
	moment = created.replace(tzinfo=ZoneInfo(get_system_timezone()))
	return NoteMark(name, str(created), moment, id or None)


def _is_off() -> str:
	return _("Send Deliveries is off.")


def _is_of_amended(sent: Sent) -> bool:
	"""Whether what was sent has the id of the Delivery Note that it amends."""
	amended = sent.work.value[0].amended
	return bool(amended and amended.id == sent.outcome.id)


def _sent(work: Send, results: Sequence[Delivered]) -> Sent:
	error = next((one.error for one in results if one.error), None)
	ids = [id for one in results for id in one.ids]
	key = work.task.docname
	if error:
		return Sent(work, Outcome(key, id=ids[0] if ids else None, error=error))
	if made_of := [id for one in results if one.is_medusas for id in one.ids]:
		sentence = _("The Delivery Note was made of a fulfillment in Medusa, which stays as it is there.")
		if not work.value[0].note.id:
			sentence = _(
				"Delivery Note {0} was made of a fulfillment in Medusa, which stays as it is there, and belongs "
				"to this amendment now."
			).format(work.value[0].amended.name)
		return Sent(work, Outcome(key, id=made_of[0], error=NotNeeded(sentence)))
	remarks = []
	if any(one.was_canceled for one in results):
		remarks.append(_("The fulfillment was cancelled in Medusa. It is not made again."))
	if late := [number for one in results for number in one.left_out]:
		sentence = _("Medusa takes tracking numbers with the shipment only, which was made before: {0}")
		remarks.append(sentence.format(", ".join(dict.fromkeys(late))))
	if remarks:
		work = replace(work, remark=" ".join(remarks))
	return Sent(work, Outcome(key, id=ids[0] if ids else None))

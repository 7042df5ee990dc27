"""Where the shop's Sales Orders stand, on its way to Medusa: the lane "order"."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce
from frappe.utils import cstr, flt
from pypika.functions import NullIf

from medusa_integration.constants import CUSTOMER, DELIVERY_NOTE, MEDUSA_ORDER, SALES_INVOICE, SALES_ORDER
from medusa_integration.medusa.errors import MissingRoute, NotFound
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.order_values import OrderDocuments, OrderStatus
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.selling.order import status
from medusa_integration.settings import number
from medusa_integration.sync.exporter import Exporter, Loaded, fingerprint, gone
from medusa_integration.sync.retry_policy import NotNeeded
from medusa_integration.sync.task import NotWanted, Send, Sent, Task, Unchanged, WaitFor, Work


class OrderExporter(Exporter):
	"""One Sales Order of the shop is one order in Medusa, which is told its state of the moment."""

	name = "order"
	doctype = SALES_ORDER
	id_field = "medusa_order_id"

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""Three statements at most."""
		rows = load_orders([task.docname for task in tasks])
		works = [_work(task, rows.get(task.docname)) for task in tasks]
		return Loaded(works, {name for name, row in rows.items() if was_placed_in_medusa(row)})

	def save(self, medusa: Mirror, works: Sequence[Send], found: set[str], *, look_up: bool) -> list[Sent]:
		"""Tell Medusa where they stand; one without the route need not know of its own orders."""
		outcomes = medusa.orders.update([work.value for work in works])
		return [
			Sent(work, _unless_its_own(outcome) if work.task.docname in found else outcome)
			for work, outcome in zip(works, outcomes, strict=True)
		]

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Nothing is deleted in Medusa: it is told that orders are cancelled whose documents are gone."""
		outcomes = medusa.orders.update([_cancelled(task) for task in tasks])
		return [
			replace(outcome, error=None) if _need_not_know(task, outcome) else outcome
			for task, outcome in zip(tasks, outcomes, strict=True)
		]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Nothing: the order had its id before."""

	def error_prefix(self, task: Task) -> str:
		"""Return how the sentence of a failed task begins."""
		return _("Error while exporting Sales Order {0} to Medusa").format(task.docname)


def load_orders(names: Iterable[str]) -> dict[str, frappe._dict]:
	"""Return the orders of these names, with `customer_id` (Medusa's), `payment_status` and `documents`.

	Two statements at most, three with orders that were placed in Medusa: only these have `documents`.
	"""
	names = list(names)
	if not names:
		return {}
	order, customer, placed = (frappe.qb.DocType(name) for name in (SALES_ORDER, CUSTOMER, MEDUSA_ORDER))
	rows = (
		frappe.qb.from_(order)
		.left_join(customer)
		.on(customer.name == order.customer)
		.left_join(placed)
		.on(placed.name == order.medusa_order_id)
		.select(
			order.name,
			order.docstatus,
			order.status,
			order.customer,
			order.from_ecommerce,
			order.medusa_order_id,
			order.medusa_order_number,
			order.discount_amount,
			order.net_total,
			order.grand_total,
			order.rounded_total,
			order.advance_paid,
			order.per_delivered,
			order.currency,
			order.party_account_currency,
			order.conversion_rate,
			placed.is_history,
			# who has ordered in the shop may be a guest
			Coalesce(NullIf(order.medusa_customer_id, ""), customer.medusa_id).as_("customer_id"),
		)
		.where(order.name.isin(names))
	).run(as_dict=True)
	invoices, tells_advances = _invoices(names), number("tell_advance_payments")
	delivery_notes = _delivery_notes([row.name for row in rows if was_placed_in_medusa(row)])
	for row in rows:
		advance = advance_of(row) if tells_advances else 0
		row.payment_status = status.payment_status(
			[(invoice.status or "", bool(invoice.is_return)) for invoice in invoices[row.name]],
			advance,
			flt(row.rounded_total) or flt(row.grand_total),
		)
		if was_placed_in_medusa(row):
			named = tuple(invoice.name for invoice in invoices[row.name])
			delivered = flt(row.per_delivered, 2)
			row.documents = OrderDocuments(row.name, named, tuple(delivery_notes[row.name]), delivered)
	return {row.name: row for row in rows}


def advance_of(row: frappe._dict | Document) -> float:
	"""What was paid for an order in advance, in its own currency.

	ERPNext keeps it in the currency of the customer's account.
	"""
	paid = flt(row.advance_paid)
	if row.party_account_currency and row.party_account_currency != row.currency:
		paid /= flt(row.conversion_rate) or 1
	return paid


def _invoices(names: Sequence[str]) -> dict[str, list[frappe._dict]]:
	"""The submitted invoices of each order, whichever of their rows names it."""
	invoice, item = frappe.qb.DocType(SALES_INVOICE), frappe.qb.DocType("Sales Invoice Item")
	rows = (
		frappe.qb.from_(item)
		.inner_join(invoice)
		.on(invoice.name == item.parent)
		.select(item.sales_order, invoice.name, invoice.status, invoice.is_return)
		.distinct()
		.where(item.sales_order.isin(names) & (invoice.docstatus == 1))
		.orderby(invoice.name)
	).run(as_dict=True)
	found = defaultdict(list)
	for row in rows:
		found[row.sales_order].append(row)
	return found


def _delivery_notes(names: Sequence[str]) -> dict[str, list[str]]:
	"""The names of the submitted Delivery Notes of each order. No statement without orders."""
	found: dict[str, list[str]] = defaultdict(list)
	if not names:
		return found
	note, item = frappe.qb.DocType(DELIVERY_NOTE), frappe.qb.DocType("Delivery Note Item")
	rows = (
		frappe.qb.from_(item)
		.inner_join(note)
		.on(note.name == item.parent)
		.select(item.against_sales_order, note.name)
		.distinct()
		.where(item.against_sales_order.isin(names) & (note.docstatus == 1))
		.orderby(note.name)
	).run()
	for sales_order, name in rows:
		found[sales_order].append(name)
	return found


def was_placed_in_medusa(row: frappe._dict | Document) -> bool:
	"""Return whether the order was imported: only the import knows its number."""
	return bool(row.get("medusa_order_number"))


def _unless_its_own(outcome: Outcome) -> Outcome:
	"""The outcome of an order that was placed in Medusa: without the route it need not be told."""
	if not isinstance(outcome.error, MissingRoute):
		return outcome
	sentence = _(
		"The order was placed in Medusa, which has no route for its status in ERPNext. Install the plugin in Medusa "
		"to send it."
	)
	return replace(outcome, error=NotNeeded(sentence))


def _need_not_know(task: Task, outcome: Outcome) -> bool:
	"""Whether Medusa need not be told that the deleted order of the task is cancelled."""
	is_its_own = json.loads(task.payload or "{}").get("placed_in_medusa")
	return isinstance(outcome.error, (NotFound, MissingRoute) if is_its_own else NotFound)


def order_status_of(row: frappe._dict) -> OrderStatus:
	"""Return what Medusa is to hear of an order that `load_orders` has found."""
	return OrderStatus(
		key=row.name,
		order_id=row.medusa_order_id,
		customer_id=row.customer_id,
		order_status=status.order_status(row.docstatus, row.status),
		payment_status=row.payment_status,
		discount_amount=row.discount_amount or 0,
		net_total=row.net_total or 0,
		grand_total=row.grand_total or 0,
		documents=row.get("documents"),
	)


def deletion_payload(doc: Document, customer_id: str) -> str:
	"""Return what Medusa is to hear of an order whose document is gone: as it was, and cancelled; as JSON."""
	values = {**doc.as_dict(), "status": "Cancelled", "docstatus": 2, "customer_id": customer_id}
	told = asdict(order_status_of(frappe._dict(values, payment_status=status.UNPAID)))
	return json.dumps({**told, "placed_in_medusa": was_placed_in_medusa(doc)})


def _cancelled(task: Task) -> OrderStatus:
	"""What the task of a deleted order tells: of its own order only, and nothing but that it is cancelled."""
	kept = json.loads(task.payload or "{}")
	amounts = {name: flt(kept.get(name)) for name in ("discount_amount", "net_total", "grand_total")}
	return OrderStatus(
		key=task.docname,
		order_id=cstr(task.medusa_id),
		customer_id=cstr(kept.get("customer_id")),
		order_status=status.order_status(2, "Cancelled"),
		payment_status=status.UNPAID,
		**amounts,
	)


def missing_customer_id(customer: str) -> str:
	"""Return the documented sentence for an order whose Customer is not known to Medusa."""
	return _("Medusa Customer ID not found for Customer: {0}").format(customer)


def of_the_past(task: Task) -> NotWanted:
	"""Return the work of an order that was imported as history."""
	return NotWanted(task, _("The order is one of the past: Medusa knows better where it stands."))


def _work(task: Task, row: frappe._dict | None) -> Work:
	if not row:
		return gone(task)
	if not row.medusa_order_id:
		return NotWanted(task, _("The Sales Order has no Medusa order ID."))
	if row.is_history:
		return of_the_past(task)
	if not row.customer_id:
		return WaitFor(task, reason=missing_customer_id(row.customer))
	value = order_status_of(row)
	mark = fingerprint(value)
	return Unchanged(task, value) if mark == task.fingerprint else Send(task, value, mark)

"""What came back in Medusa: each return becomes a return Delivery Note, and a credit note if it was invoiced.

A return may come in parts, and from several deliveries and invoices. So it may become several documents: the
first has Medusa's id of the return, the next ones that id with a number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial

import frappe
from frappe.utils import flt

from medusa_integration import erpnext_seams
from medusa_integration.constants import DELIVERY_NOTE, SALES_INVOICE
from medusa_integration.mirror.shop_order_events import ZERO, OrderReturn
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.amounts import value_of
from medusa_integration.selling.order.imports.credit_notes import credit
from medusa_integration.selling.order.imports.goods import (
	Made,
	Moved,
	decimal,
	each,
	keep_rows,
	moved_rows,
	require_submitted,
	rows_of,
	submit,
	title_of,
)
from medusa_integration.selling.order.imports.problems import NotDelivered, NotTakenBack
from medusa_integration.selling.order.imports.taken_back import Back, Taken, backs_of


def import_returns(order: ShopOrder, sales_order: str) -> None:
	"""Make the documents of what has come back of each return and has none yet.

	They are posted at the moment of the import. Damaged pieces are credited, and not taken into the
	stock, as in Medusa. What users have taken back by hand is not taken back again. Four statements, two
	more if something is missing and for each return, and up to nine for one of which something is missing,
	apart from ERPNext's own.

	Args:
		order: As Medusa has it.
		sales_order: The name of its Sales Order.

	Raises:
		CannotImport: Something is in the way; its sentence says what.
		frappe.ValidationError: ERPNext refuses it.
	"""
	came = [one for one in order.returns if any(line.received for line in one.lines)]
	if not came:
		return
	require_submitted(sales_order)
	rows = rows_of(sales_order)
	backs = backs_of(came, rows)
	works = [
		*(partial(_take_back, order, back, sales_order, rows) for back in backs),
		*(partial(credit, order, one, sales_order, rows) for one in came),
	]
	if any(back.missing for back in backs):
		works.append(partial(_require_all, order, came, rows))
	each(works)


def _require_all(order: ShopOrder, came: list[OrderReturn], rows: Mapping[str, frappe._dict]) -> None:
	"""Refuse to leave pieces out of the stock of which there is no credit note. Two statements."""
	for back in backs_of(came, rows):
		for line, quantity in back.missing.items():
			raise NotTakenBack(back.found.id, float(quantity), title_of(order, line))


def _take_back(order: ShopOrder, back: Back, sales_order: str, rows: Mapping[str, frappe._dict]) -> None:
	if back.same:
		_name(order, back, back.same, rows)
	if not back.missing:
		return
	names = [rows[line].name for line in back.missing]
	delivered = moved_rows(DELIVERY_NOTE, names)
	by_invoice = _delivered_by_invoices(names)
	of_notes: dict[str, dict[str, float]] = defaultdict(dict)
	for line, quantity in back.missing.items():
		missing = quantity
		for moved, some in _taken(delivered.get(rows[line].name, ()), quantity):
			of_notes[moved.parent][moved.name] = moved.in_its_unit(some)
			missing -= some
		if missing > by_invoice.get(rows[line].name, ZERO):
			raise NotDelivered(back.found.id, float(quantity), title_of(order, line), sales_order)
	for note, quantities in of_notes.items():
		_return(order, back.made, note, quantities)


def _name(order: ShopOrder, back: Back, same: Taken, rows: Mapping[str, frappe._dict]) -> None:
	"""Give the document of a user the id of the return that it is; a credit note if it is over its value.

	Three statements at most.
	"""
	if same.doctype == SALES_INVOICE:
		pieces = {line: same.pieces[row.name] for line, row in rows.items() if row.name in same.pieces}
		total, currency = frappe.db.get_value(SALES_INVOICE, same.name, ["grand_total", "currency"])
		if (-decimal(total), currency) != (value_of(order, pieces), order.currency):
			return
	if back.replaced and back.replaced.doctype == same.doctype:
		# the key is unique: the cancelled one lets it go first
		frappe.db.set_value(same.doctype, back.replaced.name, "medusa_id", None, update_modified=False)
	elif frappe.db.exists(same.doctype, {"medusa_id": back.found.id}):
		return
	ids = {"medusa_id": back.found.id, "medusa_order_id": order.id}
	frappe.db.set_value(same.doctype, same.name, ids, update_modified=False)


def _taken(delivered: Iterable[Moved], quantity: Decimal) -> Iterator[tuple[Moved, Decimal]]:
	"""How much of each delivery is taken back, from the oldest on."""
	for moved in delivered:
		some = min(quantity, moved.left)
		if some > 0:
			quantity -= some
			yield moved, some


def _delivered_by_invoices(names: list[str]) -> dict[str, Decimal]:
	"""What is left of what invoices have delivered; their credit notes take it back. One statement."""
	found: dict[str, Decimal] = defaultdict(Decimal)
	for name, rows in moved_rows(SALES_INVOICE, names, update_stock=1).items():
		found[name] = sum((row.left for row in rows), ZERO)
	return found


def _return(order: ShopOrder, made: Made, note: str, quantities: Mapping[str, float]) -> None:
	doc = erpnext_seams.make_return(DELIVERY_NOTE, note)
	rows = [row for row in doc.items if row.dn_detail in quantities]
	for row in rows:
		row.qty = -flt(quantities[row.dn_detail])
	keep_rows(doc, rows)
	submit(doc, made.next_id(), order.id)

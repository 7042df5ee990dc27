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
from medusa_integration.selling.order.imports.credit_notes import credit
from medusa_integration.selling.order.imports.goods import (
	Made,
	Moved,
	each,
	keep_rows,
	made_of,
	moved_rows,
	require_submitted,
	rows_of,
	submit,
	title_of,
)
from medusa_integration.selling.order.imports.problems import NotDelivered


def import_returns(order: ShopOrder, sales_order: str) -> None:
	"""Make the documents of what has come back of each return and has none yet.

	They are posted at the moment of the import. Damaged pieces are credited, and not taken into the
	stock, as in Medusa. Two statements, and five more for each return, apart from ERPNext's own.

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
	each(
		[
			*(partial(_take_back, order, one, sales_order, rows) for one in came),
			*(partial(credit, order, one, rows) for one in came),
		]
	)


def _take_back(
	order: ShopOrder, found: OrderReturn, sales_order: str, rows: Mapping[str, frappe._dict]
) -> None:
	made = made_of(DELIVERY_NOTE, order.id, found.id)
	left = {line.line_id: line.received - line.damaged for line in found.lines}
	left = {
		line: quantity - made.quantities.get(rows[line].name, ZERO)
		for line, quantity in left.items()
		if line in rows
	}
	left = {line: quantity for line, quantity in left.items() if quantity > 0}
	if not left:
		return
	names = [rows[line].name for line in left]
	delivered = moved_rows(DELIVERY_NOTE, names)
	by_invoice = _delivered_by_invoices(names)
	of_notes: dict[str, dict[str, float]] = defaultdict(dict)
	for line, quantity in left.items():
		missing = quantity
		for moved, some in _taken(delivered.get(rows[line].name, ()), quantity):
			of_notes[moved.parent][moved.name] = moved.in_its_unit(some)
			missing -= some
		if missing > by_invoice.get(rows[line].name, ZERO):
			raise NotDelivered(found.id, float(quantity), title_of(order, line), sales_order)
	for note, quantities in of_notes.items():
		_return(order, made, note, quantities)


def _taken(delivered: Iterable[Moved], quantity: Decimal) -> Iterator[tuple[Moved, Decimal]]:
	"""How much of each delivery is taken back, from the oldest on."""
	for moved in delivered:
		some = min(quantity, moved.left)
		if some > 0:
			quantity -= some
			yield moved, some


def _delivered_by_invoices(names: list[str]) -> dict[str, Decimal]:
	"""What invoices have delivered that update the stock; their credit notes take it back. One statement."""
	found: dict[str, Decimal] = defaultdict(Decimal)
	for name, rows in moved_rows(SALES_INVOICE, names, update_stock=1).items():
		found[name] = sum((row.quantity for row in rows), ZERO)
	return found


def _return(order: ShopOrder, made: Made, note: str, quantities: Mapping[str, float]) -> None:
	doc = erpnext_seams.make_return(DELIVERY_NOTE, note)
	rows = [row for row in doc.items if row.dn_detail in quantities]
	for row in rows:
		row.qty = -flt(quantities[row.dn_detail])
	keep_rows(doc, rows)
	submit(doc, made.next_id(), order.id)

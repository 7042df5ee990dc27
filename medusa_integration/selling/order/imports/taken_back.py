"""What has come back into the stock of ERPNext, and of which return in Medusa that is.

Users take back by hand as well: with a return of a Delivery Note, or the credit note of an invoice that has
updated the stock. Whatever they have taken back of the same rows counts, each piece for one return only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import frappe

from medusa_integration.constants import DELIVERY_NOTE, SALES_INVOICE
from medusa_integration.mirror.shop_order_events import ZERO, OrderReturn
from medusa_integration.selling.order.imports.goods import Made, pieces_of, returning_rows

# how many pieces of each row of the Sales Order
Pieces = dict[str, Decimal]


@dataclass
class Taken:
	"""A document that has taken pieces back into the stock, a cancelled one too.

	Attributes:
		doctype: "Delivery Note" or "Sales Invoice".
		name: Its name.
		docstatus: 1, or 2 for a cancelled one.
		medusa_id: Of which return it is, None for one of a user.
		pieces: What it has of the order.
		has_others: Whether it has other rows, too.
		left: What of `pieces` is of no return yet.
	"""

	doctype: str
	name: str
	docstatus: int
	medusa_id: str | None
	pieces: Pieces = field(default_factory=lambda: defaultdict(Decimal))
	has_others: bool = False
	left: Pieces = field(default_factory=dict)

	@property
	def is_by_hand(self) -> bool:
		"""Whether a user has made it, and it is not cancelled."""
		return self.docstatus == 1 and not self.medusa_id

	def is_exactly(self, pieces: Mapping[str, Decimal]) -> bool:
		"""Return whether it has these pieces and nothing else, and is of no return yet."""
		wanted = {row: quantity for row, quantity in pieces.items() if quantity}
		return bool(wanted) and not self.has_others and self.left == self.pieces == wanted


@dataclass
class Back:
	"""A return in Medusa, and what is there of it in ERPNext.

	Attributes:
		found: The return.
		made: Its return Delivery Notes.
		missing: How many of each row of the order in Medusa are still to be taken back.
		same: The document of a user that is exactly this return.
		replaced: The cancelled document that has the id of the return, in whose place `same` comes.
	"""

	found: OrderReturn
	made: Made
	missing: Pieces
	same: Taken | None = None
	replaced: Taken | None = None


def backs_of(returns: Iterable[OrderReturn], rows: Mapping[str, frappe._dict]) -> list[Back]:
	"""Return what is still to be taken back of returns. Two statements.

	A document of a user that is exactly a return is that one's. Else the returns have the pieces that users
	have taken back in their order: as many as came undamaged, then those for which the app's document was
	cancelled. Of a document of which a return has pieces, it also has its damaged ones.

	Args:
		returns: Those of an order of which something has come back, the oldest first.
		rows: The rows of the Sales Order by Medusa's id.
	"""
	taken = _taken([row.name for row in rows.values()])
	by_hand = [one for one in taken if one.is_by_hand]
	return [_back(one, rows, taken, by_hand) for one in returns]


def _taken(order_rows: Sequence[str]) -> list[Taken]:
	"""The documents that have taken these rows back, the oldest first of each kind. Two statements."""
	found: dict[tuple[str, str], Taken] = {}
	for doctype, filters in ((DELIVERY_NOTE, {}), (SALES_INVOICE, {"update_stock": 1})):
		for row in returning_rows(doctype, order_rows, **filters):
			key = (doctype, row.parent)
			one = found.setdefault(key, Taken(doctype, row.parent, row.docstatus, row.medusa_id or None))
			if row.so_detail not in order_rows:
				one.has_others = True
			elif pieces := pieces_of(row):
				one.pieces[row.so_detail] -= pieces
	for one in found.values():
		one.left = dict(one.pieces)
	return list(found.values())


def _back(
	found: OrderReturn, rows: Mapping[str, frappe._dict], taken: Sequence[Taken], by_hand: Sequence[Taken]
) -> Back:
	lines = [line for line in found.lines if line.line_id in rows]
	names = {line.line_id: rows[line.line_id].name for line in lines}
	came = {names[line.line_id]: line.received for line in lines}
	sound = {names[line.line_id]: line.received - line.damaged for line in lines}
	made, own = (
		Made(found.id),
		[one for one in taken if one.medusa_id and Made.is_of(found.id, one.medusa_id)],
	)
	made.ids.update(one.medusa_id for one in own if one.medusa_id and one.doctype == DELIVERY_NOTE)
	for one in own:
		for row, quantity in one.pieces.items():
			made.quantities[row] += quantity
	if all(one.docstatus == 2 for one in own):
		same = next((one for one in by_hand if one.is_exactly(sound) or one.is_exactly(came)), None)
		if same:
			same.left = {}
			replaced = next((one for one in own if one.medusa_id == found.id), None)
			return Back(found, made, {}, same, replaced)
	missing: Pieces = {}
	for line in lines:
		row = names[line.line_id]
		cancelled = sum((one.pieces.get(row, ZERO) for one in own if one.docstatus == 2), ZERO)
		wanted = max(sound[row] - made.quantities[row], ZERO)
		more = min(cancelled, max(came[row] - made.quantities[row] + cancelled, ZERO))
		missing[line.line_id] = max(wanted - _count(by_hand, row, wanted + more, line.damaged), ZERO)
	return Back(found, made, {line: quantity for line, quantity in missing.items() if quantity > 0})


def _count(by_hand: Iterable[Taken], row: str, wanted: Decimal, damaged: Decimal) -> Decimal:
	"""Take so many pieces of a row out of what is left of these documents, and return how many there were.

	`damaged`: how many more are taken of documents of which some are.
	"""
	counted = ZERO
	for one in by_hand:
		some = min(one.left.get(row, ZERO), wanted - counted)
		if some > 0:
			counted += some
			one.left[row] -= some
			broken = min(one.left[row], damaged)
			one.left[row] -= broken
			damaged -= broken
	return counted

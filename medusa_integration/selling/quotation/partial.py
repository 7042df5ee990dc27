"""The customer takes a part of a quotation, or more of it than was quoted."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Annotated, Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from medusa_integration.endpoints.parameters import Id, ListOf, Quantity
from medusa_integration.endpoints.records import ObjectOf, Record
from medusa_integration.exceptions import ValidationError
from medusa_integration.selling.quotation import reviews
from medusa_integration.selling.quotation import states as quotation_states
from medusa_integration.selling.quotation.decide import (
	Approval,
	Decided,
	answer,
	refuse_other_decision,
	reject,
)
from medusa_integration.selling.quotation.events import NotADraft, record
from medusa_integration.selling.quotation.lookup import items_of, lock_quotation
from medusa_integration.selling.quotation.terms import keep_rates, set_missing_standard_prices


class Line(Record):
	"""What is taken, or left, of a variant."""

	variant_id: Id
	quantity: Quantity


class Increase(Record):
	"""What is wanted of a variant beyond the quoted quantity."""

	variant_id: Id
	old_quantity: Quantity
	new_quantity: Quantity


Lines = Annotated[list[dict[str, Any]], ListOf(Annotated[dict, ObjectOf(Line)])]
Increases = Annotated[list[dict[str, Any]], ListOf(Annotated[dict, ObjectOf(Increase)])]


def update_quotation_new(
	quotation_id: Id,
	approval: Approval = "Approved",
	items: Lines | None = None,
	unapproved_items: Lines | None = None,
	increased_items: Increases | None = None,
	customer_id: Id | None = None,
) -> Decided:
	"""Take the accepted rows of a draft Quotation, and note what is left and what is wanted beyond it.

	Rates are those of the Quotation. It stays a draft, in the approved state, and Medusa is told; where only
	what was reviewed is ordered, other quantities than the offered ones take it back to the state before the
	review.

	Args:
		quotation_id: Medusa's id.
		approval: With "Rejected" as `update_quotation`.
		items: `{variant_id, quantity}` of what is taken.
		unapproved_items: `{variant_id, quantity}` of what is not.
		increased_items: `{variant_id, old_quantity, new_quantity}` of each quantity above the quoted one.
		customer_id: Medusa's; the Quotation has to be that customer's.

	Returns:
		`{"message", "quotation_id", "Quotation ID"}`.

	Raises:
		frappe.DoesNotExistError: There is no such Quotation, or variant (404).
		ValidationError: A row is not part of the quotation, or more than it (400).
		NotADraft: It was submitted (409).
		frappe.DuplicateEntryError: It was decided otherwise, or not reviewed (409).
	"""
	if approval == "Rejected":
		return reject(quotation_id, customer_id)
	if not items:
		raise ValidationError(_("items must be a non-empty list."))
	doc = lock_quotation(quotation_id, customer_id)
	return _accept(doc, items, unapproved_items or [], increased_items or [])


def _accept(
	doc: Document,
	items: list[dict[str, Any]],
	unapproved_items: list[dict[str, Any]],
	increased_items: list[dict[str, Any]],
) -> Decided:
	if doc.docstatus:
		message = _("Quotation {0} is already submitted.").format(doc.medusa_quotation_id)
		frappe.throw(message, exc=NotADraft)
	refuse_other_decision(doc, quotation_states.approved_state())
	reviews.require_reviewed(doc)
	lines = [*items, *unapproved_items, *increased_items]
	sold = items_of(line["variant_id"] for line in lines)
	quoted = _quoted(doc)
	for line in lines:
		line["item_code"] = sold[line["variant_id"]].item_code
		if line["item_code"] not in quoted:
			message = _("Item {0} is not part of the quotation.").format(line["variant_id"])
			raise ValidationError(message)
	increased = _increased(items, increased_items, quoted)
	_require_left(items, unapproved_items, quoted)
	is_as_offered = not reviews.is_required() or reviews.is_as_offered(doc, items)
	offered = [*doc.items, *doc.unapproved_items]
	unapproved = _unapproved(doc, unapproved_items)
	_take(doc, items)
	if reviews.is_required() and is_as_offered:
		# whole rows: what may still be taken is what was offered, whatever the caller names
		unapproved = _left_of(offered, items)
	doc.set("unapproved_items", unapproved)
	doc.set("custom_increased_items", increased)
	# what the review has entered stays: neither rates, templates nor taxes are looked up again
	keep_rates(doc)
	if not is_as_offered:
		reviews.send_back(doc)
		return {
			**answer(doc),
			"message": _("The changed quantities are reviewed before they can be ordered."),
		}
	quotation_states.enter(doc, quotation_states.approved_state(), doc.save)
	record(doc)
	return answer(doc)


def _quoted(doc: Document) -> dict[str, float]:
	"""How much of each Item was quoted, before the customer took a part of it."""
	quantities: Counter[str] = Counter()
	for row in (*doc.items, *doc.unapproved_items):
		quantities[row.item_code] += flt(row.qty)
	for row in doc.custom_increased_items:
		quantities[row.item_code] = flt(row.old_quantity)
	return dict(quantities)


def _increased(
	items: list[dict[str, Any]], increases: list[dict[str, Any]], quoted: dict[str, float]
) -> list[dict[str, Any]]:
	"""The rows for what is wanted beyond the quoted quantity; refuses what was not named as such."""
	wanted: Counter[str] = Counter()
	variants = {}
	for line in items:
		wanted[line["item_code"]] += line["quantity"]
		variants[line["item_code"]] = line["variant_id"]
	named = {(line["item_code"], line["old_quantity"], line["new_quantity"]) for line in increases}
	rows = []
	for item_code, quantity in wanted.items():
		if quantity <= quoted[item_code]:
			continue
		if (item_code, quoted[item_code], quantity) not in named:
			message = _("Quantity of {0} exceeds the quotation.").format(variants[item_code])
			raise ValidationError(message)
		rows.append({"item_code": item_code, "old_quantity": quoted[item_code], "new_quantity": quantity})
	return rows


def _require_left(
	items: list[dict[str, Any]], unapproved_items: list[dict[str, Any]], quoted: dict[str, float]
) -> None:
	"""Refuse to note as not wanted more than what is left of an Item: it could be taken later, unnamed."""
	left = dict(quoted)
	for line in items:
		left[line["item_code"]] -= line["quantity"]
	for line in unapproved_items:
		left[line["item_code"]] -= line["quantity"]
		if left[line["item_code"]] < 0:
			message = _("Quantity of {0} exceeds the quotation.").format(line["variant_id"])
			raise ValidationError(message)


def _unapproved(doc: Document, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""The rows for what is not wanted, at the rates of the Quotation."""
	known = {row.item_code: row for row in (*doc.unapproved_items, *doc.items)}
	return [_left_out(known[line["item_code"]], line["quantity"]) for line in lines]


def _left_of(offered: list[Document], items: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""The rows of an offer that are not among the lines, each of which is a row of it."""
	taken = Counter((line["item_code"], line["quantity"]) for line in items)
	left = []
	for row in offered:
		key = (row.item_code, flt(row.qty))
		if taken[key]:
			taken[key] -= 1
		else:
			left.append(_left_out(row, row.qty))
	return left


def _left_out(row: Document, quantity: float) -> dict[str, Any]:
	values = {field: row.get(field) for field in ("item_code", "uom", "rate", "item_tax_template")}
	return {**values, "qty": quantity}


def _take(doc: Document, lines: list[dict[str, Any]]) -> None:
	"""Keep the accepted rows with their new quantities, each with rate, unit and tax template as quoted."""
	rows, left_out = _by_item(doc.items), _by_item(doc.unapproved_items)
	quoted = {row.item_code: row for row in (*doc.unapproved_items, *doc.items)}
	kept: list[Document | dict[str, Any]] = []
	for line in lines:
		here, aside = rows[line["item_code"]], left_out[line["item_code"]]
		row = _pop(here, line["quantity"])
		source = None if row else _pop(aside, line["quantity"])
		if not row and not source:
			row = here.pop(0) if here else None
		if not row:
			# left out before, or asked for in more rows than were quoted
			row = _quoted_row(source or (aside.pop(0) if aside else quoted[line["item_code"]]))
		row.update({"qty": line["quantity"]})
		kept.append(row)
	doc.set("items", kept)
	for idx, row in enumerate(doc.items, start=1):
		row.idx = idx
	# rows of what was left out do not have it
	set_missing_standard_prices(doc)


def _by_item(rows: list[Document]) -> dict[str, list[Document]]:
	found: dict[str, list[Document]] = defaultdict(list)
	for row in rows:
		found[row.item_code].append(row)
	return found


def _pop(rows: list[Document], quantity: float) -> Document | None:
	"""Take the row of this quantity from the others."""
	found = next((row for row in rows if flt(row.qty) == quantity), None)
	if found:
		rows.remove(found)
	return found


def _quoted_row(source: Document) -> dict[str, Any]:
	"""A new row with what was quoted in another one."""
	fields = ("item_code", "uom", "rate", "price_list_rate", "standard_price")
	# no template is a choice as well; ERPNext fills in what is None
	return {
		**{field: source.get(field) for field in fields},
		"item_tax_template": source.item_tax_template or "",
	}

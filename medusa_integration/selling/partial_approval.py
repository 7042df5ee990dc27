"""The customer takes a part of a quotation, or more of it than was quoted (endpoints, section e)."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Annotated, Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from medusa_integration.doorkeeper import WRITE, Id, ListOf, NumberRule, Record, Storefront, endpoint
from medusa_integration.exceptions import ValidationError
from medusa_integration.selling import lead_details, quotation_states
from medusa_integration.selling.quotation import NotADraft, record
from medusa_integration.selling.quotation_terms import set_item_taxes
from medusa_integration.selling.quotations import items_of, lock_quotation
from medusa_integration.selling.transactions import anew_after_deadlock
from medusa_integration.selling.update_quotation import Approval, answer, refuse_other_decision, reject

Quantity = Annotated[float, NumberRule(above=0)]
Lines = Annotated[list, ListOf(Record(variant_id=Id, quantity=Quantity))]
Increases = Annotated[list, ListOf(Record(variant_id=Id, old_quantity=Quantity, new_quantity=Quantity))]


@endpoint(Storefront(reopens=True), methods=WRITE)
def update_quotation_new(
	quotation_id: Id,
	approval: Approval = "Approved",
	items: Lines | None = None,
	unapproved_items: Lines | None = None,
	increased_items: Increases | None = None,
) -> dict[str, str | None]:
	"""Take the accepted rows of a draft Quotation, and note what is left and what is wanted beyond it.

	`items` and `unapproved_items` list `{variant_id, quantity}`, `increased_items` `{variant_id,
	old_quantity, new_quantity}`. Rates are those of the Quotation. A quantity above the quoted one has to be
	named by `increased_items`. The Quotation stays a draft, in the approved state, and Medusa is told. With
	"Rejected" as `update_quotation`. Answers `{"message", "quotation_id", "Quotation ID"}`. Raises
	`frappe.DoesNotExistError` (404), ValidationError (400), NotADraft and `frappe.DuplicateEntryError` (409).
	"""
	if approval == "Rejected":
		return anew_after_deadlock(lambda: reject(quotation_id))
	if not items:
		raise ValidationError(_("items must be a non-empty list."))
	return anew_after_deadlock(
		lambda: _accept(quotation_id, items, unapproved_items or [], increased_items or [])
	)


def _accept(
	quotation_id: str,
	items: list[dict[str, Any]],
	unapproved_items: list[dict[str, Any]],
	increased_items: list[dict[str, Any]],
) -> dict[str, str | None]:
	doc = lock_quotation(quotation_id)
	if doc.docstatus:
		frappe.throw(_("Quotation {0} is already submitted.").format(quotation_id), exc=NotADraft)
	refuse_other_decision(doc, quotation_states.approved_state())
	lines = [*items, *unapproved_items, *increased_items]
	sold = items_of(line["variant_id"] for line in lines)
	quoted = _quoted(doc)
	for line in lines:
		line["item_code"] = sold[line["variant_id"]].item_code
		if line["item_code"] not in quoted:
			message = _("Item {0} is not part of the quotation.").format(line["variant_id"])
			raise ValidationError(message)
	increased = _increased(items, increased_items, quoted)
	unapproved = _unapproved(doc, unapproved_items)
	_take(doc, items)
	doc.set("unapproved_items", unapproved)
	doc.set("custom_increased_items", increased)
	# quantities must not change the rates that were quoted
	doc.ignore_pricing_rule = 1
	lead_details.permit(doc)
	doc.set_missing_values()
	set_item_taxes(doc)
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


def _unapproved(doc: Document, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""The rows for what is not wanted, at the rates of the Quotation."""
	known = {row.item_code: row for row in (*doc.unapproved_items, *doc.items)}
	return [
		{
			"item_code": line["item_code"],
			"qty": line["quantity"],
			"uom": known[line["item_code"]].uom,
			"rate": known[line["item_code"]].rate,
		}
		for line in lines
	]


def _take(doc: Document, lines: list[dict[str, Any]]) -> None:
	"""Keep the accepted rows with their new quantities,
	each with the rate and unit that it was quoted with.
	"""
	rows: dict[str, list[Document]] = defaultdict(list)
	for row in doc.items:
		rows[row.item_code].append(row)
	left_out = {row.item_code: row for row in doc.unapproved_items}
	kept: list[Document | dict[str, Any]] = []
	for line in lines:
		item_code = line["item_code"]
		source = rows[item_code].pop(0) if rows[item_code] else None
		if source:
			row = source
			left_out.setdefault(item_code, source)
		else:
			# asked for in more rows than were quoted, or left out before
			known = left_out[item_code]
			row = {"item_code": item_code, "uom": known.uom, "rate": known.rate}
			row |= {
				"price_list_rate": known.get("price_list_rate"),
				"standard_price": known.get("standard_price"),
			}
		row.update({"qty": line["quantity"], "pricing_rules": None})
		kept.append(row)
	doc.set("items", kept)
	for idx, row in enumerate(doc.items, start=1):
		row.idx = idx

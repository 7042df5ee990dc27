"""What is offered for the shop's quotations, on its way to Medusa: the lane "quotation"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import frappe
from frappe import _
from frappe.utils import flt

from medusa_integration.constants import CUSTOMER, LEAD, QUOTATION, WEBSITE_ITEM
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.order_values import QuotationTax, QuotationUpdate, QuotedItem, UnacceptedItem
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.selling.quotation import delivery
from medusa_integration.sync.exporter import Exporter, Loaded, fingerprint, gone
from medusa_integration.sync.task import NotWanted, Send, Sent, Task, Unchanged, WaitFor, Work

FIELDS = (
	"name",
	"quotation_to",
	"party_name",
	"customer_address",
	"medusa_quotation_id",
	"medusa_draft_order_id",
	"total_qty",
	"total",
	"net_total",
	"total_taxes_and_charges",
	"grand_total",
	"rounding_adjustment",
	"apply_discount_on",
	"additional_discount_percentage",
	"discount_amount",
	"other_charges_calculation",
	delivery.ACCOUNT,
)


class QuotationExporter(Exporter):
	"""One Quotation is one quotation in Medusa, which is told what ERPNext offers at this moment."""

	name = "quotation"
	doctype = QUOTATION
	id_field = "medusa_quotation_id"

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""Eight statements at most."""
		rows = load_quotations([task.docname for task in tasks])
		charges = delivery.delivery_charges()
		return Loaded([_work(task, rows.get(task.docname), charges) for task in tasks])

	def save(self, medusa: Mirror, works: Sequence[Send], found: None, *, look_up: bool) -> list[Sent]:
		"""Tell Medusa what is offered."""
		outcomes = medusa.orders.update_quotations([work.value for work in works])
		return [Sent(work, outcome) for work, outcome in zip(works, outcomes, strict=True)]

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Delete nothing: Medusa keeps what the customer asked for."""
		return [Outcome(task.docname) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Nothing: the quotation had its ids before."""

	def error_prefix(self, task: Task) -> str:
		"""Return how the sentence of a failed task begins."""
		return _("Error while exporting Quotation {0} to Medusa").format(task.docname)


def load_quotations(names: Iterable[str]) -> dict[str, frappe._dict]:
	"""Return the Quotations of these names with `customer_id` (Medusa's), `city`, and their rows.

	Seven statements at most.
	"""
	names = list(names)
	rows = frappe.get_all(QUOTATION, filters={"name": ("in", names)}, fields=list(FIELDS))
	if not rows:
		return {}
	ids = {doctype: _medusa_ids(doctype, rows) for doctype in {row.quotation_to for row in rows}}
	addresses = sorted({row.customer_address for row in rows} - {None, ""})
	cities = dict(
		frappe.get_all("Address", {"name": ("in", addresses)}, ["name", "city"], as_list=True)
		if addresses
		else ()
	)
	items = _of_items("Quotation Item", names, ("qty", "rate", "uom", "amount", "item_tax_template"))
	unaccepted = _of_items("Unapproved Quotation Item", names, ("qty", "rate"))
	taxes = _taxes(names)
	for row in rows:
		row.customer_id = ids[row.quotation_to].get(row.party_name)
		row.city = cities.get(row.customer_address)
		row.update({"rows": items[row.name], "unaccepted": unaccepted[row.name], "taxes": taxes[row.name]})
	return {row.name: row for row in rows}


def update_of(row: frappe._dict, charges: float) -> QuotationUpdate:
	"""Return what Medusa is to hear of a Quotation that `load_quotations` has found.

	The shop adds the delivery charges to the total. So those that are a tax row of the Quotation are told as
	such alone, and left out of taxes and totals.

	Args:
		row: the Quotation.
		charges: what delivery costs outside the free city, for one whose charges are no tax row.
	"""
	in_rows = delivery.rows_of(row.taxes, row[delivery.ACCOUNT])
	charged = flt(sum(flt(tax.tax_amount) for tax in in_rows), 9)
	told = 0 if delivery.is_free_in(row.city) else charges
	return QuotationUpdate(
		key=row.name,
		quotation_id=row.medusa_quotation_id,
		customer_id=row.customer_id,
		draft_order_id=row.medusa_draft_order_id,
		items=tuple(
			QuotedItem(
				item.variant_id,
				item.item_code,
				item.rate,
				item.qty,
				item.uom,
				item.amount,
				item.item_tax_template or None,
			)
			for item in row["rows"]
		),
		unaccepted=tuple(UnacceptedItem(item.variant_id, item.rate, item.qty) for item in row.unaccepted),
		taxes=tuple(
			QuotationTax(tax.account_head, tax.rate, tax.tax_amount)
			for tax in row.taxes
			if tax not in in_rows
		),
		total_quantity=flt(row.total_qty),
		total=flt(row.total),
		net_total=flt(row.net_total),
		total_taxes=flt(flt(row.total_taxes_and_charges) - charged, 9),
		grand_total=flt(flt(row.grand_total) - charged, 9),
		rounding_adjustment=flt(row.rounding_adjustment),
		delivers=bool(row.customer_address),
		delivery_charges=charged if row[delivery.ACCOUNT] else told,
		discount_on=row.apply_discount_on or None,
		discount_percentage=flt(row.additional_discount_percentage),
		discount_amount=flt(row.discount_amount),
		tax_breakup=row.other_charges_calculation or None,
	)


def _work(task: Task, row: frappe._dict | None, charges: float) -> Work:
	if not row:
		return gone(task)
	if not (row.medusa_quotation_id and row.medusa_draft_order_id):
		return NotWanted(task, _("The Quotation has no Medusa IDs."))
	if not row.customer_id:
		return WaitFor(
			task,
			reason=_("Medusa Customer ID not found for {0}: {1}").format(row.quotation_to, row.party_name),
		)
	value = update_of(row, charges)
	mark = fingerprint(value)
	return Unchanged(task, value) if mark == task.fingerprint else Send(task, value, mark)


def _medusa_ids(doctype: str, rows: Sequence[frappe._dict]) -> dict[str, str]:
	names = sorted({row.party_name for row in rows if row.quotation_to == doctype} - {None})
	if doctype not in (CUSTOMER, LEAD):
		return {}
	return dict(frappe.get_all(doctype, {"name": ("in", names)}, ["name", "medusa_id"], as_list=True))


def _of_items(doctype: str, names: Sequence[str], fields: Sequence[str]) -> dict[str, list[frappe._dict]]:
	"""The rows of a child table with the variant that each Item is sold as, in their order, by Quotation."""
	row, website_item = frappe.qb.DocType(doctype), frappe.qb.DocType(WEBSITE_ITEM)
	query = (
		frappe.qb.from_(row)
		.left_join(website_item)
		.on(website_item.item_code == row.item_code)
		.select(row.parent, row.item_code, *(row[field] for field in fields))
		.select(website_item.medusa_variant_id.as_("variant_id"))
		.where((row.parenttype == QUOTATION) & row.parent.isin(names))
		.orderby(row.parent)
		.orderby(row.idx)
	)
	return _by_parent(query.run(as_dict=True))


def _taxes(names: Sequence[str]) -> dict[str, list[frappe._dict]]:
	filters = {"parenttype": QUOTATION, "parent": ("in", names)}
	fields = ["parent", "charge_type", "account_head", "rate", "tax_amount"]
	return _by_parent(
		frappe.get_all("Sales Taxes and Charges", filters=filters, fields=fields, order_by="parent, idx")
	)


def _by_parent(rows: Iterable[frappe._dict]) -> dict[str, list[frappe._dict]]:
	found: dict[str, list[frappe._dict]] = defaultdict(list)
	for row in rows:
		found[row.parent].append(row)
	return found

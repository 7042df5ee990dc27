"""Finding what the shop's calls about quotations name: the Quotation, its order, the Items of variants."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from medusa_integration.constants import ITEM, QUOTATION, WEBSITE_ITEM


def owner_of(quotation: Document | frappe._dict) -> str | None:
	"""Medusa's id of whom a Quotation is for, by its `quotation_to` and `party_name`. One statement."""
	if quotation.quotation_to not in ("Customer", "Lead"):
		return None
	return frappe.db.get_value(quotation.quotation_to, quotation.party_name, "medusa_id")


def lock_quotation(quotation_id: str, customer_id: str | None = None) -> Document:
	"""Load the Quotation with this id in Medusa, locked until the end of the transaction.

	Whoever decides on the same one at the same time waits, and sees then what has become of it.

	Args:
		quotation_id: Medusa's id.
		customer_id: Medusa's; the Quotation has to be that customer's.

	Returns:
		The Quotation.

	Raises:
		frappe.DoesNotExistError: There is none, or it is somebody else's (404).
	"""
	filters = {"medusa_quotation_id": quotation_id, "from_ecommerce": 1}
	fields = ["name", "quotation_to", "party_name"]
	row = frappe.db.get_value(QUOTATION, filters, fields, as_dict=True, for_update=True)
	if not row or (customer_id and owner_of(row) != customer_id):
		message = _("Quotation not found for ID: {0}").format(quotation_id)
		frappe.throw(message, exc=frappe.DoesNotExistError)
	doc = frappe.get_doc(QUOTATION, row.name, for_update=True)
	doc.flags.update({"ignore_permissions": True, "medusa_id_update": True})
	return doc


def require_rates(doc: Document) -> None:
	"""Raise `frappe.ValidationError` (417) for a row that has no rate and is not given away."""
	if not all(flt(row.rate) or row.get("is_free_item") for row in doc.items):
		frappe.throw(_("Quotation {0} has items without a rate.").format(doc.name))


def items_of(variant_ids: Iterable[str]) -> dict[str, frappe._dict]:
	"""Find the Item that is sold as each of these variants. One statement.

	Args:
		variant_ids: Medusa's ids.

	Returns:
		`item_code` and `stock_uom` by variant.

	Raises:
		frappe.DoesNotExistError: The Item of a variant is unknown, disabled or not published (404).
	"""
	variant_ids = list(variant_ids)
	website_item, item = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(ITEM)
	rows = (
		frappe.qb.from_(website_item)
		.inner_join(item)
		.on(item.name == website_item.item_code)
		.select(website_item.medusa_variant_id, item.name.as_("item_code"), item.stock_uom)
		.where(website_item.medusa_variant_id.isin(sorted(set(variant_ids))))
		.where((website_item.published == 1) & (item.disabled == 0))
	).run(as_dict=True)
	found = {row.medusa_variant_id: row for row in rows}
	for variant_id in variant_ids:
		if variant_id not in found:
			message = _("Item not found for variant ID: {0}").format(variant_id)
			frappe.throw(message, exc=frappe.DoesNotExistError)
	return found

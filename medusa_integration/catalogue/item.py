"""Item: what of it is part of its Website Item's product."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.catalogue import mapping, website_item


def on_update(doc: Document, method: str | None = None) -> None:
	"""Item `on_update`: country, weight, customs tariff number or barcode changed: its Website Item is sent again."""
	before = doc.get_doc_before_save()
	if before and _mapped(doc) != _mapped(before):
		website_item.record_where({"item_code": doc.name})


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""The item code is the product's `item_code` and the variant's SKU."""
	website_item.record_where({"item_code": new})


def _mapped(doc: Document) -> list[str]:
	barcodes = [row.barcode for row in doc.get("barcodes") or ()][:1]
	return [frappe.utils.cstr(doc.get(field)) for field in mapping.ITEM_FIELDS] + barcodes

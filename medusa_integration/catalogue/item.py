"""Item: what of it is part of its Website Item's product, and of its prices."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.catalogue import item_price, mapping, website_item
from medusa_integration.catalogue.prices import ITEM_PRICE
from medusa_integration.sync import departed, outbox

# what of an Item decides whether its prices go to Medusa
OF_PRICES = ("disabled", "stock_uom")


def on_update(doc: Document, method: str | None = None) -> None:
	"""Item `on_update`: country, weight, customs tariff number or barcode changed:
	its Website Item is sent again.

	Disabled or enabled: its prices go, or come back.
	"""
	before = doc.get_doc_before_save()
	if not before:
		return
	if _mapped(doc) != _mapped(before):
		website_item.record_where({"item_code": doc.name})
	if any(frappe.utils.cstr(doc.get(field)) != frappe.utils.cstr(before.get(field)) for field in OF_PRICES):
		item_price.record_where({"item_code": doc.name})


def on_trash(doc: Document, method: str | None = None) -> None:
	"""Item `on_trash`: ERPNext has deleted its prices by SQL, beside their events."""
	if outbox.is_configured():
		departed.delete_orphans(ITEM_PRICE, item_price.LANE)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""The item code is the product's `item_code` and the variant's SKU;
	after a merge prices of two are those of one.
	"""
	website_item.record_where({"item_code": new})
	if merge:
		item_price.record_where({"item_code": new})


def _mapped(doc: Document) -> list[str]:
	barcodes = [row.barcode for row in doc.get("barcodes") or ()][:1]
	return [frappe.utils.cstr(doc.get(field)) for field in mapping.ITEM_FIELDS] + barcodes

"""Documents whose values are part of a product: Item, Brand, File and Website Slideshow.

Their events have the Website Items that they concern sent again.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import get_url

from medusa_integration.catalogue.price import events as item_price
from medusa_integration.catalogue.product import events as website_item
from medusa_integration.catalogue.product import image_rights, images, mapping
from medusa_integration.constants import ITEM_PRICE
from medusa_integration.sync import task_departures, task_recording

# what of an Item decides whether its prices go to Medusa
OF_PRICES = ("disabled", "stock_uom")


def item_changed(doc: Document, method: str | None = None) -> None:
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


def item_deleted(doc: Document, method: str | None = None) -> None:
	"""Item `on_trash`: ERPNext has deleted its prices by SQL, beside their events."""
	if task_recording.is_configured():
		task_departures.delete_orphans(ITEM_PRICE, item_price.LANE)


def item_renamed(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""The item code is the product's `item_code` and the variant's SKU;
	after a merge prices of two are those of one.
	"""
	website_item.record_where({"item_code": new})
	if merge:
		item_price.record_where({"item_code": new})


def _mapped(doc: Document) -> list[str]:
	barcodes = [row.barcode for row in doc.get("barcodes") or ()][:1]
	return [frappe.utils.cstr(doc.get(field)) for field in mapping.ITEM_FIELDS] + barcodes


def brand_renamed(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""All Website Items of a renamed brand are sent again."""
	website_item.record_where({"brand": new})


def file_changed(doc: Document, method: str | None = None) -> None:
	"""File `after_insert`, `on_update` and `on_trash`: the Website Item that it is attached to is sent again,
	and the one that it was attached to.

	Nothing for the File of somebody who may write no Website Item: it is nobody's picture. When the
	Website Item itself goes, its own deletion is recorded.
	"""
	items = {_item_of(doc), _item_of(doc.get_doc_before_save())} - {None}
	if not items or not task_recording.is_configured():
		return
	if image_rights.writer(doc.owner) is not False and images.looks_like_image(
		doc.file_url or doc.file_name or "", get_url()
	):
		website_item.record_where({"name": ("in", sorted(items))})


def _item_of(doc: Document | None) -> str | None:
	"""The Website Item that a File is attached to, if any."""
	attached = doc and doc.attached_to_doctype == website_item.WEBSITE_ITEM
	return (attached and doc.attached_to_name) or None


def slideshow_changed(doc: Document, method: str | None = None) -> None:
	"""All Website Items that show a changed slideshow are sent again."""
	before = doc.get_doc_before_save()
	if before and _pictures(doc) != _pictures(before):
		website_item.record_where({"slideshow": doc.name})


def _pictures(doc: Document) -> list[str]:
	return [row.image for row in doc.slideshow_items]

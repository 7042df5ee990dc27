"""Document events of Item, Brand, File and Website Slideshow, whose values are part of a product.

They record the affected Website Items.
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

# fields of Item that decide whether its prices are sent to Medusa
OF_PRICES = ("disabled", "stock_uom")


def item_changed(doc: Document, method: str | None = None) -> None:
	"""Record the Website Item after a change of a mapped field or of the barcode (Item `on_update`).

	After a change of `disabled` or the stock unit, the prices of the Item are recorded.
	"""
	before = doc.get_doc_before_save()
	if not before:
		return
	if _mapped(doc) != _mapped(before):
		website_item.record_where({"item_code": doc.name})
	if any(frappe.utils.cstr(doc.get(field)) != frappe.utils.cstr(before.get(field)) for field in OF_PRICES):
		item_price.record_where({"item_code": doc.name})


def item_deleted(doc: Document, method: str | None = None) -> None:
	"""Record the deletion of the Item's prices, which ERPNext has deleted with SQL (Item `on_trash`)."""
	if task_recording.is_configured():
		task_departures.delete_orphans(ITEM_PRICE, item_price.LANE)


def item_renamed(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Record the Website Item, because Medusa stores its item code and SKU (Item `after_rename`).

	After a merge, the prices of both Items are recorded too.
	"""
	website_item.record_where({"item_code": new})
	if merge:
		item_price.record_where({"item_code": new})


def _mapped(doc: Document) -> list[str]:
	barcodes = [row.barcode for row in doc.get("barcodes") or ()][:1]
	return [frappe.utils.cstr(doc.get(field)) for field in mapping.ITEM_FIELDS] + barcodes


def brand_renamed(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Record all Website Items of a renamed Brand (Brand `after_rename`)."""
	website_item.record_where({"brand": new})


def file_changed(doc: Document, method: str | None = None) -> None:
	"""Record the Website Item that a File is or was attached to.

	File `after_insert`, `on_update` and `on_trash`. Nothing is recorded if the owner of the File may not
	write any Website Item, because such a File is never sent as an image. When a Website Item is deleted with
	its Files, its own deletion is recorded instead.
	"""
	items = {name for name in (_item_of(doc), _item_of(doc.get_doc_before_save())) if name}
	if not items or not task_recording.is_configured():
		return
	if image_rights.writer(doc.owner) is not False and images.looks_like_image(
		doc.file_url or doc.file_name or "", get_url()
	):
		website_item.record_where({"name": ("in", sorted(items))})


def _item_of(doc: Document | None) -> str | None:
	"""Return the name of the Website Item that a File is attached to, None without one."""
	if doc and doc.attached_to_doctype == website_item.WEBSITE_ITEM:
		return doc.attached_to_name or None
	return None


def slideshow_changed(doc: Document, method: str | None = None) -> None:
	"""Record all Website Items that show a changed slideshow (Website Slideshow `on_update`)."""
	before = doc.get_doc_before_save()
	if before and _pictures(doc) != _pictures(before):
		website_item.record_where({"slideshow": doc.name})


def _pictures(doc: Document) -> list[str]:
	return [row.image for row in doc.slideshow_items]

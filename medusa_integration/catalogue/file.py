"""File: a picture attached to a Website Item is one of its product's images."""

from __future__ import annotations

from frappe.model.document import Document
from frappe.utils import get_url

from medusa_integration.catalogue import image_rights, images, website_item
from medusa_integration.sync import outbox


def changed(doc: Document, method: str | None = None) -> None:
	"""File `after_insert`, `on_update` and `on_trash`: the Website Item that it is attached to is sent again,
	and the one that it was attached to.

	Nothing for the File of somebody who may write no Website Item: it is nobody's picture. When the
	Website Item itself goes, its own deletion is recorded.
	"""
	items = {_item_of(doc), _item_of(doc.get_doc_before_save())} - {None}
	if not items or not outbox.is_configured():
		return
	if image_rights.writer(doc.owner) is not False and images.looks_like_image(
		doc.file_url or doc.file_name or "", get_url()
	):
		website_item.record_where({"name": ("in", sorted(items))})


def _item_of(doc: Document | None) -> str | None:
	"""The Website Item that a File is attached to, if any."""
	attached = doc and doc.attached_to_doctype == website_item.WEBSITE_ITEM
	return (attached and doc.attached_to_name) or None

"""File: a picture attached to a Website Item is one of its product's images."""

from __future__ import annotations

from frappe.model.document import Document

from medusa_integration.catalogue import images, website_item
from medusa_integration.sync import outbox


def changed(doc: Document, method: str | None = None) -> None:
	"""File `after_insert`, `on_update` and `on_trash`: the Website Item that it is attached to is sent again.

	Nothing when the Website Item itself goes: its own deletion is recorded.
	"""
	if doc.attached_to_doctype != website_item.WEBSITE_ITEM or not doc.attached_to_name:
		return
	if images.is_image(doc.file_url or doc.file_name or "") and outbox.is_configured():
		website_item.record_where({"name": doc.attached_to_name})

"""Website Slideshow: its pictures are images of the products that show it."""

from __future__ import annotations

from frappe.model.document import Document

from medusa_integration.catalogue import website_item


def on_update(doc: Document, method: str | None = None) -> None:
	"""All Website Items that show a changed slideshow are sent again."""
	before = doc.get_doc_before_save()
	if before and _pictures(doc) != _pictures(before):
		website_item.record_where({"slideshow": doc.name})


def _pictures(doc: Document) -> list[str]:
	return [row.image for row in doc.slideshow_items]

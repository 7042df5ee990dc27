"""Brand: its name is the products' `brand_name`."""

from __future__ import annotations

from frappe.model.document import Document

from medusa_integration.catalogue import website_item


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""All Website Items of a renamed brand are sent again."""
	website_item.record_where({"brand": new})

"""Pictures, and Files of them that are attached to Website Items."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
	from frappe.model.document import Document

	from tests.support.shop import Shop

PIXEL = base64.b64decode(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
# bytes that no encoding knows: else Frappe 16 takes a picture for text, and makes other bytes of it
NO_TEXT = b"\x81\x90"


@pytest.fixture
def attach(shop: Shop) -> Callable[..., Document]:
	"""Attach a picture to a Website Item; each has other bytes, so that no two are the same file."""
	import frappe

	def attach(
		item: Document, name: str | None = None, private: int = 0, content: bytes | None = None
	) -> Document:
		name = name or f"{shop.name('glove').replace(' ', '-')}.png"
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": name,
				"attached_to_doctype": "Website Item",
				"attached_to_name": item.name,
				"is_private": private,
				"content": content or PIXEL + NO_TEXT + name.encode(),
			}
		)
		shop.site.added(file.insert(ignore_permissions=True))
		frappe.db.commit()
		return file

	return attach

"""The images of a Website Item: `website_image`, attached files and its slideshow, in this order.

Public images are sent to Medusa as addresses on this site; `image_uploads` uploads private ones.
`image_rights` decides whose files may be sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import frappe
from frappe import _
from frappe.utils import get_url

from medusa_integration.catalogue.product import image_files
from medusa_integration.catalogue.product.image_rights import Rights
from medusa_integration.constants import WEBSITE_ITEM

# prefix of the placeholder for a file that is not uploaded yet; the file's content hash follows
PRIVATE = "private:"
FILE_FIELDS = (
	"name",
	"file_name",
	"file_url",
	"is_private",
	"content_hash",
	"attached_to_doctype",
	"attached_to_name",
	"owner",
	"creation",
)


@dataclass(slots=True)
class Pictures:
	"""The images of one item.

	Attributes:
		addresses: distinct addresses; `private:HASH` for a private file that is not uploaded yet.
		left_out: translated sentences about images that are not sent.
	"""

	addresses: list[str] = field(default_factory=list)
	left_out: list[str] = field(default_factory=list)


class Images:
	"""The images of one batch of Website Items.

	Takes three statements at most, whatever the size of the batch, and those of `Rights`.
	"""

	def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
		"""Read the images of items, each with `name`, `item_code`, `website_image` and `slideshow`."""
		self._base_url = get_url()
		self._attached: dict[str, list[frappe._dict]] = defaultdict(list)
		self._files: dict[str, frappe._dict] = {}
		self._slides = _slides({row["slideshow"] for row in rows if row["slideshow"]})
		self._load_files(rows)

	def of(self, row: Mapping[str, Any], *, only_public: bool = False) -> Pictures:
		"""Return the images of one of the items.

		Args:
			row: one of the items.
			only_public: as if the item had no private ones.
		"""
		found: dict[str, str] = {}
		left_out: dict[str, None] = {}
		shown: set[str] = set()
		attached = [file for file in self._attached[row["name"]] if self._looks_like_image(file.file_url)]
		# Frappe attaches a copy of the file that a document's field names
		copies = {file.file_url: file for file in attached if self._counts(file, row)}
		for url, file in (
			(row["website_image"], None),
			*((file.file_url, file) for file in attached),
			*((url, None) for url in self._slides.get(row["slideshow"], ())),
		):
			if not url or (only_public and self._private(url)):
				continue
			if reason := self._refusal(url, file, row):
				if url not in shown:
					left_out[reason.format(image_files.file_name(url))] = None
				continue
			shown.add(url)
			known = file or copies.get(url) or self._rights.original(self._private(url) or "")
			found.setdefault((known and known.content_hash) or url, self._address(url))
		return Pictures(list(found.values()), list(left_out))

	def thumbnail(self, row: Mapping[str, Any]) -> str | None:
		"""Return the image that lists of the shop show of an item.

		It is the oldest attached public image, else `website_image`; None if that is private or no image.

		Args:
			row: one of the items.
		"""
		for file in self._attached[row["name"]]:
			url = file.file_url
			if self._private(url) or not self._looks_like_image(url) or not self._counts(file, row):
				continue
			if address := image_files.absolute(url, self._base_url):
				return address
		return image_files.public_address(row["website_image"], self._base_url)

	def file(self, address: str) -> frappe._dict:
		"""Return the File of a `private:HASH` address."""
		return self._files[address]

	def _load_files(self, rows: Sequence[Mapping[str, Any]]) -> None:
		urls = [row["website_image"] for row in rows]
		urls += [url for slides in self._slides.values() for url in slides]
		attached = frappe.get_all(
			"File",
			filters={
				"attached_to_doctype": WEBSITE_ITEM,
				"attached_to_name": ("in", [row["name"] for row in rows]),
				"is_folder": 0,
			},
			fields=list(FILE_FIELDS),
			order_by="creation asc, name asc",
		)
		for file in attached:
			self._attached[file.attached_to_name].append(file)
		private = {
			path for url in (*urls, *(file.file_url for file in attached)) if (path := self._private(url))
		}
		same = private and frappe.get_all(
			"File", filters={"file_url": ("in", sorted(private)), "is_folder": 0}, fields=list(FILE_FIELDS)
		)
		self._rights = Rights(same or (), [row["name"] for row in rows])

	def _private(self, url: str | None) -> str | None:
		"""Return the path of a private file; None for a public file, or one elsewhere."""
		return image_files.private_path(url, self._base_url) if url else None

	def _looks_like_image(self, url: str | None) -> bool:
		return looks_like_image(url, self._base_url) if url else False

	def _counts(self, file: frappe._dict, row: Mapping[str, Any]) -> bool:
		private = bool(self._private(file.file_url))
		return self._rights.counts_attached(file, row["name"], private=private)

	def _refusal(self, url: str, file: frappe._dict | None, row: Mapping[str, Any]) -> str | None:
		"""Return why an image is not sent, with a placeholder for its name; None if it is sent."""
		private = self._private(url)
		if file:
			if not self._counts(file, row):
				return _(
					"Image {0} is left out: the user who attached it may not read it, or may not write this Website Item."
				)
		elif private and not self._rights.original(private):
			return _("Image {0} is left out: there is no such private file.")
		elif private and not self._rights.counts_named(private, row):
			return _("Image {0} is left out: it is private and belongs to another document.")
		path = image_files.local_path(url, self._base_url)
		stored = path and image_files.on_disk(path)
		if private and not stored:
			return _("Image {0} is left out: its file is missing.")
		if stored and not image_files.kind_of(stored):
			return _("Image {0} is left out: it is not an image.")
		if not private and not image_files.absolute(url, self._base_url):
			return _("Image {0} is left out: its address cannot be opened.")
		return None

	def _address(self, url: str) -> str:
		if path := self._private(url):
			# `_refusal` has found it
			file = cast(frappe._dict, self._rights.original(path))
			address = PRIVATE + (file.content_hash or file.name)
			self._files[address] = file
			return address
		return image_files.absolute(url, self._base_url) or ""


def looks_like_image(url: str, base_url: str) -> bool:
	"""Return whether an attached file is an image: by its content, or by its name if it is elsewhere."""
	path = image_files.local_path(url, base_url)
	stored = path and image_files.on_disk(path)
	return bool(image_files.kind_of(stored)) if stored else image_files.has_image_name(url)


def _slides(slideshows: Iterable[str]) -> dict[str, list[str]]:
	slides: dict[str, list[str]] = defaultdict(list)
	slideshows = list(slideshows)
	if slideshows:
		rows = frappe.get_all(
			"Website Slideshow Item",
			filters={"parent": ("in", slideshows), "parenttype": "Website Slideshow"},
			fields=["parent", "image"],
			order_by="parent asc, idx asc",
		)
		for row in rows:
			if row.image:
				slides[row.parent].append(row.image)
	return slides

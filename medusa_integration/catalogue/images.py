"""A Website Item's pictures: `website_image`, the files attached to it, and its slideshow, in that order.

Public ones go to Medusa as addresses on this site. Private ones nobody could open: Medusa gets their bytes
and answers with an address of its own, which the task keeps so that no file is uploaded twice.
"""

from __future__ import annotations

import json
import mimetypes
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import get_url

from medusa_integration.medusa.client import Medusa
from medusa_integration.medusa.values import Outcome, Product, Upload

# stands for the address of a file that Medusa has yet to get: the prefix, then the file's content hash
PRIVATE = "private:"
FILE_FIELDS = ("name", "file_name", "file_url", "is_private", "content_hash", "attached_to_name")


class Images:
	"""The pictures of a chunk of Website Items; three statements at the most, whatever the size."""

	def __init__(self, rows: Sequence[Mapping]) -> None:
		self._base_url = get_url()
		self._attached: dict[str, list[frappe._dict]] = defaultdict(list)
		self._files: dict[str, frappe._dict] = {}
		self._slides = _slides({row["slideshow"] for row in rows if row["slideshow"]})
		self._load_files(rows)

	def of(self, row: Mapping) -> list[str]:
		"""Addresses of one item's pictures, none twice;
		private ones as `private:HASH` until they are uploaded.
		"""
		urls = [row["website_image"], *(file.file_url for file in self._attached[row["name"]])]
		urls += self._slides.get(row["slideshow"], [])
		addresses: dict[str, str] = {}
		for url in filter(None, urls):
			# Frappe attaches a copy of the file that a document's field names
			file = self._by_url.get(url)
			addresses.setdefault((file and file.content_hash) or url, self._address(url))
		return list(addresses.values())

	def file(self, address: str) -> frappe._dict:
		"""The File behind a `private:HASH` address."""
		return self._files[address]

	def _load_files(self, rows: Sequence[Mapping]) -> None:
		urls = {row["website_image"] for row in rows} | {
			url for slides in self._slides.values() for url in slides
		}
		private = [url for url in urls if url and url.startswith("/private/")]
		attached = frappe.get_all(
			"File",
			filters={
				"attached_to_doctype": "Website Item",
				"attached_to_name": ("in", [row["name"] for row in rows]),
				"is_folder": 0,
			},
			fields=FILE_FIELDS,
			order_by="creation asc, name asc",
		)
		others = private and frappe.get_all("File", filters={"file_url": ("in", private)}, fields=FILE_FIELDS)
		for file in attached:
			if is_image(file.file_url or ""):
				self._attached[file.attached_to_name].append(file)
		self._by_url = {file.file_url: file for file in [*(others or ()), *attached]}

	def _address(self, url: str) -> str:
		file = self._by_url.get(url)
		if url.startswith("/private/") and file:
			address = PRIVATE + (file.content_hash or file.name)
			self._files[address] = file
			return address
		return absolute(url, self._base_url)


def absolute(url: str, base_url: str) -> str:
	"""The address by which the shop's visitors can open a public file of this site."""
	if url.startswith(("http://", "https://")):
		return url
	return f"{base_url.rstrip('/')}/{quote(url.lstrip('/'), safe='/%?=&')}"


def is_image(url: str) -> bool:
	"""Whether the file's name says that it is a picture."""
	kind = mimetypes.guess_type(url.partition("?")[0])[0] or ""
	return kind.startswith("image/")


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


def known_uploads(payload: str | None) -> dict[str, str]:
	"""Addresses that Medusa gave to private files before, as the task keeps them."""
	return json.loads(payload).get("uploads", {}) if payload else {}


def had_images(payload: str | None) -> bool:
	"""Whether Medusa got pictures of this item from us, as the task keeps it:
	only then are they ours to remove.
	"""
	return bool(payload and json.loads(payload).get("images"))


def payload(uploads: Mapping[str, str], has_images: bool) -> str:
	"""What the task keeps of an item's pictures: a JSON text, empty when there is nothing to keep."""
	kept = {"uploads": dict(uploads)} if uploads else {}
	return json.dumps({**kept, "images": True}) if has_images else ""


def upload_private(
	medusa: Medusa, products: Sequence[Product], images: Images, known: Sequence[Mapping[str, str]]
) -> list[tuple[Product | None, dict[str, str], Exception | None]]:
	"""Bring the private pictures of products to Medusa, those it does not have yet.

	`known` has for each product the addresses that Medusa gave before. Answers for each product itself with
	real addresses, the addresses to keep, and the error if one of its pictures could not be brought.
	"""
	wanted: dict[str, Upload] = {}
	missing: dict[str, Exception] = {}
	for product, addresses in zip(products, known, strict=True):
		for address in product.images:
			if address.startswith(PRIVATE) and not addresses.get(address) and address not in wanted:
				_read(address, images, wanted, missing)
	outcomes = {outcome.key: outcome for outcome in medusa.upload(list(wanted.values()))} if wanted else {}
	return [
		_with_addresses(product, dict(addresses), outcomes, missing)
		for product, addresses in zip(products, known, strict=True)
	]


def _read(address: str, images: Images, wanted: dict[str, Upload], missing: dict[str, Exception]) -> None:
	file = images.file(address)
	name = file.file_name or file.file_url.rpartition("/")[2]
	try:
		document = frappe.get_doc({"doctype": "File", **file})
		content = document.get_content()
		if isinstance(content, str):
			# its bytes pass for some text, which Frappe has made of them
			content = Path(document.get_full_path()).read_bytes()
	except Exception as error:
		missing[address] = frappe.ValidationError(_("Image {0} cannot be read: {1}").format(name, error))
		return
	kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
	wanted[address] = Upload(key=address, filename=name, content=content, content_type=kind)


def _with_addresses(
	product: Product,
	addresses: dict[str, str],
	outcomes: Mapping[str, Outcome],
	missing: Mapping[str, Exception],
) -> tuple[Product | None, dict[str, str], Exception | None]:
	private = [address for address in product.images if address.startswith(PRIVATE)]
	for address in private:
		outcome = outcomes.get(address)
		if error := missing.get(address) or (outcome and outcome.error):
			return None, addresses, error
		if outcome and outcome.url:
			addresses[address] = outcome.url
	kept = {address: addresses[address] for address in private}
	return replace(product, images=tuple(kept.get(image, image) for image in product.images)), kept, None

"""Uploads private images to Medusa, and keeps in the task which were.

Nobody could open the address of a private image on this site. Medusa returns an address for each file; the
task stores it, so that no file is uploaded twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import frappe
from frappe import _

from medusa_integration.catalogue.product import image_files
from medusa_integration.catalogue.product.images import PRIVATE, Images
from medusa_integration.medusa.values import Upload
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.values import Product


def known_uploads(payload: str | None) -> dict[str, str]:
	"""Return the addresses in Medusa by `private:HASH`, from a task's payload (see `payload`)."""
	return json.loads(payload).get("uploads", {}) if payload else {}


def had_images(payload: str | None) -> bool:
	"""Return whether this app has sent images of the item to Medusa, from a task's payload.

	Only then does the app remove images in Medusa.
	"""
	return bool(payload and json.loads(payload).get("images"))


def is_checked(payload: str | None) -> bool:
	"""Return whether the product was found to have no variants of other items, from a task's payload."""
	return bool(payload and json.loads(payload).get("checked"))


def payload(uploads: Mapping[str, str], has_images: bool, is_checked: bool) -> str:
	"""Return what a task stores about an item's images and product.

	Args:
		uploads: addresses in Medusa by `private:HASH`.
		has_images: whether Medusa has images from this app.
		is_checked: whether the product was found to have no variants of other items.

	Returns:
		A JSON object; "" if there is nothing to store.
	"""
	kept: dict[str, Any] = {"uploads": dict(uploads)} if uploads and has_images else {}
	kept |= {"images": True} if has_images else {}
	kept |= {"checked": True} if is_checked else {}
	return json.dumps(kept) if kept else ""


@dataclass(frozen=True, slots=True)
class Ready:
	"""A product whose images are uploaded.

	Attributes:
		product: the product with the final addresses of its images.
		kept: the addresses in Medusa to store, by `private:HASH`.
		left_out: translated sentences about images whose file is missing.
		error: the error if Medusa refused a file.
	"""

	product: Product
	kept: dict[str, str]
	left_out: tuple[str, ...] = ()
	error: Exception | None = None


def upload_private(
	medusa: Mirror, products: Sequence[Product], images: Images, known: Sequence[Mapping[str, str]]
) -> list[Ready]:
	"""Upload those private images of products that Medusa does not have yet.

	Args:
		medusa: the client.
		products: the products, with `private:HASH` addresses.
		images: the images of the batch.
		known: for each product, the addresses in Medusa by `private:HASH`.

	Returns:
		The products in the same order.
	"""
	wanted: dict[str, Upload | None] = {}
	for product, addresses in zip(products, known, strict=True):
		for address in product.images:
			if address.startswith(PRIVATE) and not addresses.get(address) and address not in wanted:
				wanted[address] = _read(address, images.file(address))
	uploads = [upload for upload in wanted.values() if upload]
	outcomes = {outcome.key: outcome for outcome in medusa.upload(uploads)} if uploads else {}
	missing = {address: images.file(address).file_url for address, upload in wanted.items() if not upload}
	return [
		_with_addresses(product, dict(addresses), outcomes, missing)
		for product, addresses in zip(products, known, strict=True)
	]


def _read(address: str, file: frappe._dict) -> Upload | None:
	"""Return the content of an image; None if the file is missing, or is not an image."""
	stored = image_files.on_disk(file.file_url)
	try:
		content = stored.read_bytes() if stored else b""
	except OSError:
		content = b""
	kind = image_files.kind_of_content(content[: image_files.HEAD])
	name = file.file_name or file.file_url.rpartition("/")[2]
	return Upload(key=address, filename=name, content=content, content_type=kind) if kind else None


def _with_addresses(
	product: Product,
	addresses: dict[str, str],
	outcomes: Mapping[str, Outcome],
	missing: Mapping[str, str],
) -> Ready:
	private = [address for address in product.images if address.startswith(PRIVATE)]
	gone = [address for address in private if address in missing and not addresses.get(address)]
	for address in private:
		outcome = outcomes.get(address)
		if outcome and outcome.error:
			return Ready(product, addresses, error=outcome.error)
		if outcome and outcome.url:
			addresses[address] = outcome.url
	kept = {address: addresses[address] for address in private if address not in gone}
	pictures = tuple(kept.get(image, image) for image in product.images if image not in gone)
	text = _("Image {0} is left out: its file is missing.")
	left_out = tuple(text.format(image_files.file_name(missing[address])) for address in gone)
	return Ready(replace(product, images=pictures), kept, left_out)

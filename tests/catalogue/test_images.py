"""Pictures: public ones as addresses on this site, private ones uploaded, once."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import frappe
import pytest
from frappe.utils import get_url

from devbench.medusa.simulator import faults

both_generations = pytest.mark.parametrize("generation", ["v1", "v2"])
PIXEL = base64.b64decode(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
# bytes that no encoding knows: else Frappe 16 takes a picture for text, and makes other bytes of it
NO_TEXT = b"\x81\x90"
UPLOADS = "/admin/uploads"


@pytest.fixture
def attach(shop):
	"""Attach a picture to a Website Item; each has other bytes, so that no two are the same file."""

	def attach(item, name=None, private=0, content=None):
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


def images(shop, item):
	return [image["url"] for image in shop.product(item)["images"]]


def address(file):
	return get_url(file.file_url)


@both_generations
def test_a_public_picture(shop, item, attach):
	"""Attached, it is recorded and arrives with an address that visitors can open;
	the first is the thumbnail.
	"""
	file = attach(item)
	assert shop.task(item).status == "Pending"
	shop.drain()
	assert images(shop, item) == [address(file)]
	assert shop.product(item)["thumbnail"] == address(file)
	assert shop.medusa.sent("POST", UPLOADS) == []


@both_generations
def test_a_private_picture_is_uploaded_once(shop, item, attach):
	"""Nobody could open it here: Medusa gets its bytes, once over two updates."""
	file = attach(item, private=1, content=PIXEL + shop.mark.encode())
	shop.drain()
	(url,) = images(shop, item)
	assert url.startswith(shop.medusa.url)
	(kept,) = shop.medusa.app.files.values()
	assert kept == (Path(file.get_full_path()).read_bytes(), "image/png")

	shop.save(item, ranking=4)
	shop.drain()
	shop.save(item, ranking=5)
	shop.drain()

	assert len(shop.medusa.sent("POST", UPLOADS)) == 1
	assert images(shop, item) == [url]
	(row,) = shop.log(url=("like", "%uploads%"))
	assert json.loads(row.payload) == [
		{"filename": file.file_name, "content_type": "image/png", "bytes": len(kept[0])}
	], "the log names the file, without its bytes"


def test_a_private_picture_that_cannot_be_uploaded(shop, attach):
	"""The product fails with the reason, and is whole when it arrives."""
	item = shop.website_item()
	attach(item, private=1)
	shop.medusa.fail(
		"POST", UPLOADS, faults.status(400, body=b'{"message": "No room for files"}'), times=None
	)
	shop.drain()
	task = shop.task(item)
	assert task.status == "Failed"
	assert "No room for files" in task.last_error
	shop.medusa.clear_faults()
	shop.save(item, ranking=3)
	shop.drain()
	assert len(images(shop, item)) == 1


def test_a_private_picture_whose_file_is_gone(shop, attach):
	"""The file was removed from the disk: the task says which."""
	import os

	item = shop.website_item()
	file = attach(item, private=1)
	os.remove(file.get_full_path())
	shop.drain()
	task = shop.task(item)
	assert task.status == "Failed"
	assert f"Image {file.file_name} cannot be read" in task.last_error


def test_a_picture_is_detached(shop, item, attach):
	"""Removed here, it is removed there; what is left keeps its order."""
	first, second = attach(item), attach(item)
	shop.drain()
	assert images(shop, item) == [address(first), address(second)]
	frappe.delete_doc("File", first.name)
	frappe.db.commit()
	shop.drain()
	assert images(shop, item) == [address(second)]


def test_the_last_picture_is_detached(shop, item, attach):
	"""Without any picture left, Medusa shows none."""
	file = attach(item)
	shop.drain()
	frappe.delete_doc("File", file.name)
	frappe.db.commit()
	shop.drain()
	assert images(shop, item) == []
	assert not shop.product(item)["thumbnail"]


def test_what_is_no_picture_is_no_matter(shop, item, attach):
	"""A data sheet attached to the item is none of Medusa's business."""
	attach(item, name="sheet.txt", content=b"a data sheet")
	assert shop.task(item).status == "Synced"


def test_the_website_image_comes_first(shop, item, attach):
	"""`website_image`, then the other pictures; none twice."""
	first, second = attach(item), attach(item)
	shop.save(item, website_image=second.file_url)
	shop.drain()
	assert images(shop, item) == [address(second), address(first)]


def test_a_picture_elsewhere(shop, item):
	"""An address on another server stays as it is."""
	frappe.db.set_value("Website Item", item.name, "website_image", "https://cdn.example.com/glove.png")
	shop.record([item.name])
	shop.drain()
	assert images(shop, item) == ["https://cdn.example.com/glove.png"]


def test_a_slideshow(shop, item, attach):
	"""Its pictures follow; a change of the slideshow reaches all products that show it."""
	other = shop.website_item()
	one, two = attach(other), attach(other)
	slideshow = shop.site.new(
		"Website Slideshow", slideshow_name=shop.name("Gloves"), slideshow_items=[{"image": one.file_url}]
	)
	shop.save(item, slideshow=slideshow.name)
	shop.drain()
	assert images(shop, item) == [address(one)]

	slideshow.reload()
	slideshow.append("slideshow_items", {"image": two.file_url})
	slideshow.save()
	frappe.db.commit()
	shop.drain()
	assert images(shop, item) == [address(one), address(two)]

	shop.save(item, slideshow=None)
	shop.drain()
	assert images(shop, item) == []


def test_an_item_goes_with_its_pictures(shop, item, attach):
	"""Deleting the item deletes its files too: Medusa hears of the deletion, not of the files."""
	attach(item)
	shop.drain()
	frappe.delete_doc("Website Item", item.name)
	shop.drain()
	assert shop.medusa.products == []
	assert shop.task(item.name).operation == "Delete"

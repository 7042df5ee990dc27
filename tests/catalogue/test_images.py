"""Pictures: public ones as addresses on this site, private ones uploaded, once."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import frappe
import pytest
from frappe.utils import get_url

from devbench.medusa.simulator import faults
from tests.support.medusa import both_generations
from tests.support.pictures import NO_TEXT, PIXEL

UPLOADS = "/admin/uploads"
JPEG = base64.b64decode(
	"/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////////////"
	"////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z"
)


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


@both_generations
def test_a_private_picture_whose_file_is_gone(shop, attach):
	"""The file was removed from the disk: the product goes without it, the task says which;
	it is there with the next change after the file has come back.
	"""
	item = shop.website_item()
	file, other = attach(item, private=1), attach(item)
	path = Path(file.get_full_path())
	content = path.read_bytes()
	path.unlink()
	shop.drain()
	task = shop.task(item)
	assert (task.status, task.last_error) == (
		"Synced",
		f"Image {file.file_url.rpartition('/')[2]} is left out: its file is missing.",
	)
	assert images(shop, item) == [address(other)]
	path.write_bytes(content)
	shop.record([item.name])
	shop.drain()
	assert (len(images(shop, item)), shop.task(item).last_error) == (2, None)


def test_a_private_picture_that_goes_while_it_is_sent(shop, attach, monkeypatch):
	"""It was there when the item was read: no path of the server is told, and the product goes again."""
	from medusa_integration.catalogue.product import image_uploads as module

	item = shop.website_item()
	file = attach(item, private=1)
	path = Path(file.get_full_path())
	content = path.read_bytes()
	upload = module.upload_private

	def gone(*arguments):
		path.unlink()
		return upload(*arguments)

	with monkeypatch.context() as patch:
		patch.setattr(module, "upload_private", gone)
		shop.drain()
	task = shop.task(item)
	assert (task.status, task.last_error) == (
		"Synced",
		f"Image {file.file_url.rpartition('/')[2]} is left out: its file is missing.",
	)
	assert images(shop, item) == []
	path.write_bytes(content)
	shop.record([item.name])
	shop.drain()
	assert len(images(shop, item)) == 1


@pytest.mark.parametrize(
	("name", "content"),
	[
		("photo.webp", b"RIFF\x24\0\0\0WEBPVP8 " + NO_TEXT),
		("photo.jfif", JPEG + NO_TEXT),
		("photo", PIXEL + NO_TEXT),
	],
)
def test_kinds_are_told_by_content(shop, item, attach, name, content):
	"""Also those that this machine's MIME table does not know, or that have no ending at all."""
	file = attach(item, name=name, content=content + shop.mark.encode())
	shop.drain()
	assert images(shop, item) == [address(file)]


def test_what_only_calls_itself_a_picture(shop, item, attach):
	"""A PDF with the name of a picture is none."""
	attach(item, name="sheet.png", content=b"%PDF-1.7" + NO_TEXT + shop.mark.encode())
	assert shop.task(item).status == "Synced"
	shop.save(item, ranking=8)
	shop.drain()
	assert images(shop, item) == []
	assert shop.task(item).last_error is None


@pytest.mark.parametrize(
	("stored", "expected"),
	[
		("//cdn.example.com/a.png", "{scheme}://cdn.example.com/a.png"),
		("HTTPS://cdn.example.com/A b.png?w=1", "https://cdn.example.com/A b.png?w=1"),
		("/files/50% off.png", "{base}/files/50%25%20off.png"),
		("/files/a%20b.png", "{base}/files/a%20b.png"),
		("files/ä #1.png?v=2", "{base}/files/%C3%A4%20%231.png?v=2"),
		("javascript:alert(1)", None),
		("//[cdn", None),
	],
)
def test_addresses(shop, item, stored, expected):
	"""Whatever an import has stored: an address that opens the picture, or none and a remark."""
	frappe.db.set_value("Website Item", item.name, "website_image", stored)
	shop.record([item.name])
	shop.drain()
	base = get_url()
	wanted = [expected.format(base=base, scheme=base.partition(":")[0])] if expected else []
	assert images(shop, item) == wanted
	assert bool(shop.task(item).last_error) == (not expected)


def test_a_picture_is_attached_to_another_item(shop, item, attach):
	"""Both are sent again."""
	other, file = shop.website_item(), attach(item)
	shop.drain()
	file.attached_to_name = other.name
	file.save()
	frappe.db.commit()
	shop.drain()
	assert (images(shop, item), images(shop, other)) == ([], [address(file)])


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

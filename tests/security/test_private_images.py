"""Private images and documents that are named as website images or slides: who may publish them."""

from __future__ import annotations

import frappe
import pytest

from tests.security.publishing import bytes_in


def named(shop, item, url):
	frappe.db.set_value("Website Item", item.name, "website_image", url, update_modified=False)
	frappe.db.commit()
	return sent_again_beside(shop, item)


def sent_again_beside(shop, item):
	"""The same without a save, in which webshop would drop what is private."""
	shop.record([item.name])
	shop.drain()
	task = shop.task(item)
	assert task.status == "Synced", task.last_error
	return [image["url"] for image in shop.product(item)["images"]], task.last_error


def pdf(text):
	"""A PDF without pages, and with this text in a comment: Frappe 16 reads what is uploaded as one."""
	objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]
	content, places = b"%PDF-1.7\n% salaries " + text.encode() + b"\n", []
	for number, body in enumerate(objects, 1):
		places.append(len(content))
		content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
	table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
	trailer = b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(content)
	return content + b"xref\n0 3\n" + table + trailer


@pytest.mark.parametrize("name", ["salaries.pdf", "salaries.png"])
def test_a_document_is_not_published_as_website_image(shop, item, file, name):
	"""By its content it is no image, whatever it is called."""
	document = file(name=name, content=pdf(shop.mark))
	assert named(shop, item, document.file_url) == (
		[],
		f"Image {document.file_url.rpartition('/')[2]} is left out: it is not an image.",
	)
	assert bytes_in(shop) == []


def test_a_private_image_of_something_else_is_not_published(shop, item, login, file):
	"""Named as website image by an import, it is somebody else's, who may not write the item."""
	secret = file(login().name)
	images, remark = named(shop, item, secret.file_url)
	assert images == []
	assert "is left out: it is private and belongs to another document." in remark
	assert bytes_in(shop) == []


@pytest.mark.parametrize("where", ["added by who may write the item", "Item", "Website Item"])
def test_a_private_image_of_the_item_is_published(shop, item, login, file, where):
	"""Added by who may write the item; or attached to it, or its Item, by whoever was there first."""
	attached = {
		"Item": {"attached_to_doctype": "Item", "attached_to_name": item.item_code},
		"Website Item": {"attached_to_doctype": "Website Item", "attached_to_name": item.name},
	}.get(where, {})
	owner = login(*(() if attached else ("Stock Manager",))).name
	image = file(owner, **attached)
	images, _remark = named(shop, item, image.file_url)
	assert len(images) == 1
	assert len(bytes_in(shop)) == 1


def test_a_private_image_of_a_slideshow(shop, item, login, file):
	"""The same rule: not one of somebody else's, but one that is attached to the slideshow."""
	secret = file(login().name)
	slideshow = shop.site.new("Website Slideshow", slideshow_name=shop.name("Gloves"), slideshow_items=[])

	def show(image):
		# past the form, which takes public images only
		row = {"parent": slideshow.name, "parenttype": "Website Slideshow", "parentfield": "slideshow_items"}
		row = frappe.get_doc({"doctype": "Website Slideshow Item", "image": image.file_url, "idx": 1, **row})
		shop.site.added(row)
		row.db_insert()

	frappe.db.set_value("Website Item", item.name, "slideshow", slideshow.name)
	show(secret)
	assert sent_again_beside(shop, item)[0] == []
	show(file(login().name, attached_to_doctype="Website Slideshow", attached_to_name=slideshow.name))
	assert len(sent_again_beside(shop, item)[0]) == 1

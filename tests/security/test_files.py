"""Whose pictures reach the shop: Files can be made by whoever has a login, by REST too."""

from __future__ import annotations

from types import SimpleNamespace

import frappe
import pytest
import requests

from tests.support.pictures import NO_TEXT, PIXEL
from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401

UPLOADS = "/admin/uploads"


@pytest.fixture
def item(shop):  # noqa: F811
	item = shop.website_item()
	shop.drain()
	return item


@pytest.fixture
def login(shop, http_server):  # noqa: F811
	"""Makes users with some roles, and their calls of the site's REST API."""

	def login(*roles: str) -> SimpleNamespace:
		email = f"{shop.name('user').replace(' ', '-')}@example.com"
		user = shop.site.new("User", email=email, first_name="Somebody", send_welcome_email=0)
		if roles:
			user.add_roles(*roles)
		user.api_key, user.api_secret = frappe.generate_hash(length=15), "secret-of-a-test"
		user.save()
		frappe.db.commit()
		headers = {"Authorization": f"token {user.api_key}:secret-of-a-test"}

		def call(method: str, path: str, **values) -> requests.Response:
			answer = requests.request(
				method, f"{http_server}/api/{path}", json=values, headers=headers, timeout=300
			)
			frappe.db.rollback()
			if answer.ok and method == "POST" and path == "resource/File":
				shop.site.added(frappe.get_doc("File", answer.json()["data"]["name"]))
			return answer

		return SimpleNamespace(name=email, call=call)

	return login


@pytest.fixture
def file(shop):  # noqa: F811
	"""Make a File as somebody; each has other bytes."""

	def file(owner: str = "Administrator", name: str = "x.png", content: bytes | None = None, **values):
		mark = frappe.generate_hash(length=10)
		document = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{mark}-{name}",
				"content": PIXEL + NO_TEXT + mark.encode() if content is None else content,
				"is_private": 1,
				**values,
			}
		)
		shop.site.added(document.insert(ignore_permissions=True))
		document.db_set("owner", owner, update_modified=False)
		frappe.db.commit()
		return document

	return file


def sent_again(shop, item):  # noqa: F811
	"""What Medusa has of the item's pictures after it was saved and sent again."""
	shop.save(item, ranking=(item.ranking or 0) + 1)
	item.ranking = (item.ranking or 0) + 1
	shop.drain()
	task = shop.task(item)
	assert task.status == "Synced", task.last_error
	return [image["url"] for image in shop.product(item)["images"]], task.last_error


def bytes_in(shop):  # noqa: F811
	return [content for content, _kind in shop.medusa.app.files.values()]


@pytest.mark.parametrize("who", ["no role", "the shop's token", "a seller"])
def test_a_private_image_is_not_published_by_a_stranger(shop, item, login, file, who):  # noqa: F811
	"""A File for somebody else's private image, attached to a Website Item: nothing is sent for it,
	and nothing goes out with the next change.
	"""
	roles = {"no role": (), "the shop's token": ("Medusa Storefront",), "a seller": ("Sales User",)}[who]
	user, secret = login(*roles), file()
	user.call(
		"POST",
		"resource/File",
		file_url=secret.file_url,
		is_private=1,
		attached_to_doctype="Website Item",
		attached_to_name=item.name,
	)
	assert shop.task(item).status == "Synced"
	assert sent_again(shop, item)[0] == []
	assert (bytes_in(shop), shop.medusa.sent("POST", UPLOADS)) == ([], [])


def test_a_picture_elsewhere_is_not_put_on_a_product_by_a_stranger(shop, item, login, file):  # noqa: F811
	"""Neither as the first picture nor as a further one."""
	own = file(is_private=0, attached_to_doctype="Website Item", attached_to_name=item.name)
	user = login()
	answer = user.call(
		"POST",
		"resource/File",
		file_url="https://elsewhere.example.com/x.png",
		attached_to_doctype="Website Item",
		attached_to_name=item.name,
	)
	images, remark = sent_again(shop, item)
	assert images == [frappe.utils.get_url(own.file_url)]
	if answer.ok:
		assert remark == (
			"Image x.png is left out: the user who attached it may not read it, or may not write this Website Item."
		)


def test_a_file_is_re_attached_by_a_stranger(shop, item, login, file):  # noqa: F811
	"""Uploaded unattached, attached by a second call: the same."""
	user, secret = login(), file()
	made = user.call("POST", "resource/File", file_url=secret.file_url, is_private=1)
	if not made.ok:
		pytest.skip("this Frappe refuses the File itself")
	name = made.json()["data"]["name"]
	for values in (
		{"attached_to_doctype": "Website Item", "attached_to_name": item.name},
		{"owner": "Administrator"},
		{"owner": "Administrator", "attached_to_doctype": "Website Item", "attached_to_name": item.name},
		{"creation": "2000-01-01 00:00:00"},
	):
		user.call("PUT", f"resource/File/{name}", **values)
		assert shop.task(item).status == "Synced"
		assert sent_again(shop, item)[0] == []
	assert bytes_in(shop) == []


def test_who_may_write_items_cannot_publish_what_he_cannot_read(shop, item, login, file):  # noqa: F811
	"""A Stock Manager copies the File of a private image that is attached to somebody else's note:
	whatever this user writes into a File of one's own.
	"""
	stranger = login("HR User") if frappe.db.exists("Role", "HR User") else login()
	note = shop.site.new("ToDo", description="A passport", allocated_to=stranger.name)
	note.db_set("owner", stranger.name)
	secret = file(stranger.name, attached_to_doctype="ToDo", attached_to_name=note.name)
	manager = login("Stock Manager")
	made = manager.call(
		"POST",
		"resource/File",
		file_url=secret.file_url,
		is_private=1,
		attached_to_doctype="Website Item",
		attached_to_name=item.name,
	)
	assert sent_again(shop, item)[0] == []
	if made.ok:
		name = made.json()["data"]["name"]
		for values in ({"creation": "2000-01-01 00:00:00"}, {"content_hash": secret.content_hash}):
			manager.call("PUT", f"resource/File/{name}", **values)
			assert sent_again(shop, item)[0] == []
	assert bytes_in(shop) == []


@pytest.mark.parametrize("spelling", ["/private/files/./{}", "/private/files//{}", "/private/files/a/../{}"])
def test_another_spelling_of_a_private_file(shop, item, login, file, spelling):  # noqa: F811
	"""No File of its own for the same bytes."""
	secret, manager = file(login().name), login("Stock Manager")
	manager.call(
		"POST",
		"resource/File",
		file_url=spelling.format(secret.file_url.rpartition("/")[2]),
		is_private=1,
		attached_to_doctype="Website Item",
		attached_to_name=item.name,
	)
	assert sent_again(shop, item)[0] == []
	assert bytes_in(shop) == []


def test_who_may_write_the_item_may_add_private_pictures(shop, item, login, file):  # noqa: F811
	"""One's own; another's that one may read; not after the right is lost."""
	manager = login("Stock Manager")
	attached = {"attached_to_doctype": "Website Item", "attached_to_name": item.name}
	own = file(manager.name, **attached)
	readable = file(login().name, attached_to_doctype="Item", attached_to_name=item.item_code)
	made = manager.call("POST", "resource/File", file_url=readable.file_url, is_private=1, **attached)
	assert made.ok, made.text
	assert len(sent_again(shop, item)[0]) == 2
	assert sorted(bytes_in(shop)) == sorted(
		PIXEL + NO_TEXT + each.file_name.partition("-")[0].encode() for each in (own, readable)
	)

	frappe.get_doc("User", manager.name).remove_roles("Stock Manager")
	frappe.db.commit()
	assert sent_again(shop, item)[0] == []


def test_user_permissions_are_looked_at(shop, item, login, file):  # noqa: F811
	"""Who may only write the items of one group adds no picture to those of another."""
	manager, other = login("Stock Manager"), shop.website_item()
	shop.drain()
	permission = {"user": manager.name, "allow": "Item Group", "for_value": other.item_group}
	shop.site.new("User Permission", **permission)
	frappe.db.commit()
	for one in (item, other):
		file(manager.name, is_private=0, attached_to_doctype="Website Item", attached_to_name=one.name)
	assert sent_again(shop, item)[0] == []
	assert len(sent_again(shop, other)[0]) == 1


# -- pictures that are named past the form -------------------------------------------------------------------


def named(shop, item, url):  # noqa: F811
	frappe.db.set_value("Website Item", item.name, "website_image", url, update_modified=False)
	frappe.db.commit()
	return sent_again_beside(shop, item)


def sent_again_beside(shop, item):  # noqa: F811
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
def test_a_document_is_not_published_as_website_image(shop, item, file, name):  # noqa: F811
	"""By its content it is no image, whatever it is called."""
	document = file(name=name, content=pdf(shop.mark))
	assert named(shop, item, document.file_url) == (
		[],
		f"Image {document.file_url.rpartition('/')[2]} is left out: it is not an image.",
	)
	assert bytes_in(shop) == []


def test_a_private_image_of_something_else_is_not_published(shop, item, login, file):  # noqa: F811
	"""Named as website image by an import, it is somebody else's, who may not write the item."""
	secret = file(login().name)
	images, remark = named(shop, item, secret.file_url)
	assert images == []
	assert "is left out: it is private and belongs to another document." in remark
	assert bytes_in(shop) == []


@pytest.mark.parametrize("where", ["added by who may write the item", "Item", "Website Item"])
def test_a_private_image_of_the_item_is_published(shop, item, login, file, where):  # noqa: F811
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


def test_a_private_image_of_a_slideshow(shop, item, login, file):  # noqa: F811
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


def test_rights_cost_a_constant_number_of_statements(shop, login, file, query_counter):  # noqa: F811
	"""Twenty items with files of two users cost as many as five."""
	from medusa_integration.catalogue.product.exporter import ProductExporter

	manager, stranger, secret = login("Stock Manager"), login(), file(login().name)
	names = shop.many(20, recorded=False)
	columns = [
		"name",
		"file_url",
		"is_private",
		"attached_to_doctype",
		"attached_to_name",
		"owner",
		"creation",
	]
	rows = [
		(frappe.generate_hash(length=10), url, 1, "Website Item", name, owner, frappe.utils.now_datetime())
		for name in names
		for owner in (manager.name, stranger.name)
		for url in (secret.file_url, f"https://elsewhere.example.com/{name}.png")
	]
	frappe.db.bulk_insert("File", columns, rows)
	frappe.db.commit()

	def cost(some):
		frappe.clear_cache(user=manager.name)
		frappe.local.role_permissions = {}
		frappe.local.user_perms = None
		with query_counter() as queries:
			works = ProductExporter().load([_task(name) for name in some]).works
		return len(queries), [work.value.images for work in works]

	try:
		cost(names[:1])
		few, _images = cost(names[:5])
		many, images = cost(names)
		assert many == few <= 30
		assert images == [(f"https://elsewhere.example.com/{name}.png",) for name in names]
	finally:
		frappe.db.delete("File", {"attached_to_name": ("in", names)})
		frappe.db.commit()


def _task(name):
	from medusa_integration.sync.task import Task

	values = {
		"operation": "Upsert",
		"attempts": 0,
		"version": 0,
		"seen": False,
		"lease": frappe.utils.now_datetime(),
	}
	nothing = {"fingerprint": None, "medusa_id": None, "payload": None}
	return Task(name="", doctype="Website Item", docname=name, lane="product", **values, **nothing)

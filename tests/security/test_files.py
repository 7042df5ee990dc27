"""Whose pictures reach the shop: Files can be made by whoever has a login, by REST too."""

from __future__ import annotations

import frappe
import pytest

from tests.security.publishing import UPLOADS, bytes_in, sent_again
from tests.support.pictures import NO_TEXT, PIXEL


@pytest.mark.parametrize("who", ["no role", "the shop's token", "a seller"])
def test_a_private_image_is_not_published_by_a_stranger(shop, item, login, file, who):
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


def test_a_picture_elsewhere_is_not_put_on_a_product_by_a_stranger(shop, item, login, file):
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


def test_a_file_is_re_attached_by_a_stranger(shop, item, login, file):
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


def test_who_may_write_items_cannot_publish_what_he_cannot_read(shop, item, login, file):
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
def test_another_spelling_of_a_private_file(shop, item, login, file, spelling):
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


def test_who_may_write_the_item_may_add_private_pictures(shop, item, login, file):
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


def test_user_permissions_are_looked_at(shop, item, login, file):
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


def test_rights_cost_a_constant_number_of_statements(shop, login, file, query_counter):
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

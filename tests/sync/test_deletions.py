"""What a deletion of a Website Item sends to Medusa, also while it is created, and when it is made anew."""

from __future__ import annotations

import frappe
import pytest
from frappe.core.doctype.deleted_document.deleted_document import restore

from medusa_integration.api import delete_medusa_item
from medusa_integration.sync.task_store import TaskStore

TASK = "Medusa Sync Task"


@pytest.mark.contract(99)
def test_a_deleted_item_is_deleted_in_medusa(shop, item):
	"""`on_trash` records, the drain sends `DELETE /admin/products/{medusa_id}` after the commit."""
	product = shop.product(item)["id"]
	frappe.delete_doc("Website Item", item.name)
	assert len(shop.medusa.products) == 1, "nothing is sent before the commit"
	frappe.db.commit()
	task = shop.task(item.name)
	assert (task.operation, task.status, task.medusa_id) == ("Delete", "Pending", product)

	shop.drain()

	assert shop.medusa.products == []
	task = shop.task(item.name)
	assert (task.status, task.medusa_id, task.fingerprint) == ("Synced", None, None)


@pytest.mark.contract(99)
@pytest.mark.parametrize("generation", ["v1"])
def test_the_documented_request_deletes(shop, item):
	"""On v1 it is the documented request, and a product that is gone already counts as deleted."""
	product = shop.product(item)["id"]
	frappe.delete_doc("Website Item", item.name)
	shop.drain()
	assert len(shop.medusa.sent("DELETE", f"/admin/products/{product}")) == 1
	assert shop.medusa.products == []


@pytest.mark.contract(99)
@pytest.mark.parametrize("given", ["document", "dict", "name"])
def test_delete_medusa_item_takes_what_there_is(shop, item, given):
	"""The documented function takes the document, a dict of it, or its name."""
	item.reload()
	delete_medusa_item({"document": item, "dict": item.as_dict(), "name": item.name}[given])
	task = shop.task(item.name) if frappe.db.commit() is None else None
	assert task.operation == "Delete"


def test_a_rolled_back_deletion_sends_nothing(shop, item):
	"""Deleted, then rolled back: the product stays."""
	frappe.delete_doc("Website Item", item.name)
	frappe.db.rollback()
	shop.drain()
	assert shop.product(item)
	assert shop.task(item).operation == "Upsert"


def test_a_refused_deletion_sends_nothing(shop, item):
	"""Something links to the item, the deletion is refused;
	even if someone commits what was done before that.
	"""
	todo = shop.site.new("ToDo", description="links to it")
	frappe.db.set_value("ToDo", todo.name, {"reference_type": "Website Item", "reference_name": item.name})
	frappe.db.commit()
	deleted = shop.medusa.sent("DELETE")

	from frappe.model import delete_doc as module

	with pytest.MonkeyPatch.context() as patch, pytest.raises(frappe.LinkExistsError):
		patch.setattr(module, "check_if_doc_is_linked", refuse)
		frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	assert shop.task(item).operation == "Delete"
	shop.drain()

	assert shop.product(item)
	assert shop.medusa.sent("DELETE") == deleted
	assert shop.task(item).status == "Synced"
	shop.save(item, web_item_name="Still there")
	shop.drain()
	assert shop.product(item)["title"] == "Still there"


def refuse(*_arguments, **_options):
	raise frappe.LinkExistsError("somebody needs it")


def test_an_item_that_was_never_sent_is_deleted(shop):
	"""Nothing was sent, nothing is to be: its task goes with it."""
	item = shop.website_item()
	frappe.delete_doc("Website Item", item.name)
	shop.drain()
	assert shop.task(item.name) is None
	assert shop.created() == {}


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("when", ["arrived", "applied"])
def test_an_item_is_deleted_while_it_is_created(shop, when):
	"""Its creation was under way: no product is left behind."""
	item = shop.website_item()

	def delete():
		frappe.delete_doc("Website Item", item.name)
		frappe.db.commit()

	shop.when_creating(lambda: shop.elsewhere(delete), when)
	shop.drain()

	assert shop.medusa.products == []
	task = shop.task(item.name)
	assert (task.operation, task.status) == ("Delete", "Synced")


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_an_item_whose_creation_got_lost_is_deleted(shop):
	"""Medusa has created it, the worker died, the item is deleted: its product is looked for, and deleted."""

	item = shop.website_item()
	shop.drain()
	frappe.db.set_value(
		"Website Item", item.name, {"medusa_id": None, "medusa_variant_id": None}, update_modified=False
	)
	shop.record([item.name])
	assert TaskStore().claim("product", 1), "the worker that dies"
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	shop.make_due()

	shop.drain()

	assert shop.medusa.products == []


def test_a_new_item_gets_the_name_of_a_deleted_one(shop, item):
	"""A naming series gives the last number again: the deletion and the new item both arrive."""
	old_product, stock_item = shop.product(item)["id"], frappe.get_doc("Item", item.item_code)
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	again = shop.website_item(shop.item(item_group=stock_item.item_group), name=item.name)
	assert again.name == item.name

	shop.drain()

	assert shop.medusa.product(old_product) is None
	assert len(shop.medusa.products) == 1
	assert shop.value(again, "medusa_id") == shop.medusa.products[0]["id"] != old_product
	assert set(shop.tasks()) == {"Synced"}


def test_a_new_item_for_the_same_stock_item(shop, item):
	"""Deleted and made anew under another name before the deletion could be sent:
	the new one's product stays.
	"""
	stock_item = frappe.get_doc("Item", item.item_code)
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	frappe.db.set_value(
		TASK, {"reference_name": item.name}, "next_attempt_at", frappe.utils.add_days(frappe.utils.now(), 1)
	)  # the deletion met an outage, and waits
	again = shop.website_item(stock_item, name=f"WEB-{shop.mark}-AGAIN")
	shop.drain()
	assert shop.task(again).status == "Synced"
	shop.make_due()
	shop.drain()

	assert len(shop.medusa.products) == 1
	assert shop.value(again, "medusa_id") == shop.medusa.products[0]["id"]
	assert shop.task(item.name).status == "Synced"


@pytest.mark.parametrize("sent", [False, True])
def test_a_deleted_item_is_restored(shop, item, sent):
	"""Restored before its deletion was sent: it keeps its product; restored after it: it gets one again."""
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	if sent:
		shop.drain()
	restore(frappe.db.get_value("Deleted Document", {"deleted_name": item.name}), alert=False)
	frappe.db.commit()
	restored = shop.site.added(frappe.get_doc("Website Item", {"item_code": item.item_code}))

	shop.drain()

	assert len(shop.medusa.products) == 1
	assert shop.value(restored, "medusa_id") == shop.medusa.products[0]["id"]
	assert set(shop.tasks()) == {"Synced"}

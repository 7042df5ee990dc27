"""Item Groups that are changed, renamed, merged or deleted, and what becomes of their collections."""

from __future__ import annotations

import frappe

from devbench.medusa.simulator import faults
from medusa_integration.api import export_item_group
from medusa_integration.catalogue.product.mapping import group_handle
from medusa_integration.sync.task_store import TaskStore
from tests.catalogue.support import collection, lose
from tests.support.medusa import both_generations


def test_a_change_of_an_exported_group(shop):
	"""Parent and kind go to Medusa; what Medusa does not have is not recorded."""
	parent, group = shop.item_group(is_group=1), shop.exported_group()
	shop.save(group, parent_item_group=parent.name)
	shop.drain()
	assert collection(shop, group)["metadata"]["parent_item_group"] == parent.name
	assert shop.task(parent) is None

	before = shop.task(group).version
	shop.save(group, image=None)
	assert shop.task(group).version == before


@both_generations
def test_a_renamed_group(shop, item, group):
	"""The title follows, the collection stays the same, and so do its products."""
	id = group.medusa_id
	new = shop.rename(group, shop.name("Renamed"))
	shop.drain()

	assert [(one["id"], one["title"]) for one in shop.medusa.collections] == [(id, new)]
	assert shop.task(new, "Item Group").status == "Synced"
	assert shop.product(item)["collection_id"] == id


def test_the_parent_of_an_exported_group_is_renamed(shop):
	"""A collection's metadata names its parent: it follows."""
	parent, group = shop.item_group(is_group=1), shop.exported_group()
	shop.save(group, parent_item_group=parent.name)
	shop.drain()
	new = shop.rename(parent, shop.name("Renamed"))
	shop.drain()
	assert collection(shop, group)["metadata"]["parent_item_group"] == new


@both_generations
def test_a_new_group_gets_the_name_that_a_renamed_one_had(shop, item, group):
	"""Two groups are two collections, whatever they were called before."""
	old = group.name
	new = shop.rename(group, shop.name("Renamed"))
	shop.drain()
	# the renamed group keeps its route
	other = shop.website_item(item_group=shop.item_group(old, route=f"{group.route}-new").name)

	shop.drain()

	assert set(shop.tasks()) == {"Synced"}
	assert sorted(one["title"] for one in shop.medusa.collections) == sorted([old, new])
	assert shop.product(item)["collection_id"] != shop.product(other)["collection_id"]


@both_generations
def test_a_group_is_given_the_name_of_a_deleted_one(shop, item, group):
	"""The deletion, sent or not, does not stand in the way of the new name."""
	for sent in (True, False):
		gone = shop.exported_group()
		frappe.delete_doc("Item Group", gone.name)
		frappe.db.commit()
		if sent:
			shop.drain()
		shop.rename(frappe.get_doc("Item Group", group.name), gone.name)
		group.name = gone.name
	shop.drain()

	assert [one["title"] for one in shop.medusa.collections] == [group.name]
	assert set(shop.tasks()) == {"Synced"}
	assert shop.product(item)["collection_id"] == shop.medusa.collections[0]["id"]


@both_generations
def test_a_merged_group(shop, item, group):
	"""Products move to the collection of the group that is left; the other collection is deleted."""
	left = shop.exported_group()
	gone = group.medusa_id
	shop.rename(group, left.name, merge=True)
	shop.drain()

	assert [one["id"] for one in shop.medusa.collections] == [left.medusa_id]
	assert gone != left.medusa_id
	assert shop.product(item)["collection_id"] == left.medusa_id
	assert set(shop.tasks()) == {"Synced"}


@both_generations
def test_a_deleted_group(shop):
	"""After the local deletion the collection is deleted, also one that Medusa does not have any more."""
	groups = [shop.exported_group(), shop.exported_group()]
	lose(shop, groups[1], without_trace=False)
	for group in groups:
		frappe.delete_doc("Item Group", group.name)
	shop.drain()

	assert shop.medusa.collections == []
	assert shop.tasks() == {"Synced": 2}


def test_a_group_that_was_never_sent_is_deleted(shop):
	"""Nothing to tell Medusa."""
	group = shop.item_group()
	frappe.db.commit()
	frappe.delete_doc("Item Group", group.name)
	shop.drain()
	assert shop.tasks() == {}
	assert shop.medusa.sent("POST") == []


def lose_the_creation(shop, group):
	"""Medusa has created the group's collection, and the worker died before it could write the id down."""
	assert TaskStore().claim("collection", 1), "the worker that dies"
	body = {"title": group.name, "handle": group_handle(group.name), "metadata": {"item_group": group.name}}
	return shop.by_hand("POST", "/admin/collections", **body)["collection"]["id"]


@both_generations
def test_a_group_whose_creation_got_lost_is_deleted(shop):
	"""Its collection is looked for and deleted; one that a person made with such a handle stays."""
	group, other = shop.item_group(), shop.item_group()
	frappe.db.commit()
	shop.record([group.name], "Item Group")
	lose_the_creation(shop, group)
	shop.record([other.name], "Item Group")
	assert TaskStore().claim("collection", 1)
	shop.by_hand("POST", "/admin/collections", title="Ours", handle=group_handle(other.name))
	for one in (group, other):
		frappe.delete_doc("Item Group", one.name)
	frappe.db.commit()
	shop.make_due()

	shop.drain()

	assert [one["title"] for one in shop.medusa.collections] == ["Ours"]
	assert shop.tasks() == {"Synced": 2}


@both_generations
def test_a_group_whose_creation_got_lost_is_made_anew(shop):
	"""The new group of that name has the collection; the deletion of the old one does not take it away."""
	group = shop.item_group()
	frappe.db.commit()
	shop.record([group.name], "Item Group")
	lost = lose_the_creation(shop, group)
	frappe.delete_doc("Item Group", group.name)
	again = shop.item_group(group.name)
	frappe.db.commit()
	assert export_item_group(again) == lost
	shop.make_due()

	shop.drain()

	assert [one["id"] for one in shop.medusa.collections] == [lost]
	assert shop.tasks() == {"Synced": 2}


def test_looking_for_a_lost_collection_fails(shop):
	"""An outage meanwhile: the deletion is tried again."""
	group = shop.item_group()
	frappe.db.commit()
	shop.record([group.name], "Item Group")
	lose_the_creation(shop, group)
	frappe.delete_doc("Item Group", group.name)
	frappe.db.commit()
	shop.make_due()
	shop.medusa.fail("GET", "/admin/collections", faults.status(500), times=None)
	shop.drain()
	assert shop.task(group).status == "Retrying"

	shop.medusa.clear_faults()
	shop.make_due()
	shop.drain()
	assert shop.medusa.collections == []
	assert shop.task(group).status == "Synced"


def test_a_group_gets_the_name_of_a_deleted_one(shop):
	"""Deleted and made anew before the deletion was sent: the old collection goes, the new one comes."""
	group = shop.exported_group()
	frappe.delete_doc("Item Group", group.name)
	frappe.db.commit()
	item = shop.website_item(item_group=shop.item_group(group.name).name)

	shop.drain()

	assert [one["id"] for one in shop.medusa.collections] == [shop.product(item)["collection_id"]]
	assert set(shop.tasks()) == {"Synced"}

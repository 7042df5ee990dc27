"""Item Groups as collections: made when the first product needs them, made again when Medusa loses them."""

from __future__ import annotations

import json

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration.api import export_item_group, update_website_item
from medusa_integration.catalogue.product.mapping import group_handle
from medusa_integration.sync.desk_api import sync_now
from tests.catalogue.support import collection, lose
from tests.support.medusa import both_generations

COLLECTIONS = "/admin/collections*"


@both_generations
@pytest.mark.contract(84, 92, 93)
def test_a_group_goes_first(shop):
	"""A product whose group Medusa does not have waits for the collection, and carries its id,
	within one round.
	"""
	item = shop.website_item()
	assert shop.task(item.item_group, "Item Group") is None, "a group alone is nothing for Medusa"

	shop.drain()

	group = frappe.get_doc("Item Group", item.item_group)
	made = collection(shop, group)
	assert made["title"] == group.name
	parent = {"parent_item_group": group.parent_item_group, "is_group": False}
	assert made["metadata"] == {**parent, "item_group": group.name}
	assert shop.product(item)["collection_id"] == made["id"]
	assert set(shop.tasks()) == {"Synced"}


@pytest.mark.contract(92)
def test_a_group_is_made_once(shop):
	"""Many products of one group: one collection, one request for it."""
	group = shop.item_group()
	shop.many(120, item_group=group.name)
	shop.drain()
	assert len(shop.medusa.sent("POST", "/admin/collections")) == 1
	assert shop.tasks() == {"Synced": 121}


@both_generations
def test_two_first_exports_of_a_group(shop, run_on_site):
	"""Somebody made the collection meanwhile, with the same handle: it is adopted, not doubled."""
	group = shop.item_group()
	frappe.db.commit()

	def make_it_first(_request):
		shop.medusa.app.collections.insert(
			{"title": group.name, "handle": group_handle(group.name), "metadata": None}
		)

	shop.medusa.on("POST", "/admin/collections", make_it_first, times=1)
	id = export_item_group(group)

	assert [one["id"] for one in shop.medusa.collections] == [id]


def test_a_product_waits_while_its_collection_fails(shop):
	"""The product waits without losing an attempt and says for what; when the collection is there,
	it goes out.
	"""
	refusal = json.dumps({"type": "invalid_data", "message": "The title is no good"}).encode()
	shop.medusa.fail("POST", COLLECTIONS, faults.status(400, body=refusal), times=None)
	item = shop.website_item()

	shop.drain()

	task = shop.task(item)
	assert (task.status, task.attempts) == ("Waiting", 0)
	assert task.last_error == f"Waits for Item Group {item.item_group}."
	group_task = shop.task(item.item_group, "Item Group")
	assert group_task.status == "Failed"
	assert group_task.last_error == (
		f"Error while exporting Item Group {item.item_group} to Medusa: "
		"Medusa refuses it (400): The title is no good"
	)

	shop.medusa.clear_faults()
	export_item_group(item.item_group)
	assert shop.task(item).status == "Pending"
	shop.drain()
	assert shop.task(item).status == "Synced"
	assert shop.product(item)["collection_id"]


def test_a_group_that_failed_is_changed(shop):
	"""A person mends the group that Medusa refused: it is tried again, and its products follow."""
	shop.medusa.fail("POST", COLLECTIONS, 400, times=1)
	item = shop.website_item()
	shop.drain()
	assert shop.task(item.item_group, "Item Group").status == "Failed"

	shop.save(frappe.get_doc("Item Group", item.item_group), is_group=1)
	shop.drain()

	assert set(shop.tasks()) == {"Synced"}


def test_whoever_asks_for_one_product_learns_what_its_group_lacks(shop):
	"""The documented function tries the group again, and its error names the reason, not only the wait."""
	from medusa_integration.api import export_website_item
	from medusa_integration.exceptions import SyncFailed

	shop.medusa.fail("POST", COLLECTIONS, 400, times=2)
	item = shop.website_item()
	shop.drain()

	with pytest.raises(SyncFailed, match=f"Error while exporting Item Group {item.item_group} to Medusa"):
		export_website_item(item)
	assert export_website_item(item)["medusa_id"]
	assert set(shop.tasks()) == {"Synced"}


def test_an_item_without_group_has_no_collection(shop):
	"""A Website Item without a group arrives without a collection."""
	names = shop.many(1)
	frappe.db.set_value("Website Item", names[0], "item_group", None)
	shop.drain()
	assert shop.product(names[0])["collection_id"] is None


@both_generations
@pytest.mark.parametrize("how", ["drain", "documented function", "Sync now"])
def test_a_collection_that_medusa_has_lost(shop, item, group, how):
	"""It is made again, and its products are put into it: when a product of it is sent,
	and when a person asks.
	"""
	other = shop.website_item(item_group=group.name)
	shop.drain()
	lost = group.medusa_id
	lose(shop, group, without_trace=how != "Sync now")
	if how == "Sync now":
		# a collection that is only marked as deleted still takes products: Medusa does not complain
		sync_now("Item Group", group.name)
	else:
		shop.save(item, ranking=5)
	if how == "documented function":
		update_website_item(item.name)
	shop.drain()

	made = collection(shop, group)
	assert made["id"] != lost
	assert shop.product(item)["collection_id"] == made["id"]
	assert shop.product(other)["collection_id"] == made["id"]
	assert set(shop.tasks()) == {"Synced"}


@both_generations
def test_a_collection_that_medusa_has_lost_and_a_new_product(shop, item, group):
	"""The same for a product that Medusa does not have yet."""
	lose(shop, group, without_trace=True)
	other = shop.website_item(item_group=group.name)

	shop.drain()

	assert shop.product(other)["collection_id"] == collection(shop, group)["id"]
	assert shop.product(item)["collection_id"] == collection(shop, group)["id"]
	assert set(shop.tasks()) == {"Synced"}


@both_generations
@pytest.mark.contract(92)
def test_export_item_group(shop):
	"""The documented function creates, then updates; answers the id; takes a document or a name."""
	group = shop.item_group()
	id = export_item_group(group)
	assert group.medusa_id == id == shop.value(group, "medusa_id")
	assert export_item_group(group.name) == id
	assert len(shop.medusa.collections) == 1


def test_export_item_group_when_switched_off(shop):
	"""Nothing happens, and nothing is raised."""
	shop.set(enable=0)
	assert export_item_group(shop.item_group()) is None
	assert shop.medusa.requests == []


@pytest.mark.contract(92)
def test_export_item_group_says_why(shop):
	"""The documented sentence, and Medusa's own words."""
	group = shop.item_group()
	refusal = json.dumps({"type": "invalid_data", "message": "The title is no good"}).encode()
	shop.medusa.fail("POST", COLLECTIONS, faults.status(400, body=refusal), times=None)
	with pytest.raises(
		frappe.ValidationError, match=f"Error while exporting Item Group {group.name} to Medusa: .*no good"
	):
		export_item_group(group)

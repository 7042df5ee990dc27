"""Which saves of a Website Item are due although nothing mapped has changed, and what the night takes up."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from devbench.medusa.simulator import faults
from medusa_integration.catalogue import bulk_export as bulk
from medusa_integration.constants import Status
from medusa_integration.sync import task_recording, task_states
from medusa_integration.sync.task import Result
from medusa_integration.sync.task_store import TaskStore

TASK = "Medusa Sync Task"
SKIP = "custom_skip_update_hook"


def set_task(item, **values):
	frappe.db.set_value(TASK, {"reference_name": item.name, "lane": "product"}, values)
	frappe.db.commit()


def save_unmapped(shop, item, **values):
	return shop.save(item, website_image_alt=frappe.generate_hash(length=8), **values)


# -- without an id in Medusa (ruling B1) ---------------------------------------------------------------------


@pytest.mark.contract(70, 71)
def test_an_item_that_was_there_before_the_app(shop):
	"""No task, no id: any save records it."""
	shop.set(url=None)
	item = shop.website_item()
	shop.set(url=shop.medusa.url)
	assert shop.task(item) is None
	save_unmapped(shop, item)
	assert shop.task(item).status == "Pending"
	shop.drain()
	assert shop.value(item, "medusa_id")


@pytest.mark.contract(70, 71, 72)
@pytest.mark.parametrize("in_medusa", [True, False])
@pytest.mark.parametrize("status", ["Failed", "Not Wanted", "Ignored", "Synced"])
def test_which_task_an_unmapped_save_opens(shop, item, status, in_medusa):
	"""What has failed, and what the app has set aside: with all attempts. Not what a person ignored."""
	set_task(item, status=status, attempts=7, next_attempt_at=None)
	if not in_medusa:
		frappe.db.set_value("Website Item", item.name, "medusa_id", None, update_modified=False)
		frappe.db.commit()
	save_unmapped(shop, item)
	stays = status == "Ignored" or (status == "Synced" and in_medusa)
	task = shop.task(item)
	assert (task.status, task.attempts) == ((status, 7) if stays else ("Pending", 0))
	shop.save(item, ranking=9)
	assert shop.task(item).status == "Pending", "a mapped change opens each of them"


def test_an_item_in_medusa_without_a_task(shop, item):
	"""Nobody knows what Medusa has of it: it is compared."""
	frappe.db.delete(TASK)
	frappe.db.commit()
	save_unmapped(shop, item)
	assert shop.task(item).status == "Pending"


@pytest.mark.parametrize("has_id", [True, False])
def test_a_save_costs_two_statements_of_ours(shop, item, query_counter, has_id):
	"""Whatever changes together: the product's task, the quantity's."""
	shop.set(push_stock_quantities=1)
	warehouse = frappe.get_all("Warehouse", {"is_group": 0}, pluck="name", limit=1)
	if not has_id:
		frappe.db.set_value("Website Item", item.name, "medusa_id", None, update_modified=False)
		frappe.db.commit()
	document = frappe.get_doc("Website Item", item.name)
	document.website_warehouse = warehouse[0] if warehouse else None
	document.custom_threshold_qty = 3
	with query_counter() as queries:
		document.save()
	ours = [query for query in queries if "tabMedusa Sync Task" in query]
	assert len(ours) == 2
	frappe.db.commit()
	assert shop.task(item, lane="stock").status == "Pending"
	assert shop.task(item).status == ("Synced" if has_id else "Pending")


# -- the skip flag (ruling B2) -------------------------------------------------------------------------------


def skip(shop, item, how, **values):
	document = frappe.get_doc("Website Item", item.name)
	document.update(values)
	if how == "field":
		document.set(SKIP, 1)
	else:
		document.flags.medusa_skip_sync = True
	document.save()
	frappe.db.commit()


HOW = pytest.mark.parametrize("how", ["field", "flag"])


@HOW
@pytest.mark.contract(97, 98)
def test_the_next_save_sends_what_was_skipped(shop, item, how):
	"""Skipped with a new title, then saved without a mapped change: Medusa gets the title."""
	skip(shop, item, how, web_item_name="Vinyl gloves")
	assert shop.task(item).status == "Synced"
	assert shop.drain() == {}
	assert shop.product(item)["title"] == "Nitrile gloves"
	save_unmapped(shop, item)
	assert shop.drain() == {"Synced": 1}
	assert shop.product(item)["title"] == "Vinyl gloves"
	save_unmapped(shop, item)
	assert shop.task(item).status == "Synced", "told once"


@pytest.mark.contract(97)
def test_the_night_sends_what_was_skipped(shop, item):
	"""The nightly export compares with what Medusa last accepted."""
	skip(shop, item, "field", web_item_name="Vinyl gloves")
	bulk.export_items_and_images_custom()
	shop.drain()
	assert shop.product(item)["title"] == "Vinyl gloves"


def test_what_was_skipped_and_taken_back(shop, item):
	"""As Medusa has it again: nothing is sent."""
	skip(shop, item, "field", web_item_name="Vinyl gloves")
	skip(shop, item, "field", web_item_name="Nitrile gloves")
	requests = len(shop.medusa.requests)
	save_unmapped(shop, item)
	assert shop.drain() == {"Synced": 1}
	assert len(shop.medusa.requests) == requests


def test_a_skipped_save_while_the_one_before_is_sent(shop, item):
	"""It is in no request that was loaded before it, and not lost either."""
	shop.save(item, ranking=2)
	store = TaskStore()
	tasks_ = store.claim("product", 1)
	skip(shop, item, "field", web_item_name="Vinyl gloves")
	store.settle([Result(tasks_[0], Status.SYNCED, fingerprint="of the state before")])
	frappe.db.commit()
	assert shop.task(item).status == "Synced"
	save_unmapped(shop, item)
	shop.drain()
	assert shop.product(item)["title"] == "Vinyl gloves"


def test_a_skipped_save_of_something_unmapped(shop, item, query_counter):
	"""Webshop's reviews and wish lists: nothing to hold back, not a statement of ours."""
	document = frappe.get_doc("Website Item", item.name)
	document.set(SKIP, 1)
	document.website_image_alt = "A pair"
	with query_counter() as queries:
		document.save()
	assert not [query for query in queries if "tabMedusa" in query]


@HOW
@pytest.mark.contract(97)
def test_a_new_item_is_exported_all_the_same(shop, how):
	"""The flag concerns updates only."""
	prepared = shop.item()
	values = {SKIP: 1} if how == "field" else {}
	document = frappe.get_doc(
		{
			"doctype": "Website Item",
			"item_code": prepared.name,
			"item_name": prepared.item_name,
			"web_item_name": prepared.item_name,
			"item_group": prepared.item_group,
			"stock_uom": "Nos",
			"published": 1,
			**values,
		}
	)
	document.flags.medusa_skip_sync = how == "flag"
	shop.site.added(document.insert())
	frappe.db.commit()
	assert shop.value(document, SKIP) == 0
	shop.drain()
	assert shop.value(document, "medusa_id")


# -- at night ------------------------------------------------------------------------------------------------


@pytest.fixture
def no_jobs(monkeypatch):
	"""The night's batches are not put into the queue: the test runs a round itself."""
	monkeypatch.setattr(frappe, "enqueue", lambda *args, **options: None)


@pytest.mark.contract(24, 95, 100)
def test_failed_items_are_tried_once_more_a_night(shop, no_jobs):
	"""One more try each, and no more (ruling B7)."""
	shop.exported_group()
	item = shop.website_item(item_group=shop.exported_group().name)
	path = "/admin/products*"
	fault = shop.medusa.fail("POST", path, faults.status(500), times=None)
	set_task(item, status="Failed", attempts=7, next_attempt_at=None)

	bulk.export_items_and_images_custom()
	assert shop.task(item).status == "Pending"
	shop.drain()
	task = shop.task(item)
	assert (task.status, task.next_attempt_at) == ("Failed", None)

	fault.cancel()
	shop.drain()
	assert shop.task(item).status == "Failed", "not before the next night"
	bulk.export_items_and_images_custom()
	shop.drain()
	assert shop.value(item, "medusa_id")


@pytest.mark.contract(24, 100)
def test_what_a_failed_group_holds_up(shop, no_jobs):
	"""Its products wait for it: it is tried once more as well."""
	item = shop.website_item()
	fault = shop.medusa.fail("POST", "/admin/collections", faults.status(400), times=None)
	shop.drain()
	assert shop.task(item).status == "Waiting"
	assert shop.task(item.item_group, "Item Group").status == "Failed"
	fault.cancel()
	bulk.export_items_and_images_custom()
	shop.drain()
	assert shop.value(item, "medusa_id")


@pytest.mark.parametrize("how", ["unpublished", "ignored"])
def test_what_the_night_leaves_alone(shop, no_jobs, how):
	"""What is not published, and what a person has ignored."""
	item = shop.website_item(published=how != "unpublished")
	status = "Failed" if how == "unpublished" else "Ignored"
	set_task(item, status=status, next_attempt_at=None)
	bulk.export_items_and_images_custom()
	assert shop.task(item).status == status


@pytest.mark.parametrize(
	("status", "hours", "is_due"),
	[
		("Pending", 1, True),
		("In Progress", 1, True),
		("Waiting", 3, True),
		("Waiting", 1, False),
		("Retrying", 12, False),
		("Retrying", 72, True),
		("Synced", 72, False),
		("Failed", 72, False),
	],
)
def test_a_clock_that_was_ahead(shop, no_jobs, item, status, hours, is_due):
	"""What waits for a time further off than the app ever sets one is due by the next night."""
	later = now_datetime() + timedelta(hours=hours)
	set_task(item, status=status, next_attempt_at=later)
	bulk.export_items_and_images_custom()
	assert (shop.task(item).next_attempt_at <= now_datetime()) is is_due


# -- a state of its own --------------------------------------------------------------------------------------


def test_a_document_that_is_gone_is_not_wanted(shop):
	"""The app's own decision is no person's, and both can be taken back by Retry."""
	task_recording.record("Website Item", "no such item", "product")
	frappe.db.commit()
	assert shop.drain() == {"Not Wanted": 1}
	task = shop.task("no such item")
	assert task.last_error == "The document no longer exists."
	assert task_states.retry([task.name]) == 1
	frappe.db.commit()
	assert shop.task("no such item").status == "Pending"
	shop.drain()
	assert task_states.ignore([task.name]) == 1
	frappe.db.commit()
	assert shop.task("no such item").status == "Ignored"

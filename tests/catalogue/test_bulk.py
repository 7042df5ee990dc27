"""All that Medusa does not have: one by one from the console, or in four batches at night."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration import api
from medusa_integration.exceptions import SyncFailed
from tests.catalogue.support import new_group, refuse


@pytest.mark.contract(94, 95)
def test_export_all(shop, only_ours):
	"""Published ones without `medusa_id`, one by one; an error is logged, the next goes on; counted."""
	names = shop.many(4, recorded=False)
	unpublished = shop.many(1, recorded=False, published=0)
	frappe.db.set_value("Website Item", names[3], {"medusa_id": ""})
	refuse(shop, names[1])

	assert api.export_all_website_item() == {"exported": 3, "failed": 1, "skipped": 0}

	assert len(shop.medusa.products) == 3
	assert shop.product(unpublished[0]) is None
	assert shop.errors() == [f"Error exporting {names[1]} item"]
	assert "The title is no good" in frappe.get_last_doc("Error Log").error
	assert shop.task(names[1]).status == "Failed"
	assert api.export_all_website_item() == {"exported": 0, "failed": 1, "skipped": 0}


@pytest.mark.contract(95)
def test_export_all_when_switched_off(shop, only_ours):
	"""Everything is skipped, nothing is sent."""
	shop.many(2, recorded=False)
	shop.set(enable=0)
	requests = len(shop.medusa.requests)
	assert api.export_all_website_item() == {"exported": 0, "failed": 0, "skipped": 2}
	assert len(shop.medusa.requests) == requests


@pytest.mark.contract(23, 24, 25, 26, 27, 28, 94, 96, 100)
def test_four_batches(shop, only_ours, enqueued):
	"""Four equally sized batches, enqueued with the documented arguments."""
	shop.many(10, recorded=False)
	shop.many(2, recorded=False, published=0)

	assert api.export_items_and_images_custom() == 10

	assert enqueued == [
		(
			"medusa_integration.api.export_items_batch",
			{
				"queue": "long",
				"timeout": 28800,
				"is_async": True,
				"job_name": f"export_items_batch_{i}",
				"job_id": f"export_items_batch_{i}",
				"deduplicate": True,
				"batch_index": i,
				"batch_size": 3,
			},
		)
		for i in range(4)
	]


@pytest.mark.contract(25)
@pytest.mark.parametrize(
	("items", "batches", "size"), [(1, 1, 1), (2, 2, 1), (4, 4, 1), (5, 3, 2), (8, 4, 2)]
)
def test_no_batch_is_empty(shop, only_ours, enqueued, items, batches, size):
	"""Fewer than four where four would leave one empty."""
	shop.many(items, recorded=False)
	api.export_items_and_images_custom()
	assert [options["batch_size"] for _method, options in enqueued] == [size] * batches


@pytest.mark.parametrize("why", ["nothing to do", "switched off", "paused"])
def test_nothing_is_enqueued(shop, only_ours, enqueued, why):
	"""Nothing unsynced, or nothing may be sent."""
	if why != "nothing to do":
		shop.many(3, recorded=False)
	if why == "switched off":
		shop.set(enable=0)
	if why == "paused":
		shop.set(paused=1)
	assert api.export_items_and_images_custom() == 0
	assert enqueued == []


def test_what_waits_for_a_person_is_left_to_them(shop, only_ours, enqueued):
	"""What a person has ignored is not tried every night again; what has failed is, once (ruling B7)."""
	names = shop.many(2)
	refuse(shop, names[0])
	shop.drain()
	assert shop.task(names[0]).status == "Failed"
	api.export_items_and_images_custom()
	assert (shop.task(names[0]).status, shop.task(names[0]).attempts) == ("Pending", 6)
	frappe.db.set_value("Medusa Sync Task", {"reference_name": names[0]}, "status", "Ignored")
	frappe.db.commit()
	api.export_items_and_images_custom()
	assert shop.task(names[0]).status == "Ignored"


def test_a_worker_that_nobody_has_started(shop, only_ours, enqueued, monkeypatch):
	"""No worker listens on `long`: the Error Log says so (contract 29)."""
	from medusa_integration.catalogue import bulk_export as bulk

	shop.many(1, recorded=False)
	monkeypatch.setattr(bulk, "listening_workers", lambda: {"default": 1, "long": 0})
	api.export_items_and_images_custom()
	assert "No worker listens on the queue long" in frappe.get_last_doc("Error Log").error


@pytest.mark.contract(30)
def test_a_batch_by_hand(shop, only_ours, enqueued):
	"""Called from a console, a batch takes as many as it is told."""
	shop.many(5, recorded=False)
	api.export_items_and_images_custom()
	assert api.export_items_batch(0, 2) == {"exported": 2, "failed": 0}
	assert len(shop.medusa.products) == 2


@pytest.mark.contract(30)
def test_a_batch_without_the_nightly_job(shop, only_ours):
	"""It finds what is published and unsynced by itself, and takes nothing else."""
	unpublished = shop.many(2, published=0)
	names = shop.many(3, recorded=False)
	exported = shop.many(1)
	shop.drain(only=[("Website Item", exported[0], "product")])
	shop.record(exported)
	requests = len(shop.medusa.sent("POST"))

	assert api.export_items_batch(0, 10) == {"exported": 3, "failed": 0}

	assert len(shop.medusa.sent("POST")) == requests + 1
	assert shop.created() == dict.fromkeys([*names, *exported], 1)
	assert {shop.task(name).status for name in (*unpublished, *exported)} == {"Pending"}
	assert api.export_items_batch(0, 10) == {"exported": 0, "failed": 0}


@pytest.mark.contract(25, 30)
def test_collections_and_waiting_do_not_use_up_a_batch(shop, only_ours):
	"""Groups that Medusa does not have are sent first, and only the items count."""
	names = [name for _ in range(3) for name in shop.many(2, recorded=False, item_group=new_group(shop))]
	assert api.export_items_batch(0, 6) == {"exported": 6, "failed": 0}
	assert shop.created() == dict.fromkeys(names, 1)
	assert len(shop.medusa.collections) == 3


@pytest.mark.contract(24, 100)
def test_a_night_without_changes(shop, only_ours, enqueued):
	"""Nothing is enqueued, and a batch that runs nevertheless sends nothing."""
	shop.many(30, recorded=False)
	api.export_items_batch(0, 30)
	requests = len(shop.medusa.requests)
	assert api.export_items_and_images_custom() == 0
	assert api.export_items_batch(0, 30) == {"exported": 0, "failed": 0}
	assert enqueued == []
	assert len(shop.medusa.requests) == requests


@pytest.mark.parametrize("why", ["outage", "paused", "failed group"])
def test_a_batch_ends_when_nothing_can_be_sent(shop, only_ours, enqueued, why):
	"""It does not go round and round; what is left stays for the next one."""
	names = shop.many(5, recorded=False, item_group=new_group(shop))
	if why == "outage":
		shop.medusa.fail("*", "/*", faults.status(503), times=None)
	if why == "paused":
		shop.set(paused=1)
	if why == "failed group":
		shop.medusa.fail(
			"POST", "/admin/collections*", faults.status(400, body=b'{"message": "no"}'), times=None
		)
	try:
		api.export_items_batch(0, 5)
	except SyncFailed:
		assert why == "outage"
	assert shop.medusa.products == []
	assert not shop.created() and len(shop.medusa.sent("POST", "/admin/collections")) <= 3
	states = {shop.task(name).status for name in names}
	assert states <= {"Pending", "Waiting", "Retrying"}


@pytest.mark.parametrize("generation", ["v2"])
def test_recording_a_batch_costs_the_same_for_any_number(shop, only_ours, query_counter):
	"""Statements per 100 items, beside those of the round: as many for 1, 10 and 100."""
	counts = {}
	shop.many(1)
	shop.drain()
	for size in (1, 10, 100):
		shop.many(size, recorded=False)
		with query_counter() as queries:
			api.export_items_batch(0, size)
		counts[size] = len(queries)
	print(counts)
	assert len(set(counts.values())) == 1

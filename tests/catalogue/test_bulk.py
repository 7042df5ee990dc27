"""All that Medusa does not have: one by one from the console, or in four batches at night."""

from __future__ import annotations

import json
import os
import signal

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration import api
from medusa_integration.catalogue import bulk_export as bulk
from medusa_integration.exceptions import SyncFailed
from medusa_integration.sync.task_store import TaskStore

PRODUCTS = "/admin/products*"


@pytest.fixture
def enqueued(monkeypatch):
	"""What was enqueued: (method, arguments) each."""
	calls = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **options: calls.append((method, options)))
	return calls


def refuse(shop, name):
	body = json.dumps({"type": "invalid_data", "message": "The title is no good"}).encode()
	shop.medusa.fail(
		"POST",
		PRODUCTS,
		faults.status(400, body=body),
		times=None,
		only=lambda request: b'"website_item"' in request.raw and name.encode() in request.raw,
	)


# -- export_all_website_item ---------------------------------------------------------------------------------


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


# -- export_items_and_images_custom --------------------------------------------------------------------------


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


@pytest.mark.long
@pytest.mark.contract(3, 23, 24, 25, 30, 31, 41)
def test_the_batches_send_every_item_once(shop, only_ours, enqueued, run_on_site):
	"""Four jobs side by side: together they process every item, none twice,
	and one that fails holds up nobody.
	"""
	names = shop.many(60, recorded=False)
	refuse(shop, names[7])
	api.export_items_and_images_custom()
	batches = [
		run_on_site(
			"from medusa_integration import api\n"
			f"api.export_items_batch({options['batch_index']}, {options['batch_size']})"
		)
		for _method, options in enqueued
	]
	outputs = [batch.communicate(timeout=600)[0] for batch in batches]

	assert len(shop.medusa.products) == 59
	created = shop.created()
	assert {name: created[name] for name in names if name != names[7]}.keys() == set(names) - {names[7]}
	assert len({one["metadata"]["website_item"] for one in shop.medusa.products}) == 59
	unsynced = {"name": ("in", names), "medusa_id": ("is", "not set")}
	frappe.db.rollback()
	assert frappe.get_all("Website Item", filters=unsynced, pluck="name") == [names[7]]
	assert sum("1 of 15 Website Items could not be exported" in output for output in outputs) == 1
	[row] = shop.failed_jobs("medusa_integration.api.export_items_and_images_custom")
	assert "1 of 15 Website Items could not be exported" in row


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


def new_group(shop):
	group = shop.item_group()
	frappe.db.commit()
	return group.name


@pytest.mark.long
@pytest.mark.contract(23, 25, 27, 28, 30, 31, 96, 100)
def test_two_thousand_items_started_twice(shop, only_ours, enqueued, run_on_site):
	"""Four batches side by side, all of them started twice: each item is created once, and all are there."""
	group = new_group(shop)
	names = shop.many(2000, recorded=False, item_group=group)
	assert api.export_items_and_images_custom() == 2000
	assert api.export_items_and_images_custom() == 2000
	assert [options["batch_index"] for _method, options in enqueued] == [0, 1, 2, 3] * 2
	batches = [run_on_site(call(options)) for _method, options in enqueued]
	outputs = [batch.communicate(timeout=600)[0] for batch in batches]

	done = [sum(json.loads(output.splitlines()[-1]).values()) for output in outputs]
	assert sum(done) == 2000 and max(done) <= 500, outputs
	assert shop.created() == dict.fromkeys(names, 1)
	assert len(shop.medusa.products) == 2000
	assert len(shop.medusa.sent("POST", "/admin/collections")) == 1
	ids = frappe.get_all("Website Item", filters={"name": ("in", names)}, pluck="medusa_id")
	assert sorted(ids) == sorted(one["id"] for one in shop.medusa.products)
	assert set(shop.errors()) <= {"Medusa: the export waits for a worker"}


def call(options):
	return (
		"import json\n"
		"from medusa_integration import api\n"
		f"print(json.dumps(api.export_items_batch({options['batch_index']}, {options['batch_size']})))"
	)


@pytest.mark.contract(25, 30)
def test_a_batch_is_killed(shop, only_ours, enqueued, run_on_site):
	"""`kill -9` on the way: the next run exports the rest, and nothing twice."""
	names = shop.many(350, recorded=False)
	api.export_items_and_images_custom()
	process = None

	def kill():
		os.kill(process.pid, signal.SIGKILL)
		process.wait(300)
		raise ConnectionError("nobody waits for an answer any more")

	shop.when_creating(kill, "applied", after=1)
	process = run_on_site(call({"batch_index": 0, "batch_size": 350}))
	assert process.wait(300) == -signal.SIGKILL
	assert len(shop.medusa.products) == 200

	shop.make_due()
	assert api.export_items_and_images_custom() == 250
	assert api.export_items_batch(0, 250) == {"exported": 250, "failed": 0}

	assert sorted(one["metadata"]["website_item"] for one in shop.medusa.products) == names
	unsynced = {"name": ("in", names), "medusa_id": ("is", "not set")}
	assert not frappe.get_all("Website Item", filters=unsynced)


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


def test_a_batch_waits_for_a_collection_that_another_one_makes(shop, only_ours, monkeypatch):
	"""What ends the wait is the collection, not the batch's share of patience."""
	group = new_group(shop)
	names = shop.many(3, recorded=False, item_group=group)
	shop.record([group], "Item Group")
	[task] = TaskStore().claim("collection", 1)
	pauses = []

	def pause(seconds):
		pauses.append(seconds)
		frappe.db.set_value("Medusa Sync Task", task.name, "next_attempt_at", frappe.utils.now_datetime())
		shop.make_due()  # the other one was killed: its lease has ended

	monkeypatch.setattr(bulk.time, "sleep", pause)
	assert api.export_items_batch(0, 3) == {"exported": 3, "failed": 0}
	assert len(pauses) == 1
	assert shop.created() == dict.fromkeys(names, 1)


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

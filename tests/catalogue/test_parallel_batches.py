"""Batches of the export in several processes at once, started twice, killed, and waiting for each other."""

from __future__ import annotations

import json
import signal

import frappe
import pytest

from medusa_integration import api
from medusa_integration.catalogue import bulk_export as bulk
from medusa_integration.sync.task_store import TaskStore
from tests.catalogue.support import new_group, refuse


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
		process.kill()
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

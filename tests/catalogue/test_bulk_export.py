"""Everything that is published and not in Medusa yet: one by one, or by four jobs side by side."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.api import (
	export_all_website_item,
	export_items_and_images_custom,
	export_items_batch,
)
from medusa_integration.sync.direct import SyncFailed


@pytest.fixture
def enqueued(monkeypatch):
	"""What would have gone to the queue, as (method, arguments)."""
	jobs: list[tuple[str, dict]] = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **arguments: jobs.append((method, arguments)))
	return jobs


def ids(names):
	frappe.db.rollback()
	return frappe.get_all("Website Item", filters={"name": ("in", names)}, pluck="medusa_id")


@pytest.mark.contract(94, 95)
def test_one_by_one_and_the_next_goes_on(shop):
	"""Published items without id are exported; what fails is logged, counted, and holds up nobody."""
	names = shop.many(3, recorded=False)
	drafts = shop.many(1, recorded=False)
	frappe.db.set_value("Website Item", drafts[0], "published", 0)
	frappe.db.set_value("Website Item", names[1], "item_group", "Gone with the wind")
	frappe.db.commit()

	counts = export_all_website_item()

	assert counts == {"exported": 2, "failed": 1, "skipped": 0}
	assert shop.product(names[0]) and shop.product(names[2])
	assert not shop.product(names[1]) and not shop.product(drafts[0])
	assert f"Error exporting {names[1]} item" in shop.errors()


@pytest.mark.contract(23, 24, 25, 26, 27, 94, 96, 100)
def test_four_jobs_with_the_documented_arguments(shop, enqueued):
	"""What is published and unsynced goes to four jobs on queue `long` with eight hours each."""
	shop.many(10, recorded=False)

	assert export_items_and_images_custom() == 10

	assert [method for method, _ in enqueued] == ["medusa_integration.api.export_items_batch"] * 4
	for i, (_, arguments) in enumerate(enqueued):
		assert arguments["queue"] == "long" and arguments["timeout"] == 28800
		assert arguments["is_async"] is True
		assert arguments["job_name"] == f"export_items_batch_{i}"
		assert (arguments["batch_index"], arguments["batch_size"]) == (i, 3)


@pytest.mark.contract(28, 30, 31, 96)
def test_the_jobs_send_every_item_once(shop, enqueued):
	"""Whatever the order in which they run, together they send everything, and nothing twice."""
	names = shop.many(10, recorded=False)
	export_items_and_images_custom()

	for _, arguments in reversed(enqueued):
		export_items_batch(arguments["batch_index"], arguments["batch_size"])

	assert all(ids(names)) and len(set(ids(names))) == 10
	assert set(shop.created().values()) == {1}
	assert all(frappe.get_all("Website Item", {"name": ("in", names)}, pluck="medusa_variant_id"))


def test_nothing_is_enqueued_for_nothing(shop, enqueued):
	"""Neither when all is synced nor when the integration is off."""
	names = shop.many(2)
	shop.drain()
	assert all(ids(names)) and export_items_and_images_custom() == 0

	shop.many(2, recorded=False)
	shop.set(enable=0)
	assert export_items_and_images_custom() == 0
	assert enqueued == []


def test_a_task_that_failed_waits_for_a_person(shop, enqueued):
	"""The nightly job catches what never became a task; it does not try for ever what Medusa refuses."""
	name = shop.many(1)[0]
	frappe.db.set_value("Website Item", name, "item_group", "Gone with the wind")
	shop.drain()
	assert shop.task(name).status == "Failed"

	export_items_and_images_custom()

	assert shop.task(name).status == "Failed"


@pytest.mark.contract(41)
def test_a_batch_that_could_not_do_all_says_so(shop):
	"""The rest is sent; then the job raises with the count, so that the Scheduled Job Log says Failed."""
	names = shop.many(3)
	frappe.db.set_value("Website Item", names[1], "item_group", "Gone with the wind")
	frappe.db.commit()

	with pytest.raises(SyncFailed, match="1 of 3"):
		export_items_batch(0, 10)

	assert shop.product(names[0]) and shop.product(names[2])

"""Whatever happens to a save, a worker, a queue or a network: no change is lost, and none is made twice.

Each test also shows in which state the tasks end, and (in `Shop.drain`) that the run ends by itself.
"""

from __future__ import annotations

import signal
import threading
from collections import Counter

import frappe
import pytest

from medusa_integration import database
from medusa_integration.sync import worker
from medusa_integration.sync.task_store import TaskStore
from tests.support.processes import Draining

DRAIN = "from medusa_integration.sync import worker; round_ = worker.drain()"


def both_generations(test):
	return pytest.mark.parametrize("generation", ["v1", "v2"])(test)


# -- the ordinary way ----------------------------------------------------------------------------------------


@both_generations
def test_a_save_reaches_medusa(shop):
	"""The ordinary way: one save, one task, one product, both ids on the Website Item."""
	item = shop.website_item(web_item_name="Nitrile gloves")
	assert shop.task(item).status == "Pending"
	assert shop.woken == 1
	assert shop.medusa.requests == []

	shop.drain()

	product = shop.product(item)
	assert product["title"] == "Nitrile gloves"
	assert shop.task(item).status == "Synced"
	assert shop.value(item, "medusa_id") == product["id"]
	assert shop.value(item, "medusa_variant_id") == product["variants"][0]["id"]
	assert shop.created() == {item.name: 1}


def test_nothing_is_sent_for_a_state_that_medusa_has(shop):
	"""A change that is taken back before it is sent costs no request."""
	item = shop.website_item()
	shop.drain()
	requests = len(shop.medusa.requests)
	shop.save(item, ranking=5)
	shop.save(item, ranking=0)

	shop.drain()

	assert len(shop.medusa.requests) == requests
	assert shop.task(item).status == "Synced"


def test_a_rollback_takes_the_task_with_it(shop):
	"""A save that is rolled back leaves no task, wakes nobody, and Medusa hears nothing."""
	item = shop.website_item(commit=False)
	frappe.db.rollback()

	shop.drain()

	assert not frappe.db.exists("Website Item", item.name)
	assert shop.task(item.name) is None
	assert shop.woken == 0
	assert shop.medusa.requests == []


# -- workers die ---------------------------------------------------------------------------------------------


def kill(process):
	process.kill()
	process.wait(300)
	raise ConnectionError("nobody waits for an answer any more")


@both_generations
@pytest.mark.parametrize("when", ["arrived", "applied"])
def test_a_worker_is_killed_while_it_sends(shop, run_on_site, when):
	"""`kill -9` before Medusa has applied the request, or after it and before we know: one product,
	once leased anew.
	"""
	item = shop.website_item()
	process = None
	shop.when_creating(lambda: kill(process), when)
	process = run_on_site(DRAIN)
	assert process.wait(300) == -signal.SIGKILL
	products = {"arrived": 0, "applied": 1}[when]
	assert len(shop.medusa.products) == products
	assert shop.task(item).status == "In Progress"

	assert shop.drain() == {}, "the lease of the dead is respected until it has expired"
	shop.make_due()
	shop.drain()

	assert len(shop.medusa.products) == 1
	task = shop.task(item)
	assert (task.status, task.attempts) == ("Synced", 0)
	assert shop.value(item, "medusa_id") == shop.product(item)["id"]
	assert shop.value(item, "medusa_variant_id") == shop.product(item)["variants"][0]["id"]


def test_a_worker_is_killed_after_settling(shop, run_on_site):
	"""`kill -9` after a chunk was settled: what was settled is not sent again, the rest is."""
	names = shop.many(150)
	process = None
	shop.when_creating(lambda: kill(process), after=1)
	process = run_on_site(DRAIN)
	assert process.wait(300) == -signal.SIGKILL
	assert shop.tasks()["In Progress"] == 50
	assert len(shop.medusa.products) == 100

	shop.make_due()
	shop.drain()

	assert shop.tasks() == {"Synced": 151}
	assert sorted(one["metadata"]["website_item"] for one in shop.medusa.products) == names
	assert Counter(shop.created().values()) == {1: 100, 2: 50}, "only what never arrived was sent twice"


def test_what_kills_its_worker_is_given_up(shop):
	"""A document that takes its worker along each time is Failed after all attempts, and says why."""
	item = shop.website_item(item_group=shop.exported_group().name)
	shop.set(max_attempts=3)
	for _ in range(3):
		assert TaskStore().claim("product", 10)
		shop.make_due()
	requests = len(shop.medusa.requests)

	shop.drain()

	task = shop.task(item)
	assert task.status == "Failed"
	assert "The worker stopped 3 times while sending this." in task.last_error
	assert len(shop.medusa.requests) == requests


@pytest.mark.long
def test_two_drains_at_once(shop, together):
	"""Two processes drain 500 tasks: each product is created once, and never asked for twice."""
	names = shop.many(500)
	# one process might be done before the other one has begun
	both_send = threading.Barrier(2)
	shop.medusa.on("POST", "/admin/products/batch", lambda _request: both_send.wait(300), times=2)

	(both,) = together("medusa_integration.sync.worker.drain", {})
	for outcome in both:
		assert outcome["answer"]["Synced"], both

	assert shop.tasks() == {"Synced": 501}
	assert shop.created() == dict.fromkeys(names, 1)
	assert len(shop.medusa.products) == 500
	ids = frappe.get_all("Website Item", filters={"name": ("in", names)}, pluck="medusa_id")
	assert sorted(ids) == sorted(one["id"] for one in shop.medusa.products)
	assert not shop.errors()


# -- Redis is away -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("for_long", [False, True])
def test_redis_is_away_during_a_save(shop, redis_stopped, monkeypatch, for_long):
	"""Without a queue the save succeeds, and the scheduler's round sends it later."""
	monkeypatch.undo()
	item = shop.website_item()
	shop.drain()
	with redis_stopped(for_long=for_long):
		shop.save(item, web_item_name="Saved without Redis")
		assert shop.value(item, "web_item_name") == "Saved without Redis"
		assert shop.task(item).status == "Pending"

	worker.run()

	assert shop.product(item)["title"] == "Saved without Redis"
	assert shop.task(item).status == "Synced"
	assert not shop.errors()


def test_redis_is_away_while_draining(shop, redis_stopped, monkeypatch):
	"""The drain itself needs no Redis."""
	monkeypatch.undo()
	item = shop.website_item()
	with redis_stopped():
		shop.drain()
		assert shop.task(item).status == "Synced"
	assert len(shop.medusa.products) == 1


# -- saves while sending -------------------------------------------------------------------------------------


@both_generations
@pytest.mark.parametrize("when", ["arrived", "applied"])
def test_a_save_while_its_earlier_version_is_sent(shop, when):
	"""The last save wins: the task goes back to Pending,
	and the next pass of the round sends the later state.
	"""
	item = shop.website_item(web_item_name="First")
	states = []

	def save_meanwhile():
		document = frappe.get_doc("Website Item", item.name)
		document.web_item_name = "Second"
		document.save()
		frappe.db.commit()
		states.append(frappe.db.get_value("Medusa Sync Task", {"reference_name": item.name}, "status"))

	shop.when_creating(lambda: shop.elsewhere(save_meanwhile), when)

	counts = shop.drain()

	assert states == ["In Progress"], "whoever saves does not take the lease away"
	assert shop.product(item)["title"] == "Second"
	assert shop.task(item).status == "Synced"
	assert counts["Synced"] == 3, "the group, the first and the second state"
	assert shop.created() == {item.name: 1}


def test_a_save_between_claim_and_loading(shop, monkeypatch):
	"""State is read when it is sent: a save after the claim may be in already, and is then not sent twice."""
	from medusa_integration.catalogue.product.exporter import ProductExporter

	item = shop.website_item(web_item_name="First")
	load = ProductExporter.load

	def save_first(lane, tasks):
		monkeypatch.setattr(ProductExporter, "load", load)
		shop.elsewhere(lambda: shop.save(item, web_item_name="Second"))
		return load(lane, tasks)

	monkeypatch.setattr(ProductExporter, "load", save_first)
	shop.drain()

	assert shop.product(item)["title"] == "Second"
	assert shop.task(item).status == "Synced"
	assert shop.created() == {item.name: 1}


def test_a_collection_is_made_between_loading_and_waiting(shop, monkeypatch):
	"""Another worker makes the collection after a product was loaded without it:
	the product does not wait for it.
	"""
	from medusa_integration.catalogue.product.exporter import ProductExporter

	item = shop.website_item()
	load = ProductExporter.load

	def make_collection():
		shop.record([item.item_group], "Item Group")
		assert worker.drain(only=[("Item Group", item.item_group, "collection")]) == {"Synced": 1}

	def load_too_early(lane, tasks):
		monkeypatch.setattr(ProductExporter, "load", load)
		loaded = load(lane, tasks)
		assert loaded.works[0].parents
		shop.elsewhere(make_collection)
		return loaded

	monkeypatch.setattr(ProductExporter, "load", load_too_early)

	shop.drain(only=[("Website Item", item.name, "product")])

	assert shop.task(item).status == "Synced"
	assert shop.created() == {item.name: 1}
	assert len(shop.medusa.sent("POST", "/admin/collections")) == 1


@pytest.mark.long
def test_saves_while_two_workers_drain(shop, run_on_site, tmp_path):
	"""Two workers drain what others save at the same time: no save fails or waits long,
	the last state of each arrives.
	"""
	names = shop.many(60)
	workers = Draining(run_on_site, tmp_path)

	def save_all(last):
		database.see_latest_rows()  # as each request that writes does
		for ranking in (1, 2, last):
			for name in names:
				document = frappe.get_doc("Website Item", name)
				document.ranking = ranking
				document.save()
				frappe.db.commit()

	shop.elsewhere(lambda: save_all(3))
	workers.stop()
	shop.drain()

	assert {one["erp_product"]["ranking"] for one in shop.medusa.products} == {3}
	assert len(shop.medusa.products) == len(names)
	assert shop.tasks() == {"Synced": 61}
	assert not shop.errors()

"""A change goes out within seconds whatever else waits, and no queue fails a save."""

from __future__ import annotations

from types import SimpleNamespace

import frappe
import pytest
from frappe.utils import background_jobs
from frappe.utils.background_jobs import get_queue, get_queues_timeout

from medusa_integration.sync import health, wake

FOREIGN = "frappe.utils.global_search.sync_global_search"
ENQUEUE = wake.enqueue


@pytest.fixture
def empty(shop, monkeypatch):
	"""Empty queues, which Frappe lets grow; afterwards as empty as before."""
	if any(get_queue(queue).count for queue in wake.SHARED_QUEUES):
		pytest.skip("somebody else's jobs wait on this bench")
	monkeypatch.setattr(wake, "enqueue", ENQUEUE)
	monkeypatch.setitem(frappe.local.conf, "max_queued_jobs", 5000)
	yield
	for queue in wake.SHARED_QUEUES:
		get_queue(queue).empty()


def take_at_most(monkeypatch, number: int) -> None:
	"""Let Frappe refuse jobs for a queue in which so many wait; 16 adds 50 for each site of the bench."""
	more = 50 * getattr(background_jobs, "_site_count", lambda: 0)()
	monkeypatch.setitem(frappe.local.conf, "max_queued_jobs", number - more)


def put(queue: str, number: int) -> None:
	for _time in range(number):
		frappe.enqueue(FOREIGN, queue=queue)


def drains(queue: str) -> list[int]:
	"""The places of our drains in this queue."""
	jobs = get_queue(queue).get_jobs()
	return [place for place, job in enumerate(jobs) if job.kwargs["method"] == wake.RUN]


def workers(monkeypatch, *orders: str) -> None:
	"""Workers that take from these queues, each in the order that its text has them."""
	made = [
		SimpleNamespace(queue_names=lambda order=order: [f"bench:{name}" for name in order.split(",")])
		for order in orders
	]
	for module in (wake, health):
		monkeypatch.setattr(module, "get_workers", lambda: made)


def test_a_thousand_foreign_jobs_wait(shop, empty, monkeypatch):
	"""The drain is the next job that the worker takes."""
	workers(monkeypatch, "default")
	put("default", 1000)
	shop.website_item()
	# a save of a published item may queue a job of Frappe's website search, too
	assert get_queue("default").count >= 1001
	assert drains("default") == [0]


@pytest.mark.parametrize(
	("waiting", "listening", "chosen"),
	[
		({}, ["short,default,long"], "default"),
		({"default": 30}, ["short,default,long"], "default"),
		# a worker empties the first of its queues before it looks at the second
		({"short": 30}, ["short,default,long"], "short"),
		({"short": 30}, ["short,default", "long,default,short"], "default"),
		({"short": 30, "long": 2}, ["short,default", "long,default,short"], "long"),
		({"short": 30}, ["short,default", "long"], "long"),
		({"default": 30}, ["long"], "long"),
		({"default": 30, "long": 4}, [], "default"),
		# of queues that are not known here nothing is said
		({"default": 30}, ["own,default"], "default"),
	],
)
def test_the_queue_with_the_fewest_before(shop, empty, monkeypatch, waiting, listening, chosen):
	"""Where a job at the front has the fewest before it, as some worker takes them."""
	workers(monkeypatch, *listening)
	for queue, number in waiting.items():
		put(queue, number)
	shop.website_item()
	assert {queue: drains(queue) for queue in wake.SHARED_QUEUES if drains(queue)} == {chosen: [0]}


def test_a_queue_that_takes_no_more(shop, empty, monkeypatch):
	"""Frappe refuses jobs for a queue in which too many wait: the next best one is taken."""
	workers(monkeypatch, "default,long")
	put("default", 20)
	take_at_most(monkeypatch, 15)
	wake.after_commit([("Website Item", "any", "product")])
	frappe.db.commit()
	assert drains("default") == [] and drains("long") == [0]


def test_a_queue_of_its_own(shop, empty, monkeypatch):
	"""What `workers` in common_site_config.json offers is taken, and watched."""
	timeouts = {**get_queues_timeout(), wake.OWN_QUEUE: 1500}
	monkeypatch.setattr(wake, "get_queues_timeout", lambda: timeouts)
	asked = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **options: asked.append((method, options)))
	workers(monkeypatch, "short,default,long")
	shop.website_item()
	assert [(options["queue"], options["at_front"]) for method, options in asked if method == wake.RUN] == [
		("medusa", True)
	]
	assert health.listening_workers() == {"medusa": 0, "long": 1}


def test_an_overloaded_queue_fails_no_save(shop, empty, monkeypatch):
	"""Without a worker Frappe takes no more jobs one day: the commit is done, and nobody is told."""
	take_at_most(monkeypatch, -1)
	with pytest.raises(frappe.QueueOverloaded):
		put("default", 1)
	frappe.clear_messages()
	wake.after_commit([("Website Item", "any", "product"), ("Lead", "any", "lead")])
	frappe.db.commit()
	assert not frappe.get_message_log()
	assert get_queue("default").count == 0

"""Waking a worker: once, after the commit, and not while somebody waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import frappe
import pytest
import requests
from frappe.utils import CallbackManager
from frappe.utils.background_jobs import get_job
from redis.exceptions import ConnectionError
from rq.job import JobStatus

from medusa_integration.sync import wake
from tests.support.processes import wait_until

# the fixture of the shop puts something else in its place
ENQUEUE = wake.enqueue


@pytest.fixture
def queue(shop, monkeypatch) -> SimpleNamespace:
	"""The queue as the wake-up sees it: `status` of the job that is there, the ids of those `asked` for."""
	queue = SimpleNamespace(status=None, asked=[])

	def get_job(job_id):
		return queue.status and SimpleNamespace(get_status=lambda refresh: queue.status)

	def enqueue(method, *, job_id=None, **options):
		if str(method).startswith("medusa_integration."):  # webshop has jobs of its own
			queue.asked.append(job_id)

	monkeypatch.setattr(wake, "enqueue", ENQUEUE)
	monkeypatch.setattr(wake, "get_job", get_job)
	monkeypatch.setattr(frappe, "enqueue", enqueue)
	return queue


@pytest.mark.parametrize(
	"status, asked",
	[
		(None, [wake.JOB_ID]),
		(JobStatus.QUEUED, []),
		(JobStatus.STARTED, [f"{wake.JOB_ID}_next"]),
		(JobStatus.FINISHED, [wake.JOB_ID]),
		(JobStatus.FAILED, [wake.JOB_ID]),
	],
)
def test_one_drain_waits_at_the_most(queue, shop, status, asked):
	"""One that waits sees the change, one that runs may be past it: the next stands behind it."""
	queue.status = status
	shop.website_item()
	assert queue.asked[-1:] == asked


@pytest.fixture
def item(queue, shop, monkeypatch):
	"""A Website Item that is changed, but not committed, in a request."""
	item = shop.website_item()
	queue.asked.clear()
	request = SimpleNamespace(after_response=CallbackManager())
	monkeypatch.setattr(frappe.local, "request", request, raising=False)
	item.ranking = 7
	return item.save()


def answer() -> None:
	"""The end of that request."""
	frappe.local.request.after_response.run()


def test_who_saves_does_not_wait_for_redis(item, queue, shop):
	"""In a request the worker is woken once the answer is out."""
	frappe.db.commit()
	assert shop.task(item).status == "Pending" and queue.asked == []
	answer()
	assert queue.asked == [wake.JOB_ID]


def test_a_rollback_wakes_nobody_later(item, queue):
	"""Not even after the answer."""
	frappe.db.rollback()
	answer()
	assert queue.asked == []


def test_whoever_asks_does_not_wait(item, queue):
	"""Retry, the end of a pause and the settings ask by themselves; a lane's own work is asked for too."""
	wake.enqueue()
	wake.after_commit([("Lead", "A Lead", "lead")])
	frappe.db.commit()
	assert queue.asked == []
	answer()
	assert {*queue.asked} == {wake.JOB_ID, "medusa_integration.customers.lead.insert_waiting_leads"}


@pytest.mark.parametrize("error", [ConnectionError("gone"), OSError("gone")])
def test_a_lost_queue_keeps_nobody_from_the_rest(item, queue, monkeypatch, error):
	"""Nothing but a log line: what else waits for the end of the answer is done."""

	def away(*_args, **_options):
		raise error

	monkeypatch.setattr(frappe, "enqueue", away)
	done = []
	frappe.db.commit()
	frappe.local.request.after_response.add(lambda: done.append(True))
	answer()
	assert done == [True]


@pytest.fixture
def no_job() -> Iterator[None]:
	"""Nothing has asked for a drain yet, and nothing of that is left."""

	def clear():
		if job := get_job(wake.JOB_ID):
			job.delete()

	clear()
	yield
	clear()


def test_over_http_a_worker_is_woken(no_job, shop, http_server):
	"""A real server runs what waits for the end of its answer."""
	item = shop.website_item()
	frappe.db.commit()
	saved = requests.put(
		f"{http_server}/api/resource/Website Item/{item.name}",
		json={"ranking": 7},
		headers=shop.sign_in("Website Manager"),
		timeout=300,
	)
	assert saved.status_code == 200, saved.text
	assert wait_until(lambda: get_job(wake.JOB_ID))
	assert get_job(wake.JOB_ID).get_status() == JobStatus.QUEUED

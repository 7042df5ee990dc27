"""The time of a worker, or of its lease, is up before everything is sent: what it was at ends in order."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import frappe
import pytest
from frappe.utils import now_datetime
from rq.timeouts import JobTimeoutException

from medusa_integration.catalogue.product.exporter import ProductExporter
from medusa_integration.medusa import session
from medusa_integration.sync import jobs, task_store, worker
from medusa_integration.sync.task_store import TaskStore
from tests.support.shop import Endless

CHUNK = 60


@pytest.fixture
def generation() -> str:
	return "v1"


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
	"""How many tasks each chunk had that was loaded."""
	sizes: list[int] = []
	load = ProductExporter.load

	def noted(self, tasks):
		sizes.append(len(tasks))
		return load(self, tasks)

	monkeypatch.setattr(ProductExporter, "load", noted)
	return sizes


class Clock:
	"""The time that the code under test sees: it goes on with each product that Medusa gets."""

	def __init__(self, shop, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
		self.now = time.monotonic()
		self.seconds = seconds
		for module in (worker, session):
			monkeypatch.setattr(module, "time", self)
		shop.medusa.on("POST", "/admin/products", self.tick)

	def monotonic(self) -> float:
		return self.now

	def tick(self, _request: object) -> None:
		self.now += self.seconds


def in_a_job(monkeypatch, timeout: int, begun: datetime) -> None:
	job = SimpleNamespace(timeout=timeout, started_at=begun)
	monkeypatch.setattr(jobs, "get_current_job", lambda: job)


@pytest.mark.parametrize("aware", [True, False])
@pytest.mark.parametrize(
	("timeout", "passed", "left"),
	[(300, 0, 210), (300, 100, 110), (1500, 0, 1200), (60, 0, 30), (60, 50, -20), (-1, 0, 1200)],
)
def test_a_job_ends_before_its_worker_ends_it(site, monkeypatch, timeout, passed, left, aware):
	"""The scheduler's five minutes are enough to settle what was begun;
	RQ has written times with and without a zone.
	"""
	started = time.monotonic()
	begun = datetime.now(timezone.utc) - timedelta(seconds=passed)
	in_a_job(monkeypatch, timeout, begun if aware else begun.replace(tzinfo=None))
	assert jobs.seconds_left(1200) == pytest.approx(left, abs=0.1 + time.monotonic() - started)


def test_outside_of_a_job(site):
	"""In the console, and right after a save, a round takes the time that it was given."""
	assert jobs.seconds_left(1200) == 1200


def test_a_round_ends_with_its_job(shop, monkeypatch):
	"""What was begun is settled, what was not is as it was, and the next round sends it: nothing twice."""
	names = shop.many(CHUNK)
	monkeypatch.setattr(worker, "GRACE", 0)
	in_a_job(monkeypatch, 300, datetime.now(timezone.utc))
	# the job lets it have 210 seconds, its leases more
	Clock(shop, monkeypatch, seconds=10)

	states = worker.drain()

	assert 0 < states["Synced"] < CHUNK and states["Synced"] + states["Pending"] == CHUNK
	assert product_tasks() == states
	assert not shop.errors()
	rest = {"lane": "product", "status": "Pending"}
	assert set(frappe.get_all("Medusa Sync Task", filters=rest, pluck="attempts")) == {0}
	monkeypatch.undo()
	assert shop.drain()["Synced"] == CHUNK - states["Synced"]
	assert shop.created() == Counter(names)


def test_a_lease_that_is_about_to_end(shop, monkeypatch, loaded):
	"""A server so slow that a chunk takes as long as its lease:
	the rest is claimed anew before it is sent.
	"""
	names = shop.many(CHUNK)
	for module in (task_store, worker):
		monkeypatch.setattr(module, "LEASE", timedelta(minutes=20))
	clock = Clock(shop, monkeypatch, seconds=40)

	started = clock.now
	assert shop.drain()["Synced"] == CHUNK

	assert loaded[0] == CHUNK and 0 < loaded[1] < CHUNK
	assert clock.now - started >= 20 * 60
	assert product_tasks() == {"Synced": CHUNK}
	assert shop.created() == Counter(names)


def test_the_worker_ends_the_job_in_the_middle_of_a_chunk(shop, monkeypatch):
	"""It is nobody's fault: no document fails, none is tried by itself,
	and the lease keeps others away for now.
	"""
	item = shop.website_item(item_group=shop.exported_group().name)
	calls = []

	def time_is_up(*_arguments, **_options):
		calls.append(1)
		raise JobTimeoutException("Task exceeded maximum timeout value (300 seconds)")

	with monkeypatch.context() as patched:
		patched.setattr(ProductExporter, "save", time_is_up)
		with pytest.raises(JobTimeoutException):
			shop.drain()

	assert len(calls) == 1
	assert shop.task(item).status == "In Progress"
	shop.make_due()
	shop.drain()
	assert shop.task(item).status == "Synced"
	assert shop.created() == {item.name: 1}


def test_the_worker_ends_the_job_while_it_looks_ahead(shop, monkeypatch):
	"""The chunk that is being sent is settled, the one that was being loaded given back,
	and then the job ends.
	"""
	monkeypatch.setattr(ProductExporter, "chunk", 10)
	names = shop.many(30)
	load, calls = ProductExporter.load, []

	def time_is_up(self, tasks):
		calls.append(len(tasks))
		if len(calls) == 2:
			raise JobTimeoutException("Task exceeded maximum timeout value (300 seconds)")
		return load(self, tasks)

	monkeypatch.setattr(ProductExporter, "load", time_is_up)
	with pytest.raises(JobTimeoutException):
		shop.drain()

	assert product_tasks() == {"Synced": 10, "Pending": 20}
	assert set(frappe.get_all("Medusa Sync Task", pluck="attempts")) == {0}
	shop.drain()
	assert shop.created() == Counter(names)


def test_the_worker_ends_a_job_that_saves_and_sends(shop, monkeypatch):
	"""With Sync Mode Immediate, a job that saves sends too:
	its end is not swallowed with what sending may meet.
	"""
	group = shop.exported_group().name
	shop.set(sync_mode="Immediate")

	def time_is_up(*_arguments, **_options):
		raise JobTimeoutException("Task exceeded maximum timeout value (300 seconds)")

	monkeypatch.setattr(ProductExporter, "save", time_is_up)
	with pytest.raises(JobTimeoutException):
		shop.website_item(item_group=group)


def product_tasks() -> Counter[str]:
	frappe.db.rollback()
	return Counter(frappe.get_all("Medusa Sync Task", filters={"lane": "product"}, pluck="status"))


def test_a_round_that_never_ends_is_noticed(shop, monkeypatch):
	"""`shop.drain` counts what a round does, so that no slow machine is taken for an endless round."""

	def never_done(store, results):
		settle(
			store, [replace(result, status="Pending", next_attempt_at=now_datetime()) for result in results]
		)

	settle = TaskStore.settle
	monkeypatch.setattr(TaskStore, "settle", never_done)
	shop.website_item()
	with pytest.raises(Endless):
		shop.drain()

"""While a chunk is being sent to v1, the one before is settled and the next one loaded:
nothing is lost or doubled.
"""

from __future__ import annotations

from collections import Counter

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration.catalogue.bulk_export import unsynced_names
from medusa_integration.catalogue.product.exporter import ProductExporter
from medusa_integration.sync.task_store import Share

CHUNK = 10


@pytest.fixture
def generation() -> str:
	return "v1"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(ProductExporter, "chunk", CHUNK)


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[str]:
	"""What is done with each chunk, in the order in which it is begun: "load", "send", "sent", "settle"."""
	told: list[str] = []

	def note(name: str, before: str, after: str | None = None) -> None:
		method = getattr(ProductExporter, name)

		def noted(*arguments, **options):
			told.append(before)
			answer = method(*arguments, **options)
			told.extend([after] if after else [])
			return answer

		monkeypatch.setattr(ProductExporter, name, noted)

	note("load", "load")
	note("save", "send", "sent")
	note("store", "settle")
	return told


def test_a_chunk_is_settled_and_another_loaded_while_one_is_sent(shop, events):
	"""Four chunks: between two of them Medusa waits neither for what there was nor for what comes."""
	names = shop.many(4 * CHUNK)

	assert shop.drain() == {"Synced": 4 * CHUNK}

	first, last = ["load", "send", "load", "sent"], ["send", "settle", "sent", "settle"]
	assert events == [*first, *2 * ["send", "settle", "load", "sent"], *last]
	assert shop.created() == Counter(names)


def test_what_cannot_be_settled_meanwhile_is_settled_afterwards(shop, monkeypatch):
	"""The first chunk meets a fault of the database while the second is sent: nothing is lost,
	or sent twice.
	"""
	names = shop.many(3 * CHUNK)
	store, calls = ProductExporter.store, []

	def failing(self, sent):
		calls.append(len(sent))
		if len(calls) == 1:
			raise frappe.DataError("not now")
		return store(self, sent)

	monkeypatch.setattr(ProductExporter, "store", failing)

	assert shop.drain() == {"Synced": 3 * CHUNK}

	assert shop.created() == Counter(names)
	assert shop.log(http_method="POST", url=("like", "%/admin/products/%")) == []
	assert with_ids(names) == names


def test_one_document_that_cannot_be_settled_fails_alone(shop, monkeypatch):
	"""Of three chunks one has a document that breaks the settling: that one fails, the others are settled."""
	names = shop.many(3 * CHUNK)
	store = ProductExporter.store

	def failing(self, sent):
		if any(item.work.task.docname == names[CHUNK // 2] for item in sent):
			raise frappe.DataError("this one")
		return store(self, sent)

	monkeypatch.setattr(ProductExporter, "store", failing)

	assert shop.drain() == {"Synced": 3 * CHUNK - 1, "Failed": 1}

	assert product_tasks() == {"Synced": 3 * CHUNK - 1, "Failed": 1}
	assert shop.created() == Counter(names)
	assert set(names) - set(with_ids(names)) == {names[CHUNK // 2]}


def test_what_was_sent_is_settled_when_the_round_is_ended(shop, monkeypatch):
	"""Whoever ends the worker while the second chunk begins: the first has its ids, and is not sent again."""
	names = shop.many(2 * CHUNK)
	save, calls = ProductExporter.save, []

	def interrupted(*arguments, **options):
		calls.append(1)
		if len(calls) == 2:
			raise KeyboardInterrupt
		return save(*arguments, **options)

	monkeypatch.setattr(ProductExporter, "save", interrupted)
	with pytest.raises(KeyboardInterrupt):
		shop.drain()

	assert product_tasks() == {"Synced": CHUNK, "In Progress": CHUNK}
	assert len(with_ids(names)) == CHUNK


def test_a_limit_counts_what_is_held(shop):
	"""Whoever takes at most fifteen holds no more than that, the next chunk included."""
	shop.many(4 * CHUNK)

	assert shop.drain(share=Share("product", unsynced_names(), 15)) == {"Synced": 15}

	assert product_tasks() == {"Synced": 15, "Pending": 25}


def test_what_is_held_when_sending_is_switched_off_is_given_back(shop):
	"""The switch is turned while a chunk is sent: that chunk ends, the next one is as it was."""
	shop.many(3 * CHUNK)
	shop.when_creating(lambda: shop.elsewhere(switch_off), after=3)

	assert shop.drain() == {"Synced": CHUNK}

	assert product_tasks() == {"Synced": CHUNK, "Pending": 2 * CHUNK}
	attempts = frappe.get_all("Medusa Sync Task", pluck="attempts")
	assert set(attempts) == {0}


def with_ids(names: list[str]) -> list[str]:
	frappe.db.rollback()
	filters = {"name": ("in", names), "medusa_id": ("is", "set"), "medusa_variant_id": ("is", "set")}
	return frappe.get_all("Website Item", filters=filters, order_by="name", pluck="name")


def switch_off() -> None:
	frappe.db.set_single_value("Medusa Configuration", "enable", 0)
	frappe.db.commit()


def product_tasks() -> Counter[str]:
	frappe.db.rollback()
	return Counter(frappe.get_all("Medusa Sync Task", filters={"lane": "product"}, pluck="status"))


def test_what_is_held_when_the_server_goes_away_is_not_tried(shop):
	"""An outage during a chunk: the next one, held already,
	keeps its attempts and is sent by the next round.
	"""
	names = shop.many(3 * CHUNK)
	shop.medusa.fail("POST", "/admin/products", faults.too_many_requests(60), times=None)

	shop.drain()

	assert product_tasks() == {"Retrying": CHUNK, "Pending": 2 * CHUNK}
	untried = {"lane": "product", "status": "Pending"}
	assert set(frappe.get_all("Medusa Sync Task", filters=untried, pluck="attempts")) == {0}
	shop.medusa.clear_faults()
	shop.make_due()
	assert shop.drain()["Synced"] == 3 * CHUNK
	assert len(shop.medusa.products) == len(names)


def test_what_cannot_be_loaded_ahead_is_tried_in_its_turn(shop, monkeypatch):
	"""The database fails once, in the middle of looking ahead: every product arrives all the same."""
	names = shop.many(3 * CHUNK)
	load, calls = ProductExporter.load, []

	def failing(self, tasks):
		calls.append(len(tasks))
		if len(calls) == 2:
			raise frappe.QueryDeadlockError("somebody else was first")
		return load(self, tasks)

	monkeypatch.setattr(ProductExporter, "load", failing)

	assert shop.drain() == {"Synced": 3 * CHUNK}

	assert shop.created() == Counter(names)
	assert len(calls) == 4

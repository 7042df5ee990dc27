"""While a chunk is being sent to v1, the next one is claimed and loaded: nothing of it may be lost or doubled."""

from __future__ import annotations

from collections import Counter

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration.catalogue.bulk import unsynced_names
from medusa_integration.catalogue.products import ProductLane
from medusa_integration.sync.claimed import Share

CHUNK = 10


@pytest.fixture
def generation() -> str:
	return "v1"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(ProductLane, "chunk", CHUNK)


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[str]:
	"""What is done with each chunk, in the order in which it is begun: "load", "send", "sent", "settle"."""
	told: list[str] = []

	def note(name: str, before: str, after: str | None = None) -> None:
		method = getattr(ProductLane, name)

		def noted(*arguments, **options):
			told.append(before)
			answer = method(*arguments, **options)
			told.extend([after] if after else [])
			return answer

		monkeypatch.setattr(ProductLane, name, noted)

	note("load", "load")
	note("save", "send", "sent")
	note("store", "settle")
	return told


def test_the_next_chunk_is_loaded_while_one_is_sent(shop, events):
	"""Four chunks: each but the first is loaded before the one before it has arrived."""
	names = shop.many(4 * CHUNK)

	assert shop.drain() == {"Synced": 4 * CHUNK}

	assert events == ["load", *3 * ["send", "load", "sent", "settle"], "send", "sent", "settle"]
	assert shop.created() == Counter(names)


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


def switch_off() -> None:
	frappe.db.set_single_value("Medusa Configuration", "enable", 0)
	frappe.db.commit()


def product_tasks() -> Counter[str]:
	frappe.db.rollback()
	return Counter(frappe.get_all("Medusa Sync Task", filters={"lane": "product"}, pluck="status"))


def test_what_is_held_when_the_server_goes_away_is_not_tried(shop):
	"""An outage during a chunk: the next one, held already, keeps its attempts and is sent by the next round."""
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
	load, calls = ProductLane.load, []

	def failing(self, tasks):
		calls.append(len(tasks))
		if len(calls) == 2:
			raise frappe.QueryDeadlockError("somebody else was first")
		return load(self, tasks)

	monkeypatch.setattr(ProductLane, "load", failing)

	assert shop.drain() == {"Synced": 3 * CHUNK}

	assert shop.created() == Counter(names)
	assert len(calls) == 4

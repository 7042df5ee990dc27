"""When there is no catalogue in memory, or no true one: the database is asked, and one job makes it anew."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import frappe
import pytest

from medusa_integration import api, product_journal, shared_cache
from medusa_integration.storefront import catalogue_store
from tests.storefront.in_memory import ALL, REBUILD, titles


def rename_brand(catalogue):
	frappe.rename_doc("Brand", catalogue.brands[0], f"{catalogue.brands[0]} new", force=True)
	frappe.db.commit()


def forget_all(catalogue):
	shared_cache.forget()
	frappe.db.commit()


def many_changes(catalogue):
	names = [f"WEB-{number}" for number in range(product_journal.LONGEST + 10)]
	shared_cache.forget(products=names)
	frappe.db.commit()


def lose(key):
	return lambda _catalogue: (
		shared_cache.forget(products=()),
		frappe.db.commit(),
		frappe.cache.delete(key()),
	)


def save_settings(catalogue):
	frappe.get_doc("Medusa Configuration").save()
	frappe.db.commit()


@pytest.mark.parametrize(
	"end",
	[
		rename_brand,
		forget_all,
		many_changes,
		save_settings,
		lose(lambda: frappe.cache.make_key(catalogue_store.STORED)),
		lose(lambda: frappe.cache.make_key(catalogue_store.TOKEN)),
		lose(product_journal.redis_key),
	],
)
def test_the_database_is_asked_and_one_job(catalogue, build, asked_of_database, asked_of_queue, end):
	"""Several ask for lists; the job makes it anew, and the database is asked no more."""
	catalogue.shop.set(enable=0)
	build()
	assert titles() == ALL
	catalogue_store._known.clear()
	end(catalogue)
	frappe.cache.delete(frappe.cache.make_key(catalogue_store.ASKED))
	asked_of_queue.clear()
	assert titles() == ALL
	assert titles(sort_order="desc") == ALL[::-1]
	assert titles(search="e") == ALL
	assert len(asked_of_database) == 2
	assert asked_of_queue == [REBUILD]
	build()
	assert titles(search="z") == ["Gauze"]
	assert len(asked_of_database) == 2


def test_another_journal_is_not_taken_for_that_of_before(catalogue, build, asked_of_database):
	"""The job of another process has begun it."""
	build()
	forget_all(catalogue)
	frappe.cache.delete(frappe.cache.make_key(product_journal.ENDED))
	product_journal.begin()
	assert titles() == ALL
	assert asked_of_database == [1]


def test_prices_of_yesterday_do_not_count(catalogue, build, asked_of_database, monkeypatch):
	build()
	monkeypatch.setattr(catalogue_store, "today", lambda: "2999-01-01")
	assert titles() == ALL
	assert asked_of_database == [1]


def test_it_is_made_anew_in_time(catalogue, build, asked_of_database, asked_of_queue):
	"""Before it is gone; until then it is used."""
	build()
	titles()
	assert asked_of_queue == []
	for name in (catalogue_store.STORED, catalogue_store.TOKEN):
		frappe.cache.expire(frappe.cache.make_key(name), catalogue_store.RENEWED - 1)
	assert titles(search="gauze") == ["Gauze"]
	assert (asked_of_queue, asked_of_database) == ([REBUILD], [])


def test_the_job_waits_until_documents_of_before_are_in_no_cache(catalogue, build, monkeypatch):
	forget_all(catalogue)
	waited = []

	def sleep(seconds):
		waited.append(seconds)
		frappe.cache.delete(frappe.cache.make_key(product_journal.ENDED))

	monkeypatch.setattr(product_journal.time, "sleep", sleep)
	frappe.get_attr(REBUILD)()
	assert len(waited) == 1


def test_the_job_does_not_wait_as_long_as_journals_end(catalogue, build, monkeypatch):
	"""As when many documents are renamed: the worker would do nothing else meanwhile."""
	waited = []

	def sleep(seconds):
		waited.append(seconds)
		forget_all(catalogue)

	monkeypatch.setattr(product_journal, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: sum(waited)))
	forget_all(catalogue)
	frappe.get_attr(REBUILD)()
	assert 10 <= sum(waited) <= 11
	assert catalogue_store.token() is None
	assert product_journal.read() == []


def test_a_journal_that_nobody_reads_ends(catalogue, build):
	build()
	key = product_journal.redis_key()
	assert 0 < frappe.cache.ttl(key) <= product_journal.LIFETIME
	frappe.cache.delete(key)
	shared_cache.forget(products=["WEB-1"])
	frappe.db.commit()
	assert product_journal.read() == [], "without one nothing is noted"


def test_one_that_is_too_large_is_not_made_again_every_minute(
	catalogue, build, monkeypatch, asked_of_database, asked_of_queue
):
	monkeypatch.setattr(catalogue_store, "LARGEST", 100)
	frappe.cache.delete(frappe.cache.make_key(product_journal.ENDED))
	frappe.cache.delete(frappe.cache.make_key(catalogue_store.ASKED))
	frappe.get_attr(REBUILD)()
	assert titles() == ALL
	assert (catalogue_store.token(), asked_of_database, asked_of_queue) == (None, [1], [])
	assert frappe.cache.ttl(frappe.cache.make_key(catalogue_store.ASKED)) > 3600


def test_clearance_items_are_not_counted_again_for_another_catalogue(catalogue, build, asked_of_database):
	"""They are always those of the database."""
	for _time in range(2):
		api.get_clearance_items()
		build()
	assert asked_of_database == [1]


def test_without_redis(catalogue, build, redis_stopped, asked_of_database):
	build()
	with redis_stopped():
		assert titles() == ALL
		frappe.get_attr(REBUILD)()
	assert asked_of_database == [1]


def test_many_at_once_ask_for_one_job(catalogue, asked_of_queue):
	catalogue.shop.set(enable=0)
	forget_all(catalogue)
	frappe.cache.delete(frappe.cache.make_key(catalogue_store.ASKED))
	found = []
	threads = [
		threading.Thread(
			target=catalogue.shop.elsewhere,
			args=(lambda number=number: found.append(titles(page_size=number)),),
		)
		for number in range(5, 11)
	]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert found == [ALL] * 6
	assert asked_of_queue == [REBUILD]
